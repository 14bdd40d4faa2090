"""Is the sample big enough: how many documents an interval of ±.05 takes."""

from __future__ import annotations

import math
from dataclasses import dataclass

from annotator.agreement.layers import Layer
from annotator.problems import Said

WANTED = 0.05
ENOUGH_SENTENCES = 1000
ENOUGH_DOCUMENTS = 40
FEWEST_DOCUMENTS = 20


@dataclass(frozen=True, slots=True)
class Sample:
    """What was answered twice, and what an interval of ± `wanted` takes.

    `half`: half-width of the interval now, None without one over documents. `documents_needed` and
    `sentences_needed`: in all, None where `half` is; `documents_more`: beyond those there are. `advice`:
    what to do first, "documents" (fewer than 20 or than 40, or the interval is too wide), "sentences" (fewer
    than 1,000) or None.
    """

    wanted: float
    half: float | None
    documents: int
    sentences: int
    documents_needed: int | None
    sentences_needed: int | None
    documents_more: int
    advice: str | None


def advice_words(sample: Sample) -> Said | None:
    """What to do first, as a sentence; None where the sample is big enough."""
    if sample.advice == "documents":
        return Said(
            "Give more whole documents, chosen at random, to two people each: at least %(sentences)s "
            "sentences over at least %(documents)s documents, never fewer than %(fewest)s.",
            sentences=ENOUGH_SENTENCES, documents=ENOUGH_DOCUMENTS, fewest=FEWEST_DOCUMENTS,
        )  # fmt: skip
    if sample.advice == "sentences":
        return Said("Let two people answer at least %(sentences)s sentences.", sentences=ENOUGH_SENTENCES)
    return None


def sample(layer: Layer, sentences: int, documents: int, wanted: float = WANTED) -> Sample:
    """Scaled by 1/√G from the half-width of `layer`, in documents as long as so far (agreement.md 3, 6.5).

    `sentences` and `documents`: those that two or more finished. The advice is that of the same place: at
    least 1,000 sentences over at least 40 whole documents, never fewer than 20.
    """
    interval = layer.interval
    half = needed = in_sentences = None
    if interval.se is not None and layer.value is not None and layer.interval_over == "documents":
        half = layer.value - (interval.low if interval.low is not None else layer.value)
        needed = max(math.ceil(layer.documents * (half / wanted) ** 2 - 1e-9), 2)
        in_sentences = math.ceil(needed * sentences / max(documents, 1))
    more = max(needed or 0, FEWEST_DOCUMENTS) - documents
    advice = None
    if documents < ENOUGH_DOCUMENTS or more > 0:
        advice = "documents"
    elif sentences < ENOUGH_SENTENCES:
        advice = "sentences"
    return Sample(wanted, half, documents, sentences, needed, in_sentences, max(more, 0), advice)
