"""Everybody a project knows: the codebook's speakers, and what people added, changed and merged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from annotator.model import Actor, Codebook

TYPES = ("person", "state", "organisation", "armed-group", "media", "collective")
"""What an added speaker can be. The author and unnamed sources are the codebook's: rules depend on them."""


@dataclass(frozen=True, slots=True)
class SpeakerChange:
    """One thing people did to the speakers of a project; appended, never altered."""

    id: int
    kind: str  # "add", "edit", "merge"; "undo" and "redo" are about another change
    speaker: str
    about: Mapping[str, Any]  # the speaker as it is from then on, or whom it is merged into
    target: int | None
    person: str | None
    created_at: str


@dataclass(frozen=True, slots=True)
class Registry:
    codebook: Codebook  # with everybody in it
    merged: Mapping[str, str]  # id → the id it counts as
    everybody: Mapping[str, Actor]  # merged ones too
    standing: tuple[SpeakerChange, ...]  # oldest first, without what is undone


def registered(codebook: Codebook, history: Sequence[SpeakerChange]) -> Registry:
    """The codebook with everything done to its speakers since."""
    holding = standing(history)
    own = {one.id for one in codebook.actors}
    everybody = {one.id: one for one in codebook.actors}
    into: dict[str, str] = {}
    for change in holding:
        if change.kind == "merge":
            into[change.speaker] = change.about["into"]
        elif change.kind == "add" and change.speaker not in own:
            everybody[change.speaker] = actor(change.speaker, change.about)
        elif change.kind == "edit" and change.speaker in everybody:
            key = everybody[change.speaker].key
            everybody[change.speaker] = replace(actor(change.speaker, change.about), key=key)
    sides = {side.id for side in codebook.sides}
    everybody = {id: one if one.side in sides else replace(one, side=None) for id, one in everybody.items()}
    merged = {id: end for id in into if id in everybody and (end := _end(id, into, everybody)) != id}
    return Registry(
        codebook=replace(codebook, actors=tuple(_together(everybody, merged))),
        merged=merged,
        everybody=everybody,
        standing=tuple(holding),
    )


def standing(history: Iterable[SpeakerChange]) -> list[SpeakerChange]:
    """The changes that hold, in the order they were made."""
    made: list[SpeakerChange] = []
    undone: set[int | None] = set()
    for change in history:
        if change.kind == "undo":
            undone.add(change.target)
        elif change.kind == "redo":
            undone.discard(change.target)
        else:
            made.append(change)
    return [change for change in made if change.id not in undone]


def described(one: Actor) -> dict[str, Any]:
    """A speaker as stored; the key on the keyboard stays the codebook's."""
    return {
        "type": one.type,
        "side": one.side,
        "name": dict(one.name),
        "short": dict(one.short),
        "aliases": {lang: list(words) for lang, words in one.aliases.items()},
        "wikidata": one.wikidata,
    }


def actor(id: str, stored: Mapping[str, Any]) -> Actor:
    """The reverse of `described`."""
    return Actor(
        id=id,
        type=stored["type"],
        side=stored["side"],
        name=stored["name"],
        short=stored["short"],
        aliases={lang: tuple(words) for lang, words in stored["aliases"].items()},
        wikidata=stored["wikidata"],
    )


def bound(codebook: Codebook, id: str) -> bool:
    """Whether a rule of the codebook speaks of this speaker, so that it must stay itself."""
    named = ((*rule.when.items(), *rule.set.items()) for rule in codebook.constraints)
    return any(id in words for items in named for field, words in items if field in ("speaker", "via"))


def _end(id: str, into: Mapping[str, str], known: Mapping[str, Actor]) -> str:
    """Whom a merged speaker counts as, along a chain of merges."""
    seen = {id}
    while id in into and into[id] in known and into[id] not in seen:
        id = into[id]
        seen.add(id)
    return id


def _together(everybody: Mapping[str, Actor], merged: Mapping[str, str]) -> Iterable[Actor]:
    """Those who stand for themselves; the names, and a key, of those merged into them find them too."""
    for id, one in everybody.items():
        if id in merged:
            continue
        others = [everybody[other] for other, end in merged.items() if end == id]
        aliases = {lang: list(words) for lang, words in one.aliases.items()}
        for other in others:
            for lang, words in _called(other):
                aliases.setdefault(lang, []).extend(words)
        known = {lang: tuple(dict.fromkeys(words)) for lang, words in aliases.items()}
        key = one.key or next((other.key for other in others if other.key), None)
        yield replace(one, aliases=known, key=key)


def _called(other: Actor) -> Iterable[tuple[str, tuple[str, ...]]]:
    yield from ((lang, (name,)) for lang, name in other.name.items())
    yield from ((lang, (name,)) for lang, name in other.short.items())
    yield from other.aliases.items()
