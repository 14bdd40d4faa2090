"""A project in which every text that somebody may type is made to break a page, a file or a screen."""

from __future__ import annotations

import contextlib
import csv
import io
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import tomlkit
from werkzeug.datastructures import MultiDict

from annotator import codebook
from annotator.model import Invalid, Kind, Role
from annotator.project import Project
from tests.conftest import password

SCRIPT = "'\"><q7 onclick=q7() style=q7></q7><script>q7()</script>"
TEMPLATE = "{{1337*1337}}${1337*1337}%(q7)s %s {q7!r}"
SQL = "q7' or 1=1; drop table people;--"
FORMULA = "=1+1|' /C q7'!A0"
TURNED = "q7\u202efdp.\u2066\u200f"
PATH = "..\\..\\q7"
HEADER = "q7\r\nX-Q7: 1\r\n\r\n<q7>"
TERMINAL = "q7\x1b]0;q7\x07\x1b[2J\x9b31m"
COMPUTED = str(1337 * 1337)

PAYLOADS = {
    "script": SCRIPT, "template": TEMPLATE, "sql": SQL, "formula": FORMULA, "turned": TURNED, "path": PATH,
    "header": HEADER, "terminal": TERMINAL,
}  # fmt: skip
ALL = SCRIPT + TEMPLATE + SQL + TURNED + PATH
SHORT = '"><q7 onclick=q7()>{{1337*1337}}'  # as a name may be

NAMES = (SHORT, FORMULA.replace("/", ""), "%(q7)s %s", SQL, "..", "CON", "@SUM(1)", "q7\\..")
"""Payloads that are names of people too."""

TEXT = "The minister said that {} holds in the town. “We agree”, said the mayor of {}."

_SAID, _AGREED = (re.escape(part).replace(r"\{\}", ".*?") for part in TEXT.split(" “"))
THEIRS = re.compile(f"{_SAID}|“?{_AGREED}|.{{0,40}}{re.escape(ALL)}|{re.escape(TURNED)}?", re.DOTALL)
"""All that has signs which turn words."""


def make(path: Path) -> Project:
    """The project, opened."""
    project = Project.create(path, hostile_codebook())
    for name, role in (("Ana", Role.ANNOTATOR), ("Cleo", Role.LEAD)):
        project.add_person(name, role, password(name))
    cleo = project.person("Cleo")
    for name in NAMES:
        project.add_person(name, Role.ANNOTATOR)
    for payload in PAYLOADS.values():
        _documents(project, payload)
        for give in (
            lambda text: project.add_speaker(text, cleo),
            lambda text: project.make_round(text[:60], people=["Ana", NAMES[0]], by="Cleo"),
            lambda text: project.add_token(text[:60], cleo),
            lambda text: project.invite(text[:60], by="Cleo"),
        ):
            _given(give, payload)
    for round in project.rounds():
        project.withdraw_round(round.id)
    for person in ("Ana", *NAMES[:2], "..", "CON"):
        _answers(project, person)
    project.settle_unanimous(cleo)
    project.make_round(SHORT, 1, people=["Ana"], by="Cleo", spread=True)
    return project


def _given(give: Any, payload: str) -> None:
    """What is refused with a sentence needs no other defence."""
    with contextlib.suppress(Invalid):
        give(payload)


def hostile_codebook() -> str:
    """The bundled one, with all wordings made hostile, as a stranger's codebook may be."""
    values = tomllib.loads(codebook.bundled("idlib-2019"))
    _poison(values)
    return tomlkit.dumps(values)


_WORDED = ("title", "question", "name", "guide", "note", "text", "page", "message")


def _poison(table: dict[str, Any]) -> None:
    for key, value in table.items():
        if key == "short" and isinstance(value, dict):
            table[key] = dict.fromkeys(value, "<q7>\u202ea")
        elif key in _WORDED and isinstance(value, dict):
            # Each its own, since two speakers of one name are one.
            table[key] = {lang: f"{words[:40]}{ALL}" for lang, words in value.items()}
        elif key in ("yes", "no"):
            table[key] = [SCRIPT + words for words in value]
        elif key == "badge":
            table[key] = "<q7>"
        elif isinstance(value, dict):
            _poison(value)
        elif isinstance(value, list):
            for one in value:
                if isinstance(one, dict):
                    _poison(one)


def _documents(project: Project, payload: str) -> None:
    """A row of a table, a file of its own, and a title changed by hand."""
    words = payload.replace("\r\n", " ")
    rows = [{"id": payload, "title": payload, "author": payload, "publisher": payload, "date": payload[:10],
             "url": f"javascript:q7('{payload}')", "text": TEXT.format(words, words)}]  # fmt: skip
    written = io.StringIO()
    table = csv.DictWriter(written, list(rows[0]))
    table.writeheader()
    table.writerows(rows)
    cleo = project.person("Cleo")
    for name, data in (
        (f"{payload}.csv", written.getvalue().encode()),
        (f"{payload}.txt", f"{words}\n\n{TEXT.format(words, words)}".encode()),
    ):
        for taken in project.take_in(name, data, lang="en", by="Cleo"):
            assert taken.document, taken.problem
            project.describe(taken.document.id, {"publisher": payload, "author": payload}, cleo)


def _answers(project: Project, name: str) -> None:
    """In everything a person types with an answer, one payload after the other."""
    person = project.person(name)
    words = iter(_endless())
    for progress in project.documents(person):
        for one in project.sentences(progress.document.id):
            if one.kind is not Kind.BODY:
                continue
            payload = next(words)
            form = MultiDict({
                "action": "save", "claim": "new", "speaker": "putin", "stance": "ru",
                "attribution": "indirect", "speaker_text": payload, "note": payload,
                "comment": payload, "hard": "1", "letters": "1",
                "content_spans": f"[[0,{len(one.text)}]]",
            })  # fmt: skip
            project.record(progress.document.id, one.id, person, form, seen=None, token=f"{name}{one.key}")
        project.finish(progress.document.id, person)


def _endless() -> Iterator[str]:
    while True:
        yield from PAYLOADS.values()
