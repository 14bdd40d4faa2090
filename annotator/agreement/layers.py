"""The five questions asked of a sentence, each with its coefficient: is there a claim, are the claims
the same, who speaks, whose position, how attributed."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotator.agreement.alignment import Cluster
from annotator.agreement.coefficients import FEW_DOCUMENTS, Alpha, ac1, alpha
from annotator.agreement.interval import RELIABLE, TENTATIVE, Interval
from annotator.agreement.parts import Detection, Merge, detection, merges
from annotator.model import Answer, Claim, Kind

FEWEST = 15
"""Below this many compared sentences or claims there is no verdict."""

ACT_BELOW = {"claim": 0.60, "same": 0.65, "speaker": 0.75, "stance": 0.67, "attribution": 0.55}
"""Where a layer needs work: from what published projects with such layers reach."""


@dataclass(frozen=True, slots=True)
class Rated:
    """One queued sentence with the finished answers to it, by annotator."""

    document: str
    sentence_id: str
    order: int
    text: str
    kind: Kind
    answers: Mapping[str, Answer]


@dataclass(frozen=True, slots=True)
class Aligned:
    """A sentence that two or more finished, with its claims put side by side."""

    rated: Rated
    clusters: tuple[Cluster, ...]


@dataclass(frozen=True, slots=True)
class Layer:
    """One question: how far people agree on it, and everything that figure stands on.

    `measure`: "alpha", or "f1" for the same claims (no expected agreement there). `unit`: what is compared,
    "sentences" or "claims"; `compared` how many, `n` values in them. `interval_over`: "documents", or
    "sentences" where there is only one document, None without an interval. `reason` says why there is no
    value, `interval.reason` why no interval, `provisional` why the figure may still move.
    """

    id: str
    measure: str
    unit: str
    value: float | None
    reason: str | None
    observed: float | None
    expected: float | None
    compared: int
    n: int
    documents: int
    annotators: tuple[str, ...]
    interval: Interval
    interval_over: str | None
    provisional: tuple[str, ...]
    counts: Mapping[Any, int]
    merges: tuple[Merge, ...] = ()
    ac1: float | None = None

    @property
    def act_below(self) -> float:
        return ACT_BELOW[self.id]

    @property
    def standing(self) -> str | None:
        """Beside its own mark: "good", "act" or, when the interval holds the mark, "close"; None: too few."""
        if self.compared < FEWEST or self.interval.low is None or self.interval.high is None:
            return None
        if self.interval.low >= self.act_below:
            return "good"
        return "act" if self.interval.high < self.act_below else "close"

    @property
    def verdict(self) -> str | None:
        """By the lower end of the interval: "reliable", "tentative" or "unreliable"; None: too few to say."""
        if self.compared < FEWEST or self.interval.low is None:
            return None
        if self.interval.low >= RELIABLE:
            return "reliable"
        return "tentative" if self.interval.low >= TENTATIVE else "unreliable"


# ------------------------------------------------------------------ values


def speaker(claim: Claim) -> frozenset[str] | None:
    return frozenset(claim.speaker) or None


def stance(claim: Claim) -> tuple[str, str | None] | None:
    return (claim.stance, claim.polarity) if claim.stance is not None else None


def attribution(claim: Claim) -> str | None:
    return claim.attribution


CLAIM_VALUES: dict[str, Callable[[Claim], Hashable | None]] = {
    "speaker": speaker,
    "stance": stance,
    "attribution": attribution,
}


# ------------------------------------------------------------------ coefficients


def claim_present(sentences: Sequence[Rated], people: Sequence[str]) -> Layer:
    """Nominal α over sentences: a claim or none. AC1 stands beside it, since "no claim" can dominate."""
    units = [[_present(rated.answers.get(name)) for name in people] for rated in sentences]
    layer = _nominal("claim", "sentences", units, people, sentences)
    beside = ac1(units, labels=(True, False)).value if layer.n else None
    return dataclasses.replace(layer, ac1=beside)


def same_claim(aligned: Sequence[Aligned]) -> Layer:
    """Mean pairwise F1 of finding the same claims."""
    clusters = [cluster for sentence in aligned for cluster in sentence.clusters]
    sentences = [sentence.rated for sentence in aligned for _ in sentence.clusters]
    found = detection(clusters, [rated.document for rated in sentences])
    over = None if found.value is None else "documents"
    interval = found.interval
    if found.documents == 1:
        over = "sentences"
        interval = _over_sentences(detection(clusters, [_name(rated) for rated in sentences]))
    return Layer(
        id="same", measure="f1", unit="claims",
        value=found.value, reason=found.reason, observed=None, expected=None,
        compared=found.clusters, n=sum(len(cluster.members) for cluster in clusters),
        documents=found.documents,
        annotators=tuple(sorted({name for cluster in clusters for name in cluster.finished})),
        interval=interval, interval_over=over,
        provisional=("few_documents",) if 0 < found.documents < FEW_DOCUMENTS else (),
        counts={},
    )  # fmt: skip


def of_claims(id: str, aligned: Sequence[Aligned], people: Sequence[str]) -> Layer:
    """Nominal α of "speaker", "stance" or "attribution" over aligned claims; a claim not found is missing."""
    value = CLAIM_VALUES[id]
    units, sentences = [], []
    for sentence in aligned:
        for cluster in sentence.clusters:
            units.append([_value(value, sentence.rated, cluster, name) for name in people])
            sentences.append(sentence.rated)
    return _nominal(id, "claims", units, people, sentences)


def _nominal(
    id: str,
    unit: str,
    units: Sequence[Sequence[Hashable | None]],
    people: Sequence[str],
    sentences: Sequence[Rated],
) -> Layer:
    found = alpha(units, documents=[rated.document for rated in sentences])
    over = None if found.value is None else "documents"
    interval = found.interval
    if found.value is not None and found.documents == 1:
        over = "sentences"
        interval = _over_sentences(alpha(units, documents=[_name(rated) for rated in sentences]))
    return Layer(
        id=id, measure="alpha", unit=unit,
        value=found.value, reason=found.reason, observed=found.observed, expected=found.expected,
        compared=found.units, n=found.n, documents=found.documents,
        annotators=_compared_people(units, people),
        interval=interval, interval_over=over, provisional=found.provisional,
        counts=found.counts, merges=merges(found),
    )  # fmt: skip


def _name(rated: Rated) -> tuple[str, str]:
    return rated.document, rated.sentence_id


def _over_sentences(found: Alpha | Detection) -> Interval:
    interval = found.interval
    if interval.reason == "too_few_documents":
        return dataclasses.replace(interval, reason="too_few_sentences")
    return interval


def _compared_people(units: Sequence[Sequence[Hashable | None]], people: Sequence[str]) -> tuple[str, ...]:
    compared: set[str] = set()
    for ratings in units:
        rated = [name for name, value in zip(people, ratings, strict=True) if value is not None]
        if len(rated) > 1:
            compared.update(rated)
    return tuple(sorted(compared))


def _present(answer: Answer | None) -> bool | None:
    return None if answer is None else bool(answer.claims)


def _value(
    value: Callable[[Claim], Hashable | None], rated: Rated, cluster: Cluster, name: str
) -> Hashable | None:
    if name not in cluster.members:
        return None
    return value(rated.answers[name].claims[cluster.members[name]])
