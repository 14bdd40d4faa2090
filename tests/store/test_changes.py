"""Sentences split, merged and given another kind; claims stay on their words."""

from __future__ import annotations

import random
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from annotator.model import (
    Answer,
    Claim,
    Decision,
    Invalid,
    Kind,
    Missing,
    Person,
    RepairState,
    Stale,
    Status,
)
from annotator.project import Project
from tests.conftest import ARTICLE
from tests.conftest import sample as bytes_of

MOMENT = "2026-01-01T00:00:00.000Z"


def answer(project: Project, name: str, sid: str) -> Answer:
    return project.desk(ARTICLE, project.person(name)).annotations[sid].answer


def give(project: Project, name: str, sid: str, *claims: Claim) -> None:
    status = Status.CLAIMS if claims else Status.NO_CLAIM
    project.take_answers(ARTICLE, project.person(name), {sid: Answer(status, claims)}, MOMENT)


def claim(text: str, words: str | None, **more: Any) -> Claim:
    spans = () if words is None else ((text.index(words), text.index(words) + len(words)),)
    values = {
        "speaker": ("turkey",),
        "stance": "tr",
        "polarity": "support",
        "attribution": "ascribed",
        **more,
    }
    return Claim(content_spans=spans, **values)


def words(project: Project) -> dict[tuple[str, Any], str]:
    """What each claim of each person is on, as the characters of the file."""
    found: dict[tuple[str, Any], set[int]] = {}
    for person in project.people():
        desk = project.desk(ARTICLE, person)
        for sentence in desk.sentences:
            places = {t + i: s + i for t, s, n in sentence.unit.runs for i in range(n)}
            given = desk.annotations.get(sentence.id)
            for one in given.answer.claims if given else ():
                spans = one.content_spans or ((0, len(sentence.text)),)
                on = {
                    places[i]
                    for a, b in spans
                    for i in range(a, b)
                    if i in places and not sentence.text[i].isspace()
                }
                found.setdefault((person.name, one.identity), set()).update(on)
    return {key: ",".join(map(str, sorted(on))) for key, on in found.items()}


@pytest.fixture
def lead(article: Project) -> Person:
    return article.person("Cleo")


def test_splits_a_sentence_and_carries_claims_on_their_words(article: Project, lead: Person) -> None:
    text = article.sentence(ARTICLE, "s11").text
    at = text.index("وترى أنقرة")
    first, second = (
        claim(text, "تصفها موسكو", speaker=("russia",), stance="ru"),
        claim(text, "ضرورة عدم اتخاذها"),
    )
    give(article, "Ana", "s11", first, second)
    article.split(ARTICLE, "s11", at, lead)

    left, right = article.sentence(ARTICLE, "s11"), article.sentence(ARTICLE, "s11b")
    assert (left.text, right.text) == (text[:at].rstrip(), text[at:])
    for sid, unit in (("s11", left), ("s11b", right)):
        (carried,) = answer(article, "Ana", sid).claims
        ((start, end),) = carried.content_spans
        assert unit.text[start:end] in ("تصفها موسكو", "ضرورة عدم اتخاذها")
    assert len(article.desk(ARTICLE, lead).queued) == 29
    assert [s.order for s in article.sentences(ARTICLE) if s.order is not None] == list(range(40))


def test_gives_everything_back_when_a_split_is_undone(article: Project, lead: Person) -> None:
    text = article.sentence(ARTICLE, "s11").text
    give(
        article, "Ana", "s11", claim(text, None), claim(text, "تصفها موسكو", speaker=("russia",), stance="ru")
    )
    before = answer(article, "Ana", "s11")
    units = [sentence.unit for sentence in article.sentences(ARTICLE)]
    article.split(ARTICLE, "s11", text.index("وترى أنقرة"), lead)
    assert article.undo_change(ARTICLE, lead).kind == "split"  # type: ignore[union-attr]
    assert [sentence.unit for sentence in article.sentences(ARTICLE)] == units
    assert answer(article, "Ana", "s11") == before
    assert article.redo_change(ARTICLE, lead).kind == "split"  # type: ignore[union-attr]
    assert article.sentence(ARTICLE, "s11b")
    assert article.redo_change(ARTICLE, lead) is None


def test_gives_everything_back_each_time_a_change_is_turned_back(article: Project, lead: Person) -> None:
    text = article.sentence(ARTICLE, "s11").text
    give(article, "Ana", "s11", claim(text, None))
    whole = answer(article, "Ana", "s11")
    at = text.index("وترى أنقرة")
    article.split(ARTICLE, "s11", at, lead)
    right = article.sentence(ARTICLE, "s11b").text
    article.split(ARTICLE, "s11b", right.index(" ", len(right) // 2) + 1, lead)
    for _ in range(3):
        article.undo_change(ARTICLE, lead)
        article.undo_change(ARTICLE, lead)
        assert answer(article, "Ana", "s11") == whole
        article.redo_change(ARTICLE, lead)
    give(article, "Ana", "s11b", claim(right, "ضرورة عدم اتخاذها", speaker=("russia",), stance="ru"))
    halves = answer(article, "Ana", "s11"), answer(article, "Ana", "s11b")
    article.undo_change(ARTICLE, lead)
    assert len(answer(article, "Ana", "s11").claims) == 2
    article.redo_change(ARTICLE, lead)
    assert (answer(article, "Ana", "s11"), answer(article, "Ana", "s11b")) == halves


def test_merges_across_what_stands_between(article: Project, lead: Person) -> None:
    one, two = article.sentence(ARTICLE, "s15a").text, article.sentence(ARTICLE, "s15b").text
    give(article, "Ana", "s15a", claim(one, None))
    give(article, "Ana", "s15b")
    article.merge(ARTICLE, "s15b", lead)
    merged = article.sentence(ARTICLE, "s15a")
    assert merged.text == f"{one} {two}"
    (carried,) = answer(article, "Ana", "s15a").claims
    assert [merged.text[a:b] for a, b in carried.content_spans] == [one]
    assert answer(article, "Ana", "s15a").status is Status.CLAIMS


def test_asks_again_for_what_was_never_answered(article: Project, lead: Person) -> None:
    give(article, "Ana", "s15a")
    article.merge(ARTICLE, "s15b", lead)
    assert answer(article, "Ana", "s15a").status is Status.TODO


def test_changes_a_kind_and_what_is_queued(article: Project, lead: Person) -> None:
    article.set_kind(ARTICLE, "c2", Kind.BODY, lead)
    assert "c2" in article.desk(ARTICLE, lead).queued
    article.undo_change(ARTICLE, lead)
    assert "c2" not in article.desk(ARTICLE, lead).queued


@pytest.mark.parametrize("at", [-1, 0, 1, 10_000])
def test_refuses_to_cut_a_word_or_nothing(article: Project, lead: Person, at: int) -> None:
    with pytest.raises(Invalid, match="between two of its words"):
        article.split(ARTICLE, "s11", at, lead)
    assert article.changes(ARTICLE) == []


def test_keeps_answers_given_between_a_change_and_its_undoing(article: Project, lead: Person) -> None:
    text = article.sentence(ARTICLE, "s11").text
    article.split(ARTICLE, "s11", text.index("وترى أنقرة"), lead)
    right = article.sentence(ARTICLE, "s11b").text
    give(article, "Ana", "s11b", claim(right, "ضرورة عدم اتخاذها"))
    article.undo_change(ARTICLE, lead)
    (carried,) = answer(article, "Ana", "s11").claims
    assert [text[a:b] for a, b in carried.content_spans] == ["ضرورة عدم اتخاذها"]
    assert answer(article, "Ana", "s11").status is Status.TODO  # the other half was never answered


def test_keeps_every_claim_on_its_words_whatever_is_done(article: Project, lead: Person) -> None:
    chance = random.Random(11)
    for name in ("Ana", "Ben"):
        for sid in ("s11", "s12", "s13", "s14", "s15a"):
            text = article.sentence(ARTICLE, sid).text
            some = chance.sample(
                [word for word in text.split() if text.count(word) == 1 and len(word) > 3], 2
            )
            give(
                article,
                name,
                sid,
                claim(text, some[0], speaker=("turkey",)),
                claim(text, some[1] if name == "Ana" else None, speaker=("putin",), stance="ru"),
            )
    expected = words(article)
    for _ in range(40):
        body = [s for s in article.sentences(ARTICLE) if s.kind is Kind.BODY]
        sentence = chance.choice(body[8:20])
        what = chance.choice(["split", "merge", "undo", "redo"])
        if what == "split" and " " in sentence.text:
            cuts = [i + 1 for i, c in enumerate(sentence.text) if c == " "]
            article.split(ARTICLE, sentence.id, chance.choice(cuts), lead)
        elif what == "merge":
            article.merge(ARTICLE, sentence.id, lead)
        elif what == "undo":
            article.undo_change(ARTICLE, lead)
        else:
            article.redo_change(ARTICLE, lead)
        assert words(article) == expected
    while article.undo_change(ARTICLE, lead):
        pass
    assert words(article) == expected
    assert article.db.execute("select count(*) from annotations where action = 'carried'").fetchone()[0]


def test_takes_no_marks_made_on_a_text_that_was_changed(article: Project, lead: Person) -> None:
    ana, shown = article.person("Ana"), article.sentence(ARTICLE, "s11")
    article.split(ARTICLE, "s11", shown.text.index("وترى أنقرة"), lead)
    form = MultiDict({"action": "no_claim", "claim": "new"})
    with pytest.raises(Stale, match="text of this sentence"):
        article.record(ARTICLE, "s11", ana, form, seen=None, shown=shown.key, token="t")
    assert article.desk(ARTICLE, ana).annotations == {}


# ------------------------------------------------------------------ repairs decided


@pytest.fixture
def damaged(project: Project) -> str:
    return project.import_file("a.txt", bytes_of("idlib-article.txt"), lang="ar").id


def test_gives_the_original_characters_back_when_all_repairs_are_rejected(
    project: Project, damaged: str
) -> None:
    lead = project.person("Cleo")
    before = [s.unit for s in project.sentences(damaged)]
    for kind in sorted({repair.kind for repair in project.repairs(damaged)}):
        project.decide(damaged, f"kind/{kind}", Decision(RepairState.REJECTED), lead)
    raw = project.text_of(damaged).text
    text = " ".join(s.text for s in project.sentences(damaged))
    assert text.count("ـ") == raw.count("ـ") == 864
    while project.undo_change(damaged, lead):
        pass
    assert [s.unit for s in project.sentences(damaged)] == before
    assert [verified.difference for verified in project.verify()] == [None]


def test_keeps_claims_on_their_words_while_an_order_is_moved(project: Project, damaged: str) -> None:
    lead, ana = project.person("Cleo"), project.person("Ana")
    turned = next(r for r in project.repairs(damaged) if r.kind == "turned-line" and r.choices > 3)
    place = next(
        s
        for s in project.sentences(damaged)
        if any(a < turned.spans[0][1] and turned.spans[0][0] < b for a, b in s.unit.spans)
    )
    word = next(w for w in place.text.split() if place.text.count(w) == 1 and len(w) > 5)
    project.take_answers(damaged, ana, {place.id: Answer(Status.CLAIMS, (claim(place.text, word),))}, MOMENT)
    for choice in range(turned.choices):
        state = RepairState.MOVED if choice else RepairState.ACCEPTED
        project.decide(damaged, turned.id, Decision(state, choice), lead)
        desk = project.desk(damaged, ana)
        (given,) = desk.annotations.values()
        (sentence,) = [s for s in desk.sentences if s.key == given.sentence]
        ((start, end),) = given.answer.claims[0].content_spans
        assert sentence.text[start:end] == word
    assert [verified.difference for verified in project.verify()] == [None]


@pytest.mark.parametrize(("drawn", "typed"), [("ﻻجئين", "لاجئين"), ("المـــدينة", "المدينة")])
def test_keeps_claims_on_whole_words_when_their_letters_change(
    project: Project, drawn: str, typed: str
) -> None:
    lead, ana = project.person("Cleo"), project.person("Ana")
    doc_id = project.import_file("a.txt", f"قال الوزير {drawn} عادوا اليوم.".encode(), lang="ar").id
    (sentence,) = project.sentences(doc_id)
    given = Answer(
        Status.CLAIMS, (claim(sentence.text, typed), claim(sentence.text, None, speaker=("putin",)))
    )
    project.take_answers(doc_id, ana, {sentence.id: given}, MOMENT)

    def marked() -> list[str]:
        (now,) = project.sentences(doc_id)
        claims = project.desk(doc_id, ana).annotations[now.id].answer.claims
        return [now.text[a:b] for one in claims for a, b in one.content_spans]

    kinds = [f"kind/{repair.kind}" for repair in project.repairs(doc_id)]
    project.decide(doc_id, kinds, Decision(RepairState.REJECTED), lead)
    assert marked() == [drawn]
    project.decide(doc_id, kinds, Decision(RepairState.ACCEPTED), lead)
    assert marked() == [typed]
    at = sentence.text.index("عادوا")
    project.split(doc_id, sentence.id, at, lead)
    project.merge(doc_id, project.sentences(doc_id)[1].id, lead)
    (now,) = project.sentences(doc_id)
    (on, _) = project.desk(doc_id, ana).annotations[now.id].answer.claims
    assert [now.text[a:b] for a, b in on.content_spans] == [typed]


def test_knows_only_the_repairs_of_the_text(project: Project, damaged: str) -> None:
    with pytest.raises(Missing, match="no such repair"):
        project.decide(damaged, "turned-line:1", Decision(RepairState.REJECTED), project.person("Cleo"))


def test_reads_a_text_anew_until_somebody_annotated_it(project: Project, damaged: str) -> None:
    lead = project.person("Cleo")
    project.decide(damaged, "kind/tatweel", Decision(RepairState.REJECTED), lead)
    project.read_anew(damaged, lead, level="none")
    assert project.undo_change(damaged, lead) is None
    assert "ـ" in " ".join(s.text for s in project.sentences(damaged))
    assert [verified.difference for verified in project.verify()] == [None]
    project.take_answers(damaged, project.person("Ana"), {"s1": Answer(Status.NO_CLAIM)}, MOMENT)
    with pytest.raises(Invalid, match="have annotated"):
        project.read_anew(damaged, lead, level="safe")
