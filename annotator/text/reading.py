"""The automatic reading of a file: its units in reading order."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from annotator.model import Invalid, Kind, Reading, Run, Span, Unit
from annotator.text import lost
from annotator.text.blocks import Block, blocks
from annotator.text.characters import TATWEEL, VISIBLE, derive, joined, plain
from annotator.text.language import guess
from annotator.text.lines import Line, layout, split
from annotator.text.repeats import Passages, Sources
from annotator.text.sentences import ends
from annotator.text.turned import closings_moved, repaired

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
_HYPHENATED = re.compile(r"\w[-\u00ad]\Z")
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


def read(raw: str, lang: str | None = None) -> Reading:
    """What a careful reader would print of `raw`, as far as rules can tell."""
    lines = split(raw)
    if not lines:
        raise Invalid("The file shows no text. Choose a file with text in it.")
    lang = lang or guess(raw)
    set_in = layout(lines)
    lines = repaired(lines) if lang == "ar" and set_in.wrapped else closings_moved(lines)
    found = blocks(lines, set_in, Passages(lines))
    drafts = sorted(_drafts(raw, lang, lines, found), key=lambda draft: draft.lines[0])
    bylines = [block.places[0] for block in found if block.kind is Kind.BYLINE]
    missing = lost.places(lines, date_line=bylines[0] if bylines else None)
    units = _linked(list(_units(raw, lines, drafts, missing)))
    return Reading(lang, tuple(units), "automatic", _fields(units))


def _drafts(raw: str, lang: str, lines: Sequence[Line], found: Sequence[Block]) -> Iterator[_Draft]:
    paragraph = 0
    for block in found:
        if block.kind is Kind.URL:
            for span in lines[block.places[0]].tokens:
                yield _Draft(Kind.URL, (span,), (), block.places)
        elif block.kind is Kind.BODY:
            paragraph += 1
            yield from _sentences(raw, lang, _whole(raw, lines, block, f"p{paragraph}"))
        else:
            yield _whole(raw, lines, block, None)


def _whole(raw: str, lines: Sequence[Line], block: Block, paragraph: str | None) -> _Draft:
    spans: list[Span] = []
    joins: list[str] = []
    sources: list[int] = []
    for place in block.places:
        line = lines[place]
        if spans:
            joins.append(_between(raw, spans[-1], line.pieces[0]))
        spans.extend(line.pieces)
        joins.extend(line.joins)
        sources.extend([place] * len(line.pieces))
    return _Draft(block.kind, tuple(spans), tuple(joins), tuple(sources), paragraph)


def _between(raw: str, before: Span, after: Span) -> str:
    """A blank, or nothing where a hyphen at the end of a line goes on in lower case."""
    tail = raw[max(before[0], before[1] - 2) : before[1]]
    return "" if _HYPHENATED.search(tail) and raw[after[0]].islower() else " "


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


def _units(
    raw: str, lines: Sequence[Line], drafts: Sequence[_Draft], missing: Sequence[int]
) -> Iterator[Unit]:
    counts: Counter[Kind] = Counter()
    for draft in drafts:
        counts[draft.kind] += 1
        text, runs = derive(raw, draft.spans, draft.joins)
        lost_at = _in_text(draft.spans, runs, missing)
        own = [lines[place] for place in dict.fromkeys(draft.lines)]
        yield Unit(
            id=f"{PREFIXES[draft.kind]}{counts[draft.kind]}",
            kind=draft.kind,
            text=text,
            spans=draft.spans,
            joins=draft.joins,
            runs=runs,
            flags=tuple(sorted(_flags(raw, draft, lines, text, bool(lost_at)))),
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


def _flags(raw: str, draft: _Draft, lines: Sequence[Line], text: str, lost_digits: bool) -> Iterator[str]:
    places = list(dict.fromkeys(draft.lines))
    if len(places) > 1:
        yield "line-join"
    if any(before > after for before, after in zip(draft.spans, draft.spans[1:], strict=False)):
        yield "line-rotation"
    if (
        any(lines[between].is_url for between in range(places[0], places[-1] + 1))
        and draft.kind is not Kind.URL
    ):
        yield "page-break"
    if lost_digits:
        yield "lost-digits"
    whole = "".join(raw[start:end] for start, end in draft.spans)
    if whole.count(TATWEEL) > text.count(TATWEEL):
        yield "tatweel"
    if [whole.count(sign) for sign in "“”″"] != [text.count(sign) for sign in "“”″"]:
        yield "quote-direction"


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
