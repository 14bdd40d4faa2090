"""Word and Excel files are zip archives of XML: what is inside, and whether it is safe to unpack."""

from __future__ import annotations

import io
import re
import zipfile

from annotator.model import Invalid

ENTRIES = 5_000
UNPACKED = 200_000_000
"""Bytes of all parts together, as the archive declares them; no part is read past its declared size."""

XML_PART = 60_000_000
"""Bytes of one part that a library builds a tree of."""

PACKING = 200
"""A part this many times smaller when packed is no text; real documents reach 20 to 50."""

_FORBIDDEN = tuple(
    word.encode(encoding)
    for word in ("<!DOCTYPE", "<!ENTITY")
    for encoding in ("utf-8", "utf-16-le", "utf-16-be")
)
_BLANKS = b"\xef\xbb\xbf\xfe\xff\0 \t\r\n"
_WIDE = (b"\xff\xfe\0\0", b"\0\0\xfe\xff", b"<\0\0\0", b"\0\0\0<")
_ENCODING = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]+)""")
_ENCODINGS = (b"utf-8", b"utf8", b"utf-16", b"us-ascii", b"iso-8859-1", b"windows-1252")
"""In others, the words that are looked for are written with other bytes."""


def names(data: bytes) -> frozenset[str]:
    """The names of the parts; none where the archive is broken."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return frozenset(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError):
        return frozenset()


def check(data: bytes) -> None:
    """Refuse archives that unpack to more than a document is, and XML that defines its own words."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            _check_sizes(parts)
            for part in parts:
                _check_xml(archive, part)
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        ValueError,
        OSError,
        EOFError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise Invalid(
            "The file is damaged: its parts cannot be unpacked. Save it again and add that."
        ) from error
    except zipfile.zlib.error as error:  # type: ignore[attr-defined]
        raise Invalid(
            "The file is damaged: its parts cannot be unpacked. Save it again and add that."
        ) from error


def _check_sizes(parts: list[zipfile.ZipInfo]) -> None:
    if any(part.flag_bits & 1 for part in parts):
        raise Invalid("The file is locked with a password. Save it without one and add it again.")
    if len(parts) > ENTRIES:
        raise Invalid(
            "The file has %(count)s parts inside, more than a document has. It was not unpacked.",
            count=len(parts),
        )
    total = sum(part.file_size for part in parts)
    largest = max((part.file_size for part in parts if not _is_picture(part)), default=0)
    packed_hard = any(part.file_size > PACKING * max(part.compress_size, 5_000) for part in parts)
    if total > UNPACKED or largest > XML_PART or packed_hard:
        raise Invalid(
            "The file would unpack to %(size)s MB, more than a document has. It was not unpacked.",
            size=round(total / 1e6),
        )


def _is_picture(part: zipfile.ZipInfo) -> bool:
    return "/media/" in part.filename or "/embeddings/" in part.filename


def _check_xml(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Whatever a part is called, a library may be told to read it as XML."""
    before = b""
    with archive.open(part) as stream:
        chunk = stream.read(1 << 20)
        if not chunk.lstrip(_BLANKS).startswith(b"<"):
            return
        encoding = _ENCODING.match(chunk.replace(b"\0", b"").lstrip(_BLANKS))
        if chunk.startswith(_WIDE) or (encoding and encoding[1].lower() not in _ENCODINGS):
            raise Invalid("The file has XML in an encoding that no document needs. It was not read.")
        while chunk:
            if any(word in before + chunk for word in _FORBIDDEN):
                raise Invalid("The file defines its own XML words, which no document needs. It was not read.")
            before = chunk[-20:]
            chunk = stream.read(1 << 20)
