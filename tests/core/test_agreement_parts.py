"""Parts, mix-ups and the sentences behind a figure, against the definitions done the slow way."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.agreement import (
    Rated,
    Report,
    align,
    alpha,
    behind,
    decompose,
    differences,
    habits_of,
    jackknife,
    mixups_of,
    parts_of,
    report,
)
from annotator.model import Answer, Claim, Kind, Status
from tests.core.drawn import (
    DRAWN,
    FOUND,
    PEOPLE,
    TEXT,
    claim_units,
    drawn,
    figures,
    finished,
    token_units,
)

# ------------------------------------------------------------------ parts


def test_parts_of_nothing_but_one_answer_are_undefined_too() -> None:
    """Nobody marked a source: no claim means all words are out, and that is the only answer there is."""
    assert FOUND.layer("source").reason == "no_variation"
    assert {part.value for part in parts_of(FOUND, "source").annotators} == {None}


@pytest.mark.parametrize("id", [id for id in FOUND.compared if id != "source"])
def test_parts_average_to_the_figure(id: str) -> None:
    layer, parts = FOUND.layer(id), parts_of(FOUND, id)
    for some in (parts.annotators, parts.documents, parts.weeks, parts.annotator_weeks):
        assert len(some) > 1
        total = sum(part.n for part in some)
        assert sum(part.n * part.value for part in some) / total == pytest.approx(layer.value, abs=1e-9)
        assert layer.measure == "f1" or total == layer.n
        assert all(part.interval.low <= part.value <= part.interval.high for part in some if part.interval.se)


@pytest.mark.parametrize("id", ["speaker", "stance", "attribution"])
def test_parts_of_the_report_are_those_of_the_list(id: str) -> None:
    units, documents = claim_units(id)
    slow, fast = decompose(units, documents=documents, annotators=FOUND.people), parts_of(FOUND, id)
    for one, other in ((slow.annotators, fast.annotators), (slow.pairs, fast.pairs)):
        mine, theirs = ({p.key: (p.value, p.n, p.observed) for p in some} for some in (one, other))
        assert mine.keys() == theirs.keys()
        for key in mine:
            assert mine[key] == pytest.approx(theirs[key], abs=1e-12)


def test_computes_only_the_parts_that_are_asked_for() -> None:
    some = parts_of(FOUND, "stance", by=("pairs",))
    assert some.pairs == parts_of(FOUND, "stance").pairs
    assert (some.annotators, some.documents, some.weeks, some.annotator_weeks) == ((), (), (), ())


def test_the_pair_has_its_own_disagreement_and_the_chance_of_all() -> None:
    units, _ = claim_units("stance")
    both = [(unit[0], unit[1]) for unit in units if unit[0] is not None and unit[1] is not None]
    apart = sum(a != b for a, b in both) / len(both)
    (part,) = [part for part in parts_of(FOUND, "stance").pairs if part.key == ("Ana", "Ben")]
    expected = FOUND.layer("stance").expected
    assert part.n == len(both)
    assert part.value == pytest.approx(1 - apart / (1 - expected), abs=1e-12)


def test_the_pair_f1_is_that_of_two_lists_of_claims() -> None:
    hits = claims = 0
    for rated in finished(DRAWN):
        if {"Ana", "Ben"} <= rated.answers.keys():
            claims += len(rated.answers["Ana"].claims) + len(rated.answers["Ben"].claims)
            clusters = align({name: a.claims for name, a in rated.answers.items()}, rated.text)
            hits += sum({"Ana", "Ben"} <= cluster.members.keys() for cluster in clusters)
    (part,) = [part for part in parts_of(FOUND, "same").pairs if part.key == ("Ana", "Ben")]
    assert (part.n, part.value) == (claims, pytest.approx(2 * hits / claims, abs=1e-12))


def test_an_annotators_interval_leaves_out_a_document_from_chance_too() -> None:
    units, documents = claim_units("stance")
    parts = decompose(units, documents=documents)
    left = []
    for name in sorted(set(documents)):
        rest = [(u, d) for u, d in zip(units, documents, strict=True) if d != name]
        without = decompose([u for u, _ in rest], documents=[d for _, d in rest])
        left.append({part.key: part.value for part in without.annotators})
    for part in parts.annotators:
        each = np.array([one[part.key] for one in left])
        whole = jackknife(part.value, each)
        for one in ("low", "high", "se", "p_667", "p_800", "groups"):
            assert getattr(part.interval, one) == pytest.approx(getattr(whole, one), abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 4))
def test_parts_add_up_whatever_is_missing(seed: int, people: int) -> None:
    found = report(drawn(seed, 25, people))
    for id in found.compared:
        layer = found.layer(id)
        if layer.value is None:
            continue
        parts = parts_of(found, id)
        for some in (parts.annotators, parts.documents, parts.weeks):
            mean = sum(part.n * part.value for part in some) / sum(part.n for part in some)
            assert mean == pytest.approx(layer.value, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_names_and_order_of_people_and_sentences_change_nothing(seed: int, rng: random.Random) -> None:
    """With two people: among more, the order of names may decide which claims are the same (4.3)."""
    sentences = drawn(seed, 25, 2)
    names = dict(zip(("Ana", "Ben"), rng.sample(["Zoe", "Abe"], 2), strict=True))
    changed = [
        Rated(r.document, r.sentence_id, r.order, r.text, r.kind, {names[n]: a for n, a in r.answers.items()})
        for r in rng.sample(sentences, len(sentences))
    ]

    def without_names(found: Report) -> list[Any]:
        return [(*each[:7], *each[8:]) for each in figures(found)]

    assert without_names(report(changed)) == without_names(report(sentences))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_ties_do_not_show_which_label_came_first(seed: int, rng: random.Random) -> None:
    def in_order(found: Report, id: str) -> list[Any]:
        mixed = mixups_of(found, id)
        cells = [(cell.labels, round(cell.count, 9)) for cell in mixed.cells]
        uses = [(use.label, use.n) for use in mixed.uses]
        habits = [(habit.annotator, habit.label) for habit in habits_of(found, id)]
        return [cells, uses, [merge.labels for merge in mixed.merges], habits]

    found = report(drawn(seed, 25, 3))
    for id in ("claim", "stance", "attribution"):
        one = found.compared[id]
        order = rng.sample(range(len(one.labels)), len(one.labels))
        places = np.append(np.argsort(order), -1)  # of each code and of none
        other = replace(one, labels=[one.labels[k] for k in order], codes=places[one.codes])
        assert in_order(replace(found, compared={**found.compared, id: other}), id) == in_order(found, id)


def test_an_unfinished_answer_equals_an_absent_one() -> None:
    skipped = [
        Rated(r.document, r.sentence_id, r.order, r.text, r.kind,
              {**{name: Answer(Status.SKIPPED) for name in PEOPLE}, **r.answers}, r.numbers, r.days)
        for r in DRAWN
    ]  # fmt: skip
    assert figures(report(skipped)) == figures(report(DRAWN))


# ------------------------------------------------------------------ mix-ups, habits


@pytest.mark.parametrize("id", ["claim", "speaker", "stance", "attribution", "content"])
def test_cells_are_the_coincidences(id: str) -> None:
    if id in ("claim", "content"):
        units: Any = (
            [[bool(a.claims) for a in r.answers.values()] for r in finished(DRAWN)]
            if id == "claim"
            else token_units(DRAWN, id)[0]
        )
    else:
        units = claim_units(id)[0]
    slow = alpha(units)
    found = mixups_of(FOUND, id)
    cells = {
        pair: cell.count * (2 if cell.labels[0] == cell.labels[1] else 1)
        for cell in found.cells
        for pair in (cell.labels, cell.labels[::-1])
    }
    assert cells == pytest.approx(dict(slow.coincidences))
    assert sum(cell.share or 0 for cell in found.cells) == pytest.approx(1.0)
    for use in found.uses:
        assert use.agreement == pytest.approx(cells.get((use.label, use.label), 0) / use.n)


def test_habits_stand_beside_the_others_on_the_same_claims() -> None:
    units, _ = claim_units("stance")
    label = ("ru", "support")
    own, others, n = 0, 0.0, 0
    for unit in units:
        rest = [value for value in unit[1:] if value is not None]
        if unit[0] is not None and rest:
            n += 1
            own += unit[0] == label
            others += sum(value == label for value in rest) / len(rest)
    (habit,) = [h for h in habits_of(FOUND, "stance") if (h.annotator, h.label) == ("Ana", label)]
    assert (habit.n, habit.share) == (n, pytest.approx(own / n))
    assert habit.others == pytest.approx(others / n)
    assert not habit.told


def test_tells_a_habit_that_is_no_chance() -> None:
    def answer(stance: str) -> Answer:
        return Answer(Status.CLAIMS, (Claim(("p",), stance, None, "own"),))

    sentences = [
        Rated("d", f"s{n}", n, TEXT, Kind.BODY,
              {"Ana": answer("unclear" if n < 24 else "ru"), "Ben": answer("unclear" if n < 8 else "ru")})
        for n in range(60)
    ]  # fmt: skip
    told = {(h.annotator, h.label[0]): h for h in habits_of(report(sentences), "stance") if h.told}
    assert set(told) == {("Ana", "unclear"), ("Ben", "unclear")}
    assert told["Ana", "unclear"].differing == (16, 0)
    assert told["Ana", "unclear"].p == pytest.approx(2 / 2**16)


# ------------------------------------------------------------------ the sentences behind


def test_every_cell_names_its_sentences() -> None:
    for id in ("speaker", "stance", "attribution"):
        for cell in mixups_of(FOUND, id).cells:
            found = behind(FOUND, id, labels=cell.labels)
            assert 0 < len(found) <= cell.units


def test_a_pair_names_the_sentences_where_the_two_differ() -> None:
    expected = set()
    for rated in finished(DRAWN):
        claims = {name: answer.claims for name, answer in rated.answers.items()}
        for cluster in align(claims, rated.text):
            if {"Ana", "Ben"} <= cluster.members.keys():
                one, other = (claims[name][cluster.members[name]] for name in ("Ana", "Ben"))
                values = [(claim.stance, claim.polarity) for claim in (one, other) if claim.stance]
                if len(values) == 2 and values[0] != values[1]:
                    expected.add((rated.document, rated.sentence_id))
    assert set(behind(FOUND, "stance", people=("Ana", "Ben"), differing=True)) == expected
    assert set(behind(FOUND, "stance", people=("Ben", "Ana"), differing=True)) == expected


def test_documents_and_weeks_name_their_sentences() -> None:
    everything = behind(FOUND, "claim")
    assert len(everything) == FOUND.sentences
    for part in parts_of(FOUND, "claim").documents:
        found = behind(FOUND, "claim", document=part.key)
        assert {document for document, _ in found} == {part.key}
        assert len(found) == part.units
    for part in parts_of(FOUND, "claim").weeks:
        assert len(behind(FOUND, "claim", during=part.key)) == part.units
    for part in parts_of(FOUND, "claim").annotators:
        assert len(behind(FOUND, "claim", people=(part.key,))) == part.units


def test_differences_are_those_of_the_readings() -> None:
    listed: dict[str, set[tuple[str, str]]] = {}
    for each in FOUND.disagreements:
        for id in each.differs:
            listed.setdefault(id, set()).add((each.document, each.sentence_id))
    found = differences(FOUND)
    assert {id: set(names) for id, names in found.items() if names and id != "content"} == listed
