"""What a person does at the annotate page: each action is done in the browser and foretold by the model."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.walk.page import mode, press, tab
from tests.walk.windows import ROLES, Window

COMMENTS = ("1qa0", "why not", "ليس واضحًا", "x 5 W", "не ясно", "🕊 both?")
NAMES = ("Kovac", "Demirtas", "Lindqvist", "Okonkwo", "Zhang Wei", "Ibarra", "Petrosyan", "Nakamura")


Told = tuple[str, Callable[[], None]]
"""What is done, in words, and doing it."""


@dataclass
class Place:
    """A window of the browser and what the model believes of it."""

    name: str
    page: Page
    window: Window


Kind = Callable[[Place, str], Told]


class Actions:
    """One random action after another, each told in words."""

    def __init__(self, chance: random.Random):
        self.chance = chance

    def choose(self, place: Place) -> Told:
        """An action that fits where the keys go now."""
        at = mode(place.page)
        if at.startswith("dialog"):
            return f"Escape from {at}", lambda: press(place.page, "Escape")
        if at in ("speaker_text", "comment"):
            return self._text(place, at)
        if at not in ("card", "button"):
            return f"Escape from {at}", lambda: press(place.page, "Escape")
        kinds = [(weight, do) for weight, do in self._kinds() if at == "card" or do != self.burst]
        weights, does = zip(*kinds, strict=True)
        do: Kind = self.chance.choices(does, weights)[0]
        return do(place, at)

    def _kinds(self) -> Iterator[tuple[int, Kind]]:
        yield 30, self.key
        yield 22, self.claim
        yield 8, self.burst
        yield 5, self.comment
        yield 6, self.mark
        yield 3, self.mark_by_mouse
        yield 3, self.positions
        yield 3, self.relay
        yield 3, self.find
        yield 1, self.add
        yield 8, self.click_answer
        yield 6, self.click_sentence
        yield 4, self.click_button
        yield 2, self.look

    # ------------------------------------------------------------ keys

    def key(self, place: Place, at: str) -> Told:
        keys = [*"123456790", *"QWERTY", *"ASDFG", *"JJKKUU", *"NXBM", *"ZZZZ", "Shift+Z", "Shift+Z"]
        keys += ["Control+Z", "BracketLeft", "BracketRight", "Delete", "Escape", "Escape", "0", "0"]
        keys += [f"Shift+{key}" for key in "2345QWER"] + ["8"]
        if at == "card":
            keys += ["Enter"] * 8
        key = self.chance.choice(keys)
        return key, lambda: self._strike(place, key)

    def _strike(self, place: Place, key: str) -> None:
        press(place.page, key)
        place.window.press(key)

    def claim(self, place: Place, at: str) -> Told:
        """A whole claim, saved or followed by another."""
        keys = [self.chance.choice("1234567"), *self._answers(), self.chance.choice(["Enter", "Enter", "N"])]
        if place.window.repeats:
            keys = ["Enter"]
        if at == "button":
            keys = keys[:-1]
        return self._told(place, keys)

    def _answers(self) -> list[str]:
        stance = self.chance.choice([*"QWERY", "Shift+Q", "Shift+W"])
        return [stance, self.chance.choice("ASDFG")]

    def burst(self, place: Place, at: str) -> Told:
        """As fast as a practised hand; what comes after a refusal would be lost, so it ends there."""
        keys: list[str] = []
        for _ in range(self.chance.randint(1, 3)):
            keys += self.chance.choice([["0"], ["U"], ["J"], ["Z"], self.whole(), self.whole()])
        dream = copy.deepcopy(place.window)
        for n, key in enumerate(keys, start=1):
            dream.press(key)
            if dream.refused or dream.outdated or dream.missing[:1] not in ([], ["speaker"], ["stance"]):
                keys = keys[:n]
                break
        return self._told(place, keys)

    def whole(self) -> list[str]:
        return [self.chance.choice("1234567"), *self._answers(), self.chance.choice(["Enter", "N"])]

    def _told(self, place: Place, keys: list[str]) -> Told:
        def do() -> None:
            for key in keys:
                self._strike(place, key)

        return " ".join(keys), do

    # ------------------------------------------------------------ texts

    def _text(self, place: Place, at: str) -> Told:
        """Something was asked for: give it, or go."""
        if self.chance.random() < 0.2:
            return f"Escape from {at}", lambda: press(place.page, "Escape")
        words = self.chance.choice(COMMENTS)

        def do() -> None:
            press(place.page, "Control+A")
            place.page.keyboard.type(words)
            if at == "comment":
                place.window.card.comment = words
                press(place.page, "Escape")
                return
            place.window.card.words = words
            press(place.page, "Enter")
            if not place.window.missing:
                place.window.send("save")

        return f"type “{words}” as {at}", do

    def comment(self, place: Place, at: str) -> Told:
        words = self.chance.choice([*COMMENTS, ""])

        def do() -> None:
            press(place.page, "C")
            press(place.page, "Control+A")
            if words:
                place.page.keyboard.type(words)
            else:
                press(place.page, "Backspace")
            press(place.page, "Escape")
            place.window.card.comment = words

        return f"C “{words}” Escape", do

    # ------------------------------------------------------------ marking

    def _piece(self, place: Place, reach: int) -> tuple[int, int, tuple[int, int]] | None:
        """Two words to mark from and to, by their numbers, and what they cover."""
        sentence = place.window.facts.sentences[place.window.card.sid]
        tokens = sentence.tokens
        plain = [tokens.index(word) for word in sentence.words if tokens.index(word) < reach]
        if not plain or place.window.repeats:
            return None
        first = self.chance.choice(plain)
        last = self.chance.choice([n for n in plain if first <= n < first + 4])
        return first, last, (tokens[first][0], tokens[last][1])

    def mark(self, place: Place, at: str) -> Told:
        found = self._piece(place, 9)
        if found is None:
            return self.key(place, at)
        first, last, span = found
        digit = self.chance.randrange(3)
        end = self.chance.choice(["Escape", "V", "Escape", "Enter"])

        def do() -> None:
            press(place.page, "V")
            for _ in range(first):
                press(place.page, "ArrowLeft")
            for _ in range(last - first):
                press(place.page, "Shift+ArrowLeft")
            press(place.page, str(digit + 1))
            place.window.mark(ROLES[digit], span)
            press(place.page, end)
            if end == "Enter":
                place.window.send("save")

        return f"mark words {first}–{last} as {ROLES[digit]}, {end}", do

    def mark_by_mouse(self, place: Place, at: str) -> Told:
        found = self._piece(place, 25)
        if found is None:
            return self.click_sentence(place, at)
        first, last, span = found
        role = self.chance.choice(ROLES)

        def do() -> None:
            page = place.page
            page.locator(".word").nth(first).click()
            page.locator(".word").nth(last).click()
            page.locator(f"#marking [data-role={role}]").click()
            page.locator("[data-end-marking]").click()
            place.window.mark(role, span)

        return f"mark words {first}–{last} as {role} by mouse", do

    # ------------------------------------------------------------ beside the card

    def positions(self, place: Place, at: str) -> Told:
        if place.window.repeats:
            return self.key(place, at)
        chosen = self.chance.sample(place.window.facts.propositions, self.chance.randint(1, 2))
        end = self.chance.choice(["Escape", "P", "Enter"])

        def do() -> None:
            press(place.page, "P")
            for one in chosen:
                place.page.locator(f"#positions [value={one}]").click()
                place.window.card.propositions ^= {one}
            press(place.page, end)

        return f"P {' '.join(chosen)} {end}", do

    def relay(self, place: Place, at: str) -> Told:
        if place.window.repeats:
            return self.key(place, at)
        keys = self.chance.choices([*"2345679", "Backspace", "Backspace"], k=self.chance.randint(1, 3))

        def do() -> None:
            press(place.page, "L")
            via = place.window.card.via
            for key in keys:
                press(place.page, key)
                if key != "Backspace" and place.window.facts.speakers[key] not in via:
                    via.append(place.window.facts.speakers[key])
                elif key == "Backspace" and via:
                    via.pop()
            press(place.page, "Escape")

        return f"L {' '.join(keys)} Escape", do

    def find(self, place: Place, at: str) -> Told:
        if place.window.repeats:
            return self.key(place, at)
        known = {**place.window.facts.found, **{name: _id(name) for name in place.window.book.speakers}}
        listed = set(
            place.page.evaluate(
                "[...document.getElementById('actors').content.children].map(a => a.dataset.id)"
            )
        )
        name, actor = self.chance.choice([(name, id) for name, id in known.items() if id in listed])
        joins = self.chance.random() < 0.3

        def do() -> None:
            press(place.page, "Slash")
            place.page.keyboard.type(name)
            press(place.page, "Shift+Enter" if joins else "Enter")
            place.window.speak(actor, joins=joins)

        return f"/ {name} {'Shift+' if joins else ''}Enter", do

    def add(self, place: Place, at: str) -> Told:
        new = [name for name in NAMES if name not in place.window.book.speakers]
        if place.window.repeats or not new:
            return self.key(place, at)

        def do() -> None:
            press(place.page, "Slash")
            place.page.keyboard.type(new[0])
            press(place.page, "Enter")
            place.window.book.speakers.append(new[0])
            place.window.speak(_id(new[0]), joins=False)

        return f"/ {new[0]} added Enter", do

    # ------------------------------------------------------------ the mouse

    def click_answer(self, place: Place, at: str) -> Told:
        window, facts = place.window, place.window.facts
        if window.repeats:
            return self.click_sentence(place, at)
        field = self.chance.choice(["speaker", "stance", "attribution"])
        among = {"speaker": facts.speakers, "stance": facts.stances, "attribution": facts.attributions}[field]
        value = self.chance.choice(sorted(among.values()))

        def do() -> None:
            place.page.locator(f"#panel .answer:has([name={field}][value={value}])").click()
            if field == "speaker":
                window.speak(value, joins=True)
            elif field == "stance":
                window.take_stance(value, rejects=None)
            else:
                window.attribute(value)

        return f"click {field} {value}", do

    def click_sentence(self, place: Place, at: str) -> Told:
        window = place.window
        by_map = self.chance.random() < 0.5
        sid = self.chance.choice(window.book.queued if by_map else window.book.order)

        def do() -> None:
            if by_map:
                place.page.locator(f"#mark-{sid} a").click()
                window.go(sid)
            elif sid != window.card.sid:
                place.page.locator(f"#unit-{sid} .unit-text").click()
                window.go(sid)

        return f"click {'mark' if by_map else 'text'} of {sid}", do

    def click_button(self, place: Place, at: str) -> Told:
        window = place.window
        key = self.chance.choice(["Enter", "N", "0", "X", "Delete", "Z", "Shift+Z", "J", "K"])
        data = {"Enter": "Enter", "0": "Digit0", "Delete": "Delete", "Shift+Z": "Shift+KeyZ"}.get(
            key, f"Key{key}"
        )

        def do() -> None:
            button = place.page.locator(f"#desk [data-key='{data}'], #annotate-tools [data-key='{data}']")
            if button.count() and button.is_enabled():
                button.click()
                window.press(key)

        return f"click {key}", do

    def look(self, place: Place, at: str) -> Told:
        """Something that must change nothing."""
        key = self.chance.choice(["H", "Shift+Slash", "Tab", "Tab"])

        def do() -> None:
            if key == "Tab":
                tab(place.page)
                return
            press(place.page, key)
            place.page.locator("dialog[open]").wait_for()
            press(place.page, "Escape")

        return f"look with {key}", do


def _id(name: str) -> str:
    return name.lower().replace(" ", "_")
