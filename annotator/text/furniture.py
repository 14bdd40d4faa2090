"""What a page carries besides its text: page numbers and running heads."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from annotator.text.lines import Line

LONGEST = 120  # characters of a running head
ENOUGH = 3  # pages that show it
APART = 5  # lines between two pages, at the least
EDGE = 2  # lines at the top and at the foot of a page that can be a head

_DIGITS = re.compile(r"\d+")
_PAGE = re.compile(
    r"(?:page|p\.|стр(?:аница|\.)?|с\.|sayfa|s\.|صفحة|الصفحة|ص)?[\s.:\-–—|\[(/]*\d{1,4}"
    r"(?:\s*(?:/|of|из|من|-|–)\s*\d{1,4})?[\s.:\-–—|\])/]*\Z",
    re.IGNORECASE,
)


def places(raw: str, lines: Sequence[Line]) -> list[int]:
    """The lines that stand on every page, by their place in `lines`."""
    edges = _edges(raw, lines)
    numbers = _numbers(lines, edges)
    heads = _heads(lines, edges, numbers)
    return sorted(numbers | heads)


def _edges(raw: str, lines: Sequence[Line]) -> set[int]:
    """Lines near a page break, where the file marks its pages with form feeds."""
    if "\f" not in raw:
        return set()
    found: set[int] = set()
    for place, line in enumerate(lines):
        end = lines[place - 1].end if place else 0
        if "\f" in raw[end : line.start]:
            found.update(range(max(0, place - EDGE), min(len(lines), place + EDGE)))
    return found


def _numbers(lines: Sequence[Line], edges: set[int]) -> set[int]:
    """Lines that hold a page number and nothing else, in rows that count up page by page."""
    rows: list[list[tuple[int, int]]] = []
    for place, line in enumerate(lines):
        if line.width > 30 or not _PAGE.match(line.text) or line.is_url:
            continue
        number = int(_DIGITS.findall(line.text)[0])
        row = next((row for row in rows[-8:] if _counts_on(row[-1], (place, number))), None)
        if row is None:
            rows.append([(place, number)])
        else:
            row.append((place, number))
    return {
        place
        for row in rows
        if len(row) >= (2 if all(place in edges for place, _ in row) else ENOUGH)
        for place, _ in row
    }


def _counts_on(before: tuple[int, int], now: tuple[int, int]) -> bool:
    return now[1] == before[1] + 1 and now[0] - before[0] >= APART


def _heads(lines: Sequence[Line], edges: set[int], numbers: set[int]) -> set[int]:
    groups: dict[str, list[int]] = defaultdict(list)
    for place, line in enumerate(lines):
        if line.width <= LONGEST and line.lettered and not line.is_url:
            groups[_DIGITS.sub("#", " ".join(line.text.split())).casefold()].append(place)
    found: set[int] = set()
    for group in groups.values():
        if len(group) < ENOUGH or not _apart(group):
            continue
        at_page = [place for place in group if place in edges or _beside(place, numbers)]
        if len(at_page) >= 0.6 * len(group) or _counts_pages(lines, group):
            found.update(_without_title(lines, group))
    return found


def _apart(group: Sequence[int]) -> bool:
    return all(after - before >= APART for before, after in zip(group, group[1:], strict=False))


def _beside(place: int, numbers: set[int]) -> bool:
    return place - 1 in numbers or place + 1 in numbers


def _counts_pages(lines: Sequence[Line], group: Sequence[int]) -> bool:
    """Whether a number set apart at the edge of the line grows by one each time: Report | 3."""
    found = [_PAGE_AT_EDGE.search(lines[place].text) for place in group]
    counted = [int(next(filter(None, match.groups()))) for match in found if match]
    return len(counted) == len(group) and all(
        after == before + 1 for before, after in zip(counted, counted[1:], strict=False)
    )


_PAGE_AT_EDGE = re.compile(r"^(\d{1,4})\s*[|–—]|[|–—]\s*(\d{1,4})$")


def _without_title(lines: Sequence[Line], group: Sequence[int]) -> Iterator[int]:
    """A head may repeat the title; what opens the file is the title itself."""
    for place in group:
        if place or _DIGITS.search(lines[place].text):
            yield place
