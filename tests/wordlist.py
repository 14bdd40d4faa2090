"""The interface's words for a native reader: `python -m tests.wordlist ar [words-ar.html]`.

One page to read or print, in the order in which wording matters: the words that everything else is made of,
then short words, then sentences, each screen by screen. What looks doubtful comes first, with the reason. A
remark is typed or written in the last column; who prefers a spreadsheet asks for a name that ends in .csv.
"""

from __future__ import annotations

import csv
import html
import io
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from annotator import codebook
from annotator.web.languages import LANGUAGES, direction
from tests import catalogues
from tests.catalogues import forms
from tests.wordlist_terms import CORE, DOUBTS, SCREENS

SHORT = 3
"""So many words are a word of the interface; more are a sentence."""
BUNDLED = "idlib-2019"
NEVER_SAID = (", ", ";", "“%(question)s”", "“%(answer)s”", "“%(text)s”")
"""Signs rather than words."""
HEAD = ("English", "Translation", "Where", "Doubt or meaning", "Your remark")
HOW = (
    "Begin at the top: what stands there is in every sentence below. Yellow rows are doubtful. Type a better "
    "wording into the last column and save the page, or print it. <code>%(name)s</code> stands for a value."
)
STYLE = """
body { font: 16px/1.5 sans-serif; max-width: 75rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; margin-block: .5rem 2rem; table-layout: fixed; }
th, td { border: 1px solid #999; padding: .35rem .5rem; text-align: start; vertical-align: top; }
td { overflow-wrap: anywhere; }
th:nth-child(3) { width: 10%; } th:nth-child(4) { width: 18%; } th:nth-child(5) { width: 20%; }
.doubt { background: #fff3cd; } .forms { margin: 0; padding-inline-start: 1.2rem; }
@media print { thead { display: table-header-group; } tr { break-inside: avoid; } }
"""


@dataclass(frozen=True, slots=True)
class Row:
    english: tuple[str, ...]
    translation: tuple[str, ...]
    where: tuple[str, ...]  # screens, the first one is where it is listed
    doubt: str = ""
    meaning: str = ""


Part = tuple[str, list[tuple[str, list[Row]]]]
"""A heading, and its rows under their screens."""


def parts(lang: str) -> list[Part]:
    """Everything there is to review: each message once, what is doubtful first."""
    rows = {row.english: row for row in _messages(lang)}
    core = [rows.pop((term,)) for term in CORE]
    short = [row for row in rows.values() if _words(row) <= SHORT]
    long = [row for row in rows.values() if _words(row) > SHORT]
    return [
        ("Core terms", [("", _doubtful_first(core))]),
        ("Labels of the demo’s codebook", [("", _labels(lang))]),
        ("Words and short phrases", _by_screen(short)),
        ("Sentences", _by_screen(long)),
    ]


def _messages(lang: str) -> Iterator[Row]:
    catalogue = catalogues.read(lang)
    said = [message for message in catalogues.said() if message.id and message.id not in NEVER_SAID]
    known = {forms(message.id): forms(message.string) for message in catalogue}
    translated = {forms(message.id): known.get(forms(message.id), ("",)) for message in said}
    shared = _shared(translated)
    for message in said:
        english = forms(message.id)
        written = DOUBTS.get(lang, {}).get(english[0], "")
        yield Row(
            english,
            translated[english],
            tuple(dict.fromkeys(screen_of(place) for place, _ in message.locations)),
            written or _ambiguous(english, shared[_folded(translated[english])])
            if all(translated[english])
            else "Not translated yet.",
            CORE.get(english[0], ""),
        )


def _shared(translated: Mapping[tuple[str, ...], tuple[str, ...]]) -> Mapping[str, list[str]]:
    """What is said for several English words, by the translation."""
    found: dict[str, list[str]] = defaultdict(list)
    for english, words in translated.items():
        if _plain(english[0]) not in map(_plain, found[_folded(words)]):
            found[_folded(words)].append(english[0])
    return found


def _plain(english: str) -> str:
    """What tells English words apart, whether they begin a sentence or stand in it.

    >>> _plain("Guide-lines"), _plain("a note"), _plain("the codebook")
    ('guidelines', 'note', 'codebook')
    """
    return re.sub(r"^(an?|the) ", "", english.casefold()).replace("-", "")


def _ambiguous(english: tuple[str, ...], said_for: list[str]) -> str:
    others = [one for one in said_for if _plain(one) != _plain(english[0])]
    return f"Also said for: {'; '.join(others)}. Does one word do for both?" if others else ""


def _folded(words: tuple[str, ...]) -> str:
    return words[0].casefold()


def _labels(lang: str) -> list[Row]:
    """Questions and answers as people see them most: they are the codebook's own."""
    fields = codebook.load(codebook.bundled(BUNDLED)).fields
    names = [
        each
        for field in fields
        for each in (field.name, *(name for label in field.labels for name in (label.name, label.short)))
    ]
    pairs = dict.fromkeys((name.get("en", ""), name.get(lang, "")) for name in names)
    return [Row((english,), (told,), ("Codebook",)) for english, told in pairs if english]


def _words(row: Row) -> int:
    return len(row.english[-1].split())


def _by_screen(rows: list[Row]) -> list[tuple[str, list[Row]]]:
    of = {screen: [row for row in rows if row.where[0] == screen] for screen in SCREENS}
    return [(screen, _doubtful_first(listed)) for screen, listed in of.items() if listed]


def _doubtful_first(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: not row.doubt)


def screen_of(place: str) -> str:
    """Where people read what this file says.

    >>> screen_of("templates/annotate/_card.html"), screen_of("annotator/text/checked.py")
    ('Annotate', 'Import')
    """
    inner = place.removeprefix("templates/").removeprefix("annotator/").removeprefix("web/")
    return next(
        screen for screen, starts in SCREENS.items() if inner.removeprefix("project/").startswith(starts)
    )


# ------------------------------------------------------------------ written


def as_html(lang: str) -> str:
    way, name = direction(lang), html.escape(LANGUAGES[lang])
    body = "\n".join(_part(heading, groups, lang, way) for heading, groups in parts(lang))
    title = f"Words of the interface: {name}"
    return (
        f'<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>{title}</title>\n'
        f"<style>{STYLE}</style>\n<h1>{title}</h1>\n<p>{HOW}</p>\n{body}\n</html>\n"
    )


def _part(heading: str, groups: list[tuple[str, list[Row]]], lang: str, way: str) -> str:
    count = sum(len(rows) for _, rows in groups)
    tables = "".join(
        (f"<h3>{html.escape(screen)}</h3>" if screen else "")
        + f"<table><thead><tr>{''.join(f'<th>{one}</th>' for one in HEAD)}</tr></thead>\n<tbody>"
        + "\n".join(_line(row, lang, way) for row in rows)
        + "</tbody></table>\n"
        for screen, rows in groups
    )
    return f"<h2>{html.escape(heading)} ({count})</h2>\n{tables}"


def _line(row: Row, lang: str, way: str) -> str:
    told = [
        _forms(row.english),
        _forms(row.translation),
        html.escape(", ".join(row.where)),
        html.escape(" ".join(filter(None, (row.doubt, row.meaning)))),
    ]
    attributes = ("", f' lang="{lang}" dir="{way}"', "", "")
    cells = "".join(f"<td{extra}>{cell}</td>" for extra, cell in zip(attributes, told, strict=True))
    doubt = ' class="doubt"' if row.doubt else ""
    return f'<tr{doubt}>{cells}<td contenteditable dir="auto"></td></tr>'


def _forms(words: tuple[str, ...]) -> str:
    if len(words) == 1:
        return html.escape(words[0])
    return f'<ol class="forms">{"".join(f"<li>{html.escape(word)}</li>" for word in words)}</ol>'


def as_csv(lang: str) -> str:
    written = io.StringIO()
    lines = csv.writer(written)
    lines.writerow(("Part", *HEAD))
    for heading, groups in parts(lang):
        for _, rows in groups:
            for row in rows:
                note = " ".join(filter(None, (row.doubt, row.meaning)))
                told = ("\n".join(row.english), "\n".join(row.translation), ", ".join(row.where), note, "")
                lines.writerow((heading, *told))
    return "\ufeff" + written.getvalue()  # by this sign spreadsheets know UTF-8


def main() -> int:
    if len(sys.argv) not in (2, 3) or sys.argv[1] not in catalogues.PLURALS:
        print(f"python -m tests.wordlist {'|'.join(catalogues.PLURALS)} [FILE.html or FILE.csv]")
        return 2
    lang = sys.argv[1]
    path = Path(sys.argv[2] if len(sys.argv) == 3 else f"words-{lang}.html")
    path.write_text(as_csv(lang) if path.suffix == ".csv" else as_html(lang), encoding="utf-8", newline="")
    print(f"{path}: {sum(len(rows) for _, groups in parts(lang) for _, rows in groups)} entries")
    return 0


if __name__ == "__main__":
    sys.exit(main())
