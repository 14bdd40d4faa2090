"""The list of words for native readers: everything there, once, what matters first."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from tests import catalogues, wordlist
from tests.catalogues import PLURALS, forms
from tests.wordlist_terms import CORE, DOUBTS


@pytest.fixture(scope="module", params=PLURALS)
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def parts(lang: str) -> list[wordlist.Part]:
    return wordlist.parts(lang)


def test_lists_every_message_once(parts: list[wordlist.Part]) -> None:
    core, _, *rest = parts
    listed = [row.english for _, groups in (core, *rest) for _, rows in groups for row in rows]
    said = {forms(message.id) for message in catalogues.said() if message.id}
    assert len(listed) == len(set(listed))
    assert set(listed) == said - {(sign,) for sign in wordlist.NEVER_SAID}


def test_begins_with_the_core_terms_and_what_is_doubtful(parts: list[wordlist.Part], lang: str) -> None:
    (heading, [(_, core)]), *_ = parts
    assert heading == "Core terms"
    assert {row.english[0] for row in core} == set(CORE)
    assert all(row.meaning and row.translation[0] for row in core)
    for _, groups in parts:
        for _, rows in groups:
            doubtful = [bool(row.doubt) for row in rows]
            assert doubtful == sorted(doubtful, reverse=True)
    ours = [part for part in parts if not part[0].startswith("Labels")]
    known = {row.english[0]: row.doubt for _, groups in ours for _, rows in groups for row in rows}
    assert {term: known[term] for term in DOUBTS[lang]} == DOUBTS[lang]


def test_names_words_that_stand_for_two() -> None:
    rows = [row for _, groups in wordlist.parts("tr") for _, rows in groups for row in rows]
    doubts = {row.english[0]: row.doubt for row in rows}
    same = [row.english[0] for row in rows if row.translation == ("Birleştir",)]
    assert {"Join", "Merge"} <= set(same)
    assert all(doubts[word] for word in same)


def test_writes_a_page_and_a_sheet_with_a_place_for_remarks(lang: str) -> None:
    page = wordlist.as_html(lang)
    sheet = list(csv.reader(io.StringIO(wordlist.as_csv(lang).removeprefix("\ufeff"))))
    assert page.count("<td contenteditable") == len(sheet) - 1
    assert sheet[0][-1] == "Your remark"
    assert f'lang="{lang}" dir="{"rtl" if lang == "ar" else "ltr"}"' in page
    assert "<b>" not in page


def test_is_written_by_one_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["wordlist", "ru"])
    assert wordlist.main() == 0
    assert "Кодбук" in (tmp_path / "words-ru.html").read_text(encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["wordlist", "eo"])
    assert wordlist.main() == 2
