"""What a new version of a codebook may not do to the answers stored under those before it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set

from annotator.codebook.differences import all_labels, name_of
from annotator.codebook.former import gone
from annotator.model import Codebook, Label, Proposition, Said

Uses = Mapping[str, Set[str]]
"""The ids that stored answers hold, by what the answers call it: stance, attribution, propositions, …"""


def refusals(old: Codebook, new: Codebook, used: Uses) -> list[Said]:
    """Why the new version may not follow the old one: what it would do to answers already stored."""
    return [*_lost(old, new, used), *_redefined(old, new, used), *_exchanged(old, new)]


def _lost(old: Codebook, new: Codebook, used: Uses) -> Iterator[Said]:
    for field in old.fields:
        now = new.field(field.id)
        kept = {label.id for label in all_labels(now)} if now else set()
        for label in all_labels(field):
            if label.id not in kept and label.id in used.get(field.id, ()):
                yield (
                    Said(
                        "“%(name)s” (%(field)s: %(id)s) is gone, but stored answers have it. Keep it, with "
                        'retired = true or merged_into = "…".',
                        name=name_of(label),
                        field=field.id,
                        id=label.id,
                    )
                )
    kept = {one.id for one in (*new.propositions, *new.former_propositions)}
    for one in (*old.propositions, *old.former_propositions):
        if one.id not in kept and one.id in used.get("propositions", ()):
            yield (
                Said(
                    "The proposition %(id)s is gone, but stored answers have it. Keep it, with retired = "
                    "true.",
                    id=one.id,
                )
            )
    kept = {actor.id for actor in new.actors}
    for actor in old.actors:
        if actor.id not in kept and actor.id in {*used.get("speaker", ()), *used.get("via", ())}:
            yield Said(
                "The speaker “%(name)s” (%(id)s) is gone, but stored answers have it. Keep it.",
                name=name_of(actor),
                id=actor.id,
            )


def _redefined(old: Codebook, new: Codebook, used: Uses) -> Iterator[Said]:
    """An id in use stands for what it stood for when it was chosen."""
    stance, now = old.field("stance"), new.field("stance")
    after = {label.id: label for label in all_labels(now)} if now else {}
    for label in all_labels(stance) if stance else ():
        changed = label.id in after and _held_by(after[label.id]) != _held_by(label)
        if changed and label.id in used.get("stance", ()) and not gone(after[label.id]):
            yield (
                Said(
                    "“%(name)s” (stance: %(id)s) now belongs to other sides, but stored answers have it. "
                    "Give the new meaning a new id, and retire or merge this one.",
                    name=name_of(label),
                    id=label.id,
                )
            )
    propositions = {one.id: one for one in (*new.propositions, *new.former_propositions)}
    for one in (*old.propositions, *old.former_propositions):
        later = propositions.get(one.id, one)
        changed = _stands_for(one) != _stands_for(later) and not later.retired
        if changed and one.id in used.get("propositions", ()):
            yield (
                Said(
                    "The proposition %(id)s now belongs to another side or issue, but stored answers "
                    "have it. Give the new meaning a new id, and retire this one.",
                    id=one.id,
                )
            )


def _held_by(label: Label) -> frozenset[str] | None:
    return None if label.sides is None else frozenset(label.sides)


def _stands_for(one: Proposition) -> tuple[str | None, ...]:
    return (one.side, one.issue, one.pole)


def _exchanged(old: Codebook, new: Codebook) -> Iterator[Said]:
    """A label that took the name of another: its id would change in meaning."""
    for field in old.fields:
        now = new.field(field.id)
        by_name = {name_of(label): label.id for label in all_labels(field)}
        for label in all_labels(now) if now else ():
            owner = by_name.get(name_of(label), label.id)
            known = any(label.id == one.id for one in all_labels(field))
            if owner != label.id and known and not gone(label):
                yield (
                    Said(
                        "The label %(id)s now has the name of %(owner)s: “%(name)s”. An id never changes its "
                        "meaning; merge one into the other, or name them apart.",
                        id=label.id,
                        owner=owner,
                        name=name_of(label),
                    )
                )
