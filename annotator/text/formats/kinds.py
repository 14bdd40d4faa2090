"""Which format a file is in: by its content where that says so, else by the end of its name."""

from __future__ import annotations

import re

from annotator.model import Invalid, Said
from annotator.text.formats import archive

_BY_NAME = {
    "pdf": "pdf",
    "html": "html",
    "htm": "html",
    "xhtml": "html",
    "docx": "docx",
    "csv": "csv",
    "tsv": "csv",
    "xlsx": "xlsx",
    "jsonl": "jsonl",
    "ndjson": "jsonl",
}
# The first bytes of files that people give by mistake, and what to do instead.
_SIGNATURES: tuple[tuple[bytes, Said, Said], ...] = (
    (b"{\\rtf", Said("a rich text file"), Said("Save its text as a .txt file in UTF-8 and import that.")),
    (b"\x89PNG", Said("an image"), Said("Type or copy its text into a .txt file and import that.")),
    (b"\xff\xd8\xff", Said("an image"), Said("Type or copy its text into a .txt file and import that.")),
    (b"GIF8", Said("an image"), Said("Type or copy its text into a .txt file and import that.")),
    (b"\x1f\x8b", Said("a compressed file"), Said("Unpack it and import the text file inside.")),
    (b"7z\xbc\xaf", Said("a compressed file"), Said("Unpack it and import the text file inside.")),
    (b"Rar!", Said("a compressed file"), Said("Unpack it and import the text file inside.")),
    (b"SQLite format 3", Said("a database"), Said("Import the text files instead.")),
)
_CALLED = {
    "pdf": Said("a PDF"),
    "html": Said("a web page"),
    "docx": Said("a Word file"),
    "xlsx": Said("an Excel file"),
}
_PAGE = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,500}?-->\s*)*<(?:!doctype\s+html|html\b)",
    re.I | re.S,
)
_OPENDOCUMENT = {"mimetype", "content.xml"}


def recognised(filename: str, data: bytes) -> tuple[str, tuple[str, ...]]:
    """The format, and a warning where the name says another.

    >>> recognised("letter.txt", b"%PDF-1.7")[0]
    'pdf'
    """
    ending = filename.rpartition(".")[2].casefold() if "." in filename else ""
    named = _BY_NAME.get(ending, "txt")
    held = _by_content(data)
    if held is None and named in ("pdf", "docx", "xlsx"):
        raise Invalid(
            "The file is called .%(ending)s but is not %(format)s. Open it in its program and save it again.",
            ending=ending,
            format=_CALLED[named],
        )
    if held is None or held == named:
        return named, ()
    return held, (
        Said(
            "The file is %(format)s, although its name ends in .%(ending)s.",
            format=_CALLED[held],
            ending=ending,
        ),
    )


def _by_content(data: bytes) -> str | None:
    if b"%PDF-" in data[:1024] and not data.startswith(b"PK"):
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return _archive(data)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Invalid(
            "The file is an old Word or Excel file, or one locked with a password. "
            "Save it as .docx or .xlsx without a password."
        )
    if data.startswith(b"bplist") or data[:200].lower().startswith((b"from: <saved by", b"mime-version:")):
        raise Invalid("The file is a web archive. Save the page as HTML, or copy its text and paste it.")
    for signature, what, remedy in _SIGNATURES:
        if data.startswith(signature):
            raise Invalid("The file looks like %(what)s, not text. %(remedy)s", what=what, remedy=remedy)
    return "html" if _PAGE.match(data[:4096]) else None


def _archive(data: bytes) -> str:
    names = archive.names(data)
    if "word/document.xml" in names:
        return "docx"
    if "xl/workbook.xml" in names:
        return "xlsx"
    if names >= _OPENDOCUMENT:
        raise Invalid("The file is an OpenDocument file. Save it as .docx or .xlsx and add that.")
    if not names:
        raise Invalid("The file is a damaged archive. Save or pack it again and add that.")
    raise Invalid("The file is a zip archive. Unpack it and add the files inside.")
