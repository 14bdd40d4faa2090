"""The whole reference annotation of the article, entered from the keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Page

from annotator import sample
from annotator.model import Answer, Claim, Codebook
from annotator.project import Project
from tests.browser.at_desk import at, go, stored
from tests.conftest import ARTICLE, Live

MOST = 220


@pytest.fixture
def queued(live: Live) -> tuple[str, ...]:
    with Project.open(live.path) as project:
        return project.desk(ARTICLE, project.person("Ana")).queued


def core(answer: Answer) -> Answer:
    """The reference without what the page cannot say yet: claims that differ only by relay are one."""
    found: dict[object, Claim] = {}
    for claim in answer.claims:
        words = claim.speaker_text if claim.speaker == ("unnamed",) else None
        plain = Claim(claim.speaker, claim.stance, claim.polarity, claim.attribution, speaker_text=words)
        found.setdefault(plain.identity, plain)
    return Answer(answer.status, tuple(found.values()))


def entered(answer: Answer, codebook: Codebook) -> Iterator[str]:
    """The presses for one sentence; "=" begins words that are typed."""
    if not answer.claims:
        yield "0"
        return
    for claim in answer.claims:
        if claim is not answer.claims[0]:
            yield "n"
        yield from said(claim, codebook)
    yield "Enter"


def said(claim: Claim, codebook: Codebook) -> Iterator[str]:
    for first, id in zip([True] + [False] * 9, claim.speaker, strict=False):
        actor = codebook.actor(id)
        assert actor is not None
        if actor.key:
            yield actor.key if first else f"Shift+Digit{actor.key}"
        else:
            yield from ("/", "=" + actor.name["en"], "Enter")
    if claim.speaker_text:
        yield from ("=" + claim.speaker_text, "Enter")
    stance = next(label for label in codebook.labels("stance") if label.id == claim.stance)
    yield f"Shift+Key{stance.key}" if claim.polarity == "oppose" else f"Key{stance.key}"
    if claim.attribution != "own":  # it came with the author
        form = next(label for label in codebook.labels("attribution") if label.id == claim.attribution)
        yield f"Key{form.key}"


def test_takes_at_most_220_presses_for_the_28_sentences(
    desk: Page, live: Live, codebook: Codebook, queued: tuple[str, ...]
) -> None:
    reference = {sid: core(answer) for sid, answer in sample.reference().items() if sid in queued}
    assert len(reference) == 28
    go(desk, live, "s1")
    pressed = 0
    for sid in queued:
        at(desk, sid)
        for key in entered(reference[sid], codebook):
            if key.startswith("="):
                desk.locator("#panel input[type=text]:focus").wait_for()
                desk.keyboard.type(key[1:])
                continue
            desk.keyboard.press(key)
            pressed += len(key.split("+"))  # Shift is a press of its own
    desk.locator(".finished").wait_for()
    print(f"\n{pressed} presses for {len(queued)} sentences, Shift counted, typed words not")
    assert pressed <= MOST
    for sid, wanted in reference.items():
        got = stored(live, sid)
        texts = [replace(claim, speaker_text=claim.speaker_text) for claim in got.claims]
        assert (got.status, sorted(map(repr, texts))) == (wanted.status, sorted(map(repr, wanted.claims))), (
            sid
        )
