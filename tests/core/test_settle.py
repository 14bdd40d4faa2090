"""Settling: where people differ, in which order it is shown, and what a final answer is made of."""

from __future__ import annotations

from dataclasses import replace

import pytest
from werkzeug.datastructures import MultiDict

from annotator import settle
from annotator.model import Answer, Claim, Codebook, Invalid, Status
from annotator.settle import Case, Pair, Vote

ONE = Claim(("russia",), "ru", "support", "ascribed", content_spans=((0, 4),))
TWO = Claim(("turkey",), "tr", "support", "direct")
NONE = Answer(Status.NO_CLAIM)


def case(*votes: tuple[Claim, ...], rows: tuple[settle.Row, ...] | None = None, sid: str = "s1") -> Case:
    answers = [Answer(Status.CLAIMS, claims) if claims else NONE for claims in votes]
    if rows is None:
        rows = (tuple(claims[0] if claims else None for claims in votes),) if any(votes) else ()
    named = tuple(Vote(n, f"P{n}", answer) for n, answer in enumerate(answers, 1))
    return Case("d", sid, named, rows)


def test_names_the_two_positions_that_are_mixed_up() -> None:
    found = settle.pairs(case((ONE,), (replace(ONE, stance="both"),)))
    assert found == {Pair("stance", (("both", "support"), ("ru", "support"))): 1.0}


def test_weighs_each_pair_of_three_people_by_half() -> None:
    found = settle.pairs(case((ONE,), (ONE,), (replace(ONE, attribution="mixed"),)))
    assert found == {Pair("attribution", ("ascribed", "mixed")): 1.0}


@pytest.mark.parametrize(
    ("votes", "rows", "kind"),
    [
        (((ONE,), ()), ((ONE, None),), "claim"),
        (((ONE,), (ONE, TWO)), ((ONE, ONE), (None, TWO)), "same"),
        (((ONE,), (replace(ONE, content_spans=((5, 9),)),)), None, "details"),
        (((ONE,), (replace(ONE, via=("turkey",)),)), None, "details"),
    ],
)
def test_tells_the_kinds_of_difference_apart(
    votes: tuple[tuple[Claim, ...], ...], rows: tuple[settle.Row, ...] | None, kind: str
) -> None:
    assert {pair.kind for pair in settle.pairs(case(*votes, rows=rows))} == {kind}


def test_takes_an_answer_as_unanimous_though_one_left_a_detail_blank() -> None:
    found = settle.unanimous(case((ONE,), (replace(ONE, content_spans=(), note="mine"),)))
    assert found == Answer(Status.CLAIMS, (ONE,))


def test_takes_no_claim_by_all_as_unanimous() -> None:
    assert settle.unanimous(case((), ())) == NONE
    assert settle.unanimous(case((), (ONE,), rows=((None, ONE),))) is None


def test_puts_the_biggest_share_of_disagreement_first() -> None:
    both, mixed = replace(ONE, stance="both"), replace(ONE, attribution="mixed")
    cases = [
        case((ONE,), (mixed,), sid="s1"),
        case((ONE,), (both,), sid="s2"),
        case((ONE,), (both,), sid="s3"),
    ]
    groups = settle.grouped(cases)
    assert [(group.pair.kind, [each.sentence for each in group.cases]) for group in groups] == [
        ("stance", ["s2", "s3"]),
        ("attribution", ["s1"]),
    ]
    assert [round(group.share, 3) for group in groups] == [0.667, 0.333]


def test_keeps_the_shares_while_the_queue_gets_shorter() -> None:
    both, mixed = replace(ONE, stance="both"), replace(ONE, attribution="mixed")
    cases = [case((ONE,), (mixed,), sid="s1"), case((ONE,), (both,), sid="s2")]
    assert settle.grouped(cases[:1], among=settle.weighed(cases))[0].share == 0.5


def test_shuffles_the_same_way_for_the_same_lead_and_sentence() -> None:
    people = ["Ana", "Ben", "Carl", "Dora"]
    assert settle.shuffled(people, "Cleo", "d/s1") == settle.shuffled(people[::-1], "Cleo", "d/s1")
    orders = {tuple(settle.shuffled(people, "Cleo", f"d/s{n}")) for n in range(60)}
    assert {order[0] for order in orders} == set(people)


def test_marks_only_the_answer_that_stands_alone() -> None:
    row = (ONE, ONE, replace(ONE, stance="both"))
    assert settle.odd(row, "stance") == {2}
    assert settle.odd(row[1:], "stance") == {0, 1}
    assert settle.odd(row, "attribution") == set()


def test_fills_in_what_all_agree_on_and_nothing_else() -> None:
    draft = settle.opening(case((ONE,), (replace(ONE, stance="both"),)))[0]
    assert (draft.found, draft.speaker, draft.stance, draft.attribution) == (
        True,
        ("russia",),
        None,
        "ascribed",
    )


def test_asks_whether_a_claim_that_only_some_found_belongs(codebook: Codebook) -> None:
    some = case((ONE,), (), rows=((ONE, None),))
    assert settle.opening(some)[0].found is None
    with pytest.raises(Invalid, match="part of the final answer"):
        settle.final(some, MultiDict(), codebook)


def test_takes_a_whole_answer_with_its_marked_words(codebook: Codebook) -> None:
    apart = case((ONE,), (replace(ONE, stance="both", content_spans=((5, 9),)),))
    draft = settle.taken(apart, 1)[0]
    form = MultiDict(
        {
            "1-found": "yes",
            "1-speaker": "russia",
            "1-stance": draft.stance or "",
            "1-attribution": "ascribed",
            "1-base": "1",
        }
    )
    assert settle.final(apart, form, codebook).claims[0].content_spans == ((5, 9),)


def test_keeps_the_words_for_a_speaker_that_all_agree_on(codebook: Codebook) -> None:
    claim = Claim(("unnamed",), "ru", "support", "ascribed", speaker_text="أنقرة")
    form = MultiDict(
        {"1-found": "yes", "1-speaker": "unnamed", "1-stance": "ru", "1-attribution": "ascribed"}
        | {"1-speaker_text": "موسكو"}
    )
    found = settle.final(case((claim,), (claim,)), form, codebook)
    assert found.claims[0].speaker_text == "موسكو"


def test_takes_an_answer_nobody_gave(codebook: Codebook) -> None:
    form = MultiDict({"1-found": "no", "2-speaker": "usa", "2-stance": "neither", "2-attribution": "direct"})
    found = settle.final(case((ONE,), (TWO,)), form, codebook)
    assert [(claim.speaker, claim.stance) for claim in found.claims] == [(("usa",), "neither")]


def test_ends_with_no_claim_when_none_belongs(codebook: Codebook) -> None:
    assert settle.final(case((ONE,), ()), MultiDict({"1-found": "no"}), codebook).status is Status.NO_CLAIM
    assert settle.final(case((ONE,), ()), MultiDict({"action": "no_claim"}), codebook).claims == ()


def test_names_the_question_that_has_no_answer_yet(codebook: Codebook) -> None:
    form = MultiDict({"1-found": "yes", "1-speaker": "russia", "1-attribution": "ascribed"})
    with pytest.raises(Invalid) as refused:
        settle.final(case((ONE,), (TWO,)), form, codebook)
    assert (refused.value.field, refused.value.claim) == ("stance", 1)


def test_shows_a_former_final_answer_again() -> None:
    apart = case((ONE,), (replace(ONE, stance="both"),))
    own = Claim(("usa",), "neither", None, "direct")
    drafts = settle.again(apart, Answer(Status.CLAIMS, (ONE, own)))
    assert [(draft.n, draft.found, draft.stance) for draft in drafts] == [
        (1, True, "ru"),
        (2, True, "neither"),
    ]
    assert settle.again(apart, NONE)[0].found is False


def test_takes_a_whole_answer_as_it_was_given(codebook: Codebook) -> None:
    bare = replace(ONE, content_spans=(), stance="both")
    full = replace(ONE, cue_spans=((5, 9),), via=("turkey",), hedged=True)
    apart = case((bare,), (full,))
    for place, given in enumerate((bare, full)):
        draft = settle.taken(apart, place)[0]
        form = MultiDict(
            {
                "1-found": "yes",
                "1-speaker": "russia",
                "1-stance": draft.stance or "",
                "1-attribution": "ascribed",
            }
            | {"1-base": str(place)}
        )
        (found,) = settle.final(apart, form, codebook).claims
        assert replace(found, polarity="support") == given


def test_takes_details_of_all_where_nobody_contradicts(codebook: Codebook) -> None:
    apart = case((replace(ONE, content_spans=(), stance="both"),), (replace(ONE, cue_spans=((5, 9),)),))
    (draft,) = settle.opening(apart)
    assert draft.base == settle.TOGETHER
    form = MultiDict(
        {
            "1-found": "yes",
            "1-speaker": "russia",
            "1-stance": "ru",
            "1-attribution": "ascribed",
            "1-base": "all",
        }
    )
    (found,) = settle.final(apart, form, codebook).claims
    assert (found.content_spans, found.cue_spans) == (((0, 4),), ((5, 9),))


def test_keeps_the_comment_of_whoever_gave_that_answer(codebook: Codebook) -> None:
    one, other = case((ONE,), (TWO,)).votes
    votes = (
        replace(one, answer=replace(one.answer, comment="Mine")),
        replace(other, answer=replace(other.answer, comment="Yours")),
    )
    apart = Case("d", "s1", votes, ((ONE, TWO),))
    assert settle.comments(apart) == "Mine … Yours"
    assert settle.comments(apart, (replace(ONE, hard=True),)) == "Mine"
    assert settle.comments(apart, ()) == "Mine … Yours"
