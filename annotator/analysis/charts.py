"""Tables drawn: bubbles for two-way counts, bars along a line, marks along a text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from annotator.analysis.canvas import PER_LETTER, TITLE, Legend, Positions, Sheet, Word, breadth, lines
from annotator.analysis.cells import Count, Table
from annotator.analysis.claims import Stated

CELL, ROW = 66, 48
LARGEST = 20
STEP, LANE, BAR = 40, 58, 30


def bubbles(table: Table, legend: Legend, positions: Positions, id: str) -> str:
    """Every cell a circle whose area is its number. Dashed: some of its claims are disputed."""
    names = {row: _wrapped(legend.name(table.by[0], row), 38) for row in table.rows}
    heads = {column: _wrapped(legend.name(table.by[1], column), 10) for column in table.columns}
    side = max((breadth(words) for words in names.values()), default=0) + 24
    heights = {row: max(ROW, 17 * len(names[row]) + 14) for row in table.rows}
    head = TITLE + 24 + 15 * max((len(words) for words in heads.values()), default=1)
    width = side + CELL * (len(table.columns) + 1) + 12
    width = max(width, breadth([legend.title], 15) + 24)
    sheet = Sheet(width, head + sum(heights.values()) + 12, legend, id)
    sheet.head()
    for n, column in enumerate(table.columns):
        x = side + CELL * (n + 0.5)
        if table.by[1] == "stance":
            sheet.glyph(x, TITLE + 10, positions.label(column), positions)
        _stack(sheet, x, TITLE + 32, heads[column], at="middle", size=12)
    y = float(head)
    for row in table.rows:
        middle = y + heights[row] / 2
        sheet.line([(12, y), (width - 12, y)])
        _stack(sheet, 12, middle + 5 - 8.5 * (len(names[row]) - 1), names[row])
        for n, column in enumerate(table.columns):
            _bubble(sheet, side + CELL * (n + 0.5), middle, table, (row, column), positions)
        total = table.of_row.get(row)
        all = Word(str(total.n if total else 0))
        sheet.words(side + CELL * (len(table.columns) + 0.5), middle + 5, all, at="middle", bold=True)
        y += heights[row]
    return sheet.done()


def _bubble(
    sheet: Sheet, x: float, y: float, table: Table, at: tuple[str, str], positions: Positions
) -> None:
    count = table.cell(*at)
    if not count.n:
        sheet.words(x, y + 5, Word("0"), at="middle", look="quiet-words")
        return
    hue = positions.hue(at[1]) if table.by[1] == "stance" else ""
    more = ' stroke-width="1.5"' + (' stroke-dasharray="3 2"' if count.disputed else "")
    sheet.circle(x, y, radius(count.n, table.most), f"bubble{hue}", more)
    sheet.words(x, y + 5, Word(str(count.n)), at="middle", bold=True)
    if count.rejecting:
        sheet.words(x + 26, y + 17, Word(f"×{count.rejecting}"), at="middle", size=12)


def radius(n: int, most: int) -> float:
    """
    >>> radius(1, 4), radius(4, 4)
    (15.0, 20.0)
    """
    return 10 + (LARGEST - 10) * (n / most) ** 0.5 if most else 10.0


def bars(
    lanes: Sequence[str], steps: Sequence[str], of: Callable[[str, str], Count], kinds: tuple[str, str],
    legend: Legend, positions: Positions, id: str,
) -> str:  # fmt: skip
    """A lane for each value of the first kind, a bar at each of the second. Hollow: disputed claims."""
    counts = {(lane, step): of(lane, step) for lane in lanes for step in steps}
    most = max((count.n for count in counts.values()), default=0)
    names = {lane: legend.name(kinds[0], lane) for lane in lanes}
    marks = [legend.name(kinds[1], step) for step in steps]
    wide = max(STEP, breadth(marks, 12) + 10)
    side = breadth(names.values()) + (44 if kinds[0] == "stance" else 24)
    width = max(side + wide * len(steps) + 12, breadth([legend.title], 15) + 24)
    sheet = Sheet(width, TITLE + LANE * len(lanes) + 34, legend, id)
    sheet.head()
    for n, lane in enumerate(lanes):
        floor = TITLE + LANE * (n + 1)
        if kinds[0] == "stance":
            sheet.glyph(24, floor - 14, positions.label(lane), positions)
        sheet.words(44 if kinds[0] == "stance" else 12, floor - 9, names[lane])
        sheet.line([(side, floor), (width - 12, floor)])
        for m, step in enumerate(steps):
            if counts[lane, step].n:
                _bar(sheet, side + wide * (m + 0.5), floor, counts[lane, step], most)
    for m, mark in enumerate(marks):
        sheet.words(
            side + wide * (m + 0.5), TITLE + LANE * len(lanes) + 20, mark, at="middle", size=12,
            look="quiet-words",
        )  # fmt: skip
    return sheet.done()


def _bar(sheet: Sheet, x: float, floor: float, count: Count, most: int) -> None:
    high = BAR * count.n / most
    sure = BAR * (count.n - count.disputed) / most
    if sure:
        sheet.box(x - 8, floor - sure, 16, sure, "bar")
    if count.disputed:
        sheet.box(x - 8, floor - high, 16, high - sure, "bar-disputed")
    sheet.words(x, floor - high - 5, Word(str(count.n)), at="middle", size=12)


def strip(
    claims: Sequence[Stated], speakers: Sequence[str], numbers: Mapping[str, int | str], length: int,
    legend: Legend, positions: Positions, id: str, width: float = 560,
) -> str:  # fmt: skip
    """One document: a line for each speaker, a mark for each position at its sentence.

    Claims of one speaker with one position in one sentence are one mark; dashed below: all are disputed.
    `numbers` are what sentences are called, `length` is how many there are.
    """
    side = breadth(legend.name("speaker", one) for one in speakers) + 28
    marks = {one: _marks(claims, one) for one in speakers}
    tall = 10 * max(len(positions.sides), 1) + 6
    heights = {
        one: max((len(here) for here in marks[one].values()), default=1) * tall + 14 for one in speakers
    }
    sheet = Sheet(width, TITLE + sum(heights.values()) + 30, legend, id)
    sheet.head()
    y = float(TITLE)

    def place(order: int) -> float:
        return side + 10 + (width - side - 32) * order / max(length - 1, 1)

    for one in speakers:
        sheet.line([(12, y), (width - 12, y)])
        sheet.words(12, y + heights[one] / 2 + 5, legend.name("speaker", one))
        for order, here in marks[one].items():
            top = y + heights[one] / 2 - tall * (len(here) - 1) / 2
            for n, ((stance, rejects), disputed) in enumerate(here.items()):
                at = top + n * tall - 1
                label = positions.label(stance or "")
                if label:
                    sheet.glyph(place(order), at, label, positions, upright=True, rejects=rejects)
                else:
                    sheet.circle(place(order), at, 4, "bar")
                if disputed:
                    x, under = place(order), at + tall / 2 - 1
                    sheet.line([(x - 5, under), (x + 5, under)], "edge", ' stroke-dasharray="2 2"')
        y += heights[one]
    sheet.line([(12, y), (width - 12, y)])
    _axis(sheet, claims, numbers, place, y + 18)
    return sheet.done()


def _marks(claims: Sequence[Stated], speaker: str) -> dict[int, dict[tuple[str | None, bool], bool]]:
    """Where a speaker has claims: order → (position, rejected) → whether all of them are disputed."""
    found: dict[int, dict[tuple[str | None, bool], bool]] = {}
    for one in claims:
        if speaker in one.speakers:
            here = found.setdefault(one.order, {})
            key = (one.stance, one.rejects)
            here[key] = here.get(key, True) and one.disputed
    return found


def _axis(
    sheet: Sheet, claims: Sequence[Stated], numbers: Mapping[str, int | str], place: Callable[[int], float],
    y: float,
) -> None:  # fmt: skip
    """The number of a sentence, wherever there is room for one."""
    known = sorted({(one.order, one.sentence) for one in claims})
    last = float("-inf")
    for order, sentence in known:
        word = Word(str(numbers.get(sentence, sentence)))
        if place(order) - last >= len(word.text) * 12 * PER_LETTER + 14:
            last = place(order)
            sheet.words(last, y, word, at="middle", size=12, look="quiet-words")


def _wrapped(word: Word, letters: int) -> list[Word]:
    return [replace(word, text=line) for line in lines(word.text, letters)]


def _stack(
    sheet: Sheet, x: float, y: float, words: Sequence[Word], at: str = "start", size: float = 13
) -> None:
    for n, word in enumerate(words):
        sheet.words(x, y + n * (size + 3), word, at=at, size=size)
