"""The report for eyes and for programs: one set of figures and words for page, command line and JSON."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from annotator.agreement.coefficients import FEW_DOCUMENTS, FEW_MINORITY
from annotator.agreement.interval import RELIABLE, TENTATIVE, Interval
from annotator.agreement.layers import FEWEST, Layer
from annotator.agreement.report import Disagreement, Report
from annotator.agreement.words import Overlap
from annotator.model import Claim, Counted, Figure, Said

FORMAT = "qawl-agreement/1"

QUESTIONS: Mapping[str, Said] = {
    "claim": Said("Is there a claim?"),
    "same": Said("The same claims?"),
    "speaker": Said("Who speaks?"),
    "stance": Said("Whose position?"),
    "attribution": Said("How attributed?"),
    "content": Said("Which words are the content?"),
    "cue": Said("Which words are the cue?"),
    "source": Said("Which words are the source?"),
    "stances": Said("Which positions in a sentence?"),
    "weighted": Said("Whose position, weighted?"),
}

REASONS: Mapping[str, Said] = {
    "no_overlap": Said("Nothing was finished by two people."),
    "no_variation": Said("100 % agreement on one answer: nothing to compare with chance, so α is undefined."),
    "too_few_documents": Said("An interval over documents needs at least two documents."),
    "too_few_sentences": Said("An interval needs at least two sentences."),
    "hangs_on_one": Said("Without one of them there is only one answer left, so there is no interval."),
    "few_documents": Counted(
        "Fewer than %(n)s document: a rough interval.",
        "Fewer than %(n)s documents: a rough interval.",
        FEW_DOCUMENTS,
    ),
    "few_minority": Said(
        "Fewer than %(n)s got any but the commonest answer: a rough interval.", n=FEW_MINORITY
    ),
}

OPEN_LIST_WORDS = Said(
    "So many answers are in use that hardly any agreement is expected by chance: "
    "α is close to plain agreement."
)

NO_CLAIM_TWICE = Said("No claim was found by two people.")

DIFFERENCE_WORDS: Mapping[str, Said] = {
    "claim": Said("claim or not"),
    "number": Said("number of claims"),
    "same": Said("which claims"),
    "speaker": Said("speaker"),
    "stance": Said("position"),
    "attribution": Said("attribution"),
}


def figure(value: float | None) -> str:
    """Two decimals; more where two would hide on which side of .667 or .800 it lies, or that it is not 1.

    >>> figure(0.742), figure(0.7999), figure(0.6666), figure(None)
    ('0.74', '0.7999', '0.6666', '–')
    """
    if value is None:
        return "–"
    for decimals in range(2, 6):
        shown = f"{value:.{decimals}f}"
        if all((float(shown) < mark) == (value < mark) for mark in (TENTATIVE, RELIABLE, 1)):
            break
    return Figure(shown.replace("-", "−") if float(shown) else shown.lstrip("-"))


def decimal(value: float, places: int) -> Figure:
    """A number with so many decimals, whatever it hides.

    >>> decimal(2 / 3, 1), decimal(0.8, 2)
    ('0.7', '0.80')
    """
    return Figure(f"{value:.{places}f}")


def percent(share: float | None) -> str:
    """A share in whole per cent; all but everything is not 100.

    >>> percent(0.789), percent(0.999), percent(None)
    ('79 %', '99 %', '–')
    """
    if share is None:
        return "–"
    rounded = round(share * 100)
    if rounded == 100 and share < 1:
        rounded = 99
    return Said("%(n)s %%", n=rounded)


def reason_words(layer: Layer) -> Said | None:
    """Why this question has no figure, in plain words."""
    if layer.reason == "no_overlap" and layer.unit == "claims":
        return NO_CLAIM_TWICE
    return REASONS[layer.reason] if layer.reason else None


def interval_words(layer: Layer) -> Said:
    """How the interval was made, or why there is none."""
    if layer.interval.reason:
        return REASONS[layer.interval.reason]
    if layer.interval_over == "sentences":
        return Said(
            "Only one document, so there is no interval over documents. "
            "This one is over its sentences: it says nothing about other documents."
        )
    return Counted("Over %(n)s document.", "Over %(n)s documents.", layer.interval.groups)


# ------------------------------------------------------------------ JSON


def as_json(report: Report) -> dict[str, Any]:
    """Every figure of the report, ready for json.dumps: full precision, reasons as codes and in words."""
    return {
        "format": FORMAT,
        "sentences": report.sentences,
        "documents": list(report.documents),
        "people": list(report.people),
        "left_out": list(report.left_out),
        "layers": [_layer(layer) for layer in report.layers],
        "beside": [_layer(layer) for layer in report.figures[len(report.layers) :]],
        "disagreements": [_disagreement(each) for each in report.disagreements],
    }


def _layer(layer: Layer) -> dict[str, Any]:
    return {
        "id": layer.id,
        "question": QUESTIONS[layer.id],
        "measure": layer.measure,
        "value": layer.value,
        "reason": layer.reason,
        "reason_text": reason_words(layer),
        "observed": layer.observed,
        "expected": layer.expected,
        "unit": layer.unit,
        "compared": layer.compared,
        "n": layer.n,
        "documents": layer.documents,
        "annotators": list(layer.annotators),
        "interval": _interval(layer.interval),
        "interval_over": layer.interval_over,
        "interval_text": interval_words(layer),
        "provisional": [{"reason": reason, "text": REASONS[reason]} for reason in layer.provisional],
        "act_below": layer.act_below,
        "standing": layer.standing,
        "verdict": layer.verdict if layer.id == "stance" else None,
        "counts": [{"value": _value(value), "n": n} for value, n in _by_count(layer.counts)],
        "merges": [
            {"values": [_value(value) for value in merge.labels], "count": merge.count, "share": merge.share,
             "ratio": merge.ratio, "alpha_if_one": merge.alpha}
            for merge in layer.merges
        ],
        "ac1": layer.ac1,
        "filled": layer.filled and list(layer.filled),
        "open_list": layer.open_list,
        "overlap": None if layer.overlap is None else _overlap(layer.overlap),
    }  # fmt: skip


def _overlap(overlap: Overlap) -> dict[str, Any]:
    return {
        "pairs": overlap.pairs,
        "overlap": overlap.overlap,
        "exact": overlap.exact,
        "reason": overlap.reason,
        "interval": _interval(overlap.interval),
        "exact_interval": _interval(overlap.exact_interval),
    }


def _interval(interval: Interval) -> dict[str, Any]:
    return {
        "low": interval.low,
        "high": interval.high,
        "se": interval.se,
        "p_667": interval.p_667,
        "p_800": interval.p_800,
        "groups": interval.groups,
        "reason": interval.reason,
    }


def _disagreement(each: Disagreement) -> dict[str, Any]:
    return {
        "document": each.document,
        "sentence": each.sentence_id,
        "order": each.order,
        "unit": str(each.kind),
        "text": each.text,
        "differs": list(each.differs),
        "readings": [
            {"person": voice.person, "claims": [_claim(claim) for claim in voice.answer.claims]}
            for voice in each.voices
        ],
    }


def _claim(claim: Claim) -> dict[str, Any]:
    return {
        "speaker": list(claim.speaker),
        "stance": claim.stance,
        "polarity": claim.polarity,
        "attribution": claim.attribution,
    }


def _value(value: Any) -> Any:
    """A label as JSON: speakers or positions as a sorted list, a position as [label, polarity]."""
    if isinstance(value, frozenset):
        return sorted(map(_value, value), key=str)
    return list(value) if isinstance(value, tuple) else value


def _by_count(counts: Mapping[Any, int]) -> list[tuple[Any, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], str(_value(item[0]))))


# ------------------------------------------------------------------ table

HEADINGS = ("Question", "Compared", "Same answer", "By chance", "Score", "95 % interval", "Note")


def as_table(report: Report) -> str:
    """The report as text for a terminal: the questions, how to read them, the sentences that differ."""
    lines = [_summary(report)]
    if report.sentences:
        rows = [_row(layer) for layer in _told(report)]
        widths = [max(_width(row[i]) for row in [HEADINGS, *rows]) for i in range(len(HEADINGS))]
        lines += ["", _line(HEADINGS, widths), _line(["-" * width for width in widths], widths)]
        lines += [_line(row, widths) for row in rows]
        lines += ["", *_notes(report)]
    if report.disagreements:
        lines += ["", f"Sentences where readings differ: {len(report.disagreements)}"]
        lines += [_difference(each) for each in report.disagreements]
    return "\n".join(lines)


def _told(report: Report) -> list[Layer]:
    """The questions, and of the other figures those that there are."""
    return [layer for layer in report.figures if layer in report.layers or layer.value is not None]


def _summary(report: Report) -> str:
    if not report.sentences:
        return "Nobody overlaps yet: no sentence was finished by two people. Give one document to two people."
    left_out = f" Not counted: claims of {', '.join(report.left_out)}." if report.left_out else ""
    return (
        f"{_number(report.sentences, 'sentence')} finished by two or more, in "
        f"{_number(len(report.documents), 'document')}, by {', '.join(report.people)}.{left_out}"
    )


def _row(layer: Layer) -> tuple[str, ...]:
    interval = layer.interval
    bounds = f"{figure(interval.low)} to {figure(interval.high)}" if interval.low is not None else "–"
    if layer.interval_over == "sentences" and interval.low is not None:
        bounds += " (sentences)"
    measure = "F1" if layer.measure == "f1" else "α"
    notes = ["undefined"] if layer.reason else ["provisional"] if layer.provisional else []
    if layer.compared and layer.compared < FEWEST:
        notes.append(f"fewer than {FEWEST}, no verdict")
    return (
        QUESTIONS[layer.id], f"{layer.compared} {layer.unit}", percent(layer.observed),
        percent(layer.expected), f"{measure} {figure(layer.value)}", bounds, ", ".join(notes),
    )  # fmt: skip


def _notes(report: Report) -> list[str]:
    """Every reason that a row only hints at, once, with the questions it concerns."""
    said: dict[str, list[str]] = {}
    for layer in _told(report):
        words = [reason_words(layer)] if layer.reason else [interval_words(layer)]
        words += [REASONS[reason] for reason in layer.provisional]
        words += [OPEN_LIST_WORDS] if layer.open_list else []
        for each in words:
            if each:
                said.setdefault(each, []).append(QUESTIONS[layer.id])
    everywhere = len(_told(report))
    return [
        words if len(questions) == everywhere else f"{' '.join(questions)} {words}"
        for words, questions in said.items()
    ]


def _difference(each: Disagreement) -> str:
    words = ", ".join(DIFFERENCE_WORDS[difference] for difference in each.differs)
    return f"  {each.document}/{each.sentence_id}  {words}"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell + " " * (width - _width(cell)) for cell, width in zip(cells, widths, strict=True))
    return "  ".join(padded).rstrip()


def _width(text: str) -> int:
    return sum(not unicodedata.combining(character) for character in text)


def _number(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"
