"""Everything is compressed on its way: a sentence is mostly markup, and many networks are slow."""

from __future__ import annotations

import functools
import gzip

from flask import Flask, Response, request
from werkzeug.http import parse_accept_header

SMALLEST = 1_000  # bytes; below, one packet carries it either way
LARGE = 50_000  # bytes; below, squeezing out the last tenth takes longer than sending it
FILES = ("text/css", "text/javascript", "application/javascript", "image/svg+xml")


def compress_pages(app: Flask) -> None:
    @app.after_request
    def compress(response: Response) -> Response:
        if response.status_code != 200 or "Content-Encoding" in response.headers:
            return response
        if request.endpoint == "static" and response.mimetype in FILES:
            return _compressed_file(response)
        if response.is_streamed or response.mimetype != "text/html":
            return response
        if "Vary" in response.headers:
            response.vary.add("Accept-Encoding")
        else:
            response.headers["Vary"] = "Accept-Encoding"
        page = response.get_data()
        if len(page) >= SMALLEST and _reads_gzip(request.headers.get("Accept-Encoding", "")):
            _send(response, gzip.compress(page, compresslevel=6 if len(page) > LARGE else 2, mtime=0))
        return response


def _compressed_file(response: Response) -> Response:
    response.vary.add("Accept-Encoding")
    # Under an address that changes with the content, it is never asked for again: no tag to compare.
    if "v" not in request.args or not _reads_gzip(request.headers.get("Accept-Encoding", "")):
        return response
    response.direct_passthrough = False
    _send(response, _compressed(response.get_data()))
    for name in ("ETag", "Last-Modified", "Accept-Ranges", "Content-Disposition"):
        response.headers.pop(name, None)
    return response


@functools.lru_cache(maxsize=64)
def _reads_gzip(header: str) -> bool:
    return bool(parse_accept_header(header)["gzip"])


def _send(response: Response, compressed: bytes) -> None:
    response.set_data(compressed)
    response.headers["Content-Encoding"] = "gzip"


@functools.lru_cache(maxsize=64)
def _compressed(content: bytes) -> bytes:
    return gzip.compress(content, compresslevel=9, mtime=0)
