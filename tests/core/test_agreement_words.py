"""Columns, words and positions by sentence, against the definitions done the slow way."""

from __future__ import annotations

import dataclasses
import json
import random
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
    Rated,
    Ratings,
    align,
    alpha,
    beside,
    report,
    report_of,
)
from annotator.agreement.alignment import words
from annotator.agreement.letters import BLOCK, texts_joined, texts_of
from annotator.agreement.marks import as_number, marks, size
from annotator.agreement.ratings import columns, read
from annotator.agreement.stored import Joined, parted
from annotator.agreement.sums import coded, distinct
from annotator.model import Answer, Claim, Kind, Status
from tests.core.drawn import (
    DRAWN,
    FOUND,
    TEXT,
    claim_units,
    drawn,
    figures,
    finished,
    token_units,
    tokens,
)

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


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.text("ab \t\x1f\x85\u00a0\u2003\u200b\u3000éش😀", max_size=200), min_size=1, max_size=4),
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
    assert found.sizes.tolist() == [len(text.split()) for text in texts]
    for row, some in enumerate(spans):
        if some:
            bits = found.of("content", found.start[[row], [0]])
            assert as_number(bits[0]) == tokens(some, texts[row])
            assert size(bits)[0] == tokens(some, texts[row]).bit_count()
        else:
            assert found.at["content"][found.start[row, 0]] == -1


def test_knows_all_white_space() -> None:
    texts = [f"a{chr(n)}b{chr(n)}" for n in (*range(0xD800), *range(0xE000, 0x11000))]
    assert texts_of(texts).sizes().tolist() == [len(text.split()) for text in texts]


def test_counts_the_words_of_a_text_longer_than_what_is_looked_at_together() -> None:
    rule = random.Random(5)
    text = "".join(rule.choices("aش😀\u2003 ", k=2 * BLOCK // 3))
    found, places = texts_of(["a", text, "b c"]), [0, BLOCK // 3, BLOCK // 2, len(text) - 1, len(text)]
    assert found.sizes().tolist() == [1, len(text.split()), 2]
    first, last = found.words(np.full(5, 1), np.array(places), np.full(5, len(text) + 9))
    assert last.tolist() == [len(text.split())] * 5
    assert (last - first).tolist() == [len(text[at:].split()) for at in places]


@given(st.lists(st.lists(st.text("a \u2003ش😀", max_size=90), max_size=4), min_size=1, max_size=4))
def test_finds_the_same_words_in_texts_that_came_in_pieces(pieces: list[list[str]]) -> None:
    every = [text for texts in pieces for text in texts]
    whole, joined = texts_of(every), texts_joined([texts_of(texts) for texts in pieces])
    assert len(joined) == len(every)
    assert joined.sizes().tolist() == whole.sizes().tolist()
    rows, at = np.repeat(np.arange(len(every)), 90), np.tile(np.arange(90), len(every))
    for one, other in zip(whole.words(rows, at, at + 3), joined.words(rows, at, at + 3), strict=True):
        assert one.tolist() == other.tolist()


SPANS = st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), max_size=3).map(tuple)
CLAIM = st.builds(
    Claim,
    speaker=st.sampled_from([(), ("p",), ("p", "q")]),
    stance=st.sampled_from(["ru", None]),
    content_spans=SPANS,
    cue_spans=SPANS,
    source_spans=SPANS,
    note=st.sampled_from([None, 'says "content_spans":[[1,2]], "propositions":', "}]\n,[[3,4]]"]),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(CLAIM, max_size=3), max_size=6), st.booleans())
def test_takes_stored_claims_apart_as_reading_them_would(answers: list[list[Claim]], other: bool) -> None:
    stored = [orjson.dumps(some).decode() for some in answers]
    if other:  # as somebody else would write them
        stored = [json.dumps(some, indent=1) for some in map(orjson.loads, stored)]
    number, claims, spans = parted(stored)
    every = [claim for some in answers for claim in some]
    assert number.tolist() == [len(some) for some in answers]
    assert [orjson.loads(one)[0]["note"] for one in claims] == [claim.note for claim in every]
    for name, (index, ends) in spans.items():
        own = [ends[a:b].tolist() for a, b in zip(index, index[1:], strict=False)]
        assert own == [[list(span) for span in getattr(claim, f"{name}_spans")] for claim in every]


def joined(stored: list[str]) -> Joined:
    half = (len(stored) + 1) // 2
    return Joined(["\x1f".join(some) for some in (stored[:half], stored[half:]) if some], "\x1f")


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(CLAIM, min_size=1, max_size=3), min_size=1, max_size=6))
def test_cuts_joined_answers_as_it_takes_single_ones_apart(answers: list[list[Claim]]) -> None:
    stored = [orjson.dumps(some).decode() for some in answers]
    number, said, kind, spans = joined(stored).cut()
    known, claims, words = parted(stored)
    assert number.tolist() == known.tolist()
    for place, claim in zip(kind.tolist(), claims, strict=True):
        whole = orjson.loads(claim)[0]
        for key in ("speaker", "stance", "polarity", "attribution"):
            assert said[place][key] == whole[key]
    for name, some in spans.items():
        for mine, theirs in zip(some, words[name], strict=True):
            assert mine.tolist() == theirs.tolist()


@pytest.mark.parametrize("style", [None, 1])
def test_reads_joined_answers_as_single_ones(style: int | None) -> None:
    some = columns(DRAWN)
    kept = [n for n, one in enumerate(some.claims) if one != b"[]"]
    stored = (
        [json.dumps(orjson.loads(some.claims[n]), indent=style) for n in kept]
        if style
        else [some.claims[n].decode() for n in kept]
    )
    given = np.full(len(some.claims), -1)
    given[kept] = np.arange(len(kept)) + 1  # the first is given no more
    claims = joined([stored[-1].replace('"ru"', '"past"'), *stored])
    for one in (claims, claims.split()):
        found = report_of(dataclasses.replace(some, claims=one, given=given), sides={"ru": ("ru",)})
        assert figures(found) == figures(report_of(some, sides={"ru": ("ru",)}))
        assert not any("past" in stance for stance in found.shared.readings.stances)


@pytest.mark.parametrize(
    "stored",
    [
        "",
        "[]",
        "[{}]",
        '[{"content_spans":[],"propositions":[]}]',
        '[{"speaker":[],"content_spans":[],"cue_spans":[],"source_spans":[],"propositions":[]}]',
        "[{]" + orjson.dumps([Claim()]).decode(),
        orjson.dumps([Claim()]).decode() + "]",
        orjson.dumps([Claim()]).decode().replace("[],", "[", 1),
        orjson.dumps([Claim(), Claim()]).decode().replace("},{", "},7,{"),
        orjson.dumps([Claim(content_spans=((1, 2),))]).decode().replace("2", "two"),
    ],
)
def test_leaves_what_is_stored_in_another_way_to_reading(stored: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        Joined([stored], "\x1f").cut()


@settings(max_examples=100, deadline=None)
@given(st.lists(st.one_of(st.integers(0, 9), st.integers(-5, 10**9))))
def test_numbers_values_as_sorting_them_would(values: list[int]) -> None:
    for given_so in (values, sorted(values)):
        found, place = coded(np.array(given_so, np.int64))
        known, at = np.unique(np.array(given_so, np.int64), return_inverse=True)
        assert (found.tolist(), place.tolist()) == (known.tolist(), at.tolist())
        assert distinct(np.array(given_so, np.int64)).tolist() == known.tolist()


@pytest.mark.parametrize("stored", ["", "[", '[{"content_spans":[],"propositions":[]}', "[[]"])
def test_refuses_what_is_no_list_of_claims(stored: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        read([stored], frozenset())


def test_columns_give_the_report_of_the_records() -> None:
    found = report_of(columns(DRAWN), sides={"ru": ("ru",), "both": ("ru", "tr")})
    assert figures(found) == figures(FOUND)
    assert (found.sentences, found.people) == (FOUND.sentences, FOUND.people)
    assert set(found.documents) == set(FOUND.documents)


def test_words_counted_beside_the_other_questions_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "MANY", 0)
    found = report_of(columns(DRAWN), sides={"ru": ("ru",), "both": ("ru", "tr")})
    assert figures(found) == figures(FOUND)
    assert list(found.compared) == list(FOUND.compared)


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
