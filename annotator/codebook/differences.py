"""What two versions of a codebook differ in, and how much that is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from annotator.codebook.former import gone
from annotator.model import Codebook, Field, Label, wording


class Level(IntEnum):
    """How much a difference matters to the answers given before it."""

    WORDING = 0
    ADDITION = 1
    MEANING = 2


@dataclass(frozen=True, slots=True)
class Change:
    """One difference, in words of the codebook."""

    level: Level
    act: str  # "added", "removed", "retired", "merged", "restored", "reworded", "changed"
    thing: str  # what the file calls it, but "speaker" for an actor, "rule" for what answers must keep
    id: str = ""
    name: str = ""
    field: str = ""  # of a label
    part: str = ""  # what was reworded or changed: "guide", "name.en"
    before: str = ""
    after: str = ""

    @property
    def anchor(self) -> str:
        """Where the codebook page shows it."""
        lists = {"speaker": "speaker", "proposition": "propositions", "label": self.field}
        if self.thing in lists:
            return f"{lists[self.thing]}-{self.id}"
        return {"page": "page", "field": self.id, "ruling": f"ruling-{self.id}"}.get(self.thing, "")


def compare(old: Codebook, new: Codebook) -> tuple[Change, ...]:
    """Every difference between two versions, in the order of the file."""
    return tuple(_differences(old, new))


def gist(changes: Iterable[Change]) -> tuple[Change, ...]:
    """What matters most first, and each thing once, however many of its wordings changed."""
    by_thing = {(change.act, change.thing, change.field, change.id): change for change in changes}
    return tuple(sorted(by_thing.values(), key=lambda change: -change.level))


def least_version(current: str, changes: Iterable[Change]) -> str:
    """The version that these differences call for: wording, additions, meaning.

    >>> least_version("0.1.0", [Change(Level.ADDITION, "added", "label")])
    '0.2.0'
    """
    major, minor, patch = _numbers(current)
    level = max((change.level for change in changes), default=Level.WORDING)
    if level is Level.MEANING:
        return f"{major + 1}.0.0"
    return f"{major}.{minor + 1}.0" if level is Level.ADDITION else f"{major}.{minor}.{patch + 1}"


def high_enough(version: str, current: str, changes: Iterable[Change]) -> bool:
    """Whether a version is at least the one the differences call for.

    >>> high_enough("0.10.0", "0.9.0", [])
    True
    """
    if not re.fullmatch(r"\d{1,9}\.\d{1,9}\.\d{1,9}", version):
        return False
    return _numbers(version) >= _numbers(least_version(current, changes))


def _numbers(version: str) -> tuple[int, int, int]:
    major, minor, patch = (int(number) for number in version.split("."))
    return major, minor, patch


# ------------------------------------------------------------------ differences

_MATTERS_LITTLE = ("key", "color", "glyph", "badge", "modifier", "wikidata", "default")
_WORDED = ("title", "question", "name", "short", "note", "text", "guide", "yes", "no", "seen", "aliases")
_APART = ("id", "labels", "former", "readable", "retired", "merged_into")


def _differences(old: Codebook, new: Codebook) -> Iterator[Change]:
    yield from _parts(old, new, "codebook", ("title", "question", "license"))
    yield from _parts(old, new, "codebook", ("ui_languages", "text_languages"), level=Level.ADDITION)
    yield from _things("side", old.sides, new.sides)
    yield from _things("speaker", old.actors, new.actors)
    yield from _things("issue", old.issues, new.issues)
    before = (*old.propositions, *old.former_propositions)
    yield from _things("proposition", before, (*new.propositions, *new.former_propositions))
    yield from _things("field", old.fields, new.fields)
    for field in new.fields:
        was = old.field(field.id)
        if was is not None:
            yield from _things("label", all_labels(was), all_labels(field), field=field.id)
    yield from _parts(old, new, "rule", ("constraints", "queue_units", "rules"), level=Level.MEANING)
    yield from _parts(old, new, "page", ("page",))
    yield from _things("ruling", old.rulings, new.rulings)


def all_labels(field: Field) -> tuple[Label, ...]:
    """Those it offers, and those it did."""
    return (*field.labels, *field.former)


def _things(thing: str, old: Sequence[Any], new: Sequence[Any], field: str = "") -> Iterator[Change]:
    before, after = {one.id: one for one in old}, {one.id: one for one in new}
    for id, one in before.items():
        if id not in after:
            yield Change(Level.MEANING, "removed", thing, id, name_of(one), field)
    for id, one in after.items():
        if id not in before:
            yield Change(Level.ADDITION, "added", thing, id, name_of(one), field)
            continue
        was = before[id]
        yield from _leaving(was, one, thing, field, after)
        attributes = [name for name in one.__slots__ if name not in _APART]
        if thing == "label" and _gone(one) != _gone(was):
            attributes.remove("key")  # a former label has none
        yield from _parts(was, one, thing, attributes, id=id, name=name_of(was), field=field)


def _leaving(was: Any, one: Any, thing: str, field: str, others: Mapping[str, Any]) -> Iterator[Change]:
    """Retired, merged into another, or back again."""
    name, into = name_of(was), getattr(one, "merged_into", None)
    if into and into != was.merged_into:
        yield Change(Level.MEANING, "merged", thing, one.id, name, field, after=name_of(others[into]))
    elif _gone(one) and not into and (not _gone(was) or getattr(was, "merged_into", None)):
        yield Change(Level.MEANING, "retired", thing, one.id, name, field)
    elif _gone(was) and not _gone(one):
        yield Change(Level.ADDITION, "restored", thing, one.id, name, field)


def _gone(one: Any) -> bool:
    return gone(one) if isinstance(one, Label) else bool(getattr(one, "retired", False))


def _parts(
    old: Any, new: Any, thing: str, attributes: Iterable[str], level: Level | None = None, **about: str
) -> Iterator[Change]:
    for attribute in attributes:
        before, after = getattr(old, attribute), getattr(new, attribute)
        if before == after:
            continue
        weight = _weight(attribute) if level is None else level
        act = "reworded" if weight is Level.WORDING else "changed"
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            for key in dict.fromkeys((*before, *after)):
                if before.get(key) != after.get(key):
                    part = f"{attribute}.{key}"
                    texts = _shown(before.get(key)), _shown(after.get(key))
                    yield Change(weight, act, thing, part=part, before=texts[0], after=texts[1], **about)
        else:
            texts = _shown(before), _shown(after)
            yield Change(weight, act, thing, part=attribute, before=texts[0], after=texts[1], **about)


def _weight(attribute: str) -> Level:
    if attribute in (*_WORDED, "license", "page"):
        return Level.WORDING
    return Level.ADDITION if attribute in _MATTERS_LITTLE else Level.MEANING


def name_of(one: Any) -> str:
    """What messages call a thing of the codebook."""
    names = getattr(one, "name", None) or getattr(one, "text", None) or {}
    return wording(names, "") or str(one.id)


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return "\n".join(_shown(item) for item in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
