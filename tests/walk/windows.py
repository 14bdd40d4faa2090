"""One window at the annotate page, as the walk believes it: the card, and what each key makes of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.walk.answers import Answer, Claim, Notebook, Outdated, Refused, decided, saved, without
from tests.walk.facts import Facts

ROLES = ("source", "cue", "content")
GAP = " … "


@dataclass
class Card:
    sid: str
    n: int | None = None  # None: a new claim
    speaker: set[str] = field(default_factory=set)
    stance: str | None = None
    rejects: bool = False
    attribution: str | None = None
    words: str = ""
    via: list[str] = field(default_factory=list)
    propositions: set[str] = field(default_factory=set)
    spans: dict[str, list[tuple[int, int]]] = field(default_factory=lambda: {role: [] for role in ROLES})
    comment: str = ""
    hard: bool = False

    @property
    def shown(self) -> dict[str, Any]:
        """In the shape the page tells it."""
        return {
            "sid": self.sid,
            "claim": str(self.n or "new"),
            "speaker": sorted(self.speaker),
            "stance": self.stance,
            "rejects": self.rejects,
            "attribution": self.attribution,
            "words": self.words,
            "via": list(self.via),
            "propositions": sorted(self.propositions),
            "spans": [[list(span) for span in self.spans[role]] for role in ROLES],
            "comment": self.comment,
            "hard": self.hard,
        }


@dataclass
class Window:
    facts: Facts
    book: Notebook
    card: Card = field(init=False)
    opened: dict[str, Any] = field(init=False)
    held: bool = False  # refused: unsaved whatever it says
    seen: int | None = None
    undo_of: int | None = None
    redo_of: int | None = None
    claims: int = 0  # that the page shows, with the links and offers it was made with
    next_link: str | None = None
    same_speaker: tuple[str, ...] = ()
    refused: bool = False
    outdated: bool = False
    tried: str = "save"  # what the page sent when it was outdated
    moves: int = 0  # addresses to go back over

    # ------------------------------------------------------------ what is shown

    def show(self, sid: str, claim: str | None = None) -> None:
        """A page fresh from the server."""
        answer = self.book.answer(sid)
        n = int(claim) if claim and claim.isdecimal() else None if claim else len(answer.claims)
        self.card = _card(sid, answer, n if n and n <= len(answer.claims) else None)
        self.opened = self.card.shown
        self._arrived(sid)

    def _arrived(self, sid: str) -> None:
        self.held = False
        self.seen, self.claims = self.book.version(sid), len(self.book.answer(sid).claims)
        self.undo_of, self.redo_of = self.book.undo_of, self.book.redo_of
        self.next_link = self.book.next_unfinished(sid)
        kinds = {sid: sentence.kind for sid, sentence in self.facts.sentences.items()}
        self.same_speaker = () if self.repeats else self.book.same_speaker(sid, kinds)

    @property
    def unsaved(self) -> bool:
        return self.held or self.card.shown != self.opened

    @property
    def expected(self) -> dict[str, Any]:
        return {
            **self.card.shown,
            "claims": self.claims - (self.card.n is not None),
            "unsaved": self.unsaved,
            "undo": self.undo_of,
            "redo": self.redo_of,
        }

    @property
    def repeats(self) -> str | None:
        return self.facts.sentences[self.card.sid].repeats

    # ------------------------------------------------------------ answers of the card

    def speak(self, actor: str, *, joins: bool) -> None:
        card = self.card
        card.speaker = card.speaker ^ {actor} if joins else {actor}
        self._spoken()

    def _spoken(self) -> None:
        card = self.card
        if "author" in card.speaker and card.attribution != "own":
            card.attribution, card.speaker = "own", {"author"}
        elif card.attribution == "own" and card.speaker != {"author"}:
            card.attribution = None

    def take_stance(self, stance: str, *, rejects: bool | None) -> None:
        """By key Shift decides whether it is rejected; by mouse its own box does."""
        self.card.stance = stance
        if rejects is not None:
            self.card.rejects = rejects
        if stance not in self.facts.sided:
            self.card.rejects = False

    def attribute(self, form: str) -> None:
        card = self.card
        card.attribution = form
        if form == "own":
            card.speaker = {"author"}
        elif "author" in card.speaker:
            card.speaker = set()

    def mark(self, role: str, span: tuple[int, int]) -> None:
        """The same or an enclosing piece comes off; what touches becomes one."""
        spans, text = self.card.spans[role], self.facts.sentences[self.card.sid].text
        old = self._quoted()
        around = [one for one in spans if one[0] <= span[0] and span[1] <= one[1]]
        if around:
            spans.remove(around[0])
        else:
            start, end = span
            for one in list(spans):
                between = text[min(one[1], end) : max(one[0], start)]
                if (one[0] <= end and one[1] >= start) or not between.strip():
                    spans.remove(one)
                    start, end = min(start, one[0]), max(end, one[1])
            spans.append((start, end))
            spans.sort()
        if role == "source" and (self.card.words == old or not self.card.words and self._unnamed):
            self.card.words = self._quoted()

    def _quoted(self) -> str:
        text = self.facts.sentences[self.card.sid].text
        return GAP.join(text[start:end] for start, end in self.card.spans["source"])

    @property
    def _unnamed(self) -> bool:
        return "unnamed" in self.card.speaker

    @property
    def missing(self) -> list[str]:
        card = self.card
        found = [name for name in ("speaker", "stance", "attribution") if not getattr(card, name)]
        if self._unnamed and not card.words.strip():
            found.append("speaker_text")
        if card.stance == "unclear" and not card.comment.strip():
            found.append("comment")
        return [] if self.repeats else found

    def claim(self) -> Claim:
        card = self.card
        spans = {role: tuple(card.spans[role]) for role in ROLES}
        polarity = ("oppose" if card.rejects else "support") if card.stance in self.facts.sided else None
        return Claim(
            speaker=tuple(sorted(card.speaker)),
            stance=card.stance,
            polarity=polarity if card.stance else "oppose" if card.rejects else None,
            attribution=card.attribution,
            via=tuple(card.via),
            words=card.words.strip() or self._quoted() or None,
            propositions=tuple(sorted(card.propositions)),
            **spans,
        )

    # ------------------------------------------------------------ what is sent

    def send(self, action: str, *, then_new: bool = False) -> None:
        """Save, no claim, skip or delete; afterwards the window shows what it leads to."""
        card, sid = self.card, self.card.sid
        self.refused = self.outdated = False
        if self.seen != self.book.version(sid):
            self.outdated, self.tried = True, action
            return
        said = {"comment": card.comment, "hard": card.hard}
        answer = self.book.answer(sid)
        try:
            if action == "delete":
                assert card.n
                answer = without(answer, card.n, **said)  # type: ignore[arg-type]
            elif action == "save":
                answer = saved(answer, self.claim(), card.n, repeats=self.repeats, **said)  # type: ignore[arg-type]
            else:
                answer = decided(answer, action, **said)  # type: ignore[arg-type]
        except Refused as problem:
            self._refuse(problem)
            return
        self.book.store(sid, answer)
        self.moves += 1
        if then_new:
            self.show(sid, "new")
        else:
            self.show(sid if action == "delete" else self.book.onward(sid))

    def _refuse(self, problem: Refused) -> None:
        """What was typed stays; only a claim that is there already is opened instead of its twin."""
        card, self.refused = self.card, True
        if card.n is None and problem.field is None and problem.claim:
            typed = (card.comment, card.hard)
            self.card = _card(card.sid, self.book.answer(card.sid), problem.claim)
            self.card.comment, self.card.hard = typed
        self._arrived(card.sid)
        card = self.card
        self.opened = card.shown
        self.held = bool(card.speaker or card.stance or card.attribution or card.words)

    # ------------------------------------------------------------ two answers

    @property
    def number_now(self) -> int | None:
        """The number that the open claim has in the answer saved now."""
        wanted = [self.claim().identity]
        if self.card.n is not None and self.seen is not None:
            before = self.book.rows[self.seen - 1].after.claims
            if self.card.n <= len(before):
                wanted.insert(0, before[self.card.n - 1].identity)
        claims = self.book.answer(self.card.sid).claims
        return next((n for want in wanted for n, one in enumerate(claims, 1) if one.identity == want), None)

    @property
    def can_have_mine(self) -> bool:
        claims = self.book.answer(self.card.sid).claims
        if self.tried == "delete":
            return self.number_now is not None
        return not (self.tried == "no_claim" and claims)

    def have_mine(self) -> None:
        """Filled in again on top of what is saved, or stored where there is nothing to fill in."""
        card, sid = self.card, self.card.sid
        card.n = self.number_now
        straight = self.tried == "delete" or self.tried != "save" and not self.book.answer(sid).claims
        self._arrived(sid)
        if straight:
            self.send(self.tried)
            return
        self.opened, self.held = card.shown, True

    def answer_unseen(self, keys: list[str]) -> None:
        """One answer about a sentence, given where the page knows nothing of the server."""
        sid, comment, hard = self.card.sid, self.card.comment, self.card.hard
        for key in keys[:-1]:
            self.press(key)
        self.seen = self.book.version(sid)
        self.press(keys[-1])
        if keys[-1] == "N":  # what was said of the sentence stays with it
            self.card.comment, self.card.hard = comment, hard

    def turn(self, action: str) -> None:
        of = self.undo_of if action == "undo" else self.redo_of
        if of is None or self.unsaved:
            return
        self.moves += 1
        try:
            sid = self.book.turn(action, of)
        except Outdated:
            sid = self.card.sid
        self.show(sid)

    def go(self, sid: str | None, claim: str | None = None) -> None:
        """Follow a link, if nothing unsaved would be left behind."""
        if sid is None or self.unsaved:
            return
        self.moves += 1
        self.show(sid, claim)

    def beside(self, step: int) -> str | None:
        at = self.book.order.index(self.card.sid) + step
        return self.book.order[at] if 0 <= at < len(self.book.order) else None

    def discard(self) -> None:
        if self.unsaved or (self.claims and self.card.n is None and not self.repeats):
            self.moves += 1
            self.show(self.card.sid)

    # ------------------------------------------------------------ keys

    def press(self, key: str) -> None:
        """A key outside of texts and dialogs: "5", "Shift+Q", "Enter"."""
        shift, letter = key.startswith("Shift+"), key.removeprefix("Shift+")
        facts, card = self.facts, self.card
        if letter in facts.speakers and not self.repeats:
            self.speak(facts.speakers[letter], joins=shift)
        elif letter in facts.stances and not self.repeats:
            self.take_stance(facts.stances[letter], rejects=shift)
        elif letter in facts.attributions and not self.repeats:
            self.attribute(facts.attributions[letter])
        elif letter == "Z" or key == "Control+Z":
            self.turn("redo" if shift else "undo")
        elif letter == "M":
            for nth, actor in enumerate(self.same_speaker):
                self.speak(actor, joins=nth > 0)
        elif letter == "B":
            card.hard = not card.hard
        else:
            self._go_or_send(letter)

    def _go_or_send(self, letter: str) -> None:
        card = self.card
        if letter == "Enter":
            self.send("save")
        elif letter == "N" and not self.repeats:
            self.send("save", then_new=True)
        elif letter == "0" and not self.claims and not self.repeats:
            self.send("no_claim")
        elif letter == "X":
            self.send("skipped")
        elif letter == "Delete" and self.claims and card.n and not self.repeats:
            self.send("delete")
        elif letter == "Escape":
            self.discard()
        elif letter in "JK":
            self.go(self.beside(1 if letter == "J" else -1))
        elif letter == "U":
            self.go(self.next_link if self.next_link != card.sid else None)
        elif letter in ("BracketLeft", "BracketRight") and not self.repeats:
            at = (card.n or self.claims + 1) + (1 if letter == "BracketRight" else -1)
            self.go(card.sid if 1 <= at <= self.claims else None, str(at))


def _card(sid: str, answer: Answer, n: int | None) -> Card:
    card = Card(sid, comment=answer.comment or "", hard=answer.hard)
    if n is None:
        return card
    claim = answer.claims[n - 1]
    card.n = n
    card.speaker, card.stance, card.attribution = set(claim.speaker), claim.stance, claim.attribution
    card.rejects = claim.polarity == "oppose"
    card.words, card.via, card.propositions = claim.words or "", list(claim.via), set(claim.propositions)
    card.spans = {role: list(getattr(claim, role)) for role in ROLES}
    return card
