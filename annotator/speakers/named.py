"""Which actors of the codebook a sentence names: a hint for the eye, never an answer."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from annotator.model import Actor, Codebook
from annotator.speakers.folding import BEFORE, folded

_BEFORE = "(?:" + "|".join(sorted(BEFORE, key=len, reverse=True)) + ")?"
# Russian and Turkish add endings; short words are left alone, they would match too much.
_AFTER = r"\w{0,3}"
_SHORT = 5

Wanted = tuple[tuple[str, ...], re.Pattern[str]]
"""The words that an actor is found by, and how they stand in a sentence."""


def named(codebook: Codebook, lang: str, text: str) -> frozenset[str]:
    """The ids of the actors whose names or aliases stand in `text`."""
    plain = folded(text)
    return frozenset(
        id
        for id, (words, pattern) in _patterns(codebook, lang)
        # Most are not, which is sooner said without the pattern.
        if any(word in plain for word in words) and pattern.search(plain)
    )


def _patterns(codebook: Codebook, lang: str) -> tuple[tuple[str, Wanted], ...]:
    """What each actor is found by; kept for as long as the codebook, which never changes, is asked about."""
    known = _known.get((id(codebook), lang))
    if known is None or known[0] is not codebook:
        others = (actor for actor in codebook.actors if actor.type != "author")
        wanted = ((actor.id, _pattern(tuple(_words(actor, lang)))) for actor in others)
        if len(_known) >= _BOOKS:
            _known.clear()
        found = tuple((id, one) for id, one in wanted if one)
        known = _known[id(codebook), lang] = (codebook, found)
    return known[1]


_BOOKS = 32  # in each language
_known: dict[tuple[int, str], tuple[Codebook, tuple[tuple[str, Wanted], ...]]] = {}


def _words(actor: Actor, lang: str) -> Iterator[str]:
    yield from actor.aliases.get(lang, ())
    if actor.type == "unnamed":
        return
    for names in (actor.name, actor.short):
        # "Egypt / Cairo", "Egypt (state)"
        yield from re.split(r"\s*/\s*", re.sub(r"\(.*?\)", "", names.get(lang, "")))


@functools.lru_cache(maxsize=4096)
def _pattern(words: tuple[str, ...]) -> Wanted | None:
    found = sorted({plain for word in words if (plain := folded(word.strip()))})
    return (tuple(found), re.compile("|".join(map(_one, found)))) if found else None


def _one(word: str) -> str:
    arabic = "\u0600" <= word[0] <= "\u06ff"
    before = _BEFORE if arabic else ""
    after = _AFTER if not arabic and len(word) >= _SHORT else ""
    return rf"(?<!\w){before}{re.escape(word)}{after}(?!\w)"
