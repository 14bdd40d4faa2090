"""Rounds: who gets which documents, so that loads are even and everybody shares work with everybody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations, product

from annotator.model import Invalid

Cell = tuple[str, str]
"""(document, person)"""

_SWAPS = 60_000
"""Exchanges to look at before a spread is even enough: a second on a slow computer."""


def spread(
    sentences: Mapping[str, int], people: Sequence[str], overlap: int, held: Iterable[Cell] = ()
) -> tuple[Cell, ...]:
    """The cells to add, so that each document is with `overlap` people; what is `held` stays as it is.

    `sentences` says how long each document is. People differ by at most one document where what is
    held allows it; then pairs share about as many documents, and people get about as many sentences.

    >>> spread({"a": 5, "b": 5, "c": 5}, ["Ana", "Ben", "Eve"], 2)
    (('a', 'Ana'), ('a', 'Ben'), ('b', 'Ana'), ('b', 'Eve'), ('c', 'Ben'), ('c', 'Eve'))
    """
    if overlap < 1:
        raise Invalid("Each document needs at least one person.", field="overlap")
    if overlap > len(people):
        raise Invalid("There are not as many people in this round as each document needs.", field="overlap")
    table = _Table(sentences, people, held)
    # Long ones first: short ones then even out what is left.
    for document in sorted(sentences, key=lambda one: -sentences[one]):
        while len(table.with_whom(document)) < overlap:
            table.give(document, table.next_for(document))
    table.even_out()
    order = {person: n for n, person in enumerate(people)}
    return tuple(
        (document, person)
        for document in sentences
        for person in sorted(table.new[document], key=order.__getitem__)
    )


class _Table:
    """Who has what so far."""

    def __init__(self, sentences: Mapping[str, int], people: Sequence[str], held: Iterable[Cell]):
        self.sentences, self.people = sentences, people
        self.new: dict[str, set[str]] = {document: set() for document in sentences}
        self.held: dict[str, set[str]] = {document: set() for document in sentences}
        self.documents = Counter[str]()
        self.length = Counter[str]()
        self.pairs = Counter[frozenset[str]]()
        for document, person in held:
            if document in self.held and person in people:
                self._count(document, person)
                self.held[document].add(person)

    def with_whom(self, document: str) -> set[str]:
        return self.held[document] | self.new[document]

    def give(self, document: str, person: str) -> None:
        self._count(document, person)
        self.new[document].add(person)

    def _count(self, document: str, person: str) -> None:
        self.pairs.update(frozenset((person, other)) for other in self.with_whom(document))
        self.documents[person] += 1
        self.length[person] += self.sentences[document]

    def next_for(self, document: str) -> str:
        """Who has least; of those, who has shared least with those already there."""
        there = self.with_whom(document)
        return min(
            (person for person in self.people if person not in there),
            key=lambda one: (self.documents[one], self.shared(one, there), self.length[one]),
        )

    def shared(self, person: str, others: Iterable[str]) -> int:
        return sum(self.pairs[frozenset((person, other))] for other in others)

    def even_out(self) -> None:
        """Exchange two people between two documents while that makes pairs, then lengths, more even.

        Nobody's number of documents changes by it.
        """
        left = _SWAPS
        better = True
        while better and left > 0:
            better = False
            for one, other in combinations(self.new, 2):
                for a, b in product(sorted(self.new[one]), sorted(self.new[other])):
                    left -= 1
                    if self._exchange_helps(one, a, other, b):
                        self._exchange(one, a, other, b)
                        better = True
                        break
                if left <= 0:
                    return

    def _exchange_helps(self, one: str, a: str, other: str, b: str) -> bool:
        here, there = self.with_whom(one), self.with_whom(other)
        if a == b or a in there or b in here:
            return False
        pairs = self._pairs_by_exchange(a, here - {a}, b, there - {b})
        longer = self.sentences[other] - self.sentences[one]  # for a; b gets as much less
        lengths = longer * (self.length[a] - self.length[b] + longer)
        return (pairs, lengths) < (0, 0)

    def _pairs_by_exchange(self, a: str, here: set[str], b: str, there: set[str]) -> int:
        """By how much the sum of the squares of what pairs share changes, halved."""
        change = Counter[frozenset[str]]()
        for person, left, joined in ((a, here, there), (b, there, here)):
            for other in left:
                change[frozenset((person, other))] -= 1
            for other in joined:
                change[frozenset((person, other))] += 1
        return sum(by * (2 * self.pairs[pair] + by) for pair, by in change.items())

    def _exchange(self, one: str, a: str, other: str, b: str) -> None:
        for document, goes, comes in ((one, a, b), (other, b, a)):
            self.new[document].remove(goes)
            self.documents[goes] -= 1
            self.length[goes] -= self.sentences[document]
            self.pairs.subtract(frozenset((goes, rest)) for rest in self.with_whom(document))
            self.give(document, comes)
