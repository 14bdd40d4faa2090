"""From the bytes of a file to its characters, or a sentence saying why not."""

from __future__ import annotations

import re

from annotator.model import Invalid

LIMIT = 5_000_000
"""The largest file that is read, in bytes: some 2.5 million Arabic letters."""

# The first bytes of files that people give by mistake, and what to do instead.
SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF-", "a PDF", "Save its text as a .txt file in UTF-8 and import that."),
    (b"PK\x03\x04", "a zip or Word file", "Save its text as a .txt file in UTF-8 and import that."),
    (b"\xd0\xcf\x11\xe0", "an old Word file", "Save its text as a .txt file in UTF-8 and import that."),
    (b"{\\rtf", "a rich text file", "Save its text as a .txt file in UTF-8 and import that."),
    (b"\x89PNG", "an image", "Type or copy its text into a .txt file and import that."),
    (b"\xff\xd8\xff", "an image", "Type or copy its text into a .txt file and import that."),
    (b"GIF8", "an image", "Type or copy its text into a .txt file and import that."),
    (b"\x1f\x8b", "a compressed file", "Unpack it and import the text file inside."),
    (b"7z\xbc\xaf", "a compressed file", "Unpack it and import the text file inside."),
    (b"Rar!", "a compressed file", "Unpack it and import the text file inside."),
    (b"SQLite format 3", "a database", "Import the text files instead."),
)
WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")


def decode(data: bytes) -> tuple[str, str]:
    """The characters of a file exactly as stored, a byte order mark included, and the encoding's name.

    >>> decode("Правда".encode())
    ('Правда', 'utf-8')
    """
    if not data:
        raise Invalid("The file is empty. Choose a file with text in it.")
    if len(data) > LIMIT:
        raise Invalid(
            f"The file has {len(data) / 1e6:.1f} MB, the limit is {LIMIT / 1e6:.0f} MB. "
            "Cut it into several files."
        )
    _refuse_known_formats(data)
    try:
        raw = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Invalid(
            f"The file is not UTF-8 text (the first wrong byte is in line {line}). "
            "Open it in an editor, save it with the encoding UTF-8 and import it again."
        ) from error
    if not re.search(r"[^\s\ufeff]", raw):
        raise Invalid("The file holds only white space. Choose a file with text in it.")
    return raw, "utf-8"


def _refuse_known_formats(data: bytes) -> None:
    for signature, what, remedy in SIGNATURES:
        if data.startswith(signature):
            raise Invalid(f"The file looks like {what}, not plain text. {remedy}")
    if data.startswith(WIDE_MARKS):
        raise Invalid(
            "The file looks like UTF-16 text. Open it in an editor, save it with the encoding UTF-8 "
            "and import it again."
        )
    if b"\0" in data:
        raise Invalid("The file looks like binary data, not plain text. Save its text as UTF-8 first.")
