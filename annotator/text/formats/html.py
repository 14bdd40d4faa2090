"""Web pages as saved from a browser: the article in them, without menus and advertisements."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from annotator.model import Invalid, Said
from annotator.text.formats import plain
from annotator.text.formats.source import Source, printable, tidy

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_XML_CHARSET = re.compile(rb"\A\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w-]+)")
_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)(\S+)\s*-->")
_TAG = re.compile(r"<(/?)([a-zA-Z][\w:-]*+)[^<>]*+>")
_OPEN_ENDED = re.compile(  # tags that are closed by the next one, or hold nothing
    "p|li|d[td]|t[rdh]|thead|tbody|tfoot|option|optgroup|colgroup"
    "|area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr"
)
_BLOCKS = {"p", "head", "item", "quote", "row", "table", "list", "div", "ab", "code", "fw"}
_DATES = {"extensive_search": False, "original_date": True, "outputformat": "%Y-%m-%d"}
"""Only dates that the page states as its own; the first date in the text is seldom that."""

_DEEPEST = 1_000
"""Tags inside tags; pages have some thirty."""


def read(data: bytes, encoding: str | None = None) -> Source:
    """The main text of a page: every paragraph and heading a block of its own."""
    page, used = _decoded(data, encoding)
    page = page.replace("\0", "")
    if _too_deep(page):
        raise Invalid(
            "The page nests more than %(limit)s tags, which no article does. It was not read.", limit=_DEEPEST
        )
    import trafilatura

    found: Any = trafilatura.bare_extraction(
        page,
        include_comments=False,
        include_tables=True,
        with_metadata=True,
        date_extraction_params=_DATES,
    )
    blocks = [] if found is None or found.body is None else list(_blocks(found.body))
    warnings: tuple[str, ...] = ()
    if not blocks:
        blocks = [line for line in map(str.strip, trafilatura.html2txt(page).splitlines()) if line]
        warnings = (Said("The article could not be told from the rest of the page. Check the whole text."),)
    if not blocks:
        raise Invalid("The page has no text in it. If it is built by scripts, copy the text and paste it.")
    fields = _fields(found, page)
    title = fields.get("title")
    if title and tidy(blocks[0]) != title and found is not None:
        blocks.insert(0, title)
    return Source(printable("\n\n".join(blocks)) + "\n", "html", used, fields=fields, warnings=warnings)


def _decoded(data: bytes, encoding: str | None) -> tuple[str, str]:
    if encoding is not None:
        return plain.decoded(data, encoding)
    declared = _CHARSET.search(data[:8192]) or _XML_CHARSET.search(data[:400])
    # A page that calls itself something else can still be UTF-8, because the browser saved it anew.
    for name in ("utf-8", plain.codecs_name(declared[1].decode("ascii", "replace")) if declared else ""):
        try:
            if name:
                return data.decode(name), plain.known_name(name)
        except UnicodeDecodeError:
            continue
    return plain.decoded(data)


def _too_deep(page: str) -> bool:
    """Whether tags are opened far more often than closed: reading such a page takes quadratic time."""
    depth = 0
    for found in _TAG.finditer(page):
        closing, name = found[1], found[2].lower()
        if not found[0].endswith("/>") and not _OPEN_ENDED.fullmatch(name):
            depth = max(0, depth - 1) if closing else depth + 1
        if depth > _DEEPEST:
            return True
    return False


def _blocks(body: Any) -> Iterator[str]:
    """The text between the borders of blocks, in the order of the page."""
    from lxml.etree import iterwalk

    parts: list[str] = []
    for event, element in iterwalk(body, events=("start", "end")):
        border = element.tag in _BLOCKS
        if border and (text := _one_line(parts)):
            yield text
        if border:
            parts.clear()
        if event == "start":
            parts.append(element.text or "")
        else:
            parts.append({"lb": "\n", "cell": "\t"}.get(element.tag, "") + (element.tail or ""))
    if text := _one_line(parts):
        yield text


def _one_line(parts: list[str]) -> str:
    lines = (" ".join(line.split()) for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line)


def _fields(found: Any, page: str) -> dict[str, str]:
    saved = _SAVED_FROM.search(page[:4096])
    fields = {"url": saved[1]} if saved else {}
    if found is None:
        return fields
    for name, value in (
        ("title", found.title),
        ("author", found.author),
        ("publisher", found.sitename),
        ("date", found.date),
        ("url", found.url),
        ("lang", found.language),
    ):
        if words := tidy(value):
            fields.setdefault(name, words)
    return fields
