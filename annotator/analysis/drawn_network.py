"""The networks drawn: actors beside issues, and actors in a circle. The same claims, the same picture."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from math import cos, pi, sin

from annotator.analysis.canvas import TITLE, Legend, Sheet, Word, breadth, lines
from annotator.analysis.claims import AFFIRMS
from annotator.analysis.network import CONFLICT, CONGRUENCE, Network, Tie

PORT, GAP = 11, 14
ISSUE = 236  # breadth of an issue's box
BETWEEN = 210
DASHED = ' stroke-dasharray="7 4"'

Edge = tuple[str, str, str]
"""Actor, issue, sign."""

Counted = Callable[[str, str], int]
"""How many claims there are of a kind and value: what a node leads to."""

Place = tuple[float, float]


def affiliation(network: Network, counted: Counted, legend: Legend, id: str) -> str:
    """Actors beside issues. Lines: solid affirms, dashed denies, as broad as claims are many."""
    actors = network.actors
    names = {one: legend.name("speaker", one) for one in actors}
    texts = {one: legend.name("issue", one) for one in network.issues}
    wrapped = {one: lines(word.text, 32) for one, word in texts.items()}
    room = max(breadth(names.values()) + 24, 96)
    left = _boxes(dict.fromkeys(actors, 40), [edge[0] for edge in network.affiliation])
    tall_texts = {one: 17 * len(wrapped[one]) + 18 for one in network.issues}
    right = _boxes(tall_texts, [edge[1] for edge in network.affiliation])
    tall = max(_bottom(left), _bottom(right))
    shift = {True: (tall - _bottom(left)) / 2, False: (tall - _bottom(right)) / 2}
    sheet = Sheet(room + BETWEEN + ISSUE + 24, TITLE + tall + 12, legend, id)
    sheet.head()
    top = TITLE + 4
    most = max((count.n for count in network.affiliation.values()), default=1)
    start, end = 12 + room, 12 + room + BETWEEN
    here = _ports(network.affiliation, 0, left, right)
    there = _ports(network.affiliation, 1, right, left)
    for edge, count in network.affiliation.items():
        a, b = top + shift[True] + here[edge], top + shift[False] + there[edge]
        more = f' stroke-width="{1.2 + 4.8 * count.n / most:.1f}"' + ("" if edge[2] == AFFIRMS else DASHED)
        sheet.line([(start, a), (start + 80, a), (end - 80, b), (end, b)], "edge", more)
        if count.disputed == count.n:
            sheet.circle((start + end) / 2, (a + b) / 2, 4, "doubt")
    for one in actors:
        y, high = left[one]
        number = counted("speaker", one)
        linked = sheet.link((("speaker", one),), legend.said("speaker", one, number))
        sheet.box(12, top + shift[True] + y, room, high, "box", ' rx="8"')
        sheet.words(24, top + shift[True] + y + high / 2 + 4, names[one], bold=True)
        if linked:
            sheet.unlink()
    for one in network.issues:
        y, high = right[one]
        number = counted("issue", one)
        linked = sheet.link((("issue", one),), legend.said("issue", one, number))
        sheet.box(end, top + shift[False] + y, ISSUE, high, "box", ' rx="8"')
        first = top + shift[False] + y + high / 2 + 4 - 8.5 * (len(wrapped[one]) - 1)
        for n, text in enumerate(wrapped[one]):
            sheet.words(end + 12, first + 17 * n, replace(texts[one], text=text))
        if linked:
            sheet.unlink()
    return sheet.done()


def ties(network: Network, counted: Counted, legend: Legend, id: str) -> str:
    """Actors in a circle. Lines: solid same stand, dashed opposite stand, as broad as issues are many."""
    actors = network.tied
    names = {one: legend.name("speaker", one) for one in actors}
    side = breadth(names.values()) + 30
    r = max(90.0, 15.0 * len(actors))
    width, high = 2 * (side + r), TITLE + 2 * r + 110
    sheet = Sheet(width, high, legend, id)
    sheet.head()
    middle = (width / 2, TITLE + r + 48)
    at = {one: _on_circle(middle, r, n, len(actors)) for n, one in enumerate(actors)}
    most = max((len(each) for tie in network.ties for each in (tie.congruence, tie.conflict)), default=1)
    for tie in network.ties:
        apart = 12 if tie.congruence and tie.conflict else 0
        _tied(sheet, tie, CONGRUENCE, at, apart, most)
        _tied(sheet, tie, CONFLICT, at, -apart, most)
    for one in actors:
        x, y = at[one]
        number = counted("speaker", one)
        linked = sheet.link((("speaker", one),), legend.said("speaker", one, number))
        sheet.circle(x, y, 16, "box", ' stroke-width="1.5"')
        sheet.words(x, y + 5, Word(str(number)), at="middle", bold=True)
        _beside(sheet, x, y, middle, names[one])
        if linked:
            sheet.unlink()
    return sheet.done()


def _tied(sheet: Sheet, tie: Tie, kind: str, at: Mapping[str, Place], apart: float, most: int) -> None:
    """One line of a tie, with a hollow dot where every issue of it rests on disputed claims."""
    stands, dashes = (tie.congruence, "") if kind == CONGRUENCE else (tie.conflict, DASHED)
    if not stands:
        return
    a, b = (at[one] for one in tie.actors)
    pulled = _bent(a, b, apart)
    more = f' stroke-width="{1 + 4 * len(stands) / most:.1f}"{dashes}'
    sheet.line([a, pulled, b], "edge", more)
    if tie.disputed[kind] == len(stands):
        middle = [(a[n] + 2 * pulled[n] + b[n]) / 4 for n in (0, 1)]
        sheet.circle(middle[0], middle[1], 4, "doubt")


def _boxes(heights: Mapping[str, float], ends: Collection[str]) -> dict[str, Place]:
    """(top, height) of each box, one below the other, high enough for all lines that end there."""
    found, y = {}, 0.0
    for one, high in heights.items():
        high = max(high, PORT * sum(end == one for end in ends) + 10)
        found[one] = (y, high)
        y += high + GAP
    return found


def _bottom(boxes: Mapping[str, Place]) -> float:
    return max((y + high for y, high in boxes.values()), default=0.0)


def _ports(
    edges: Collection[Edge], end: int, boxes: Mapping[str, Place], others: Mapping[str, Place]
) -> dict[Edge, float]:
    """Where each line meets its box: in the order of the other ends, so that few lines cross."""
    found = {}
    for one, (y, high) in boxes.items():
        own = [edge for edge in edges if edge[end] == one]
        own.sort(key=lambda edge: (others[edge[1 - end]], edge[2]))
        for n, edge in enumerate(own):
            found[edge] = y + high / 2 + PORT * (n - (len(own) - 1) / 2)
    return found


def _on_circle(middle: Place, r: float, n: int, of: int) -> Place:
    angle = 2 * pi * n / max(of, 1) - pi / 2
    return middle[0] + r * cos(angle), middle[1] + r * sin(angle)


def _bent(a: Place, b: Place, by: float) -> Place:
    """Where the curve between two places is pulled to, so that two lines between them stay apart."""
    x, y = b[0] - a[0], b[1] - a[1]
    length = (x * x + y * y) ** 0.5 or 1.0
    return (a[0] + b[0]) / 2 - 2 * by * y / length, (a[1] + b[1]) / 2 + 2 * by * x / length


def _beside(sheet: Sheet, x: float, y: float, middle: Place, name: Word) -> None:
    """A name on the outer side of its node."""
    if abs(x - middle[0]) < 1:
        sheet.words(x, y - 24 if y < middle[1] else y + 36, name, at="middle", bold=True)
    elif x > middle[0]:
        sheet.words(x + 22, y + 5, name, bold=True)
    else:
        sheet.words(x - 22, y + 5, name, at="end", bold=True)
