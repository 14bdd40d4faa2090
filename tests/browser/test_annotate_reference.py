"""The whole reference annotation entered from the keyboard; `python -m tests.reference` counts presses."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.conftest import Live
from tests.reference import MOST, differences, play


def test_takes_at_most_220_presses_for_the_28_sentences(desk: Page, live: Live) -> None:
    player = play(desk, live, marked=False)
    assert player.answering <= MOST
    assert list(differences(live, marked=False)) == []


def test_marks_every_word_of_the_reference_by_the_keyboard(desk: Page, live: Live) -> None:
    player = play(desk, live, marked=True)
    assert player.unmarked == [("s7", "وقال:")]  # one cue of the reference takes the colon after it along
    # s7 misses that cue; in s16 two cues that touch are stored as one.
    assert [line.split(":")[0] for line in differences(live, marked=True)] == ["s7", "s16"]
