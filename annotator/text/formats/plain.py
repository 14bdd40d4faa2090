"""Plain text: which encoding its bytes are in, and its characters exactly as stored.

Unicode is certain or not there; among the eight-bit encodings of the four languages, which all give
letters for almost any byte, the one that gives the most words of its language wins, and
charset-normalizer decides between equals.
"""

from __future__ import annotations

import codecs
import re

from annotator.model import Invalid, Said
from annotator.text.formats.known import known_share
from annotator.text.formats.source import LONGEST_TEXT, SURROGATE, Source
from annotator.text.language import guess

EIGHT_BIT = ("windows-1256", "windows-1251", "windows-1254", "windows-1252", "koi8-r")
CHOICES = ("utf-8", "utf-16-le", "utf-16-be", *EIGHT_BIT)

_OF_LANGUAGE = {"ar": "windows-1256", "ru": "windows-1251", "tr": "windows-1254", "en": "windows-1252"}

RECOGNISED = 0.3
"""Under this share of known words an eight-bit encoding is no more than a guess."""

_SAMPLE = 30_000  # bytes; enough for every word count
_BY_CODEC = {codecs.lookup(name).name: name for name in CHOICES}
_COMMON = re.compile("[\\s\x21-\x7e\u00a0-\u024f\u0400-\u04ff\u0600-\u06ff\u2010-\u203a]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f]")


def read(data: bytes, encoding: str | None = None) -> Source:
    text, used = decoded(data, encoding)
    sure = encoding is not None or used.startswith("utf")
    warnings = (
        ()
        if sure
        else (Said("The file was read as %(encoding)s. Check that the letters are right.", encoding=used),)
    )
    return Source(checked(text), "txt", used, warnings=warnings)


def pasted(text: str) -> Source:
    """Text from the clipboard."""
    return Source(checked(text), "paste")


def encodings(data: bytes) -> tuple[str, ...]:
    """The encodings the bytes can be in, likeliest first; none for binary data.

    >>> encodings("Городская библиотека снова открыта".encode("cp1251"))[0]
    'windows-1251'
    """
    certain = _unicode(data)
    if b"\0" in data:
        return (certain,) if certain else ()
    eight_bit = tuple(name for name, _ in _ranked(data))
    return (certain, *eight_bit) if certain else eight_bit


def decoded(data: bytes, encoding: str | None = None) -> tuple[str, str]:
    """The characters, a byte order mark included, and the name of the encoding."""
    if encoding is not None:
        return _as_chosen(data, encoding)
    certain = _unicode(data)
    if certain:
        return data.decode(certain), certain
    _refuse_binary(data)
    ranked = _ranked(data)
    if not ranked or ranked[0][1] < RECOGNISED:
        line = _first_wrong_line(data)
        raise Invalid(
            "The file is not UTF-8 text (the first wrong byte is in line %(line)s), and no other "
            "encoding gives words that Qawl knows. Choose its encoding, or save the file as "
            "UTF-8.",
            line=str(line),
        )
    return data.decode(ranked[0][0]), ranked[0][0]


def checked(text: str) -> str:
    """`text`, if it is one."""
    if half := SURROGATE.search(text):
        line = text.count("\n", 0, half.start()) + 1
        raise Invalid(
            "The text has half a character in line %(line)s (a lone surrogate). Remove it and add it again.",
            line=str(line),
        )
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise Invalid(
            "The text has a NUL character in line %(line)s, which no text has. Remove it and add it again.",
            line=str(line),
        )
    if not re.search(r"[^\s\ufeff]", text):
        raise Invalid("The file holds only white space. Choose a file with text in it.")
    if len(text) > LONGEST_TEXT:
        raise Invalid(
            "The text has %(size)s million characters, the limit is %(limit)s million. Cut it "
            "into several files.",
            size=f"{len(text) / 1e6:.1f}",
            limit=LONGEST_TEXT // 1_000_000,
        )
    return text


def _as_chosen(data: bytes, encoding: str) -> tuple[str, str]:
    try:
        name = _BY_CODEC.get(codecs.lookup(encoding).name, encoding)
    except LookupError:
        name = encoding
    if codecs_name(name) == "utf-16":
        name = "utf-16-be" if data.startswith(codecs.BOM_UTF16_BE) else "utf-16-le"
    if name not in CHOICES:
        raise Invalid(
            "“%(encoding)s” is no encoding Qawl reads. Choose one of %(choices)s.",
            encoding=encoding,
            choices=CHOICES,
            field="encoding",
        )
    try:
        return data.decode(name), name
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Invalid(
            "The file is not %(name)s text: line %(line)s has a byte that means nothing in it. "
            "Choose another encoding.",
            name=name,
            line=str(line),
            field="encoding",
        ) from error


def codecs_name(encoding: str) -> str:
    """Python's own name of an encoding, or nothing where it has none for text.

    >>> codecs_name("CP1256"), codecs_name("no-such")
    ('cp1256', '')
    """
    try:
        "".encode(encoding)
        return codecs.lookup(encoding).name
    except LookupError:
        return ""


def known_name(codec: str) -> str:
    """The name that people know an encoding by.

    >>> known_name("cp1256")
    'windows-1256'
    """
    return _BY_CODEC.get(codec, codec)


def _unicode(data: bytes) -> str | None:
    """The Unicode encoding of the bytes where that is beyond doubt."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        names: tuple[str, ...] = ("utf-16-le" if data.startswith(codecs.BOM_UTF16_LE) else "utf-16-be",)
    elif b"\0" in data:
        names = ("utf-16-le", "utf-16-be")
    else:
        names = ("utf-8",)
    readable = [
        (share, name)
        for name in names
        if (share := _commonness(data, name)) > 0.5 or name == "utf-8" and share >= 0
    ]
    return max(readable)[1] if readable else None


def _commonness(data: bytes, name: str) -> float:
    """The share of characters of the scripts of the four languages, -1 where the bytes mean nothing."""
    try:
        text = data.decode(name)
    except UnicodeDecodeError:
        return -1
    sample = text[:10_000].lstrip("\ufeff")
    return len(_COMMON.findall(sample)) / len(sample) if sample else 0.0


def _ranked(data: bytes) -> list[tuple[str, float]]:
    """The eight-bit encodings that give text, by the share of known words."""
    found: list[tuple[float, int, str]] = []
    likely = _normalizers_order(data)
    for place, name in enumerate(EIGHT_BIT):
        try:
            data.decode(name)
        except UnicodeDecodeError:
            continue
        sample = data[:_SAMPLE].decode(name)
        if len(_CONTROL.findall(sample)) * 200 > len(sample):
            continue
        lang = guess(sample)
        share = known_share(sample, lang) or 0.0
        place = -1 if _OF_LANGUAGE.get(lang) == name else likely.get(name, len(likely) + place)
        found.append((-round(share, 2), place, name))
    return [(name, -share) for share, _, name in sorted(found)]


def _normalizers_order(data: bytes) -> dict[str, int]:
    from charset_normalizer import from_bytes

    codec_names = [codecs.lookup(name).name for name in EIGHT_BIT]
    matches = from_bytes(data[:_SAMPLE], cp_isolation=codec_names)
    return {
        _BY_CODEC[match.encoding]: place for place, match in enumerate(matches) if match.encoding in _BY_CODEC
    }


def _refuse_binary(data: bytes) -> None:
    if _only_surrogates_wrong(data):
        raise Invalid("The file has half a character in it (a lone surrogate). Save it again as UTF-8.")
    if b"\0" in data or not _ranked(data):
        raise Invalid("The file looks like binary data, not text. Save its text as UTF-8 first.")


def _only_surrogates_wrong(data: bytes) -> bool:
    try:
        text = data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return SURROGATE.search(text) is not None


def _first_wrong_line(data: bytes) -> int:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return data.count(b"\n", 0, error.start) + 1
    return 1
