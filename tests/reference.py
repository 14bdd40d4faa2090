"""python -m tests.reference: the reference annotation by the keyboard alone, every press counted.

First as the four-key answers of the 28 sentences, then with everything the reference holds: marked words,
propositions, the relay. The file must hold the same answers in the end.
"""

from __future__ import annotations

import logging
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from annotator import sample
from annotator.model import Answer, Claim, Codebook, Span
from annotator.project import Project
from annotator.setup import browser as browsers
from tests.browser.at_desk import at, go
from tests.conftest import ARTICLE, Live, enter, serve
from tests.walk.__main__ import PERSON, build

MOST = 220
ROLES = ("source", "cue", "content")

PIECES = """() => {
    const last = qawl.words.all().length;
    const found = {};
    for (let a = last - 1; a >= 0; a -= 1)
        for (let b = last - 1; b >= a; b -= 1) found[qawl.words.piece(a, b).join()] = [a, b];
    return [last, found];
}"""


@dataclass
class Player:
    """Presses keys and counts them: Shift is a press of its own, typed words are none."""

    page: Page
    codebook: Codebook
    answering: int = 0
    marking: int = 0
    unmarked: list[tuple[str, str]] = field(default_factory=list)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.answering += len(key.split("+"))

    def type(self, words: str) -> None:
        self.page.locator("#panel input[type=text]:focus").wait_for()
        self.page.keyboard.type(words)

    # ------------------------------------------------------------ one sentence

    def answer(self, sid: str, answer: Answer, marked: bool) -> None:
        if not answer.claims:
            return self.press("0")
        text = str(self.page.evaluate("qawl.words.slice(0)")) if marked else ""
        for claim in answer.claims:
            if claim is not answer.claims[0]:
                self.press("n")
                self.page.locator("#answers [name=claim][value=new]").wait_for(state="attached")
                self.page.locator(".htmx-request").wait_for(state="detached")
            self.claim(claim, marked)
            if marked:
                self.details(sid, claim, text)
        return self.press("Enter")

    def claim(self, claim: Claim, marked: bool) -> None:
        for nth, id in enumerate(claim.speaker):
            self.speaker(id, nth > 0)
        if claim.speaker == ("unnamed",):
            if marked:
                self.press("Escape")  # the words come with the marks
            else:
                self.type(claim.speaker_text or "")
                self.press("Enter")
        stance = next(label for label in self.codebook.labels("stance") if label.id == claim.stance)
        self.press(f"{'Shift+' if claim.polarity == 'oppose' else ''}Key{stance.key}")
        if claim.attribution != "own":  # it came with the author
            labels = self.codebook.labels("attribution")
            self.press(f"Key{next(label for label in labels if label.id == claim.attribution).key}")

    def speaker(self, id: str, joins: bool) -> None:
        actor = self.codebook.actor(id)
        assert actor is not None
        if actor.key:
            self.press(f"{'Shift+' if joins else ''}Digit{actor.key}")
            return
        self.press("/")
        self.type(actor.name["en"])
        self.press("Enter")

    # ------------------------------------------------------------ words, propositions, relay

    def details(self, sid: str, claim: Claim, text: str) -> None:
        before = self.answering
        if claim.propositions:
            self.propositions(claim)
        if claim.via:
            self.press("l")
            for id in claim.via:
                actor = self.codebook.actor(id)
                assert actor is not None
                self.type(actor.name["en"])
                self.press("Enter")
            self.press("Escape")
        self.mark(sid, claim, text)
        self.marking += self.answering - before
        self.answering = before

    def propositions(self, claim: Claim) -> None:
        self.press("p")
        boxes: list[str] = self.page.evaluate(
            "[...document.querySelectorAll('#positions [name=propositions]')].map(box => box.value)"
        )
        here = boxes.index(self.page.evaluate("document.activeElement.value"))
        for wanted in sorted(boxes.index(one) for one in claim.propositions):
            self.press(*["ArrowDown" if wanted > here else "ArrowUp"] * abs(wanted - here), "Space")
            here = wanted
        self.press("Escape")

    def mark(self, sid: str, claim: Claim, text: str) -> None:
        spans: list[tuple[Span, int]] = sorted(
            (span, n) for n, role in enumerate(ROLES, start=1) for span in getattr(claim, f"{role}_spans")
        )
        if not spans:
            return
        self.press("v")
        last, pieces = self.page.evaluate(PIECES)
        here = 0
        for (start, end), digit in spans:
            if f"{start},{end}" not in pieces:
                self.unmarked.append((sid, text[start:end]))
                continue
            first, final = pieces[f"{start},{end}"]
            self.press(*self.way(here, first, last), *["Shift+ArrowLeft"] * (final - first), str(digit))
            here = final
        self.press("Escape")

    @staticmethod
    def way(here: int, there: int, count: int) -> list[str]:
        """The fewest presses from word to word, in a text that reads to the left."""
        walked = ["ArrowLeft" if there > here else "ArrowRight"] * abs(there - here)
        from_start = ["Home", *["ArrowLeft"] * there]
        from_end = ["End", *["ArrowRight"] * (count - 1 - there)]
        return min(walked or ["Home"] * (here != there), from_start, from_end, key=len)


def core(answer: Answer) -> Answer:
    """The reference as three answers a claim: claims that differ only by relay are one."""
    found: dict[object, Claim] = {}
    for claim in answer.claims:
        words = claim.speaker_text if claim.speaker == ("unnamed",) else None
        plain = Claim(claim.speaker, claim.stance, claim.polarity, claim.attribution, speaker_text=words)
        found.setdefault(plain.identity, plain)
    return Answer(answer.status, tuple(found.values()))


def whole(answer: Answer) -> Answer:
    """The reference with all that the idlib project asks for; remarks on it are left out."""
    claims = (
        replace(claim, propositions=tuple(sorted(claim.propositions)), **_UNASKED)  # type: ignore[arg-type]
        for claim in answer.claims
    )
    return Answer(answer.status, tuple(claims))


_UNASKED: dict[str, object] = {"claim_type": None, "vouch": None, "hedged": None, "hard": False, "note": None}


def play(page: Page, live: Live, *, marked: bool, name: str = PERSON) -> Player:
    """The 28 sentences in order; the document says that it is finished at the end."""
    with Project.open(live.path) as project:
        codebook = project.codebook()
        queued = project.desk(ARTICLE, project.person(name)).queued
    reference = sample.reference()
    player = Player(page, codebook)
    go(page, live, queued[0])
    for sid in queued:
        at(page, sid)
        player.answer(sid, whole(reference[sid]) if marked else core(reference[sid]), marked)
    page.locator(".finished").wait_for()
    return player


def differences(live: Live, *, marked: bool, name: str = PERSON) -> Iterator[str]:
    """Sentences whose stored answer is not the reference's."""
    with Project.open(live.path) as project:
        desk = project.desk(ARTICLE, project.person(name))
    for sid in desk.queued:
        wanted = (whole if marked else core)(sample.reference()[sid])
        got = whole(desk.annotations[sid].answer)
        if (got.status, set(got.claims)) != (wanted.status, set(wanted.claims)):
            yield f"{sid}: stored {got}, reference {wanted}"


def main() -> int:
    found = browsers.find()
    if found is None:
        print(browsers.REMEDY)
        return 2
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    presses = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**browsers.launch_options(found))  # type: ignore[arg-type]
        for marked in (False, True):
            for live in serve(build(Path(folder) / f"{marked}.db")):
                context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
                player = play(enter(context.new_page(), live, PERSON), live, marked=marked)
                different = list(differences(live, marked=marked))
                context.close()
            presses.append(player.answering)
            told(player, different, marked)
        browser.close()
    return 0 if presses[0] <= MOST else 1


def told(player: Player, different: list[str], marked: bool) -> None:
    sentences = "28 sentences, Shift counted, typed words not"
    if marked:
        print(f"With everything marked: {player.answering} presses for answers and {player.marking} more")
        print(f"for marks, propositions and relay; {sentences}.")
        for sid, words in player.unmarked:
            print(f"{sid}: “{words}” is not made of whole words and was left out.")
        print("Stored otherwise than in the reference, where pieces that touch are one: ", end="")
        print(", ".join(line.partition(":")[0] for line in different) or "none")
    else:
        print(f"{player.answering} presses (at most {MOST}) for {sentences}.")
        print("\n".join(different) or "The file holds the reference's answers.")


if __name__ == "__main__":
    sys.exit(main())
