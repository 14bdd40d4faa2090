"""The questions asked of a sentence, each with its coefficient: is there a claim, are the claims the same,
who speaks, whose position, how attributed, which words."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotator.agreement.coefficients import FEW_DOCUMENTS, Alpha, gwet
from annotator.agreement.compared import Compared, figure, found_by
from annotator.agreement.detection import Detection
from annotator.agreement.interval import RELIABLE, TENTATIVE, Interval
from annotator.agreement.mixups import Merge, likeliest
from annotator.agreement.shared import Shared
from annotator.agreement.sums import each_row
from annotator.agreement.words import Overlap
from annotator.model import Claim

FEWEST = 15
"""Below this many compared sentences or claims there is no verdict."""

ACT_BELOW = {
    "claim": 0.60,
    "same": 0.65,
    "speaker": 0.75,
    "stance": 0.67,
    "attribution": 0.55,
    "content": 0.70,
    "cue": 0.70,
    "source": 0.70,
    "stances": 0.67,
    "weighted": 0.67,
}
"""Where a layer needs work: from what published projects with such layers reach."""

SOME = 4096  # units looked at together

OPEN_LIST = 0.05
"""With less agreement than this expected by chance, α is hardly more than agreement itself."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One question: how far people agree on it, and everything that figure stands on.

    `measure`: "alpha", or "f1" for the same claims (no expected agreement there). `unit`: what is compared,
    "sentences", "claims" or "words"; `compared` how many, `n` values in them. `interval_over`: "documents",
    or "sentences" where there is only one document, None without an interval. `reason` says why there is no
    value, `interval.reason` why no interval, `provisional` why the figure may still move. Of claims found by
    two or more, `filled` has how many everybody, only some, and nobody answered. `overlap`: of marked words.
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
    filled: tuple[int, int, int] | None = None
    overlap: Overlap | None = dataclasses.field(default=None, compare=False)

    @property
    def open_list(self) -> bool:
        """Whether so many labels are in use that next to nothing is expected by chance: α is about A_o."""
        return self.expected is not None and self.expected < OPEN_LIST

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


def layer(compared: Compared, all: Shared) -> Layer:
    """The figure of one question, over documents or, where there is one document, over its sentences."""
    whole: Alpha | Detection
    if compared.measure == "f1":
        whole = found_by(compared, all.document[compared.row])
    else:
        whole = figure(compared, all.document[compared.row])
    interval, over = _interval(compared, whole)
    pairable = compared.ratings > 0
    found = Layer(
        id=compared.id, measure=compared.measure, unit=compared.unit,
        value=whole.value, reason=whole.reason, observed=None, expected=None,
        compared=int(pairable.sum()), n=int((compared.codes == 1).sum()), documents=whole.documents,
        annotators=_annotators(compared, all),
        interval=interval, interval_over=over,
        provisional=("few_documents",) if 0 < whole.documents < FEW_DOCUMENTS else (), counts={},
    )  # fmt: skip
    if isinstance(whole, Detection):
        return found
    return dataclasses.replace(
        found,
        observed=whole.observed,
        expected=whole.expected,
        compared=whole.units,
        n=whole.n,
        provisional=whole.provisional,
        counts={compared.labels[code]: n for code, n in whole.counts.items()},
        merges=likeliest(compared, whole) if compared.distances is None else (),
        ac1=_ac1(compared, all) if compared.id == "claim" and whole.n else None,
        filled=_filled(compared, all) if compared.id in CLAIM_VALUES else None,
    )


def _annotators(compared: Compared, all: Shared) -> tuple[str, ...]:
    """Whose answers are compared. Mostly the first thousands of units show everybody."""
    seen = np.zeros(len(all.people), bool)
    for start in range(0, len(compared.row), SOME):
        some = slice(start, start + SOME)
        rated = (compared.codes[some] >= 0) & (compared.ratings[some] > 0)[:, None]
        seen[all.person[compared.row[some]][rated]] = True
        if seen.all():
            break
    return tuple(name for name, so in zip(all.people, seen.tolist(), strict=True) if so)


def _interval(compared: Compared, whole: Alpha | Detection) -> tuple[Interval, str | None]:
    if whole.value is None:
        return whole.interval, None
    if whole.documents != 1:
        return whole.interval, "documents"
    again = found_by if compared.measure == "f1" else figure
    interval = again(compared, compared.row).interval
    if interval.reason == "too_few_documents":
        interval = dataclasses.replace(interval, reason="too_few_sentences")
    return interval, "sentences"


def _ac1(compared: Compared, all: Shared) -> float | None:
    """Gwet's coefficient of two possible values."""
    table = np.stack([each_row(np.add, compared.codes == k) for k in (0, 1)], axis=1)
    return gwet(table, all.document[compared.row]).value


def _filled(compared: Compared, all: Shared) -> tuple[int, int, int]:
    finders = each_row(np.add, all.claims >= 0)
    answers = each_row(np.add, compared.codes >= 0)
    shared = finders > 1
    everybody, nobody = shared & (answers == finders), shared & (answers == 0)
    return int(everybody.sum()), int((shared & ~everybody & ~nobody).sum()), int(nobody.sum())


def weighted(stance: Compared, distances: NDArray[np.float64]) -> Compared:
    """The same positions with other distances between them: a check on sensitivity, never the headline."""
    return dataclasses.replace(stance, id="weighted", distances=distances)
