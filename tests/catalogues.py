"""Bring the catalogues of `annotator/translations` up to date: `python -m tests.catalogues [--tidy] [ar …]`.

Every sentence of the interface is looked up in the code and the templates. A catalogue keeps what is
translated, gains what is new, and is compiled. What nobody says any more stays at its end, for sentences
that come back, until `--tidy`. Nothing in the files depends on the day or on line numbers.
"""

from __future__ import annotations

import ast
import datetime
import io
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

CHECKOUT = Path(__file__).parents[1]
CATALOGUES = CHECKOUT / "annotator" / "translations"
ELSEWHERE = ("cli", "setup", "__main__.py", "serve.py", "demo.py")
"""Parts of the package that speak on the command line, in English."""

ONE, COUNTED = None, (1, 2)
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": ONE,
    "N_": ONE,
    "Said": ONE,
    "Problem": ONE,
    "Invalid": ONE,
    "Missing": ONE,
    "Forbidden": ONE,
    "Stale": ONE,
    "Unavailable": ONE,
    "_n": COUNTED,
    "forms": COUNTED,
    "Counted": COUNTED,
}
PLURALS = {
    "ar": "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11"
    " ? 4 : 5);",
    "ru": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20)"
    " ? 1 : 2);",
    "tr": "nplurals=2; plural=(n != 1);",
}
HEADER = """# The interface in this language. How to add or correct a sentence: README, “Languages”.
msgid ""
msgstr ""
"Language: {lang}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"

"""
SOME_DAY = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


def said_in_python(
    file: Any, keywords: Any, tags: Any, options: Any
) -> Iterator[tuple[int, str, Any, list[str]]]:
    """The sentences of a module. Babel's own reader loses a call inside another call."""
    for node in ast.walk(ast.parse(file.read())):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        texts = [arg.value if isinstance(arg, ast.Constant) else None for arg in node.args[:2]]
        if name in keywords and isinstance(texts[0], str) and texts[0]:
            yield node.lineno, name, tuple(texts) if KEYWORDS[name] else texts[0], []


def said() -> Catalog:
    """Every sentence of the interface, with the files it is in."""
    found = Catalog(charset="utf-8")
    for path, method in sorted([*_modules(), *_templates()], key=lambda one: one[0]):
        for _, message, _, _ in extract_from_file(method, path, KEYWORDS):
            if message:
                found.add(message, locations=[(path.relative_to(CHECKOUT).as_posix(), 0)])
    return found


def _modules() -> Iterator[tuple[Path, Any]]:
    for path in (CHECKOUT / "annotator").rglob("*.py"):
        if path.relative_to(CHECKOUT / "annotator").parts[0] not in ELSEWHERE:
            yield path, said_in_python


def _templates() -> Iterator[tuple[Path, Any]]:
    for path in (CHECKOUT / "templates").rglob("*.html"):
        yield path, "jinja2.ext:babel_extract"


def place(lang: str, suffix: str = ".po") -> Path:
    return CATALOGUES / lang / "LC_MESSAGES" / f"messages{suffix}"


def read(lang: str) -> Catalog:
    return from_text(place(lang).read_text(encoding="utf-8"), lang)


def from_text(text: str, lang: str) -> Catalog:
    catalogue = read_po(io.StringIO(text), locale=lang)
    catalogue.creation_date = catalogue.revision_date = SOME_DAY
    return catalogue


def brought_up_to_date(text: str, lang: str, sentences: Catalog, *, tidy: bool = False) -> str:
    """The text of a catalogue with exactly these sentences, and the translations it had."""
    catalogue = from_text(text, lang)
    for message in list(catalogue.obsolete.values()):
        catalogue[message.id] = message
    catalogue.update(sentences, no_fuzzy_matching=True)
    for message in catalogue:
        if not any(forms(message.string)):  # one that got plural forms is "fuzzy"; not without a translation
            message.flags.discard("fuzzy")
    written = io.BytesIO()
    write_po(
        written,
        catalogue,
        width=0,
        omit_header=True,
        sort_output=True,
        include_lineno=False,
        ignore_obsolete=tidy,
    )
    return HEADER.format(lang=lang, plurals=PLURALS[lang]) + written.getvalue().decode("utf-8").strip() + "\n"


def compiled(catalogue: Catalog) -> bytes:
    """What the program reads. A sentence without a translation is left out: it is shown in English."""
    written = io.BytesIO()
    write_mo(written, catalogue)
    return written.getvalue()


def update(langs: Iterable[str], *, tidy: bool = False) -> None:
    sentences = said()
    for lang in langs:
        path = place(lang)
        before = (
            path.read_text(encoding="utf-8")
            if path.exists()
            else HEADER.format(lang=lang, plurals=PLURALS[lang])
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(brought_up_to_date(before, lang, sentences, tidy=tidy), encoding="utf-8")
        catalogue = read(lang)
        place(lang, ".mo").write_bytes(compiled(catalogue))
        done = sum(bool(all(forms(message.string))) for message in catalogue if message.id)
        print(f"{lang}: {done} of {len(sentences)} translated, {len(catalogue.obsolete)} no longer said")


def forms(text: Any) -> tuple[str, ...]:
    """A message or its translation as its plural forms; one without plurals has one.

    >>> forms("Save"), forms(("%(n)s claim", "%(n)s claims"))
    (('Save',), ('%(n)s claim', '%(n)s claims'))
    """
    return (text,) if isinstance(text, str) else tuple(text or ("",))


if __name__ == "__main__":
    wanted = [word for word in sys.argv[1:] if not word.startswith("-")]
    update(wanted or PLURALS, tidy="--tidy" in sys.argv)
