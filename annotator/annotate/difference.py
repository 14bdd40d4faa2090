"""What changed from one answer about a sentence to the next."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from annotator.annotate.claims import SPANS, quoted
from annotator.model import Answer, Claim

_COMPARED = tuple(field.name for field in dataclasses.fields(Claim))
_MARKS = tuple(SPANS.values())


@dataclass(frozen=True, slots=True)
class Altered:
    """A claim that stayed and is not the same: its answers before, its number now."""

    n: int  # in the later answer, from 1
    before: Claim
    fields: frozenset[str]


@dataclass(frozen=True, slots=True)
class Difference:
    added: frozenset[int] = frozenset()  # claims of the later answer, from 1
    altered: tuple[Altered, ...] = ()
    gone: tuple[Claim, ...] = ()
    status: bool = False
    comment: bool = False
    flag: bool = False

    def __bool__(self) -> bool:
        return self != Difference()

    def of(self, n: int) -> Altered | None:
        return next((one for one in self.altered if one.n == n), None)


def difference(before: Answer, after: Answer, text_before: str, text: str) -> Difference:
    """What changed between two answers about a sentence, whose text may have changed as well.

    Marked words are compared as words: the same ones stand elsewhere after a sentence was split.

    >>> one = Answer(claims=(Claim(("one",), "for"),))
    >>> two = Answer(claims=(Claim(("one",), "against"), Claim(("two",), "for")))
    >>> found = difference(one, two, "", "")
    >>> sorted(found.added), [(one.n, *one.fields) for one in found.altered], found.gone
    ([2], [(1, 'stance')], ())
    """
    pairs = _paired(before.claims, after.claims)
    altered = []
    for was, now in pairs:
        fields = _differing(before.claims[was], after.claims[now], text_before, text)
        if fields:
            altered.append(Altered(now + 1, before.claims[was], fields))
    kept, known = {was for was, _ in pairs}, {now for _, now in pairs}
    return Difference(
        added=frozenset(n + 1 for n in range(len(after.claims)) if n not in known),
        altered=tuple(altered),
        gone=tuple(claim for n, claim in enumerate(before.claims) if n not in kept),
        status=before.status is not after.status,
        comment=before.comment != after.comment,
        flag=before.hard is not after.hard,
    )


def _paired(before: Sequence[Claim], after: Sequence[Claim]) -> list[tuple[int, int]]:
    """Claims that are the same one: by identity, then the rest by what they share, most first."""
    pairs: list[tuple[int, int]] = []
    for likeness in (4, 3, 2, 1):
        for now, claim in enumerate(after):
            if now in {pair[1] for pair in pairs}:
                continue
            free = (was for was in range(len(before)) if was not in {pair[0] for pair in pairs})
            same = next((was for was in free if _alike(before[was], claim) >= likeness), None)
            if same is not None:
                pairs.append((same, now))
    return sorted(pairs, key=lambda pair: pair[1])


def _alike(one: Claim, other: Claim) -> int:
    if one.identity == other.identity:
        return 4
    return sum(
        (one.speaker == other.speaker, one.stance == other.stance, one.attribution == other.attribution)
    )


def _differing(before: Claim, after: Claim, text_before: str, text: str) -> frozenset[str]:
    found = {name for name in _COMPARED if getattr(before, name) != getattr(after, name)}
    return frozenset(
        name
        for name in found
        if name not in _MARKS
        or quoted(getattr(before, name), text_before) != quoted(getattr(after, name), text)
    )
