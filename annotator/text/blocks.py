"""From lines to blocks: title, byline, headings, paragraphs, pull quotes, captions, links."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from annotator.model import Kind
from annotator.text.lines import Layout, Line
from annotator.text.repeats import Passages

HEADING_WORDS = 7
HEADING_WIDTH = 0.6  # of a usual line
NARROW = 0.85  # pull quotes are often set in a narrower column
LONGEST_QUOTE = 6  # stretches between blank lines
SHORT = 0.9  # a line under this share of the usual width was not filled
TITLE_WORDS = 30
LONE_HEADING_WORDS = 15  # where every paragraph is one line

_BYLINE = re.compile(
    r"(?:كتبه|كتبته|بقلم|إعداد|ترجمة|by\b|written by|автор(?:ы)?\b|yazan\b|yazar\b|haber\s*:)\s*:?\s*\S",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?:[\W\d]*\b(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря"
    r"|ocak|şubat|mart|nisan|mayıs|haziran|temmuz|ağustos|eylül|ekim|kasım|aralık"
    r"|يناير|فبراير|مارس|أبريل|مايو|يونيو|يوليو|أغسطس|سبتمبر|أكتوبر|نوفمبر|ديسمبر"
    r"|كانون|شباط|آذار|نيسان|أيار|حزيران|تموز|آب|أيلول|تشرين)\b)[\W\d]*(?:الثاني|الأول|г)?[\W\d]*\Z",
    re.IGNORECASE,
)
_CAPTION = re.compile(
    r"(?:photo|image|picture|figure|fig\.|caption|фото|на фото|рис\.|иллюстрация|fotoğraf|foto|görsel|resim"
    r"|صورة|الصورة)\s*(?:\d+\s*)?[:.—–|]",
    re.IGNORECASE,
)
_GOES_ON = ",،;؛:—–-(“«"


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together, as numbers into the list of lines."""

    kind: Kind
    places: tuple[int, ...]


def blocks(
    lines: Sequence[Line], layout: Layout, passages: Passages, aside: frozenset[int] = frozenset()
) -> list[Block]:
    """Every line in exactly one block, blocks in the order in which they start.

    The lines `aside` are what a page carries besides its text: they end no paragraph.
    """
    front = list(_front(lines, layout, aside))
    front += [Block(Kind.OTHER, (place,)) for place in aside]
    taken = {place for block in front for place in block.places}
    urls = [
        Block(Kind.URL, (place,)) for place, line in enumerate(lines) if line.is_url and place not in aside
    ]
    taken.update(place for block in urls for place in block.places)
    rest = [place for place in range(len(lines)) if place not in taken]
    chunks = list(_chunks(lines, rest))
    if layout.wrapped:
        found = list(_wrapped(lines, chunks, layout, passages))
    else:
        found = list(_unwrapped(lines, rest, layout, passages))
    if not any(block.kind is Kind.BODY for block in found):
        # A text without a full stop, such as a poem, is no list of captions.
        found = [Block(Kind.BODY, block.places) if block.kind is Kind.CAPTION else block for block in found]
    return sorted([*front, *urls, *found], key=lambda block: block.places[0])


def _chunks(lines: Sequence[Line], places: Sequence[int]) -> Iterator[list[int]]:
    """Lines without a blank line between; a link on a line of its own is no part of the text."""
    chunk: list[int] = []
    for before, place in zip([None, *places], places, strict=False):
        gap = before is not None and any(lines[between].gap for between in range(before + 1, place + 1))
        if chunk and gap:
            yield chunk
            chunk = []
        chunk.append(place)
    if chunk:
        yield chunk


# ------------------------------------------------------------------ title and byline


def _front(lines: Sequence[Line], layout: Layout, aside: frozenset[int]) -> Iterator[Block]:
    places = [place for place, line in enumerate(lines) if not line.is_url and place not in aside]
    if len(places) < 2:
        return
    head = next(_chunks(lines, places))
    at = 0
    if not _is_byline(lines[head[0]]) and (title := _title(lines, head, layout, places)):
        yield Block(Kind.TITLE, tuple(title))
        at = len(title)
    for place in places[at : at + 2]:
        if not _is_byline(lines[place]):
            break
        yield Block(Kind.BYLINE, (place,))


def _title(lines: Sequence[Line], head: list[int], layout: Layout, places: Sequence[int]) -> list[int]:
    if len(head) > 1 and (not layout.wrapped or _is_byline(lines[head[1]])):
        head = head[:1]
    if len(head) > 1 and (len(head) == len(places) or len(head) > 3) and _short(lines[head[0]], layout):
        head = head[:1]
    words = sum(len(lines[place].words) for place in head)
    last = lines[head[-1]]
    if not lines[head[0]].lettered or words > TITLE_WORDS or len(head) == len(places) or len(head) > 3:
        return []
    if last.last in ".۔:،,;؛" or _goes_on_in_lower_case(lines, head[-1], places) or lines[head[0]].bullet:
        return []
    if layout.wrapped:
        filled = sum(lines[place].width >= SHORT * layout.width for place in head)
        if filled == len(head) and (last.ended or len(head) > 1):
            return []
        if filled == len(head) and not lines[places[len(head)]].gap:
            return []
    elif last.last in "…" or words > 25:
        return []
    return head


def _short(line: Line, layout: Layout) -> bool:
    return line.width < 0.75 * layout.width and not line.ended


def _goes_on_in_lower_case(lines: Sequence[Line], place: int, places: Sequence[int]) -> bool:
    then = next((other for other in places if other > place), None)
    return then is not None and lines[then].first.islower()


def _is_byline(line: Line) -> bool:
    text = line.text
    if line.width > 150 or len(line.words) > 14 or line.last in ".؟?!":
        return False
    return "|" in text or _BYLINE.match(text) is not None or _DATE.match(text) is not None


# ------------------------------------------------------------------ one paragraph to a line


def _unwrapped(
    lines: Sequence[Line], places: Sequence[int], layout: Layout, passages: Passages
) -> Iterator[Block]:
    for place in places:
        yield Block(_kind_of_whole(lines, place, layout, passages, alone=len(places) == 1), (place,))


def _kind_of_whole(
    lines: Sequence[Line], place: int, layout: Layout, passages: Passages, *, alone: bool
) -> Kind:
    line = lines[place]
    if not line.lettered:
        return Kind.OTHER
    if _CAPTION.match(line.text):
        return Kind.CAPTION
    if alone or line.ended or line.last in _GOES_ON or line.bullet:
        return Kind.BODY
    if passages.repeated(lines, [place]) and len(line.words) >= 6:
        return Kind.PULLQUOTE
    short = line.width < HEADING_WIDTH * layout.width or len(line.words) <= HEADING_WORDS
    followed = place + 1 < len(lines) and not lines[place + 1].is_url
    if short and len(line.words) <= LONE_HEADING_WORDS and followed:
        return Kind.HEADING
    return Kind.BODY


# ------------------------------------------------------------------ printed lines


def _wrapped(
    lines: Sequence[Line], chunks: Sequence[list[int]], layout: Layout, passages: Passages
) -> Iterator[Block]:
    started: list[int] = []  # a paragraph that has not ended yet
    queue = [part for chunk in chunks for part in _parts(lines, chunk, layout, passages)]
    at = 0
    while at < len(queue):
        part = queue[at]
        at += 1
        if _is_sign(lines, part) and not (started and lines[part[-1]].ended):
            yield Block(Kind.OTHER, tuple(part))
            continue
        if not _continues(lines, started, part) and (
            more := _quote(lines, queue[at - 1 : at - 1 + LONGEST_QUOTE], layout, passages)
        ):
            quote = [place for one in queue[at - 1 : at - 1 + more] for place in one]
            at += more - 1
            yield Block(Kind.PULLQUOTE, tuple(quote))
            continue
        if not started and (kind := _kind_of_short(lines, part, layout)):
            yield Block(kind, tuple(part))
            continue
        started += part
        ahead = (queue[look] for look in range(at, len(queue)) if not _is_sign(lines, queue[look]))
        if _is_done(lines, started, next(ahead, None), layout):
            yield Block(_kind_of_block(lines, started), tuple(started))
            started = []
    if started:
        yield Block(Kind.BODY, tuple(started))


def _is_sign(lines: Sequence[Line], part: list[int]) -> bool:
    """A page number, a row of stars: nothing to read."""
    return not any(lines[place].lettered for place in part)


def _parts(
    lines: Sequence[Line], chunk: list[int], layout: Layout, passages: Passages
) -> Iterator[list[int]]:
    """A chunk cut where a paragraph clearly ends inside it, and around a heading stuck to its paragraph."""
    part: list[int] = []
    for number, place in enumerate(chunk):
        line = lines[place]
        before = lines[chunk[number - 1]] if number else None
        if part and before and _begins(before, line, layout):
            yield part
            part = []
        then = lines[chunk[number + 1]] if number + 1 < len(chunk) else None
        if (
            not part
            and then
            and _is_heading(line, layout)
            and not then.first.islower()
            and then.width > line.width
            and not passages.repeated(lines, chunk)  # the first line of a narrow pull quote
        ):
            yield [place]
            continue
        part.append(place)
    if part:
        yield part


def _begins(before: Line, line: Line, layout: Layout) -> bool:
    if line.bullet and (before.ended or before.bullet or line.first in "•▪●◦‣■"):
        return True
    return before.ended and before.width < SHORT * layout.width and not line.first.islower()


def _is_heading(line: Line, layout: Layout) -> bool:
    return (
        line.lettered
        and len(line.words) <= HEADING_WORDS
        and (not line.ended or line.last in "?؟!")
        and line.last not in _GOES_ON
        and line.width < HEADING_WIDTH * layout.width
        and not line.first.islower()
        and not line.bullet
    )


def _kind_of_short(lines: Sequence[Line], part: list[int], layout: Layout) -> Kind | None:
    if len(part) == 1 and _is_heading(lines[part[0]], layout):
        return Kind.HEADING
    if _CAPTION.match(lines[part[0]].text):
        return Kind.CAPTION
    return None


def _continues(lines: Sequence[Line], started: list[int], part: list[int]) -> bool:
    """Whether a part plainly goes on with the paragraph before it."""
    return bool(started) and lines[part[0]].first.islower()


def _quote(lines: Sequence[Line], parts: Sequence[list[int]], layout: Layout, passages: Passages) -> int:
    """How many of the next parts are one pull quote: 0 where the first is none.

    Both copies of a passage are printed twice, but the paragraph goes on where the quote stops.
    """
    places = parts[0]
    if lines[places[-1]].ended or not passages.repeated(lines, places):
        return 0
    number = 1
    while number < len(parts) and passages.goes_on(lines, places, parts[number][0]):
        then = parts[number]
        if lines[then[-1]].ended or not (_slight(lines, then) or passages.repeated(lines, then)):
            return 0
        places = [*places, *then]
        number += 1
    narrow = all(lines[place].width < NARROW * layout.width for place in places)
    return number if narrow or passages.stops_inside(lines, places) else 0


def _slight(lines: Sequence[Line], part: list[int]) -> bool:
    return len(part) == 1 and len(lines[part[0]].words) < 3


def _is_done(lines: Sequence[Line], started: list[int], then: list[int] | None, layout: Layout) -> bool:
    last = lines[started[-1]]
    if then is None or last.ended:
        return True
    following = lines[then[0]].first
    if last.last in _GOES_ON or following.islower():
        return False
    if lines[started[0]].bullet and lines[then[0]].bullet:
        return True
    return last.width < SHORT * layout.width


def _kind_of_block(lines: Sequence[Line], places: list[int]) -> Kind:
    last = lines[places[-1]]
    if last.ended or last.last in _GOES_ON or lines[places[0]].bullet:
        return Kind.BODY
    return Kind.CAPTION
