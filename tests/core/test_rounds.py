"""Spreading documents over people: loads, pairs and lengths even, and the same every time."""

from __future__ import annotations

import random
from collections import Counter
from itertools import combinations

import pytest

from annotator.model import Invalid
from annotator.rounds import Cell, spread


def people(n: int) -> list[str]:
    return [f"person {number}" for number in range(n)]


def documents(n: int, seed: int = 0) -> dict[str, int]:
    chance = random.Random(seed)
    return {f"document {number}": chance.randint(5, 80) for number in range(n)}


def by_document(cells: tuple[Cell, ...]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for document, person in cells:
        found.setdefault(document, []).append(person)
    return found


def shared(cells: tuple[Cell, ...], everybody: list[str]) -> list[int]:
    """How many documents each pair shares."""
    pairs = Counter(
        frozenset(pair) for those in by_document(cells).values() for pair in combinations(those, 2)
    )
    return [pairs[frozenset(pair)] for pair in combinations(everybody, 2)]


CASES = [
    (n, overlap, count)
    for n in (2, 3, 4, 5, 6, 7, 9)
    for overlap in (1, 2, 3)
    for count in (1, 5, 12, 21, 36)
    if overlap <= n
]


@pytest.mark.parametrize(("n", "overlap", "count"), CASES)
def test_gives_each_document_to_as_many_people_as_asked(n: int, overlap: int, count: int) -> None:
    found = by_document(spread(documents(count), people(n), overlap))
    assert len(found) == count
    assert all(len(set(those)) == len(those) == overlap for those in found.values())


@pytest.mark.parametrize(("n", "overlap", "count"), CASES)
def test_lets_nobody_have_two_documents_more_than_another(n: int, overlap: int, count: int) -> None:
    loads = Counter(person for _, person in spread(documents(count), people(n), overlap))
    assert max(loads[one] for one in people(n)) - min(loads[one] for one in people(n)) <= 1


@pytest.mark.parametrize(("n", "overlap", "count"), CASES)
def test_lets_every_pair_share_work_where_there_is_enough(n: int, overlap: int, count: int) -> None:
    pairs = n * (n - 1) // 2
    together = count * overlap * (overlap - 1) // 2
    found = shared(spread(documents(count), people(n), overlap), people(n))
    assert sum(found) == together
    if together >= 2 * pairs:
        assert min(found) >= 1
    if overlap == 2:
        assert max(found) - min(found) <= 1


def test_gives_about_as_many_sentences_to_each() -> None:
    texts = documents(60)
    length = Counter[str]()
    for document, person in spread(texts, people(8), 2):
        length[person] += texts[document]
    assert max(length.values()) - min(length.values()) <= 10


def test_spreads_the_same_way_every_time() -> None:
    assert spread(documents(30), people(5), 2) == spread(documents(30), people(5), 2)


@pytest.mark.parametrize("seed", range(8))
def test_leaves_what_was_given_by_hand_as_it_is(seed: int) -> None:
    chance = random.Random(seed)
    texts, everybody = documents(24, seed), people(5)
    held = {(chance.choice(list(texts)), chance.choice(everybody)) for _ in range(12)}
    held |= {("a document of another round", everybody[0]), (next(iter(texts)), "somebody who left")}
    added = spread(texts, everybody, 2, held)
    assert not held & set(added)
    here = {cell for cell in held if cell[0] in texts and cell[1] in everybody}
    with_whom = Counter(document for document, _ in {*here, *added})
    given = Counter(document for document, _ in here)
    assert all(with_whom[document] == max(2, given[document]) for document in texts)
    loads = Counter(person for _, person in {*here, *added})
    assert max(loads.values()) - min(loads.values()) <= 1


def test_adds_nothing_where_everything_is_given() -> None:
    texts = documents(10)
    assert spread(texts, people(4), 2, spread(texts, people(4), 2)) == ()


@pytest.mark.parametrize(("overlap", "words"), [(0, "at least one person"), (4, "not as many people")])
def test_refuses_what_cannot_be_spread(overlap: int, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        spread(documents(3), people(3), overlap)
