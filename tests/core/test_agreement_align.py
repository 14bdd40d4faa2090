"""Which claims are the same: the matcher against brute force and scipy, the alignment against its rules."""

from __future__ import annotations

import random
from itertools import product

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from annotator.agreement import Cluster, align, detection
from annotator.agreement.matching import inversions, match
from annotator.model import Claim

TEXT = "one two three four five six seven eight"


def claim(words: str = "", speaker: str = "x", stance: str = "s") -> Claim:
    """A claim whose content is these words of TEXT; none for no content."""
    spans = tuple((TEXT.index(word), TEXT.index(word) + len(word)) for word in words.split())
    return Claim(speaker=(speaker,) if speaker else (), stance=stance, content_spans=spans)


def pairs(claims: dict[str, list[Claim]]) -> list[dict[str, int]]:
    return [dict(cluster.members) for cluster in align(claims, TEXT)]


# ------------------------------------------------------------------ the matcher


def best_by_force(weights: list[list[int]]) -> tuple[int, int]:
    """(greatest total, fewest inversions with it, negative) over every one-to-one matching."""
    choices = [[None, *(j for j, w in enumerate(row) if w > 0)] for row in weights]
    found = []
    for choice in product(*choices):
        used = [j for j in choice if j is not None]
        if len(set(used)) == len(used):
            chosen = tuple((i, j) for i, j in enumerate(choice) if j is not None)
            found.append((sum(weights[i][j] for i, j in chosen), -inversions(chosen)))
    return max(found)


@pytest.mark.parametrize("top", [1, 2, 4, 50])
def test_matches_as_well_as_brute_force(top: int) -> None:
    rng = random.Random(top)
    for _ in range(250):
        rows, columns = rng.randint(1, 5), rng.randint(1, 4)
        weights = [[max(0, rng.randint(-1, top)) for _ in range(columns)] for _ in range(rows)]
        chosen = match(weights)
        assert (sum(weights[i][j] for i, j in chosen), -inversions(chosen)) == best_by_force(weights), weights


@pytest.mark.parametrize(("rows", "columns"), [(20, 20), (25, 22), (22, 30)])
def test_matches_long_lists_as_well_as_scipy(rows: int, columns: int) -> None:
    rng = random.Random(rows)
    for weights in (
        [[rng.randint(0, 1000) for _ in range(columns)] for _ in range(rows)],
        [[1 for _ in range(columns)] for _ in range(rows)],
    ):
        chosen = match(weights)
        table = np.array(weights)
        assert (
            sum(weights[i][j] for i, j in chosen) == table[linear_sum_assignment(table, maximize=True)].sum()
        )


def test_keeps_the_order_of_equal_claims() -> None:
    assert match([[1] * 24] * 22) == tuple((n, n) for n in range(22))


def test_stays_best_when_crossings_are_too_many_to_search() -> None:
    rng = random.Random(9)
    left, right = ([rng.randrange(6) for _ in range(30)] for _ in range(2))
    weights = [[1000 + (a == b) for b in right] for a in left]
    chosen = match(weights)
    table = np.array(weights)
    assert sum(weights[i][j] for i, j in chosen) == table[linear_sum_assignment(table, maximize=True)].sum()


# ------------------------------------------------------------------ the rules


def test_words_decide_first() -> None:
    ana = [claim("one two", "x"), claim("five six", "y")]
    ben = [claim("five six seven", "x"), claim("one two three", "y")]
    assert pairs({"Ana": ana, "Ben": ben}) == [{"Ana": 0, "Ben": 1}, {"Ana": 1, "Ben": 0}]


def test_claims_without_common_words_stay_apart() -> None:
    assert pairs({"Ana": [claim("one")], "Ben": [claim("two")]}) == [{"Ana": 0}, {"Ben": 0}]


def test_speaker_decides_when_words_do_not() -> None:
    ana, ben = [claim(speaker="x"), claim(speaker="y")], [claim("one", "y"), claim("eight", "x")]
    assert pairs({"Ana": ana, "Ben": ben}) == [{"Ana": 0, "Ben": 1}, {"Ana": 1, "Ben": 0}]


def test_order_decides_when_speakers_do_not() -> None:
    three = [claim(speaker="") for _ in range(3)]
    assert pairs({"Ana": three, "Ben": three}) == [{"Ana": n, "Ben": n} for n in range(3)]


def test_stance_takes_no_part() -> None:
    ana = [claim(stance="a"), claim(stance="b")]
    ben = [claim(stance="b"), claim(stance="a")]
    assert pairs({"Ana": ana, "Ben": ben}) == [{"Ana": 0, "Ben": 0}, {"Ana": 1, "Ben": 1}]


def test_no_content_beside_marked_content_is_the_whole_sentence() -> None:
    ana = [claim("one", "x"), claim("", "y")]
    ben = [claim("one two three four five six", "y"), claim("one", "y")]
    assert pairs({"Ana": ana, "Ben": ben}) == [{"Ana": 0, "Ben": 1}, {"Ana": 1, "Ben": 0}]


def test_no_content_at_all_overlaps_with_everything() -> None:
    assert pairs({"Ana": [claim()], "Ben": [claim("one")]}) == [{"Ana": 0, "Ben": 0}]


def test_part_of_a_word_is_the_word() -> None:
    part = Claim(speaker=("x",), content_spans=((5, 6),))  # of "two", 4 to 7
    assert pairs({"Ana": [part], "Ben": [claim("two")]}) == [{"Ana": 0, "Ben": 0}]


def test_equal_overlaps_are_ties_in_spite_of_rounding() -> None:
    """2/6 and 1/3 are the same overlap, so the speaker decides."""
    ana = [claim("one two three four", "x")]
    ben = [claim("three four five six", "y"), claim("one two seven eight", "x")]
    assert pairs({"Ana": ana, "Ben": ben}) == [{"Ben": 0}, {"Ana": 0, "Ben": 1}]


def test_a_third_annotator_joins_by_mean_overlap() -> None:
    claims = {
        "Ana": [claim("one two"), claim("five six")],
        "Ben": [claim("one two three"), claim("five")],
        "Cleo": [claim("five six seven")],
    }
    assert pairs(claims) == [{"Ana": 0, "Ben": 0}, {"Ana": 1, "Ben": 1, "Cleo": 0}]


def test_everybody_who_finished_is_remembered() -> None:
    (cluster,) = align({"Ana": [claim()], "Ben": []}, TEXT)
    assert cluster == Cluster({"Ana": 0}, frozenset({"Ana", "Ben"}))
    assert align({"Ana": [], "Ben": []}, TEXT) == ()


def test_order_of_annotators_does_not_matter() -> None:
    rng = random.Random(4)
    words = TEXT.split()
    for _ in range(60):
        claims = {
            name: [
                claim(" ".join(rng.sample(words, rng.randint(0, 3))), rng.choice("xy"))
                for _ in range(rng.randint(0, 4))
            ]
            for name in ("Ana", "Ben", "Cleo")
        }
        backwards = dict(reversed(claims.items()))
        found = align(claims, TEXT)
        assert found == align(backwards, TEXT)
        placed = [(name, n) for cluster in found for name, n in cluster.members.items()]
        assert sorted(placed) == [(name, n) for name in claims for n in range(len(claims[name]))]


# ------------------------------------------------------------------ detection


def test_detection_is_the_mean_pairwise_f1() -> None:
    everybody = frozenset({"Ana", "Ben"})
    both, one = Cluster({"Ana": 0, "Ben": 0}, everybody), Cluster({"Ana": 1}, everybody)
    found = detection([both, both, one], ["d", "d", "d"])
    assert found.value == pytest.approx(2 * 2 / (3 + 2))  # 2·hits / (claims of one + claims of the other)
    assert (found.clusters, found.found_by_all, found.interval.reason) == (3, 2, "too_few_documents")


def test_detection_leaves_out_one_document_at_a_time() -> None:
    everybody = frozenset({"Ana", "Ben", "Cleo"})
    clusters = [
        Cluster({"Ana": 0, "Ben": 0, "Cleo": 0}, everybody),  # 6 of 6
        Cluster({"Ana": 0, "Ben": 0}, everybody),  # 2 of 4
        Cluster({"Ana": 0}, everybody),  # 0 of 2
    ]
    found = detection(clusters, ["p", "q", "r"])
    left = np.array([2 / 6, 6 / 8, 8 / 10])
    assert found.value == pytest.approx(8 / 12)
    assert found.interval.se == pytest.approx(float(np.sqrt(2 / 3 * ((left - left.mean()) ** 2).sum())))


def test_detection_needs_two_who_finished() -> None:
    assert detection([Cluster({"Ana": 0}, frozenset({"Ana"}))]).reason == "no_overlap"
    assert detection([]).value is None
