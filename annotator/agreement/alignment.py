"""Which claims of one sentence are the same claim: by their words, then by speaker, then by order."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from annotator.agreement.matching import match
from annotator.model import Claim, Span

Tokens = int
"""A set of tokens: bit i is the i-th of the sentence."""

EXACT = 10**9  # overlaps are compared in whole billionths, so that ties are ties


@dataclass(frozen=True, slots=True)
class Cluster:
    """One claim as found by some of the annotators: annotator → place in their list, from 0.

    `finished` are all who finished the sentence, also those without this claim.
    """

    members: Mapping[str, int]
    finished: frozenset[str]


def align(claims_by_annotator: Mapping[str, Sequence[Claim]], text: str | None = None) -> tuple[Cluster, ...]:
    """The clusters of one sentence; every claim is in exactly one.

    `claims_by_annotator` has an entry for everybody who finished the sentence, empty for "no claim".
    Overlap of two claims = shared / all of their content tokens (white-space words of `text`; code points
    when no text is given); a claim without content means the whole sentence, and where either of two
    annotators marked no content at all in the sentence, their claims overlap fully, so speaker and order
    decide. Matched is the greatest total overlap, then most pairs of the same speaker, then fewest crossings;
    a pair needs some overlap. Stance and attribution take no part. From the third annotator on (more claims
    first, then by name) claims are matched to the clusters so far by mean overlap.
    """
    names = sorted(claims_by_annotator)
    own = [claims_by_annotator[name] for name in names]
    found = grouped(
        [[frozenset(claim.speaker) or None for claim in claims] for claims in own], _tokens(own, text)
    )
    return tuple(
        Cluster({names[slot]: place for slot, place in members.items()}, frozenset(names))
        for members in found
    )


def grouped(
    speakers: Sequence[Sequence[Hashable | None]], tokens: Sequence[Sequence[Tokens] | None]
) -> list[dict[int, int]]:
    """`align` on what it looks at: by annotator, in order of their names, the speaker (None: blank) and the
    content tokens of each claim (None for an annotator who marked no content). Clusters: annotator → place.
    """
    order = sorted(range(len(speakers)), key=lambda slot: (-len(speakers[slot]), slot))
    clusters: list[dict[int, int]] = []
    for slot in order:
        own = range(len(speakers[slot]))
        weights = [[_weight(speakers, tokens, cluster, slot, n) for n in own] for cluster in clusters]
        found = {n: place for place, n in match(weights)} if weights and own else {}
        for n in own:
            if n in found:
                clusters[found[n]][slot] = n
            else:
                clusters.append({slot: n})
        clusters.sort(key=lambda cluster: sum(cluster.values()) / len(cluster))
    return clusters


def overlap(a: Tokens, b: Tokens) -> float:
    """|a∩b| / |a∪b|, 0 for two empty sets.

    >>> overlap(0b1100, 0b0110)
    0.3333
    """
    union = (a | b).bit_count()
    return (a & b).bit_count() / union if union else 0.0


def words(text: str) -> tuple[Span, ...]:
    """The white-space words of `text`, as spans.

    >>> words("He left.")
    ((0, 2), (3, 8))
    """
    return tuple(found.span() for found in re.finditer(r"\S+", text))


def covered(spans: Iterable[Sequence[int]], starts: Sequence[int], ends: Sequence[int]) -> Tokens:
    """The tokens, given by where they start and end in reading order, of which `spans` hold a character.

    >>> bin(covered([(1, 4)], [0, 3, 8], [2, 7, 12]))
    '0b11'
    """
    found = 0
    for since, to in spans:
        first, last = bisect_right(ends, since), bisect_left(starts, to)
        if first < last and since < to:
            found |= (1 << last) - (1 << first)
    return found


def _weight(
    speakers: Sequence[Sequence[Hashable | None]],
    tokens: Sequence[Sequence[Tokens] | None],
    cluster: Mapping[int, int],
    slot: int,
    n: int,
) -> int:
    """Mean overlap of a claim with a cluster in billionths, then how many there have its speaker."""
    total = 0.0
    alike = 0
    mine, who = tokens[slot], speakers[slot][n]
    for other, place in cluster.items():
        theirs = tokens[other]
        total += 1.0 if mine is None or theirs is None else overlap(mine[n], theirs[place])
        alike += who is not None and who == speakers[other][place]
    mean = round(total / len(cluster) * EXACT)
    # No sentence has so many claims and annotators that speakers could outweigh one billionth.
    return mean * (1 << 20) + alike if mean else 0


def _tokens(own: Sequence[Sequence[Claim]], text: str | None) -> list[list[Tokens] | None]:
    """Content tokens of each claim; None for an annotator who marked no content at all in the sentence."""
    if text is None:
        end = max((to for claims in own for c in claims for _, to in c.content_spans), default=0)
        starts: Sequence[int] = range(end)
        ends: Sequence[int] = range(1, end + 1)
    else:
        pieces = words(text)
        starts, ends = [start for start, _ in pieces], [end for _, end in pieces]
    whole = (1 << len(starts)) - 1
    return [
        [covered(c.content_spans, starts, ends) if c.content_spans else whole for c in claims]
        if any(c.content_spans for c in claims)
        else None
        for claims in own
    ]
