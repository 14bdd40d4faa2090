"""A sheet to draw on: SVG that reads in either direction, in light, dark, print and without colours.

Looks are said twice: as attributes, in the colours of a light page, so that a file carries them; and as a
class, which the style sheet of a page overrules. A mirrored sheet is drawn from the right; words keep the
direction of their own language, set apart from what stands beside them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from html import escape

from annotator.analysis.cells import Choice
from annotator.model import Label

FONTS = "IBM Plex Sans, IBM Plex Sans Arabic, Noto Naskh Arabic, sans-serif"
TITLE = 34  # height of the title line
PER_LETTER = 0.56  # of the size: wide enough for the fonts above

LOOKS = {
    "ground": 'fill="#ffffff"',
    "words": 'fill="#1b2124"',
    "quiet-words": 'fill="#5f676a"',
    "line": 'stroke="#dedad1" fill="none"',
    "bubble": 'fill="#eeebe4" stroke="#857f73"',
    "bubble-1": 'fill="#e7e7f8" stroke="#3f419b"',
    "bubble-2": 'fill="#fbeccb" stroke="#855600"',
    "bubble-3": 'fill="#f6e4f1" stroke="#7a2f6b"',
    "dot": 'fill="none" stroke="#857f73"',
    "dot-1": 'fill="#3f419b" stroke="#3f419b"',
    "dot-2": 'fill="#855600" stroke="#855600"',
    "dot-3": 'fill="#7a2f6b" stroke="#7a2f6b"',
    "bar": 'fill="#5f676a" stroke="#5f676a"',
    "bar-disputed": 'fill="none" stroke="#5f676a" stroke-dasharray="3 2"',
    "edge": 'fill="none" stroke="#454d52"',
    "doubt": 'fill="#ffffff" stroke="#454d52" stroke-width="1.5"',
    "box": 'fill="#faf8f4" stroke="#857f73"',
}


@dataclass(frozen=True, slots=True)
class Word:
    """A name in one language, and whether that runs from right to left."""

    text: str
    rtl: bool = False
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Legend:
    """How a drawing speaks: names of values, and of itself."""

    title: Word
    description: str
    name: Callable[[str, str], Word]  # kind and value
    said: Callable[[str, str, int], str]  # what a link is called: kind, value, number of claims
    address: Callable[[Sequence[Choice]], str] | None = None  # where claims are read; None in a file
    mirrored: bool = False
    explained: bool = False  # whether the description stands below it


@dataclass(frozen=True, slots=True)
class Positions:
    """How positions are drawn: a dot for each side, in the codebook's order."""

    sides: tuple[str, ...]
    labels: tuple[Label, ...]

    def label(self, id: str) -> Label | None:
        return next((label for label in self.labels if label.id == id), None)

    def hue(self, id: str) -> str:
        """The hue of a position that is one side's alone.

        >>> Positions(("eg", "et"), (Label("et", {}, {}, sides=("et",)),)).hue("et")
        '-2'
        """
        label = self.label(id)
        if label is None or len(label.sides or ()) != 1:
            return ""
        place = self.sides.index((label.sides or ("",))[0]) + 1
        return f"-{place}" if place <= 3 else ""


class Sheet:
    """A drawing under way. Places are counted from the side where reading starts."""

    def __init__(self, width: float, height: float, legend: Legend, id: str) -> None:
        self.width, self.height, self.legend, self.id = width, height, legend, id
        self.parts: list[str] = []

    def across(self, x: float) -> float:
        return self.width - x if self.legend.mirrored else x

    def words(
        self, x: float, y: float, word: Word, *, at: str = "start", size: float = 13, look: str = "words",
        bold: bool = False,
    ) -> None:  # fmt: skip
        """`at`: which end of the words stands at x, "start", "middle" or "end" of reading."""
        anchor = "middle"
        if at != "middle":
            from_left = (at == "start") is not self.legend.mirrored
            anchor = "start" if from_left is not word.rtl else "end"
        direction = "rtl" if word.rtl else "ltr"
        lang = f' lang="{escape(word.lang)}"' if word.lang else ""
        weight = ' font-weight="600"' if bold else ""
        self.parts.append(
            f'<text class="drawn-{look}" {LOOKS[look]} x="{_short(self.across(x))}" y="{_short(y)}"'
            f' font-size="{_short(size)}"{weight} text-anchor="{anchor}" direction="{direction}"'
            f' unicode-bidi="isolate"{lang}>{escape(word.text)}</text>'
        )

    def circle(self, x: float, y: float, r: float, look: str, more: str = "") -> None:
        self.parts.append(
            f'<circle class="drawn-{look}" {LOOKS[look]} cx="{_short(self.across(x))}" cy="{_short(y)}"'
            f' r="{_short(r)}"{more}/>'
        )

    def box(self, x: float, y: float, w: float, h: float, look: str, more: str = "") -> None:
        left = self.width - x - w if self.legend.mirrored else x
        self.parts.append(
            f'<rect class="drawn-{look}" {LOOKS[look]} x="{_short(left)}" y="{_short(y)}" width="{_short(w)}"'
            f' height="{_short(h)}"{more}/>'
        )

    def line(self, points: Sequence[tuple[float, float]], look: str = "line", more: str = "") -> None:
        """Through two points straight, through four as a curve between the first and the last."""
        (x, y), *rest = [(self.across(x), y) for x, y in points]
        letter = {1: "L", 2: "Q", 3: "C"}[len(rest)]
        path = f"M{_short(x)} {_short(y)}{letter}" + " ".join(f"{_short(a)} {_short(b)}" for a, b in rest)
        self.parts.append(f'<path class="drawn-{look}" {LOOKS[look]} d="{path}"{more}/>')

    def glyph(
        self, x: float, y: float, label: Label | None, positions: Positions, *, upright: bool = False,
        rejects: bool = False,
    ) -> None:  # fmt: skip
        """A position as dots around a place: never mirrored, the first side always first."""
        if label is None:
            return
        x = self.across(x)
        if label.glyph == "barred":
            self._path(f"M{_short(x - 3)} {_short(y + 3)}l6-6", "dot", ' stroke-width="1.5"')
            self._dot(x, y, 4.6, "dot", ' stroke-width="1.5"')
            return
        first = -(len(positions.sides) - 1) / 2
        for n, side in enumerate(positions.sides):
            step = (first + n) * (10 if upright else 12)
            at = (x, y + step) if upright else (x + step, y)
            hue = f"-{min(n + 1, 3)}"
            if side not in (label.sides or ()):
                more = ' stroke-dasharray="2 1.5"' if label.glyph == "dashed" else ""
                self._dot(*at, 4, "dot", more)
            elif rejects:
                d = f"M{_short(at[0] - 3.4)} {_short(at[1] - 3.4)}l6.8 6.8m0-6.8-6.8 6.8"
                self._path(d, f"dot{hue}", ' stroke-width="2.2"')
            else:
                self._dot(*at, 4, f"dot{hue}")

    def head(self) -> None:
        """The title, where no page says it."""
        if self.legend.explained:
            self.words(12, 22, self.legend.title, size=15, bold=True)

    def link(self, of: Sequence[Choice], said: str) -> bool:
        """Until `unlink`, what is drawn leads to these claims; not in a file."""
        if self.legend.address is None:
            return False
        address = escape(self.legend.address(of))
        self.parts.append(f'<a href="{address}" aria-label="{escape(said)}" class="drawn-link">')
        return True

    def unlink(self) -> None:
        self.parts.append("</a>")

    def done(self) -> str:
        """The drawing. With links it is a group of them; without, one picture."""
        if self.legend.explained:
            self._explain()
        role = "group" if self.legend.address else "img"
        title, description = f"{self.id}-title", f"{self.id}-description"
        above = 0 if self.legend.explained else TITLE - 4
        wide, high = _short(self.width), _short(self.height - above)
        size = f'viewBox="0 {above} {wide} {high}" width="{wide}" height="{high}"'
        ground = f'<rect class="drawn-ground" {LOOKS["ground"]} y="{above}" width="{wide}" height="{high}"/>'
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="drawn" id="{self.id}" {size} role="{role}"'
            f' aria-labelledby="{title} {description}" font-family="{FONTS}">'
            f'<title id="{title}">{escape(self.legend.title.text)}</title>'
            f'<desc id="{description}">{escape(self.legend.description)}</desc>'
            f"{ground}{''.join(self.parts)}</svg>"
        )

    def _explain(self) -> None:
        """The description in words that are seen: a file has no page around it."""
        said = self.legend.description
        for line in lines(said, max(int((self.width - 24) / (12 * PER_LETTER)), 20)) if said else ():
            self.height += 17
            self.words(
                12, self.height - 12, replace(self.legend.title, text=line), size=12, look="quiet-words"
            )

    def _dot(self, x: float, y: float, r: float, look: str, more: str = "") -> None:
        at = f'cx="{_short(x)}" cy="{_short(y)}"'
        self.parts.append(f'<circle class="drawn-{look}" {LOOKS[look]} {at} r="{_short(r)}"{more}/>')

    def _path(self, d: str, look: str, more: str) -> None:
        self.parts.append(f'<path class="drawn-{look}" {LOOKS[look]} d="{d}"{more}/>')


def lines(text: str, letters: int) -> list[str]:
    """A text cut between words into lines of about so many letters.

    >>> lines("one two three", 8)
    ['one two', 'three']
    """
    found = [""]
    for word in text.split():
        if found[-1] and len(found[-1]) + 1 + len(word) > letters:
            found.append("")
        found[-1] = f"{found[-1]} {word}".strip()
    return found


def breadth(words: Iterable[Word], size: float = 13) -> float:
    """Room for the longest of these names."""
    return max((len(word.text) for word in words), default=0) * size * PER_LETTER


def _short(value: float) -> str:
    """
    >>> _short(2.0), _short(2.345)
    ('2', '2.3')
    """
    return f"{round(value, 1):g}"
