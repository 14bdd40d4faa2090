"""The automatic reading of a file: its units in reading order."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from annotator.model import Invalid, Kind, Reading, Repair, Run, Span, Unit
from annotator.text import fragments, furniture, hyphens, lost, signs, turned
from annotator.text.blocks import Block, blocks
from annotator.text.changes import HYPHEN, changes, derive, within
from annotator.text.characters import VISIBLE, joined, plain
from annotator.text.language import guess
from annotator.text.lines import Line, layout, split
from annotator.text.repairs import LOST, NONE, Decisions, Level, arranged, decided, of_lines, of_numbers, told
from annotator.text.repeats import Passages, Sources
from annotator.text.sentences import ends

PREFIXES = {
    Kind.TITLE: "t",
    Kind.BYLINE: "by",
    Kind.HEADING: "h",
    Kind.BODY: "s",
    Kind.PULLQUOTE: "q",
    Kind.CAPTION: "c",
    Kind.URL: "u",
    Kind.OTHER: "o",
}
FLAGS = {
    "tatweel": "tatweel",
    "quotation-mark": "quote-direction",
    "presentation-form": "presentation-form",
    "direction-mark": "direction-mark",
    "missing-blank": "missing-space",
    "broken-word": "broken-word",
    "hyphen": "",
    "blank": "",
}
"""What a change to its characters is called among the flags of a unit."""
_NAME = re.compile(
    r"(?:كتبه|كتبته|بقلم|إعداد|written by|by|авторы?|yazan|yazar)\s*:?\s*([^|\d,،]+)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Draft:
    """A unit before its text is made: pieces of the file in reading order."""

    kind: Kind
    spans: tuple[Span, ...]
    joins: tuple[str, ...]
    lines: tuple[int, ...]  # places in the list of lines, one for each span
    paragraph: str | None = None


def read(
    raw: str,
    lang: str | None = None,
    *,
    decisions: Decisions = NONE,
    level: Level = "proposed",
    given: Sequence[Span] = (),
) -> Reading:
    """What a careful reader would print of `raw`, as far as rules and decisions can tell.

    Where the file itself gives the sentences, `given` are their spans, and nothing is split.
    """
    lines = split(raw)
    if not lines:
        raise Invalid("The file shows no text. Choose a file with text in it.")
    lang = lang or guess(raw)
    page = _page(raw, lang, lines, decisions, level, given)
    drafts = sorted(page.drafts(), key=lambda draft: draft.lines[0])
    units = _linked(list(_units(raw, page, drafts)))
    return Reading(lang, tuple(units), "automatic", _fields(units), page.repairs)


@dataclass(frozen=True, slots=True)
class _Page:
    """A file as decided: its lines in the order they are read, its blocks, and every repair."""

    raw: str
    lang: str
    lines: Sequence[Line]
    aside: frozenset[int]
    blocks: Sequence[Block]
    given: Sequence[Span]
    repairs: tuple[Repair, ...]

    def drafts(self) -> Iterator[_Draft]:
        if self.given:
            return _rows(self.raw, self.lines, self.given)
        glued = {repair.spans[0][1] for repair in self.repairs if repair.shown and repair.kind == HYPHEN}
        return _drafts(self.raw, self.lang, self.lines, self.blocks, glued)


def _page(
    raw: str, lang: str, lines: Sequence[Line], decisions: Decisions, level: Level, given: Sequence[Span]
) -> _Page:
    set_in = layout(lines)
    turns = turned.turns(lines) if lang == "ar" and set_in.wrapped and not given else {}
    ordering = [] if given else list(of_lines(lines, turns, furniture.places(raw, lines)))
    likely, aside = arranged(lines, turns, ordering)
    found = [] if given else blocks(likely, set_in, Passages(likely), aside)
    inside = _inside(raw, lang, likely, found)
    repairs = [decided(repair, decisions, level) for repair in (*ordering, *inside)]
    taken = repairs[: len(ordering)]
    if any(not repair.shown or repair.choice for repair in taken):
        likely, aside = arranged(lines, turns, taken)
        found = [] if given else blocks(likely, set_in, Passages(likely), aside)
    elif taken:
        likely, aside = arranged(lines, turns, taken)
    repairs = sorted(told(lines, turns, repairs), key=lambda repair: (repair.spans[0], repair.kind))
    return _Page(raw, lang, likely, aside, found, given, tuple(repairs))


def _inside(raw: str, lang: str, lines: Sequence[Line], found: Sequence[Block]) -> Iterator[Repair]:
    """What can be mended inside the lines."""
    yield from signs.repairs(raw, lang, lines)
    if lang == "ar":
        yield from fragments.broken_words(raw, lines)
        yield from fragments.missing_blanks(raw, lines)
    yield from hyphens.repairs(raw, lang, lines, found)
    bylines = [block.places[0] for block in found if block.kind is Kind.BYLINE]
    missing = lost.places(lines, date_line=bylines[0] if bylines else None)
    yield from of_numbers(raw, lines, missing)


def _rows(raw: str, lines: Sequence[Line], given: Sequence[Span]) -> Iterator[_Draft]:
    """One body unit for each given span, and what stands between them as it is."""
    starts = [line.start for line in lines]
    reached = 0
    for number, (start, end) in enumerate(sorted(given), 1):
        if not reached <= start <= end <= len(raw):
            raise Invalid(
                "Sentence %(number)s of the file does not follow the one before it.", number=str(number)
            )
        yield from _between_rows(raw, lines, starts, reached, start)
        spans = list(_lines_of(raw, lines, starts, start, end))
        if spans:
            yield _Draft(
                Kind.BODY,
                tuple(span for _, span in spans),
                (" ",) * (len(spans) - 1),
                tuple(place for place, _ in spans),
                f"p{number}",
            )
        reached = end
    yield from _between_rows(raw, lines, starts, reached, len(raw))


def _between_rows(
    raw: str, lines: Sequence[Line], starts: Sequence[int], start: int, end: int
) -> Iterator[_Draft]:
    for place, span in _lines_of(raw, lines, starts, start, end):
        if VISIBLE.search(raw, *span):
            yield _Draft(Kind.OTHER, (span,), (), (place,))


def _lines_of(
    raw: str, lines: Sequence[Line], starts: Sequence[int], start: int, end: int
) -> Iterator[tuple[int, Span]]:
    """The parts of lines between two places, bare of white space."""
    place = max(0, bisect_right(starts, start) - 1)
    while place < len(lines) and lines[place].start < end:
        low, high = max(start, lines[place].start), min(end, lines[place].end)
        if low < high and (span := _trimmed(raw, low, high)):
            yield place, span
        place += 1


def _drafts(
    raw: str, lang: str, lines: Sequence[Line], found: Sequence[Block], glued: set[int]
) -> Iterator[_Draft]:
    paragraph = 0
    for block in found:
        if block.kind is Kind.URL:
            for span in lines[block.places[0]].tokens:
                yield _Draft(Kind.URL, (span,), (), block.places)
        elif block.kind is Kind.BODY:
            paragraph += 1
            yield from _sentences(raw, lang, _whole(raw, lines, block, glued, f"p{paragraph}"))
        else:
            yield _whole(raw, lines, block, glued, None)


def _whole(raw: str, lines: Sequence[Line], block: Block, glued: set[int], paragraph: str | None) -> _Draft:
    spans: list[Span] = []
    joins: list[str] = []
    sources: list[int] = []
    for place in block.places:
        line = lines[place]
        if spans:
            goes_on = spans[-1][1] in glued and raw[line.pieces[0][0]].islower()
            joins.append("" if goes_on else " ")
        spans.extend(line.pieces)
        joins.extend(line.joins)
        sources.extend([place] * len(line.pieces))
    return _Draft(block.kind, tuple(spans), tuple(joins), tuple(sources), paragraph)


def _sentences(raw: str, lang: str, draft: _Draft) -> Iterator[_Draft]:
    """A paragraph cut into its sentences."""
    whole = joined(raw, draft.spans, draft.joins)
    pieces: list[tuple[int, int, int]] = []  # where each span stands in `whole`, and in the file
    at = 0
    for place, (start, end) in enumerate(draft.spans):
        at += len(draft.joins[place - 1]) if place else 0
        pieces.append((at, at + end - start, start))
        at += end - start
    begin, first = 0, 0
    cuts = [cut for cut in ends(whole, lang) if cut < len(whole)]
    cuts = _visible_on_both_sides(whole, cuts)
    for cut in [*cuts, len(whole)]:
        while pieces[first][1] <= begin:
            first += 1
        spans: list[Span] = []
        joins: list[str] = []
        sources: list[int] = []
        for place in range(first, len(pieces)):
            low, high, source = pieces[place]
            if low >= cut:
                break
            span = _trimmed(raw, source + max(low, begin) - low, source + min(high, cut) - low)
            if span is None:
                continue
            if spans:
                joins.append(draft.joins[place - 1])
            spans.append(span)
            sources.append(draft.lines[place])
        yield replace(draft, spans=tuple(spans), joins=tuple(joins), lines=tuple(sources))
        begin = cut


def _visible_on_both_sides(whole: str, cuts: Sequence[int]) -> list[int]:
    kept: list[int] = []
    begin = 0
    for cut in cuts:
        if VISIBLE.search(whole, begin, cut) and VISIBLE.search(whole, cut):
            kept.append(cut)
            begin = cut
    return kept


def _trimmed(raw: str, start: int, end: int) -> Span | None:
    part = raw[start:end]
    left = len(part) - len(part.lstrip())
    right = len(part.rstrip())
    return (start + left, start + right) if left < right else None


# ------------------------------------------------------------------ units


def _units(raw: str, page: _Page, drafts: Sequence[_Draft]) -> Iterator[Unit]:
    counts: Counter[Kind] = Counter()
    mended = changes(raw, page.repairs)
    missing = [repair.spans[0][0] for repair in page.repairs if repair.shown and repair.kind == LOST]
    for draft in drafts:
        counts[draft.kind] += 1
        text, runs = derive(raw, draft.spans, draft.joins, mended)
        lost_at = _in_text(draft.spans, runs, missing)
        own = [page.lines[place] for place in dict.fromkeys(draft.lines)]
        flags = {*_flags(page, draft, bool(lost_at))}
        flags |= {FLAGS[change.kind] for span in draft.spans for change in within(mended, *span)}
        yield Unit(
            id=f"{PREFIXES[draft.kind]}{counts[draft.kind]}",
            kind=draft.kind,
            text=text,
            spans=draft.spans,
            joins=draft.joins,
            runs=runs,
            flags=tuple(sorted(flags - {""})),
            unsure_lines=tuple(line.number for line in own if line.unsure),
            paragraph=draft.paragraph,
            lost_at=lost_at,
        )


def _in_text(spans: Sequence[Span], runs: Sequence[Run], missing: Sequence[int]) -> tuple[int, ...]:
    """The places of lost numbers as code points of the unit's text."""
    found: set[int] = set()
    by_source = sorted((source, length, at) for at, source, length in runs)
    for start, end in spans:
        for place in missing[bisect_left(missing, start) : bisect_left(missing, end)]:
            source, length, at = by_source[bisect_left(by_source, (place + 1,)) - 1]
            if source <= place < source + length:
                found.add(at + place - source)
    return tuple(sorted(found))


def _flags(page: _Page, draft: _Draft, lost_digits: bool) -> Iterator[str]:
    places = list(dict.fromkeys(draft.lines))
    if len(places) > 1:
        yield "line-join"
    if any(before > after for before, after in zip(draft.spans, draft.spans[1:], strict=False)):
        yield "line-rotation"
    if draft.kind is not Kind.URL and any(
        page.lines[between].is_url or between in page.aside for between in range(places[0], places[-1])
    ):
        yield "page-break"
    if lost_digits:
        yield "lost-digits"


def _linked(units: list[Unit]) -> list[Unit]:
    """Pull quotes with the ids of the sentences they repeat."""
    if not any(unit.kind is Kind.PULLQUOTE for unit in units):
        return units
    sources = Sources([(unit.id, _words(unit)) for unit in units if unit.kind is Kind.BODY])
    return [
        replace(unit, repeats=sources.repeated(_words(unit))) if unit.kind is Kind.PULLQUOTE else unit
        for unit in units
    ]


def _words(unit: Unit) -> list[str]:
    return [word for word in map(plain, unit.text.split()) if word]


def _fields(units: Sequence[Unit]) -> dict[str, str]:
    fields: dict[str, str] = {}
    for unit in units:
        if unit.kind is Kind.TITLE:
            fields["title"] = unit.text
        elif unit.kind is Kind.BYLINE and (name := _NAME.search(unit.text)):
            fields["author"] = name[1].strip(" .–—-")
    return fields
