"""Pages are compressed on their way: a sentence is mostly markup, and many networks are slow."""

from __future__ import annotations

import gzip

from flask import Flask, Response, request

SMALLEST = 1_000  # bytes; below, one packet carries it either way


def compress_pages(app: Flask) -> None:
    @app.after_request
    def compress(response: Response) -> Response:
        if response.is_streamed or response.mimetype != "text/html" or "Content-Encoding" in response.headers:
            return response
        response.vary.add("Accept-Encoding")
        page = response.get_data()
        if len(page) >= SMALLEST and request.accept_encodings["gzip"]:
            response.set_data(gzip.compress(page, compresslevel=6, mtime=0))
            response.headers["Content-Encoding"] = "gzip"
        return response
