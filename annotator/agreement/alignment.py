"""Which claims of one sentence are the same claim: by their words, then by speaker, then by order."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from annotator.agreement.matching import match
from annotator.model import Claim, Span

Tokens = frozenset[Span]

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
    finished = frozenset(claims_by_annotator)
    tokens = _tokens(claims_by_annotator, text)
    order = sorted(claims_by_annotator, key=lambda name: (-len(claims_by_annotator[name]), name))
    clusters: list[dict[str, int]] = []
    for name in order:
        own = claims_by_annotator[name]
        weights = [
            [_weight(claims_by_annotator, tokens, cluster, name, n) for n in range(len(own))]
            for cluster in clusters
        ]
        found = {n: place for place, n in match(weights)} if weights and own else {}
        for n in range(len(own)):
            if n in found:
                clusters[found[n]][name] = n
            else:
                clusters.append({name: n})
        clusters.sort(key=lambda cluster: sum(cluster.values()) / len(cluster))
    return tuple(Cluster(members=cluster, finished=finished) for cluster in clusters)


def same_speaker(a: Claim, b: Claim) -> bool:
    """Whether both name the same actors, in any order; two blanks name nobody."""
    return bool(a.speaker) and frozenset(a.speaker) == frozenset(b.speaker)


def overlap(a: Tokens, b: Tokens) -> float:
    """|a∩b| / |a∪b|, 0 for two empty sets."""
    union = len(a | b)
    return len(a & b) / union if union else 0.0


def words(text: str) -> tuple[Span, ...]:
    """The white-space words of `text`, as spans.

    >>> words("He left.")
    ((0, 2), (3, 8))
    """
    return tuple(found.span() for found in re.finditer(r"\S+", text))


def covered(spans: Sequence[Span], tokens: Sequence[Span]) -> Tokens:
    """The tokens of which `spans` hold at least one character."""
    return frozenset(
        (start, end) for start, end in tokens if any(start < to and since < end for since, to in spans)
    )


def _weight(
    claims: Mapping[str, Sequence[Claim]],
    tokens: Mapping[str, Sequence[Tokens] | None],
    cluster: Mapping[str, int],
    name: str,
    n: int,
) -> int:
    """Mean overlap of a claim with a cluster in billionths, then how many there have its speaker."""
    total = 0.0
    alike = 0
    for other, place in cluster.items():
        mine, theirs = tokens[name], tokens[other]
        total += 1.0 if mine is None or theirs is None else overlap(mine[n], theirs[place])
        alike += same_speaker(claims[name][n], claims[other][place])
    mean = round(total / len(cluster) * EXACT)
    # No sentence has so many claims and annotators that speakers could outweigh one billionth.
    return mean * (1 << 20) + alike if mean else 0


def _tokens(claims: Mapping[str, Sequence[Claim]], text: str | None) -> dict[str, tuple[Tokens, ...] | None]:
    """Content tokens of each claim; None for an annotator who marked no content at all in the sentence."""
    if text is None:
        end = max((to for own in claims.values() for c in own for _, to in c.content_spans), default=0)
        pieces: tuple[Span, ...] = tuple((i, i + 1) for i in range(end))
    else:
        pieces = words(text)
    whole = frozenset(pieces)
    return {
        name: tuple(covered(c.content_spans, pieces) if c.content_spans else whole for c in own)
        if any(c.content_spans for c in own)
        else None
        for name, own in claims.items()
    }
