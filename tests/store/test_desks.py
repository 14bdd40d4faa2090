"""What a page reads of a document, against the whole document read and counted by hand."""

from __future__ import annotations

import random

import pytest

from annotator.annotate import quote_open
from annotator.model import Answer, Claim, Invalid, Kind, Missing, Person, Status
from annotator.project import OPENABLE, Desk, Project
from tests.conftest import ARTICLE

MOMENT = "2026-01-01T00:00:00.000Z"
ANSWERS = (
    Answer(Status.CLAIMS, (Claim(("turkey",), "tr", "support", "ascribed"),)),
    Answer(Status.NO_CLAIM),
    Answer(Status.SKIPPED),
    Answer(comment="later"),
)


def worked_on(project: Project, seed: int) -> None:
    """Answers, splits, merges and undoing as chance has it."""
    chance = random.Random(seed)
    ana, cleo = project.person("Ana"), project.person("Cleo")
    for _ in range(25):
        sentences = project.sentences(ARTICLE)
        bodies = [s for s in sentences if s.kind is Kind.BODY]
        what = chance.choice(["answer"] * 5 + ["split", "merge", "undo", "redo", "change back"])
        one = chance.choice(bodies)
        try:
            if what == "answer":
                project.take_answers(ARTICLE, ana, {one.id: chance.choice(ANSWERS)}, MOMENT)
            elif what == "split" and " " in one.text:
                project.split(ARTICLE, one.id, one.text.index(" ") + 1, cleo)
            elif what == "merge":
                project.merge(ARTICLE, one.id, cleo)
            elif what == "change back":
                project.undo_change(ARTICLE, cleo)
            elif what == "undo":
                project.undo(ARTICLE, ana)
            elif what == "redo":
                project.redo(ARTICLE, ana)
        except Invalid:
            pass  # the first sentence has none before it
        # What is kept of one look is gone on with at the next.
        desk = project.desk(ARTICLE, ana, range(0))
        with Project.open(project.path) as afresh:
            assert (desk.done, desk.total) == _counts(afresh.desk(ARTICLE, ana))


def _counts(desk: Desk) -> tuple[int, int]:
    return sum(finished(desk, sid) for sid in desk.queued), len(desk.queued)


@pytest.fixture(params=range(4))
def worked(request: pytest.FixtureRequest, article: Project) -> Project:
    worked_on(article, request.param)
    return article


def finished(desk: Desk, sid: str) -> bool:
    return sid in desk.annotations and desk.annotations[sid].answer.finished


def skipped(desk: Desk, sid: str) -> bool:
    return sid in desk.annotations and desk.annotations[sid].answer.status is Status.SKIPPED


def next_by_hand(desk: Desk, after: str | None) -> str | None:
    ids = [sentence.id for sentence in desk.sentences]
    start = ids.index(after) + 1 if after else 0
    round_about = ids[start:] + ids[:start]
    left = (sid for sid in round_about if sid in desk.queued and not finished(desk, sid))
    return next((sid for sid in left if not skipped(desk, sid)), None)


def test_counts_what_is_done(worked: Project) -> None:
    ana = worked.person("Ana")
    desk = worked.desk(ARTICLE, ana)
    queued = [s.id for s in worked.sentences(ARTICLE) if s.kind is Kind.BODY]
    assert desk.queued == tuple(queued)
    assert desk.numbers == {sid: n for n, sid in enumerate(queued, start=1)}
    assert (desk.total, desk.done) == (len(queued), sum(finished(desk, sid) for sid in queued))
    assert worked.skipped(ARTICLE, ana) == {
        sid: n for n, sid in enumerate(queued, start=1) if skipped(desk, sid)
    }


def test_knows_the_way_on_from_every_sentence(worked: Project) -> None:
    ana = worked.person("Ana")
    desk = worked.desk(ARTICLE, ana)
    openable = [sentence.id for sentence in desk.sentences if sentence.kind in OPENABLE]
    assert worked.next_unfinished(ARTICLE, ana) == next_by_hand(desk, None)
    for at, sentence in enumerate(desk.sentences):
        if sentence.id not in openable:
            continue
        found = worked.whereabouts(ARTICLE, sentence.id, ana)
        place = openable.index(sentence.id)
        assert found.sentence == sentence
        assert (found.units, found.at) == (len(desk.sentences), at)
        assert found.number == desk.numbers.get(sentence.id)
        assert found.before == (openable[place - 1] if place else None)
        assert found.after == (openable[place + 1] if place + 1 < len(openable) else None)
        assert found.unfinished == next_by_hand(desk, sentence.id)


def test_reads_a_part_as_it_is_in_the_whole(worked: Project) -> None:
    ana = worked.person("Ana")
    whole = worked.desk(ARTICLE, ana)
    for start, stop in ((0, 5), (3, 20), (17, 18), (30, 900), (900, 950), (0, 0)):
        part = worked.desk(ARTICLE, ana, range(start, stop))
        assert part.sentences == whole.sentences[start:stop]
        here = {sentence.id for sentence in part.sentences}
        assert part.annotations == {sid: one for sid, one in whole.annotations.items() if sid in here}
        repeated = {sid for sentence in part.sentences for sid in sentence.unit.repeats[:1]}
        assert part.numbers == {sid: n for sid, n in whole.numbers.items() if sid in here | repeated}
        assert (part.total, part.done) == (whole.total, whole.done)
        assert (part.undo_of, part.redo_of, part.speakers) == (whole.undo_of, whole.redo_of, whole.speakers)


def test_reads_with_a_sentence_all_that_its_quotation_may_have_begun_in(worked: Project) -> None:
    ana = worked.person("Ana")
    whole = worked.desk(ARTICLE, ana)
    for sentence in whole.sentences:
        part = worked.desk(ARTICLE, ana, range(0), also=[sentence.id, "s0-gone"])
        assert part.sentences[-1] == sentence
        texts = [[s.text for s in desk.sentences if s.kind is Kind.BODY and s.position < sentence.position]
                 for desk in (part, whole)]  # fmt: skip
        assert texts[0][-10:] == texts[1][-10:]
        assert quote_open(texts[0][-10:]) == quote_open(texts[1][-10:])


def test_begins_where_something_can_be_annotated(article: Project) -> None:
    assert article.first(ARTICLE) == "s1"
    assert article.following(ARTICLE, "s1") == "s2"
    (*_, last) = article.desk(ARTICLE, article.person("Ana")).queued
    assert article.following(ARTICLE, last) == last


@pytest.mark.parametrize("sid", ["none", "by1"])
def test_has_no_place_for_what_is_not_annotated(article: Project, sid: str) -> None:
    with pytest.raises(Missing):
        article.whereabouts(ARTICLE, sid, article.person("Ana"))


def test_keeps_what_others_did_apart(article: Project) -> None:
    ana, ben = article.person("Ana"), article.person("Ben")
    article.take_answers(ARTICLE, ben, {"s1": Answer(Status.NO_CLAIM)}, MOMENT)
    assert _seen(article, ana) == (0, "s1", {})
    assert _seen(article, ben) == (1, "s2", {})
    article.take_answers(ARTICLE, ana, {"s1": Answer(Status.SKIPPED)}, MOMENT)
    assert _seen(article, ana) == (0, "s2", {"s1": 1})


def _seen(project: Project, person: Person) -> tuple[int, str | None, dict[str, int]]:
    desk = project.desk(ARTICLE, person)
    return desk.done, project.next_unfinished(ARTICLE, person), project.skipped(ARTICLE, person)


def test_tells_a_change_of_the_text(article: Project) -> None:
    before = article.text_version(ARTICLE)
    article.take_answers(ARTICLE, article.person("Ana"), {"s1": Answer(Status.NO_CLAIM)}, MOMENT)
    assert article.text_version(ARTICLE) == before
    article.merge(ARTICLE, "s2", article.person("Cleo"))
    assert article.text_version(ARTICLE) > before
