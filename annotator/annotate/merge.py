"""Stored answers as they read after speakers were merged; what is stored stays as it was given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from annotator.annotate.carry import union
from annotator.annotate.claims import GAP
from annotator.model import Answer, Claim, Codebook, Span

Merged = Mapping[str, str]
"""Id of a merged speaker → the id it counts as."""


def read(answer: Answer, merged: Merged, codebook: Codebook) -> Answer:
    """The answer with every merged speaker under the other's id.

    Two claims that come to have one identity are read as one, with the words of both.
    """
    if not any(_named(claim, merged) for claim in answer.claims):
        return answer
    return replace(answer, claims=tuple(claim for claim, _ in _together(answer.claims, merged, codebook)))


def kept(answer: Answer, before: Answer, merged: Merged, codebook: Codebook) -> Answer:
    """The answer to store: claims nobody touched since `before` go back to what was given."""
    if not any(_named(claim, merged) for claim in before.claims):
        return answer
    given = dict(_together(before.claims, merged, codebook))
    return replace(answer, claims=tuple(one for claim in answer.claims for one in given.get(claim, (claim,))))


def joined_claims(answer: Answer, merged: Merged, codebook: Codebook) -> tuple[tuple[Claim, ...], ...]:
    """The groups of stored claims that are read as one."""
    return tuple(given for _, given in _together(answer.claims, merged, codebook) if len(given) > 1)


def _together(
    claims: Sequence[Claim], merged: Merged, codebook: Codebook
) -> list[tuple[Claim, tuple[Claim, ...]]]:
    """(claim as read, claims as given), in the order of the first ones given."""
    found: dict[object, tuple[Claim, tuple[Claim, ...]]] = {}
    strength = [label.id for label in codebook.labels("attribution")]
    for claim in claims:
        moved = _under(claim, merged)
        known, given = found.get(moved.identity, (None, ()))
        found[moved.identity] = (_joined(known, moved, strength) if known else moved, (*given, claim))
    return list(found.values())


def _named(claim: Claim, merged: Merged) -> bool:
    return any(id in merged for id in (*claim.speaker, *claim.via))


def _under(claim: Claim, merged: Merged) -> Claim:
    if not _named(claim, merged):
        return claim
    speaker = tuple(sorted({merged.get(id, id) for id in claim.speaker}))
    via = tuple(dict.fromkeys(merged.get(id, id) for id in claim.via))
    return replace(claim, speaker=speaker, via=via)


def _joined(one: Claim, other: Claim, strength: Sequence[str]) -> Claim:
    """Two claims as one. Of two attributions the strongest form wins, as inside a claim."""
    both = [claim.attribution for claim in (one, other) if claim.attribution]
    typed = dict.fromkeys(words for words in (one.speaker_text, other.speaker_text) if words)
    joined = union(one, other)
    return replace(
        joined,
        attribution=min(both, key=lambda id: strength.index(id) if id in strength else 99, default=None),
        speaker_text=GAP.join(typed) or None,
        content_spans=_apart(joined.content_spans),
        cue_spans=_apart(joined.cue_spans),
        source_spans=_apart(joined.source_spans),
    )


def _apart(spans: Sequence[Span]) -> tuple[Span, ...]:
    """The same stretches without overlaps.

    >>> _apart([(0, 5), (3, 8), (9, 10)])
    ((0, 8), (9, 10))
    """
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return tuple(found)
