"""Finding speakers by any of their names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from annotator.model import Actor
from annotator.speakers.folding import folded, spellings

_NOWHERE = 4.0


def found(actors: Iterable[Actor], query: str) -> list[Actor]:
    """The speakers with a name like `query`, the likest first; all of them where nothing is asked."""
    wanted = spellings(query)
    ranked = [(rank([folded(name) for name in names(one)], wanted), one) for one in actors]
    return [one for place, one in sorted(ranked, key=lambda pair: pair[0]) if place < _NOWHERE]


def exactly(actors: Iterable[Actor], name: str) -> Actor | None:
    """The speaker who has just this name, however it is spelt."""
    wanted = folded(name)
    return next((one for one in actors if wanted in map(folded, names(one))), None)


def names(actor: Actor) -> Iterator[str]:
    """Everything a speaker is called, in every language."""
    yield from actor.name.values()
    yield from actor.short.values()
    for aliases in actor.aliases.values():
        yield from aliases


def rank(words: list[str], wanted: list[str]) -> float:
    """How near: 0 the same, 1 begins so, 2 a word in it begins so, 3 holds it; half more without prefixes."""
    places = (_place(words, one) + (0.5 if n else 0.0) for n, one in enumerate(wanted))
    return min(places, default=_NOWHERE)


def _place(words: list[str], wanted: str) -> float:
    if wanted in words:
        return 0.0
    if any(word.startswith(wanted) for word in words):
        return 1.0
    if any(form.startswith(wanted) for word in words for part in word.split() for form in spellings(part)):
        return 2.0
    return 3.0 if any(wanted in word for word in words) else _NOWHERE
