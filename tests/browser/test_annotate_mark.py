"""Marking words: content, cue and source, by key, mouse and touch."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from annotator import codebook as codebooks
from annotator.model import Role
from annotator.project import Project
from tests.browser.at_desk import at, focus_is_at_work, go, press, stored
from tests.conftest import ARTICLE, Live, enter, password, serve

TEXT = "qawl.words.slice(0)"
SPAN = "JSON.parse(document.querySelector('[name=%s_spans]').value)"
PLACES = """() => [...document.querySelectorAll(
    '.unit, .unit-text, .word, .answer, .question-head, .panel, .panel-foot')]
    .filter(part => part.offsetParent)
    .map(part => part.getBoundingClientRect()).map(box => [box.x, box.y, box.width, box.height])"""
LETTERS = """() => {
    const text = qawl.words.text();
    const places = () => {
        const range = document.createRange();
        const walk = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
        const found = [];
        while (walk.nextNode()) for (let n = 0; n < walk.currentNode.length; n += 1) {
            if (!walk.currentNode.data[n].trim()) continue; // a blank at the end of a line has no place
            range.setStart(walk.currentNode, n);
            range.setEnd(walk.currentNode, n + 1);
            found.push(range.getBoundingClientRect().x);
        }
        return found;
    };
    const worded = places();
    text.textContent = text.textContent;
    return [worded, places()];
}"""
CHOSEN = "CSS.highlights.has('chosen') ? [...CSS.highlights.get('chosen')].map(r => r.toString()).join() : ''"


def spans(page: Page, role: str) -> list[list[int]]:
    found: list[list[int]] = page.evaluate(SPAN % role)
    return found


def marked(page: Page, role: str) -> list[str]:
    """The words marked in the open claim, cut out of the text by Python."""
    text = page.evaluate(TEXT)
    return [text[start:end] for start, end in spans(page, role)]


def chosen(page: Page) -> str:
    return str(page.evaluate(CHOSEN))


def test_a7_marks_words_as_it_reads_and_stores_them_exactly(desk: Page, live: Live) -> None:
    go(desk, live, "s15a")
    press(desk, "3 W A V")
    assert chosen(desk) == "وقال"
    press(desk, "2 ArrowLeft 1")
    for _ in range(9):
        press(desk, "ArrowLeft")
    assert chosen(desk) == "من"
    press(desk, "Shift+ArrowLeft Shift+ArrowLeft Shift+ArrowLeft Shift+ArrowLeft Shift+ArrowRight 3")
    expect(desk.locator("#marked-words li")).to_have_count(3)
    press(desk, "Enter")
    at(desk, "s15b")
    (claim,) = stored(live, "s15a").claims
    with Project.open(live.path) as project:
        text = project.sentence(ARTICLE, "s15a").text
    assert [text[a:b] for a, b in claim.cue_spans] == ["وقال"]
    assert [text[a:b] for a, b in claim.source_spans] == ["أردوغان"]
    assert [text[a:b] for a, b in claim.content_spans] == ["من غير المقبول أن"]
    assert claim.speaker_text == "أردوغان"


def test_marks_several_pieces_and_joins_what_touches(desk: Page, live: Live) -> None:
    go(desk, live, "s11")
    press(desk, "V 3 ArrowLeft ArrowLeft ArrowLeft 3")
    assert marked(desk, "content") == ["خلال", "بوتين"]
    press(desk, "ArrowRight 3")
    assert marked(desk, "content") == ["خلال", "تمسك بوتين"]
    press(desk, "ArrowRight 3")
    assert marked(desk, "content") == ["خلال حديثهما", "تمسك بوتين"]
    press(desk, "Home End Shift+Home 3")
    assert len(marked(desk, "content")) == 1


def test_takes_a_mark_off_by_the_same_key(desk: Page, live: Live) -> None:
    go(desk, live, "s11")
    press(desk, "V Shift+ArrowLeft 3 Home 3")
    assert spans(desk, "content") == []
    press(desk, "3 Escape")
    desk.get_by_role("button", name="Remove the mark: content").click()
    assert spans(desk, "content") == []
    focus_is_at_work(desk)


def test_takes_back_the_last_mark(desk: Page, live: Live) -> None:
    go(desk, live, "s11")
    press(desk, "V 3 ArrowLeft 2 Z")
    assert (marked(desk, "content"), spans(desk, "cue")) == (["خلال"], [])
    press(desk, "Control+Z")
    assert spans(desk, "content") == []


def test_takes_back_stored_marks(desk: Page, live: Live) -> None:
    go(desk, live, "s11")
    press(desk, "5 W F Enter")
    at(desk, "s12")
    press(desk, "K")
    at(desk, "s11")
    press(desk, "V 3 Enter")
    at(desk, "s12")
    assert stored(live, "s11").claims[0].content_spans == ((0, 4),)
    press(desk, "Z")
    at(desk, "s11")
    assert stored(live, "s11").claims[0].content_spans == ()
    assert spans(desk, "content") == []


def test_leaves_with_escape_and_returns_the_focus(desk: Page, live: Live) -> None:
    go(desk, live, "s11")
    press(desk, "5 W V")
    expect(desk.locator("#marking")).to_be_visible()
    expect(desk.locator("#marking")).to_be_focused()
    press(desk, "Q 0 Escape")
    expect(desk.locator("#marking")).to_be_hidden()
    expect(desk.locator("[name=stance][value=tr]")).to_be_focused()
    expect(desk.locator("[name=stance]:checked")).to_have_value("tr")
    assert chosen(desk) == ""
    press(desk, "F Enter")
    at(desk, "s12")


def test_a7_moves_no_word_by_more_than_a_pixel(desk: Page, live: Live) -> None:
    go(desk, live, "s11")
    press(desk, "5 W F")
    worded, plain = desk.evaluate(LETTERS)
    assert len(worded) == len(plain) > 200
    assert max(abs(a - b) for a, b in zip(worded, plain, strict=True)) <= 1
    go(desk, live, "s11")
    before = desk.evaluate(PLACES)
    press(desk, "V Shift+ArrowLeft")
    _unmoved(before, desk.evaluate(PLACES))
    press(desk, "1 ArrowLeft 2 ArrowLeft Shift+ArrowLeft 3")
    words = len(desk.locator(".word").all())
    assert words > 30
    after = desk.evaluate(PLACES)
    _unmoved([box for box in before if box], after[: len(before)])


def _unmoved(before: list[list[float]], after: list[list[float]]) -> None:
    assert len(before) == len(after) > 50
    for one, other in zip(before, after, strict=True):
        assert max(abs(a - b) for a, b in zip(one, other, strict=True)) <= 1


def test_marks_by_mouse(desk: Page, live: Live) -> None:
    go(desk, live, "s11")
    desk.locator(".word").nth(2).click()
    desk.locator(".word").nth(4).click()
    desk.get_by_role("button", name="Content").click()
    desk.locator(".word").nth(0).click()
    desk.get_by_role("button", name="Cue").click()
    desk.get_by_role("button", name="Done").click()
    assert marked(desk, "content") == ["تمسك بوتين وأردوغان"]
    assert marked(desk, "cue") == ["خلال"]
    for label in ("Turkey", "Turkish", "Ascribed"):
        desk.locator(".answer", has_text=label).click()
    desk.get_by_role("button", name="Save, next sentence").click()
    at(desk, "s12")
    assert stored(live, "s11").claims[0].cue_spans == ((0, 4),)


@pytest.fixture
def touched(browser: Browser, live: Live) -> Iterator[Page]:
    context = browser.new_context(has_touch=True, is_mobile=True, viewport={"width": 360, "height": 740})
    yield enter(context.new_page(), live, "Ana")
    context.close()


def test_marks_by_touch_on_a_phone(touched: Page, live: Live) -> None:
    go(touched, live, "s1")
    touched.get_by_role("button", name="Mark words").tap()
    touched.locator(".word").nth(0).tap()
    touched.locator(".word").nth(1).tap()
    button = touched.get_by_role("button", name="Content")
    box = button.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 44
    button.tap()
    touched.get_by_role("button", name="Done").tap()
    assert len(spans(touched, "content")) == 1
    assert len(marked(touched, "content")[0].split()) == 2
    touched.locator("[data-step=stance]").tap()
    touched.get_by_role("button", name="Position lists").tap()
    touched.locator("#positions [value=R5]").check()
    touched.locator("#positions").get_by_role("button", name="Close").tap()
    assert touched.evaluate("document.documentElement.scrollWidth <= innerWidth")
    inside = "p => p.getBoundingClientRect().right <= innerWidth"
    panel = f"[...document.querySelectorAll('#panel *')].every({inside})"
    assert touched.evaluate(panel)


def test_narrows_a_piece_to_letters_on_demand(desk: Page, live: Live) -> None:
    go(desk, live, "s15a")
    press(desk, "3 W A V 4 ArrowLeft")
    assert chosen(desk) == "قال"
    press(desk, "Shift+ArrowRight Shift+ArrowLeft 2 Enter")
    at(desk, "s15b")
    assert stored(live, "s15a").claims[0].cue_spans == ((1, 4),)
    press(desk, "K Enter")  # and it can be saved again
    at(desk, "s15b")
    assert stored(live, "s15a").claims[0].cue_spans == ((1, 4),)


def test_fills_the_words_of_an_unnamed_speaker_from_the_marks(desk: Page, live: Live) -> None:
    go(desk, live, "s1")
    press(desk, "8")
    expect(desk.locator("#speaker_text")).to_be_focused()
    expect(desk.locator("#marking")).to_be_visible()
    press(desk, "ArrowLeft Shift+ArrowLeft 1")
    words = marked(desk, "source")[0]
    expect(desk.locator("#speaker_text")).to_have_value(words)
    expect(desk.locator("#marking")).to_be_hidden()
    expect(desk.locator("[data-question=stance] :focus")).to_be_visible()
    press(desk, "W D Enter")
    at(desk, "s2")
    (claim,) = stored(live, "s1").claims
    assert claim.speaker_text == words
    assert len(claim.source_spans) == 1


def test_takes_words_marked_before_for_an_unnamed_speaker(desk: Page, live: Live) -> None:
    go(desk, live, "s1")
    press(desk, "V ArrowLeft 1 Escape 8")
    expect(desk.locator("#speaker_text")).to_have_value(marked(desk, "source")[0])
    press(desk, "V ArrowLeft 1 Escape")
    expect(desk.locator("#speaker_text")).to_have_value(" … ".join(marked(desk, "source")))


def test_shows_the_marks_of_finished_claims_with_their_number(desk: Page, live: Live) -> None:
    go(desk, live, "s11")
    press(desk, "5 W F V 3 Enter")
    at(desk, "s12")
    press(desk, "K N")
    expect(desk.locator("[name=claim]")).to_have_value("new")
    expect(desk.locator(".mark.content.finished")).to_have_count(1)
    expect(desk.locator(".mark.name")).to_have_text("1")


def test_marks_nothing_by_single_keys_when_they_are_off(desk: Page, live: Live) -> None:
    go(desk, live, "s11")
    desk.evaluate("qawl.keys.turn(false)")
    press(desk, "V")
    expect(desk.locator("#marking")).to_be_hidden()
    desk.locator("#words-button").press("Enter")
    press(desk, "ArrowLeft 3")
    assert spans(desk, "content") == []
    desk.get_by_role("button", name="Content").press("Enter")
    assert marked(desk, "content") == ["حديثهما"]


def _reference() -> Iterator[tuple[str, str, list[list[int]]]]:
    sample = (resources.files("annotator") / "samples" / "idlib-claims.jsonl").read_text("utf-8")
    for record in map(json.loads, sample.splitlines()):
        for claim in record["claims"]:
            form = claim["attribution"]
            every = [*claim["content_spans"], *form["cue_spans"], *form["source_spans"]]
            yield record["sent_id"], record["text"], every


REACHED = """() => {
    const last = qawl.words.all().length;
    const found = [];
    for (let a = 0; a < last; a += 1)
        for (let b = a; b < last; b += 1) found.push(qawl.words.piece(a, b).join());
    return found;
}"""

NOT_WORDS = {("s7", "وقال:")}
"""One cue of the reference takes the colon after it along."""


def test_reaches_every_mark_of_the_reference_by_whole_words(desk: Page, live: Live) -> None:
    wanted: dict[str, tuple[str, list[list[int]]]] = {}
    for sid, text, every in _reference():
        wanted.setdefault(sid, (text, []))[1].extend(every)
    missed = set()
    count = 0
    for sid, (text, every) in wanted.items():
        if not every or sid.startswith("q"):
            continue
        go(desk, live, sid)
        assert desk.evaluate(TEXT) == text
        reached = set(desk.evaluate(REACHED))
        count += len(every)
        missed |= {(sid, text[a:b]) for a, b in every if f"{a},{b}" not in reached}
    assert count > 150
    assert missed == NOT_WORDS


@pytest.fixture
def english(tmp_path: Path) -> Iterator[Live]:
    """An English text with emoji, which take two units of JavaScript each, and letters of several parts."""
    path = tmp_path / "nile.db"
    text = "Talks\n\n🕌🇪🇬 Cairo “demanded a 👩‍👩‍👧 deal” (for Ana\u0301), it said.\n"
    with Project.create(path, codebooks.bundled("nile-2020")) as project:
        project.add_person("Ana", Role.ANNOTATOR, password("Ana"))
        project.import_file("dam.txt", text.encode(), lang="en")
    yield from serve(path)


def test_a7_counts_code_points_and_goes_right_in_english(page: Page, english: Live) -> None:
    enter(page, english, "Ana")
    page.get_by_role("link", name="Annotate", exact=True).click()
    expect(page.locator("#panel :focus")).to_be_visible()
    press(page, "V")
    assert chosen(page) == "🕌🇪🇬"
    press(page, "ArrowRight 1")
    assert marked(page, "source") == ["Cairo"]
    press(page, "ArrowRight ArrowLeft ArrowRight")
    assert chosen(page) == "demanded"
    press(page, "Shift+ArrowRight Shift+ArrowRight Shift+ArrowRight 3")
    assert marked(page, "content") == ["“demanded a 👩‍👩‍👧 deal”"]
    press(page, "End 2")
    assert marked(page, "cue") == ["said"]
    press(page, "ArrowLeft ArrowLeft Shift+ArrowLeft 2 Escape 2 Q D Enter")
    expect(page.locator(".finished")).to_be_visible()
    with Project.open(english.path) as project:
        ana = project.person("Ana")
        doc = project.documents(ana)[0].document.id
        desk = project.desk(doc, ana)
        (sid,) = desk.queued
        text = project.sentence(doc, sid).text
        (claim,) = desk.annotations[sid].answer.claims
    assert [text[a:b] for a, b in claim.content_spans] == ["“demanded a 👩‍👩‍👧 deal”"]
    assert [text[a:b] for a, b in claim.cue_spans] == ["(for Ana\u0301)", "said"]


def test_never_cuts_a_letter(page: Page, english: Live) -> None:
    enter(page, english, "Ana")
    page.get_by_role("link", name="Annotate", exact=True).click()
    expect(page.locator("#panel :focus")).to_be_visible()
    cuts = page.evaluate("qawl.words.cuts()")
    text = page.evaluate(TEXT)
    assert text.index("\u0301") not in cuts
    assert text.index("🇪") + 1 not in cuts
    assert text.index("👩") + 1 not in cuts
