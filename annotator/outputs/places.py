"""Places in a text as other tools count them, and texts as their files can hold them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from annotator.model import Codebook, Span
from annotator.outputs.format import Record

WIDE = re.compile("[\U00010000-\U0010ffff]")

# XML 1.0, section 2.2. The second half are written as surrogates or are no characters at all.
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
NO_CHARACTERS = re.compile("[\ud800-\udfff\ufffe\uffff]")


def language(codebook: Codebook) -> str:
    """The one in which names and issues are written where a format has room for one wording."""
    return codebook.ui_languages[0] if codebook.ui_languages else "en"


def utf16(text: str) -> Callable[[int], int]:
    """From our places in a text to those of Java and JavaScript, where an emoji counts two.

    >>> at = utf16("a😀b")
    >>> [at(place) for place in range(4)]
    [0, 1, 3, 4]
    """
    wide = [found.start() for found in WIDE.finditer(text)]
    return lambda place: place + bisect_left(wide, place)


def in_xml(text: str) -> str:
    """The text with a visible sign for each character that XML cannot hold; no place in it moves.

    >>> in_xml("a\\x0bb\\n")
    'a␋b\\n'
    """
    visible = CONTROLS.sub(lambda found: chr(0x2400 + ord(found[0])), text)
    return NO_CHARACTERS.sub("\ufffd", visible)


def pieces(spans: Iterable[Sequence[int]], text: str, shift: int = 0) -> list[Span]:
    """The spans, `shift` further on; without any, the whole text."""
    return [(start + shift, end + shift) for start, end in spans] or [(shift, shift + len(text))]


def by_document(records: Iterable[Record]) -> Iterator[tuple[str, list[Record]]]:
    """The records of one document after the other, as they come; those of its final layer by themselves."""
    for (doc_id, _), group in groupby(records, key=lambda one: (one["doc_id"], one["role"] == "final")):
        yield doc_id, list(group)


def by_person(records: Iterable[Record]) -> dict[str, list[Record]]:
    """The records by who answered, in the order of the first."""
    found: dict[str, list[Record]] = {}
    for record in records:
        found.setdefault(record["annotator"], []).append(record)
    return found


def parts(claim: dict[str, Any]) -> list[tuple[str, list[Sequence[int]]]]:
    """What is marked of a claim: content, cue and source with their spans."""
    attribution = claim["attribution"]
    return [
        ("content", claim["content_spans"]),
        ("cue", attribution["cue_spans"]),
        ("source", attribution["source_spans"]),
    ]
