"""What the agreement page shows: the figures of one filter, and the breakdowns of one question."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from annotator import agreement
from annotator.agreement import Cell, Drift, Habit, Layer, Part, Report, Sample
from annotator.model import Codebook, Document, Said
from annotator.web.agreement_filter import Counted

LABELS = 12  # of a question in the tables of labels, the most used first
DOCUMENTS = 15  # in the table of documents, the lowest first
WEEKS = 12  # the latest
RANKED = 8  # pairs of labels
HEIGHT = 160  # of the drawing by week


@dataclass(frozen=True)
class Heat:
    """Labels against labels; cells by their two places, the later one first."""

    labels: tuple[Any, ...]
    cells: Mapping[tuple[int, int], Cell]
    most: tuple[int, int] | None  # the most frequent mix-up
    left_out: int  # labels used less

    def tone(self, row: int, column: int) -> int:
        """0 to 4, by the square root of the count, so that rare mix-ups show beside frequent answers."""
        cell = self.cells.get((row, column))
        most = max(each.units for each in self.cells.values())
        return 0 if cell is None else max(1, math.ceil(4 * math.sqrt(cell.units / most)))


@dataclass(frozen=True)
class Page:
    """Everything the templates ask about."""

    counted: Counted
    question: str
    codebook: Codebook
    documents: Mapping[str, Document]
    simulated: frozenset[str]
    weeks_of_codebook: Mapping[str, str]  # ISO week → the version that came in it

    @property
    def report(self) -> Report:
        return self.counted.report

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The questions this codebook asks."""
        return self.report.layers

    @cached_property
    def rows(self) -> list[Layer]:
        """The questions, and the other figures that there are."""
        return [
            *self.layers,
            *(each for each in self.report.figures[len(self.layers) :] if each.value is not None),
        ]

    @property
    def headline(self) -> Layer:
        """The question the whole page is about: the position, where the codebook asks for one."""
        return headline(self.report)

    @property
    def layer(self) -> Layer:
        """The question that is broken down."""
        return self.report.layer(self.question)

    @property
    def compared_simulated(self) -> list[str]:
        return [name for name in self.report.people if name in self.simulated]

    @cached_property
    def notes(self) -> list[Said]:
        """What the badges of the questions mean, each once."""
        return list(dict.fromkeys(note for layer in self.rows for note in _notes(layer)))

    def notes_of(self, layer: Layer) -> list[int]:
        """Numbers of the notes on this question, from 1."""
        return [self.notes.index(note) + 1 for note in _notes(layer)]

    def differing(self, layer: Layer) -> int:
        """How many sentences differ in this question."""
        return len(self.counted.differing_in(layer.id))

    # -------------------------------------------------------------- the question broken down

    @cached_property
    def parts(self) -> agreement.Parts:
        return self.counted.parts(self.question)

    @cached_property
    def document_parts(self) -> list[tuple[Part, Document]]:
        return [(part, self.documents[part.key]) for part in lowest(self.counted, self.question)]

    @property
    def documents_left(self) -> int:
        return max(len(self.parts.documents) - DOCUMENTS, 0)

    @cached_property
    def pairs(self) -> dict[tuple[str, str], Part]:
        return {part.key: part for part in self.parts.pairs}

    def pair_tone(self, part: Part) -> int:
        """1 to 4, lower to higher, on the scale of all pairs' figures."""
        value = part.value if part.value is not None else part.observed
        return 1 + sum(value >= mark for mark in (0.4, agreement.TENTATIVE, agreement.RELIABLE))

    @cached_property
    def heat(self) -> Heat | None:
        """None where nothing can be mixed up: F1, one label."""
        if self.layer.measure == "f1" or self.layer.value is None:
            return None
        found = self.counted.mixups(self.question)
        used = [use.label for use in found.uses]
        labels = self._in_order(used[:LABELS])
        place = {label: n for n, label in enumerate(labels)}
        cells = {}
        for cell in found.cells:
            if all(label in place for label in cell.labels):
                one, other = sorted(place[label] for label in cell.labels)
                cells[(other, one)] = cell
        mixed = [key for key in cells if key[0] != key[1]]
        most = max(mixed, key=lambda key: cells[key].units, default=None)
        return Heat(labels, cells, most, len(used) - len(labels))

    def _in_order(self, labels: list[Any]) -> tuple[Any, ...]:
        """As the codebook lists them; others by how much they are used."""
        listed = {label.id: n for n, label in enumerate(self.codebook.labels(self.question))}

        def rank(label: Any) -> tuple[int, bool]:
            id, polarity = label if isinstance(label, tuple) else (label, None)
            return listed.get(id, len(listed)) if isinstance(id, str) else 0, polarity == "oppose"

        return tuple(sorted(labels, key=rank))

    @property
    def ranked(self) -> list[agreement.Merge]:
        return list(self.layer.merges[:RANKED])

    @cached_property
    def habits(self) -> dict[str, dict[Any, Habit]]:
        """Person → label → how often; the labels are those of `heat`."""
        found: dict[str, dict[Any, Habit]] = {}
        for habit in self.counted.habits(self.question):
            found.setdefault(habit.annotator, {})[habit.label] = habit
        return found

    @property
    def told_habits(self) -> list[Habit]:
        return [habit for habit in self.counted.habits(self.question) if habit.told]

    @cached_property
    def weeks(self) -> list[str]:
        return sorted({part.key[1] for part in self.parts.annotator_weeks})[-WEEKS:]

    @property
    def weekly(self) -> Sequence[Part]:
        """The question in the latest weeks."""
        return self.parts.weeks[-WEEKS:]

    @staticmethod
    def height(value: float) -> float:
        """Where a figure stands in the drawing by week, from the top."""
        return round(HEIGHT * (1 - min(max(value, 0), 1)), 1)

    @cached_property
    def by_week(self) -> dict[tuple[str, str], Part]:
        return {part.key: part for part in self.parts.annotator_weeks}

    @cached_property
    def drift(self) -> dict[str, Drift]:
        return {each.annotator: each for each in self.counted.drift(self.question) if each.alarms}

    @property
    def sample(self) -> Sample:
        return agreement.sample(self.layer, self.report.sentences, len(self.report.documents))

    @property
    def methods(self) -> tuple[Said, ...]:
        return agreement.methods(self.report, self.codebook.name)


def headline(report: Report) -> Layer:
    by_id = {layer.id: layer for layer in report.layers}
    return by_id.get("stance") or by_id.get("speaker") or by_id["claim"]


def lowest(counted: Counted, question: str) -> list[Part]:
    """The documents that agree least."""
    return counted.once(("lowest", question), lambda: counted.parts(question).documents.lowest(DOCUMENTS))


def key(label: Any) -> str:
    """A label in an address.

    >>> key(("ru", "oppose")), key(frozenset({"b", "a"})), key(True)
    ('ru:oppose', 'a+b', 'yes')
    """
    if isinstance(label, bool):
        return "yes" if label else "no"
    if isinstance(label, frozenset):
        return "+".join(sorted(label))
    return ":".join(part for part in label if part) if isinstance(label, tuple) else str(label)


def _notes(layer: Layer) -> list[Said]:
    reason = agreement.reason_words(layer)
    if reason is not None:
        return [reason]
    return [agreement.REASONS[code] for code in layer.provisional]
