"""Parts, mix-ups, words and everything behind a figure, against the definitions done the slow way."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nltk.metrics.agreement import AnnotationTask
from nltk.metrics.distance import masi_distance

from annotator.agreement import (
    Layer,
    Rated,
    Ratings,
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
    report_of,
)
from annotator.agreement.alignment import covered, words
from annotator.agreement.marks import as_number, marks, size
from annotator.agreement.ratings import columns, read
from annotator.model import Answer, Claim, Kind, Status

TEXT = "one two three four five six seven eight"
PEOPLE = ("Ana", "Ben", "Cleo", "Eve")
STANCES = (("ru", "support"), ("ru", "oppose"), ("both", "support"), ("unclear", None))


def drawn(seed: int, sentences: int = 120, people: int = 3) -> list[Rated]:
    """Sentences of six documents, answered by some of the people, with some words marked."""
    draw = random.Random(seed)

    def spans(chance: float) -> tuple[tuple[int, int], ...]:
        if draw.random() > chance:
            return ()
        start = draw.randint(0, len(TEXT) - 6)
        return ((start, draw.randint(start + 1, len(TEXT))),)

    def claim() -> Claim:
        stance, polarity = draw.choice([*STANCES, STANCES[0], STANCES[0]])
        return Claim(
            draw.choice([("p",), ("e", "p"), ("q",), ()]), draw.choice([stance, stance, None]), polarity,
            draw.choice(["direct", "own", None]),
            content_spans=spans(0.6), cue_spans=spans(0.3),
        )  # fmt: skip

    def answer() -> Answer:
        claims = tuple(claim() for _ in range(draw.choice([0, 0, 1, 1, 1, 2, 3])))
        return Answer(Status.CLAIMS if claims else Status.NO_CLAIM, claims)

    found = []
    for n in range(sentences):
        who = [name for name in PEOPLE[:people] if draw.random() < 0.8]
        found.append(
            Rated(
                f"d{n % 6}", f"s{n}", n, TEXT, Kind.BODY, {name: answer() for name in who},
                {name: 10 * n + place for place, name in enumerate(who)},
                {name: f"2026-0{1 + n // 40}-1{place}" for place, name in enumerate(who)},
            )
        )  # fmt: skip
    return found


DRAWN = drawn(1)
FOUND = report(DRAWN, sides={"ru": ("ru",), "both": ("ru", "tr")})


def finished(sentences: list[Rated]) -> list[Rated]:
    return [rated for rated in sentences if len(rated.answers) > 1]


# ------------------------------------------------------------------ columns, alignment


@pytest.mark.parametrize("seed", range(5))
def test_puts_claims_side_by_side_as_align_does(seed: int) -> None:
    sentences = drawn(seed, 80)
    found = report(sentences).shared
    start = found.readings.first[:-1][found.reading]
    mine: dict[Any, set[Any]] = {}
    for row, claims in zip(found.row.tolist(), found.claims.tolist(), strict=True):
        members = frozenset(
            (found.people[found.person[row, slot]], claim - int(start[row, slot]))
            for slot, claim in enumerate(claims)
            if claim >= 0
        )
        mine.setdefault(found.name(row), set()).add(members)
    for rated in finished(sentences):
        clusters = align({name: answer.claims for name, answer in rated.answers.items()}, rated.text)
        name = (rated.document, rated.sentence_id)
        assert mine.get(name, set()) == {frozenset(cluster.members.items()) for cluster in clusters}


def tokens(spans: Sequence[tuple[int, int]], text: str) -> int:
    """The words of `text` with a character in `spans`, one by one."""
    pieces = words(text)
    return covered(spans, [a for a, _ in pieces], [b for _, b in pieces])


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.text("ab \u00a0ش😀", max_size=200), min_size=1, max_size=4),
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 199), st.integers(1, 150)), max_size=6),
)
def test_finds_the_words_of_all_claims_at_once(
    texts: list[str], drawn_spans: list[tuple[int, int, int]]
) -> None:
    spans: list[list[tuple[int, int]]] = [[] for _ in texts]
    for row, start, length in drawn_spans:
        if row < len(texts) and start < len(texts[row]):
            spans[row].append((start, min(start + length, len(texts[row]))))
    claims = [orjson.dumps([Claim(("p",), "ru", None, "own", content_spans=tuple(some))]) for some in spans]
    reading, readings = read(claims, frozenset())
    found = marks(reading.reshape(-1, 1), readings, texts)
    for row, some in enumerate(spans):
        if some:
            bits = found.of("content", found.start[[row], [0]])
            assert as_number(bits[0]) == tokens(some, texts[row])
            assert size(bits)[0] == tokens(some, texts[row]).bit_count()
        else:
            assert found.at["content"][found.start[row, 0]] == -1


def figures(found: Report) -> list[Any]:
    """Every figure, rounded, since sums may be added in another order."""

    def rounded(layer: Layer) -> list[Any]:
        interval = layer.interval
        values = (layer.value, layer.observed, layer.expected, layer.ac1, interval.low, interval.high)
        return [None if value is None else round(value, 9) for value in (*values, interval.p_667)]

    def merged(layer: Layer) -> list[Any]:
        return [(merge.labels, round(merge.count, 9)) for merge in layer.merges]

    return [
        (layer.id, layer.reason, layer.provisional, layer.n, layer.compared, layer.counts, layer.filled,
         layer.annotators, merged(layer), rounded(layer))
        for layer in found.figures
    ]  # fmt: skip


def test_columns_give_the_report_of_the_records() -> None:
    found = report_of(columns(DRAWN), sides={"ru": ("ru",), "both": ("ru", "tr")})
    assert figures(found) == figures(FOUND)
    assert (found.sentences, found.people) == (FOUND.sentences, FOUND.people)
    assert set(found.documents) == set(FOUND.documents)


def test_rows_from_a_database_in_any_order_give_the_same() -> None:
    some = columns(DRAWN)
    order = random.Random(3).sample(range(len(some.claims)), len(some.claims))
    turned = Ratings(
        some.documents, some.people, some.document, some.ids, some.texts,
        [some.sentence[n] for n in order], [some.person[n] for n in order],
        [orjson.dumps(orjson.loads(some.claims[n])).decode() for n in order],
    )  # fmt: skip
    assert figures(report_of(turned)) == figures(report(DRAWN))


def test_refuses_two_answers_of_one_person() -> None:
    with pytest.raises(ValueError, match="two answers"):
        report_of(Ratings(["d"], ["Ana"], [0], ["s"], None, [0, 0], [0, 0], ["[]", "[]"]))


# ------------------------------------------------------------------ the sixth layer, positions by sentence


def token_units(sentences: list[Rated], field: str) -> tuple[list[list[Any]], list[str]]:
    """One unit per token, as 4.7 says it."""
    units, documents = [], []
    for rated in finished(sentences):
        for start, end in words(rated.text):
            unit: list[Any] = []
            for answer in rated.answers.values():
                spans = [getattr(claim, f"{field}_spans") for claim in answer.claims]
                if any(not some for some in spans):
                    unit.append(None)
                else:
                    unit.append(any(start < to and since < end for some in spans for since, to in some))
            units.append(unit)
            documents.append(rated.document)
    return units, documents


@pytest.mark.parametrize("field", ["content", "cue"])
def test_words_are_alpha_over_tokens(field: str) -> None:
    units, documents = token_units(DRAWN, field)
    slow, fast = alpha(units, documents=documents), FOUND.layer(field)
    assert fast.value == pytest.approx(slow.value, abs=1e-12)
    assert (fast.n, fast.compared, fast.documents) == (slow.n, slow.units, slow.documents)
    assert fast.interval.se == pytest.approx(slow.interval.se, abs=1e-12)
    assert fast.provisional == slow.provisional


def test_marked_words_of_the_same_claim_overlap() -> None:
    shares = []
    for rated in finished(DRAWN):
        claims = {name: answer.claims for name, answer in rated.answers.items()}
        for cluster in align(claims, rated.text):
            for a, b in combinations(sorted(cluster.members), 2):
                one, other = claims[a][cluster.members[a]], claims[b][cluster.members[b]]
                if one.content_spans and other.content_spans:
                    left, right = tokens(one.content_spans, TEXT), tokens(other.content_spans, TEXT)
                    shares.append((left & right).bit_count() / (left | right).bit_count())
    found = FOUND.layer("content").overlap
    assert found is not None
    assert found.pairs == len(shares)
    assert found.overlap == pytest.approx(sum(shares) / len(shares), abs=1e-12)
    assert found.exact == pytest.approx(sum(share == 1 for share in shares) / len(shares), abs=1e-12)
    assert found.interval.low < found.overlap < found.interval.high


def sets(rated: Rated) -> list[frozenset[Any] | None]:
    found: list[frozenset[Any] | None] = []
    for answer in rated.answers.values():
        taken = frozenset((c.stance, c.polarity) for c in answer.claims if c.stance)
        found.append(None if answer.claims and not taken else taken)
    return found


def test_positions_of_a_sentence_are_compared_as_sets() -> None:
    units = [sets(rated) for rated in finished(DRAWN)]
    documents = [rated.document for rated in finished(DRAWN)]
    slow, fast = alpha(units, "masi", documents), FOUND.stances
    assert fast.value == pytest.approx(slow.value, abs=1e-12)
    assert fast.interval.se == pytest.approx(slow.interval.se, abs=1e-12)
    triples = [
        (place, n, value)
        for n, unit in enumerate(units)
        for place, value in enumerate(unit)
        if value is not None and sum(other is not None for other in unit) > 1
    ]

    def distance(a: frozenset[Any], b: frozenset[Any]) -> float:
        return 0.0 if a == b else masi_distance(a, b)  # nltk divides by 0 for two empty sets

    assert fast.value == pytest.approx(AnnotationTask(triples, distance=distance).alpha(), abs=1e-9)


def test_weighs_positions_that_share_a_side_by_half() -> None:
    sides = {"ru": {"ru"}, "both": {"ru", "tr"}}

    def distance(a: tuple[str, Any], b: tuple[str, Any]) -> float:
        near = a[0] != b[0] and a[1] == b[1] and sides.get(a[0], set()) & sides.get(b[0], set())
        return 0.5 if near else 1.0

    units, documents = claim_units("stance")
    slow = alpha(units, distance, documents)
    assert FOUND.weighted is not None
    assert FOUND.weighted.value == pytest.approx(slow.value, abs=1e-12)
    assert FOUND.weighted.observed > FOUND.layer("stance").observed
    assert report(DRAWN).weighted is None


def test_tells_who_named_a_speaker() -> None:
    filled = [0, 0, 0]
    for rated in finished(DRAWN):
        claims = {name: answer.claims for name, answer in rated.answers.items()}
        for cluster in align(claims, rated.text):
            named = [bool(claims[name][place].speaker) for name, place in cluster.members.items()]
            if len(named) > 1:
                filled[0 if all(named) else 1 if any(named) else 2] += 1
    assert FOUND.layer("speaker").filled == tuple(filled)
    assert min(filled) > 0


def test_sentences_of_hundreds_of_words_are_no_other_case() -> None:
    text = " ".join(f"w{n}" for n in range(300))
    ends = [end for _, end in words(text)]

    def marking(first: int, last: int) -> Answer:
        spans = ((text.index(f"w{first}"), ends[last]),)
        return Answer(Status.CLAIMS, (Claim(("p",), "ru", "support", "own", content_spans=spans),))

    found = report(
        [Rated("d", "s1", 1, text, Kind.BODY, {"Ana": marking(10, 209), "Ben": marking(110, 259)})]
        + [
            Rated(
                "d", "s2", 2, "Two words.", Kind.BODY, {"Ana": Answer(Status.NO_CLAIM), "Ben": marking(0, 0)}
            )
        ]
    )
    content = found.layer("content")
    assert content.overlap is not None
    assert content.overlap.overlap == pytest.approx(100 / 250)
    assert (content.compared, content.n) == (302, 604)
    assert content.observed == pytest.approx(1 - (150 + 1) / 302)


# ------------------------------------------------------------------ parts


def claim_units(id: str) -> tuple[list[list[Any]], list[str]]:
    """Aligned claims as lists, one column per person."""
    units, documents = [], []
    for rated in finished(DRAWN):
        claims = {name: answer.claims for name, answer in rated.answers.items()}
        for cluster in align(claims, rated.text):
            unit: list[Any] = []
            for name in FOUND.people:
                claim = claims[name][cluster.members[name]] if name in cluster.members else None
                value = {
                    "speaker": lambda c: frozenset(c.speaker) or None,
                    "stance": lambda c: (c.stance, c.polarity) if c.stance else None,
                    "attribution": lambda c: c.attribution,
                }[id](claim or Claim())
                unit.append(value)
            units.append(unit)
            documents.append(rated.document)
    return units, documents


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
