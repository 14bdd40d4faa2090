"""A paragraph for the methods section: constant sentences with the report's own figures in them."""

from __future__ import annotations

from collections.abc import Sequence

from annotator.agreement.interval import RELIABLE, TENTATIVE
from annotator.agreement.layers import Layer
from annotator.agreement.report import Report
from annotator.agreement.shown import figure
from annotator.problems import Counted, Said


def methods(report: Report, codebook: str = "") -> tuple[Said, ...]:
    """The sentences, in order, each to be said in any language; nothing without shared sentences.

    `codebook`: id@version, named if given.
    """
    if not report.sentences:
        return ()
    found = [_who(report)]
    if codebook:
        found.append(Said("They followed the codebook %(codebook)s.", codebook=codebook))
    if report.left_out:
        found.append(
            Said("Claims of these speakers were left out: %(speakers)s.", speakers=list(report.left_out))
        )
    found.append(
        Said(
            "Agreement is Krippendorff’s α (Krippendorff 2019, Content Analysis, 4th ed., ch. 12), "
            "1 − (1 − A_o)/(1 − A_e), with observed agreement A_o and expected agreement A_e."
        )
    )
    found.append(
        Said(
            "The intervals of 95 per cent are from a jackknife that leaves out one document at a time, with "
            "Student’s t (Quenouille 1956; Tukey 1958; for α: Hughes, arXiv 2210.13265); they speak about "
            "other documents and these annotators."
        )
    )
    found += _aligned(report)
    found += [
        _figure(layer) for layer in report.figures if layer.measure == "alpha" and layer.value is not None
    ]
    found += _undefined([layer for layer in report.figures if layer.value is None])
    found.append(
        Said(
            "By the lower end of the interval, positions from %(reliable)s are taken as reliable and from "
            "%(tentative)s as tentative (Krippendorff 2004, Content Analysis, 2nd ed., 11.4).",
            reliable=figure(RELIABLE),
            tentative=f"{TENTATIVE}",
        )  # fmt: skip
    )
    return tuple(found)


def _who(report: Report) -> Said:
    return Said(
        "%(people)s annotators worked independently; %(sentences)s sentences of %(documents)s documents were "
        "finished by two or more of them.",
        people=len(report.people), sentences=report.sentences, documents=len(report.documents),
    )  # fmt: skip


def _aligned(report: Report) -> list[Said]:
    same = report.layer("same")
    if same.value is None:
        return []
    return [
        Said(
            "Claims of the same sentence were put side by side by the overlap of their marked words, then "
            "by speaker and order, never by position or attribution; the annotators found the same claims "
            "with a mean pairwise F1 of %(value)s%(interval)s (Hripcsak & Rothschild 2005), not corrected "
            "for chance.",
            value=figure(same.value),
            interval=_interval(same),
        )  # fmt: skip
    ]


SENTENCES = {
    "claim": Said("Whether a sentence holds a claim"),
    "speaker": Said("Speaker of the claims that both found"),
    "stance": Said("Position of the claims that both found"),
    "attribution": Said("Attribution of the claims that both found"),
    "content": Said("Words marked as content"),
    "cue": Said("Words marked as cue"),
    "source": Said("Words marked as source"),
    "stances": Said("Set of positions in a sentence, no claim included (MASI distance, Passonneau 2006)"),
    "weighted": Said("Position, weighted, with half a step between positions that share a side"),
}


def _figure(layer: Layer) -> Said:
    return Said(
        "%(question)s: α = %(value)s%(interval)s, A_o %(observed)s, A_e %(expected)s, n = %(n)s answers.",
        question=SENTENCES[layer.id], value=figure(layer.value), interval=_interval(layer),
        observed=figure(layer.observed), expected=figure(layer.expected), n=layer.n,
    )  # fmt: skip


def _interval(layer: Layer) -> Said:
    interval = layer.interval
    if interval.low is None or interval.high is None:
        return Said("")
    low, high, groups = figure(interval.low), figure(interval.high), interval.groups
    if layer.interval_over == "sentences":
        return Counted(
            " [%(low)s, %(high)s] over %(n)s sentence of one document",
            " [%(low)s, %(high)s] over %(n)s sentences of one document", groups, low=low, high=high,
        )  # fmt: skip
    return Counted(
        " [%(low)s, %(high)s] over %(n)s document", " [%(low)s, %(high)s] over %(n)s documents", groups,
        low=low, high=high,
    )  # fmt: skip


def _undefined(layers: Sequence[Layer]) -> list[Said]:
    return [
        Said("%(question)s: all gave the same answer, so α is undefined.", question=SENTENCES[layer.id])
        for layer in layers
        if layer.reason == "no_variation" and layer.id in SENTENCES
    ]
