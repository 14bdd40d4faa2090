"""Annotating: which answers the codebook allows, and what a form makes of one."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib import resources
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from annotator import annotate, codebook, sample
from annotator.model import (
    Actor,
    Answer,
    Claim,
    Codebook,
    Constraint,
    Field,
    Invalid,
    Kind,
    Sentence,
    Status,
    Unit,
)

IDLIB = codebook.load(codebook.bundled("idlib-2019"))
NILE = codebook.load(codebook.bundled("nile-2020"))
EMPTY = Answer()
TEXT = "Ankara says “this must stop” and many agree."


def sentence(
    text: str = TEXT, kind: Kind = Kind.BODY, repeats: tuple[str, ...] = (), id: str = "s1"
) -> Sentence:
    return Sentence(1, "d", 0, 0, Unit(id, kind, text, ((0, len(text)),), repeats=repeats))


def form(**fields: str | list[str]) -> MultiDict[str, str]:
    pairs = [(key, v) for key, vs in fields.items() for v in ([vs] if isinstance(vs, str) else vs)]
    return MultiDict(pairs)


def sent(current: Answer = EMPTY, book: Codebook = IDLIB, **fields: str | list[str]) -> Answer:
    return annotate.apply(current, form(**fields), sentence(), book)[0]


def refused(current: Answer = EMPTY, book: Codebook = IDLIB, **fields: str | list[str]) -> Invalid:
    with pytest.raises(Invalid) as problem:
        sent(current, book, **fields)
    assert str(problem.value)[0].isupper() or str(problem.value).startswith("“")
    assert str(problem.value).endswith((".", "?"))
    return problem.value


TURKEY = Claim(speaker=("turkey",), stance="tr", polarity="support", attribution="indirect")
AUTHOR = Claim(speaker=("author",), stance="neither", attribution="own")
BOTH = Answer(Status.CLAIMS, (TURKEY, AUTHOR))
ONE = Answer(Status.CLAIMS, (TURKEY,))


# ------------------------------------------------------------------ the reference

ROWS = [
    json.loads(line)
    for line in (resources.files("annotator") / "samples" / "idlib-claims.jsonl")
    .read_text("utf-8")
    .splitlines()
]


@pytest.mark.parametrize("row", ROWS, ids=[row["sent_id"] for row in ROWS])
def test_allows_the_reference_as_it_is(row: dict[str, Any]) -> None:
    before = [other["text"] for other in ROWS if other["unit"] == "body" and other["order"] < row["order"]]
    where = sentence(row["text"], Kind(row["unit"]), id=row["sent_id"])
    answer = sample.reference()[row["sent_id"]]
    open = annotate.quote_open(before) and row["unit"] == "body"
    assert annotate.check(answer, where, IDLIB, quote_open=open) == (answer, ())


def test_has_the_whole_reference() -> None:
    assert len(ROWS) == 39


# ------------------------------------------------------------------ one claim


def test_stores_one_complete_claim() -> None:
    assert sent(speaker="turkey", stance="tr", attribution="ascribed") == Answer(
        Status.CLAIMS, (replace(TURKEY, attribution="ascribed"),)
    )


def test_sorts_speakers_and_keeps_the_order_of_the_relay() -> None:
    answer = sent(speaker=["putin", "erdogan"], stance="both", attribution="direct", via=["usa", "tr_media"])
    assert answer.claims[0].speaker == ("erdogan", "putin")
    assert answer.claims[0].via == ("usa", "tr_media")


@pytest.mark.parametrize(
    ("fields", "field", "says"),
    [
        ({"stance": "tr", "attribution": "direct"}, "speaker", "Who says it? Choose a speaker for claim 1."),
        ({"speaker": "turkey", "attribution": "direct"}, "stance", "Whose position? Choose an answer"),
        ({"speaker": "turkey", "stance": "tr"}, "attribution", "Attribution? Choose an answer for claim 1."),
        (
            {"speaker": "unnamed", "stance": "tr", "attribution": "indirect"},
            "speaker_text",
            "“Unnamed” needs",
        ),
        ({"speaker": "usa", "stance": "unclear", "attribution": "indirect"}, "comment", "“Unclear” needs a"),
        ({"speaker": "unnamed", "stance": "unclear", "attribution": "direct"}, "speaker_text", "Type them"),
        ({"speaker": "mars", "stance": "tr", "attribution": "direct"}, "speaker", "“mars” is not in the"),
        ({"speaker": "turkey", "stance": "TR", "attribution": "direct"}, "stance", "“TR” is not in the"),
        ({"speaker": "turkey", "stance": "tr", "polarity": "maybe"}, "polarity", "“maybe” is not in the"),
        ({"speaker": "turkey", "stance": "tr", "propositions": "T99"}, "propositions", "“T99” is not in"),
        ({"speaker": "author", "stance": "tr", "attribution": "own", "via": "usa"}, "via", "Take it out"),
        ({"speaker": "turkey", "note": "x" * 10_001}, "note", "10,001 characters"),
        ({"speaker": "turkey", "comment": "x" * 10_001}, "comment", "Shorten it to 10,000"),
        ({"note": "only this"}, "speaker", "Who says it?"),
        ({}, "speaker", "Nothing is filled in."),
    ],
)
def test_says_what_is_missing_or_wrong(fields: dict[str, str], field: str, says: str) -> None:
    problem = refused(**fields)
    assert problem.field == field
    assert says in str(problem)


def test_keeps_a_comment_with_an_unclear_claim() -> None:
    answer = sent(speaker="usa", stance="unclear", attribution="indirect", comment=" Both\x00 lists\r\nfit. ")
    assert answer.comment == "Both lists\nfit."


def test_cleans_nothing_but_control_characters() -> None:
    words = "\u200fكلمة\u200c ـــ ‮e\u0301"
    fields = {"stance": "tr", "attribution": "indirect", "speaker_text": words + "\x07\ud800"}
    assert sent(speaker="unnamed", **fields).claims[0].speaker_text == words


@pytest.mark.parametrize(
    ("fields", "polarity"),
    [
        ({"stance": "tr"}, "support"),
        ({"stance": "tr", "polarity": "oppose"}, "oppose"),
        ({"stance": "both", "polarity": "oppose"}, "oppose"),
        ({"stance": "neither", "polarity": "oppose"}, None),
        ({"stance": "off"}, None),
    ],
)
def test_is_for_or_against_only_where_a_side_holds_the_position(
    fields: dict[str, str], polarity: str
) -> None:
    assert sent(speaker="turkey", attribution="indirect", **fields).claims[0].polarity == polarity


# ------------------------------------------------------------------ answers that bring others along


def test_fills_in_the_author_for_own_voice() -> None:
    assert sent(stance="neither", attribution="own").claims == (AUTHOR,)


def test_fills_in_own_voice_for_the_author() -> None:
    assert sent(speaker="author", stance="neither").claims == (AUTHOR,)


def test_lets_own_voice_chosen_later_replace_the_speaker() -> None:
    assert sent(ONE, claim="1", speaker="turkey", stance="tr", attribution="own").claims[0].speaker == (
        "author",
    )


def test_lets_the_author_chosen_later_replace_the_attribution() -> None:
    assert (
        sent(ONE, claim="1", speaker="author", stance="tr", attribution="indirect").claims[0].attribution
        == "own"
    )


OWN = Answer(Status.CLAIMS, (AUTHOR,))


@pytest.mark.parametrize(
    ("current", "fields", "look"),
    [
        (OWN, {"claim": "1", "speaker": "author", "attribution": "direct"}, "speaker"),
        (OWN, {"claim": "1", "speaker": "turkey", "attribution": "own"}, "attribution"),
        (OWN, {"claim": "1", "speaker": ["author", "turkey"], "attribution": "own"}, "attribution"),
        (Answer(), {"speaker": "turkey", "attribution": "own"}, "speaker"),
        (Answer(), {"speaker": "author", "attribution": "direct"}, "attribution"),
    ],
)
def test_asks_when_author_and_attribution_contradict(
    current: Answer, fields: dict[str, str | list[str]], look: str
) -> None:
    problem = refused(current, stance="tr", **fields)
    assert problem.field == look
    assert "Change one of the two in claim 1." in str(problem)


def test_lets_both_change_away_from_own_voice() -> None:
    fields = {"claim": "1", "speaker": "turkey", "stance": "tr", "attribution": "indirect"}
    assert sent(OWN, **fields) == ONE


# ------------------------------------------------------------------ several claims


def test_adds_a_claim() -> None:
    assert sent(ONE, claim="new", speaker="author", stance="neither") == BOTH


def test_changes_the_open_claim_only() -> None:
    answer = sent(BOTH, claim="1", speaker="turkey", stance="tr", attribution="direct")
    assert answer.claims == (replace(TURKEY, attribution="direct"), AUTHOR)


def test_keeps_the_claims_when_the_new_card_is_empty() -> None:
    assert sent(BOTH, claim="new", polarity="support") == BOTH


def test_points_to_the_claim_that_has_this_identity() -> None:
    problem = refused(BOTH, claim="new", speaker="turkey", stance="tr", attribution="direct")
    assert problem.claim == 1
    assert str(problem).startswith("Claim 1 already has this speaker and position.")


def test_points_to_the_other_claim_when_one_is_changed_into_it() -> None:
    assert refused(BOTH, claim="1", speaker="author", stance="neither", attribution="own").claim == 2


def test_takes_a_rejection_for_another_claim() -> None:
    fields = {"speaker": "turkey", "stance": "tr", "polarity": "oppose", "attribution": "indirect"}
    assert len(sent(ONE, claim="new", **fields).claims) == 2


def test_deletes_the_open_claim() -> None:
    assert sent(BOTH, action="delete", claim="1").claims == (AUTHOR,)
    assert sent(ONE, action="delete", claim="1") == Answer(Status.TODO)


@pytest.mark.parametrize("claim", ["3", "0", "-1", "x", "²", "9" * 5000])
def test_refuses_a_claim_that_is_not_there(claim: str) -> None:
    assert "no longer there" in str(refused(BOTH, claim=claim, speaker="turkey"))


def test_refuses_to_delete_what_is_not_saved() -> None:
    assert "no saved claim" in str(refused(BOTH, action="delete", claim="new"))


def test_refuses_to_empty_a_claim() -> None:
    assert "Fill it in, or delete it" in str(refused(replace(ONE), claim="1"))


def test_refuses_a_stored_answer_with_twins() -> None:
    twins = Answer(Status.CLAIMS, (TURKEY, replace(TURKEY, attribution="direct")))
    with pytest.raises(Invalid) as problem:
        annotate.check(twins, sentence(), IDLIB)
    assert problem.value.claim == 1


# ------------------------------------------------------------------ the sentence


def test_stores_no_claim() -> None:
    assert sent(action="no_claim", hard="1", comment="") == Answer(Status.NO_CLAIM, hard=True)


def test_skips() -> None:
    assert sent(action="skip") == Answer(Status.SKIPPED)


@pytest.mark.parametrize("action", ["no_claim", "skip"])
def test_refuses_to_drop_claims(action: str) -> None:
    assert "2 claims" in str(refused(BOTH, action=action))


def test_keeps_no_claim_when_nothing_is_added() -> None:
    assert sent(Answer(Status.NO_CLAIM), comment="A topic only.").status is Status.NO_CLAIM


def test_takes_a_comment_without_an_answer() -> None:
    assert sent(action="comment", comment="Later.", hard="1") == Answer(comment="Later.", hard=True)


def test_takes_the_flag_off_when_its_box_is_empty() -> None:
    assert sent(Answer(Status.NO_CLAIM, hard=True), action="no_claim", comment="") == Answer(Status.NO_CLAIM)


def test_keeps_comment_and_flag_that_the_form_does_not_show() -> None:
    before = Answer(Status.NO_CLAIM, comment="Look.", hard=True)
    assert sent(before, action="no_claim") == before


def test_refuses_an_unknown_action() -> None:
    assert "Reload" in str(refused(action="burn"))


@pytest.mark.parametrize("action", ["save", "no_claim"])
def test_links_a_pull_quote_to_what_it_repeats(action: str) -> None:
    quote = sentence(kind=Kind.PULLQUOTE, repeats=("s8", "s9"))
    answer, _ = annotate.apply(Answer(), form(action=action, speaker="turkey"), quote, IDLIB)
    assert answer == Answer(Status.DUPLICATE, duplicate_of="s8")


def test_answers_a_pull_quote_that_repeats_nothing() -> None:
    quote = sentence(kind=Kind.PULLQUOTE)
    answer, _ = annotate.apply(Answer(), form(action="no_claim"), quote, IDLIB)
    assert answer == Answer(Status.NO_CLAIM)


# ------------------------------------------------------------------ marked words


def marked(**spans: object) -> Answer:
    as_json = {key: value if isinstance(value, str) else json.dumps(value) for key, value in spans.items()}
    return sent(speaker="unnamed", stance="tr", attribution="indirect", **as_json)


def test_takes_the_source_words_from_the_marks() -> None:
    claim = marked(source_spans=[[33, 37], [0, 6]], content_spans=[[13, 27]]).claims[0]
    assert claim.speaker_text == "Ankara … many"
    assert claim.content_spans == ((13, 27),)


def test_lets_source_words_follow_the_marks() -> None:
    before = marked(source_spans=[[33, 37]])
    fields = {"speaker": "unnamed", "stance": "tr", "attribution": "indirect"}
    answer = sent(before, claim="1", source_spans="[[0, 6]]", speaker_text="many", **fields)
    assert answer.claims[0].speaker_text == "Ankara"


def test_keeps_marks_the_form_does_not_show() -> None:
    before = marked(source_spans=[[33, 37]], cue_spans=[[7, 11]])
    answer = sent(before, claim="1", speaker="unnamed", stance="ru", attribution="indirect")
    assert answer.claims[0].cue_spans == ((7, 11),)


@pytest.mark.parametrize(
    "spans",
    [
        [[0, 99]],
        [[-1, 6]],
        [[6, 6]],
        [[0, 3]],
        [[2, 6]],
        [[0, 6], [0, 11]],
        [[0, 6.0]],
        [[False, True]],
        [["0", "6"]],
        [[0, 6, 7]],
        {"0": 6},
        "[[0, 6]",
        "[" * 9_000,
        "[[0, " + "9" * 6_000 + "]]",
        "x" * 20_000,
    ],
)
def test_refuses_marks_that_are_no_whole_words_of_the_sentence(spans: object) -> None:
    with pytest.raises(Invalid):
        marked(content_spans=spans, speaker_text="many")


def test_counts_code_points_and_whole_words_in_arabic() -> None:
    text = "🕌 وترى أَنقرةُ ضرورةً"
    claim = replace(TURKEY, source_spans=((7, 14),))
    answer, _ = annotate.check(Answer(Status.CLAIMS, (claim,)), sentence(text), IDLIB)
    assert answer.claims[0].speaker_text == "أَنقرةُ"
    with pytest.raises(Invalid, match="whole words"):
        annotate.check(
            Answer(Status.CLAIMS, (replace(claim, source_spans=((7, 13),)),)), sentence(text), IDLIB
        )


# ------------------------------------------------------------------ warnings


@pytest.mark.parametrize(
    ("claim", "text", "open", "says"),
    [
        (replace(TURKEY, attribution="direct"), "No marks here.", False, "Claim 1 is “Direct”, but"),
        (replace(TURKEY, attribution="direct"), "No marks here.", True, None),
        (replace(TURKEY, attribution="direct"), TEXT, False, None),
        (replace(TURKEY, propositions=("R1",)), TEXT, False, "R1 is on the list “Russian”, but"),
        (replace(TURKEY, propositions=("T1", "S1")), TEXT, False, "S1 is on the list “Both”, but"),
        (replace(TURKEY, propositions=("T1",)), TEXT, False, None),
        (replace(AUTHOR, stance="off"), TEXT, False, "Own-voice remarks that are not about the dispute"),
    ],
)
def test_warns_without_refusing(claim: Claim, text: str, open: bool, says: str | None) -> None:
    answer = Answer(Status.CLAIMS, (claim,))
    stored, warnings = annotate.check(answer, sentence(text), IDLIB, quote_open=open)
    assert stored == answer
    assert [warning.startswith(says or "") for warning in warnings] == ([True] if says else [])


@pytest.mark.parametrize(
    ("texts", "open"),
    [
        ([], False),
        (["He said: “this", "must stop.”"], False),
        (["He said: “this", "must stop."], True),
        (["“One.” “Two"], True),
        (["«Он сказал „это“ вчера"], True),
        (["«Он сказал „это“ вчера»"], False),
        (["„So ist es“, sagte er"], False),
        (['"Straight', 'marks"'], False),
        (["“One.", "“Two.”"], False),
        (["A stray ” mark"], False),
    ],
)
def test_knows_whether_a_quotation_is_open(texts: list[str], open: bool) -> None:
    assert annotate.quote_open(texts) is open


def test_leaves_one_quotation_of_the_article_open() -> None:
    body = [row for row in ROWS if row["unit"] == "body"]
    ends = [
        row["sent_id"]
        for n, row in enumerate(body)
        if annotate.quote_open([r["text"] for r in body[: n + 1]])
    ]
    assert ends == ["s15a"]


# ------------------------------------------------------------------ other codebooks


def test_knows_speakers_added_later() -> None:
    added = Actor("mayor", "person", {"en": "The mayor"}, {"en": "The mayor"})
    book = replace(IDLIB, actors=(*IDLIB.actors, added))
    assert sent(book=book, speaker="mayor", stance="tr", attribution="direct").claims[0].speaker == ("mayor",)


def test_follows_the_rules_of_another_dispute() -> None:
    assert sent(book=NILE, stance="eg-sd", attribution="own").claims[0].speaker == ("author",)
    assert refused(book=NILE, speaker="egypt", stance="ru", attribution="direct").field == "stance"
    warned = annotate.check(
        Answer(Status.CLAIMS, (Claim(("egypt",), "eg", "support", "indirect", propositions=("D1",)),)),
        sentence(),
        NILE,
    )[1]
    assert warned == ("D1 is on the list “Downriver”, but claim 1 says “Egyptian”.",)


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ({"when": {"hedged": ("true",)}, "require": ("note",)}, "“Hedged” needs a note: add one to claim 1."),
        ({"when": {"speaker": ("*",)}, "forbid": ("propositions",)}, "does not go with “Which proposition”."),
        (
            {"when": {"stance": ("tr",)}, "forbid": ("polarity",)},
            "“Turkish” does not go with “For or against”",
        ),
        ({"when": {"stance": ("tr",)}, "require_text": "must not"}, "Claim 1 is “Turkish”, but the sentence"),
        ({"when": {"stance": ("tr",)}, "set": {"attribution": ("direct",)}}, "goes only with “Direct” under"),
        ({"when": {"stance": ("tr",)}, "require": ("via",), "message": {"en": "Say how."}}, "Say how."),
        ({"when": {"stance": ("tr",), "attribution": ("direct",)}, "require": ("via",)}, None),
        ({"when": {"stance": ("tr",)}, "require": ("claim_type",)}, None),
    ],
)
def test_keeps_rules_of_any_kind_at_both_levels(rule: dict[str, Any], says: str | None) -> None:
    claim = replace(TURKEY, hedged=True, propositions=("T1",))
    answer = Answer(Status.CLAIMS, (claim,))
    warning = replace(IDLIB, constraints=(Constraint("warn", **rule),))
    stored, warnings = annotate.check(answer, sentence(), warning)
    assert stored == answer
    assert [says in line for line in warnings] == [True] if says else warnings == ()
    error = replace(IDLIB, constraints=(Constraint("error", **rule),))
    if says is None:
        assert annotate.check(answer, sentence(), error) == (answer, ())
        return
    with pytest.raises(Invalid) as problem:
        annotate.check(answer, sentence(), error)
    assert says in str(problem.value)


def only_fields(book: Codebook, *ids: str) -> Codebook:
    fields: tuple[Field, ...] = tuple(f for f in book.fields if f.id in ids)
    return replace(book, fields=fields, constraints=())


def test_asks_only_for_the_speaker_in_a_plain_quotation_project() -> None:
    book = only_fields(IDLIB, "speaker", "via")
    answer = sent(book=book, speaker="turkey")
    assert answer.claims == (Claim(speaker=("turkey",)),)
    assert "already has this speaker." in str(refused(answer, book, claim="new", speaker="turkey"))
    assert "does not ask for" in str(refused(book=book, speaker="turkey", stance="tr"))


def switched_on(book: Codebook, *ids: str) -> Codebook:
    return replace(book, fields=tuple(replace(f, enabled=f.enabled or f.id in ids) for f in book.fields))


def test_takes_optional_answers_where_they_are_switched_on() -> None:
    book = switched_on(IDLIB, "claim_type", "vouch", "hedged")
    fields = {"speaker": "turkey", "stance": "tr", "attribution": "indirect", "claim_type": "demand"}
    claim = sent(book=book, **fields, hedged="1").claims[0]
    assert (claim.claim_type, claim.vouch, claim.hedged) == ("demand", "neutral", True)
    assert sent(ONE, book, claim="new", vouch="neutral") == ONE


def test_leaves_optional_answers_alone_where_they_are_switched_off() -> None:
    before = Answer(Status.CLAIMS, (replace(TURKEY, claim_type="fact", vouch="distanced", hedged=True),))
    answer = sent(before, claim="1", speaker="turkey", stance="tr", attribution="direct", claim_type="demand")
    assert answer.claims[0] == replace(before.claims[0], attribution="direct")


# ------------------------------------------------------------------ any form at all

VALUES = st.one_of(
    st.sampled_from(
        [
            *("", "1", "2", "3", "new", "save", "no_claim", "skip", "delete", "comment", "on", "off"),
            *(actor.id for actor in IDLIB.actors[:6]),
            *(label.id for field in IDLIB.fields for label in field.labels),
            *("T1", "R1", "S2", "[[0, 6]]", "[[7, 11], [0, 6]]", "[]", "[[0"),
        ]
    ),
    st.text(max_size=5),
)
KEYS = (
    *(
        "action",
        "claim",
        "speaker",
        "stance",
        "polarity",
        "attribution",
        "speaker_text",
        "via",
        "propositions",
    ),
    *("claim_type", "vouch", "hedged", "note", "claim_hard", "content_spans", "cue_spans", "source_spans"),
    *("comment", "hard", "token"),
)
PLAUSIBLE = st.fixed_dictionaries(
    {
        "speaker": st.sampled_from([a.id for a in IDLIB.actors[:5]]),
        "stance": st.sampled_from([x.id for x in IDLIB.labels("stance")]),
        "attribution": st.sampled_from([x.id for x in IDLIB.labels("attribution")]),
        "polarity": st.sampled_from(["", "support", "oppose"]),
        "claim": st.sampled_from(["new", "1", "2"]),
        "action": st.sampled_from(["save", "save", "save", "delete"]),
        "comment": st.just("Why."),
        "speaker_text": st.just("many"),
    }
).map(lambda fields: MultiDict(fields.items()))
ANY = st.lists(st.tuples(st.sampled_from(KEYS), VALUES), max_size=10).map(MultiDict)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.one_of(PLAUSIBLE, ANY), max_size=8),
    st.sampled_from([IDLIB, switched_on(IDLIB, "claim_type", "vouch", "hedged"), NILE]),
)
def test_keeps_its_promises_whatever_is_sent(forms: list[MultiDict[str, str]], book: Codebook) -> None:
    answer = Answer()
    for one in forms:
        try:
            answer, _ = annotate.apply(answer, one, sentence(), book)
        except Invalid:
            continue
        identities = [claim.identity for claim in answer.claims]
        assert len(set(identities)) == len(identities)
        assert (answer.status is Status.CLAIMS) == bool(answer.claims)
        for claim in answer.claims:
            label = next(x for x in book.labels("stance") if x.id == claim.stance)
            assert (claim.polarity is None) == (not label.sides)
            assert (claim.attribution == "own") == ("author" in claim.speaker)
        assert annotate.check(answer, sentence(), book)[0] == answer


def test_takes_single_letters_marked_on_purpose() -> None:
    before = marked(source_spans=[[0, 6]])
    fields = {"speaker": "unnamed", "stance": "tr", "attribution": "indirect", "source_spans": "[[0, 6]]"}
    with pytest.raises(Invalid, match="whole words"):
        sent(before, claim="1", cue_spans="[[8, 11]]", **fields)
    answer = sent(before, claim="1", cue_spans="[[8, 11]]", letters="1", **fields)
    assert answer.claims[0].cue_spans == ((8, 11),)
    again = sent(answer, claim="1", cue_spans="[[8, 11]]", **fields)
    assert again.claims[0].cue_spans == ((8, 11),)
