"""The codebook page, point by point.

f2, a change never alters stored labels silently, and f3, the version is stored with each annotation: told as
one story in test_codebook.py; here is what the file holds.
"""

from __future__ import annotations

import json
import sqlite3

import pytest
from playwright.sync_api import Page, expect

from annotator.model import Answer, Claim, Codebook, Status
from annotator.project import Project
from tests.browser.at_desk import at, go, press
from tests.browser.test_codebook import reword_and_retire
from tests.conftest import ARTICLE, Live, enter

AT = "2026-01-12T09:00:00.000Z"


@pytest.mark.parametrize("question", ["stance", "attribution"])
def test_f1_reaches_every_label_from_annotate_with_one_key(
    desk: Page, live: Live, codebook: Codebook, question: str
) -> None:
    go(desk, live, "s11")
    press(desk, "5 W" if question == "stance" else "5 W F")
    expect(desk.locator(f"[data-question={question}] :focus")).to_be_visible()
    press(desk, "H")
    rule = desk.locator("#rule")
    expect(rule).to_be_visible()
    for label in codebook.labels(question):
        expect(rule).to_contain_text(label.name["en"])


def test_f2_f3_leaves_what_is_stored_with_its_version(page: Page, live: Live) -> None:
    claim = Claim(speaker=("putin",), stance="neither", attribution="indirect")
    with Project.open(live.path) as project:
        project.take_answers(ARTICLE, project.person("Ana"), {"s2": Answer(Status.CLAIMS, (claim,))}, AT)
    before = stored_rows(live)
    enter(page, live, "Cleo")
    reword_and_retire(page, live)
    go(page, live, "s3")
    press(page, "5 W F Enter")
    at(page, "s4")
    after = stored_rows(live)
    assert after[: len(before)] == before
    assert [(row[0], row[1], json.loads(row[2])[0]["stance"]) for row in after] == [
        ("Ana", "0.1.0", "neither"),
        ("Cleo", "1.0.0", "tr"),
    ]


def stored_rows(live: Live) -> list[tuple[str, str, str]]:
    """(person, version of the codebook, claims) of every answer, as the file has it."""
    sql = """
        select a.person, c.version, a.claims from annotations a join codebooks c on c.id = a.codebook
        order by a.id
    """
    with sqlite3.connect(live.path) as db:
        return db.execute(sql).fetchall()
