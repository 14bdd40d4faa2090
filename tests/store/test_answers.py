"""Answers: appended, taken back, given again."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from annotator.model import Answer, Invalid, Missing, Stale, Status
from annotator.project import Project
from tests.conftest import ARTICLE

CLAIM = {"action": "save", "claim": "new", "speaker": "turkey", "stance": "tr", "attribution": "ascribed"}
NO_CLAIM = {"action": "no_claim", "claim": "new"}


def give(project: Project, name: str, sid: str, form: dict[str, Any], *, token: str | None = None) -> Any:
    person = project.person(name)
    current = project.desk(ARTICLE, person).annotations.get(sid)
    seen = current.id if current else None
    token = token or f"{name}-{sid}-{seen}"
    return project.record(ARTICLE, sid, person, MultiDict(form), seen=seen, token=token)


def answer(project: Project, name: str, sid: str) -> Answer | None:
    found = project.desk(ARTICLE, project.person(name)).annotations.get(sid)
    return found.answer if found else None


def test_stores_a_claim(article: Project) -> None:
    stored = give(article, "Ana", "s11", CLAIM).annotation
    assert stored.answer.status is Status.CLAIMS
    assert stored.answer.claims[0].polarity == "support"
    assert stored.codebook == article.codebook().name
    assert answer(article, "Ana", "s11") == stored.answer


def test_shows_nobody_elses_answers(article: Project) -> None:
    give(article, "Ana", "s11", CLAIM)
    assert answer(article, "Ben", "s11") is None


def test_overwrites_nothing(article: Project) -> None:
    give(article, "Ana", "s1", NO_CLAIM)
    give(article, "Ana", "s1", {"action": "skip"})
    rows = article.db.execute("select status from annotations order by id").fetchall()
    assert [row[0] for row in rows] == ["no_claim", "skipped"]
    assert answer(article, "Ana", "s1") == Answer(Status.SKIPPED)


def test_stores_a_form_sent_twice_once(article: Project) -> None:
    first = give(article, "Ana", "s1", NO_CLAIM, token="same")
    person = article.person("Ana")
    again = article.record(ARTICLE, "s1", person, MultiDict(NO_CLAIM), seen=None, token="same")
    assert again.annotation == first.annotation


def test_stores_no_other_answer_under_the_token_of_one_that_arrived(article: Project) -> None:
    # The answer to the first request was lost on its way; the person thought better of it and pressed Enter.
    first = give(article, "Ana", "s11", CLAIM, token="same").annotation
    person = article.person("Ana")
    again = article.record(ARTICLE, "s11", person, MultiDict(CLAIM), seen=None, token="same")
    assert again.annotation == first
    other = MultiDict({**CLAIM, "speaker": "russia"})
    with pytest.raises(Stale, match="saved before"):
        article.record(ARTICLE, "s11", person, other, seen=None, token="same")
    assert answer(article, "Ana", "s11") == first.answer


def test_takes_a_token_for_its_own_person_and_sentence_only(article: Project) -> None:
    for name, sid in (("Ana", "s1"), ("Ben", "s1"), ("Ana", "s2")):
        give(article, name, sid, NO_CLAIM, token="same")
        assert answer(article, name, sid) == Answer(Status.NO_CLAIM)


def test_takes_answers_without_a_token(article: Project) -> None:
    for sid in ("s1", "s2"):
        article.record(ARTICLE, sid, article.person("Ana"), MultiDict(NO_CLAIM), seen=None, token="")
        assert answer(article, "Ana", sid) == Answer(Status.NO_CLAIM)


def test_never_overwrites_another_window(article: Project) -> None:
    give(article, "Ana", "s1", NO_CLAIM)
    with pytest.raises(Stale, match="another window"):
        article.record(ARTICLE, "s1", article.person("Ana"), MultiDict(CLAIM), seen=None, token="late")
    assert answer(article, "Ana", "s1") == Answer(Status.NO_CLAIM)


def test_stores_nothing_of_a_refused_form(article: Project) -> None:
    with pytest.raises(Invalid):
        give(article, "Ana", "s1", {**CLAIM, "stance": "sideways"})
    assert answer(article, "Ana", "s1") is None


def test_says_that_a_sentence_is_missing(article: Project) -> None:
    with pytest.raises(Missing):
        give(article, "Ana", "s99", NO_CLAIM)


def test_undoes_and_redoes_across_sentences(article: Project) -> None:
    ana = article.person("Ana")
    give(article, "Ana", "s1", NO_CLAIM)
    give(article, "Ana", "s11", CLAIM)
    give(article, "Ana", "s11", {"action": "delete", "claim": "1"})
    give(article, "Ana", "s11", {"action": "skip"})

    undone = [article.undo(ARTICLE, ana) for _ in range(5)]
    assert [(u.sid, u.text) if u else None for u in undone] == [
        ("s11", "skip"),
        ("s11", "a deleted claim"),
        ("s11", "1 claim"),
        ("s1", "no claim"),
        None,
    ]
    assert answer(article, "Ana", "s11") == Answer()

    redone = [article.redo(ARTICLE, ana) for _ in range(5)]
    assert [u.sid if u else None for u in redone] == ["s1", "s11", "s11", "s11", None]
    assert answer(article, "Ana", "s11") == Answer(Status.SKIPPED)
    assert answer(article, "Ana", "s1") == Answer(Status.NO_CLAIM)


def test_takes_an_answer_back_once_when_asked_twice(article: Project) -> None:
    ana = article.person("Ana")
    for sid in ("s1", "s2"):
        give(article, "Ana", sid, NO_CLAIM)
    offered = article.desk(ARTICLE, ana).undo_of
    first = article.undo(ARTICLE, ana, of=offered)
    assert article.undo(ARTICLE, ana, of=offered) == first  # the reply was lost, the page asks again
    assert answer(article, "Ana", "s1") == Answer(Status.NO_CLAIM)
    again = article.redo(ARTICLE, ana, of=offered)
    assert article.redo(ARTICLE, ana, of=offered) == again
    assert answer(article, "Ana", "s2") == Answer(Status.NO_CLAIM)


def test_undoes_nothing_that_another_window_did_not_show(article: Project) -> None:
    ana = article.person("Ana")
    give(article, "Ana", "s1", NO_CLAIM)
    offered = article.desk(ARTICLE, ana).undo_of
    give(article, "Ana", "s2", NO_CLAIM)
    with pytest.raises(Stale):
        article.undo(ARTICLE, ana, of=offered)
    assert answer(article, "Ana", "s2") == Answer(Status.NO_CLAIM)


def test_forgets_what_could_be_redone_after_a_new_answer(article: Project) -> None:
    ana = article.person("Ana")
    give(article, "Ana", "s1", NO_CLAIM)
    article.undo(ARTICLE, ana)
    give(article, "Ana", "s2", NO_CLAIM)
    assert article.redo(ARTICLE, ana) is None
    assert article.undo(ARTICLE, ana).sid == "s2"  # type: ignore[union-attr]
    assert article.undo(ARTICLE, ana) is None


def test_undoes_only_ones_own_answers(article: Project) -> None:
    give(article, "Ana", "s1", NO_CLAIM)
    assert article.undo(ARTICLE, article.person("Ben")) is None


def test_counts_only_queued_sentences(article: Project) -> None:
    ana = article.person("Ana")
    give(article, "Ana", "c2", NO_CLAIM)
    give(article, "Ana", "s1", NO_CLAIM)
    desk = article.desk(ARTICLE, ana)
    assert (desk.done, len(desk.queued)) == (1, 28)
    assert [p.mine for p in article.documents(ana)] == [1]


def test_goes_on_with_the_next_unfinished_sentence_and_starts_over(article: Project) -> None:
    ana = article.person("Ana")
    for sid in ("s1", "s27"):
        give(article, "Ana", sid, NO_CLAIM)
    assert article.next_unfinished(ARTICLE, ana) == "s2"
    assert article.next_unfinished(ARTICLE, ana, "s2") == "s3"
    assert article.next_unfinished(ARTICLE, ana, "s26") == "s2"


def test_shows_others_progress_to_a_lead_only(article: Project) -> None:
    give(article, "Ana", "s1", NO_CLAIM)
    assert article.documents(article.person("Cleo"))[0].others == (("Ana", False, 1),)
    assert article.documents(article.person("Ben"))[0].others == ()


def test_lets_many_write_at_once(article: Project) -> None:
    failures: list[BaseException] = []

    def work(name: str) -> None:
        try:
            with Project.open(article.path) as own:
                for n in range(1, 10):
                    give(own, name, f"s{n}", NO_CLAIM)
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=work, args=(name,)) for name in ("Ana", "Ben", "Cleo")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert article.count_records() == 27


def test_exports_what_stands_in_reading_order(article: Project) -> None:
    for name, sid in (("Ben", "s2"), ("Ana", "s2"), ("Ana", "s1")):
        give(article, name, sid, NO_CLAIM)
    give(article, "Ana", "s3", NO_CLAIM)
    article.undo(ARTICLE, article.person("Ana"))
    ids = [record["record_id"] for record in article.records()]
    assert ids == [f"{ARTICLE}/s1/Ana", f"{ARTICLE}/s2/Ana", f"{ARTICLE}/s2/Ben"]
    assert article.count_records() == 3
    assert article.count_records(people=["Ben"]) == 1
    assert article.count_records(statuses=["claims"]) == 0
    assert b"".join(article.export_jsonl(people=["Ben"])).count(b"\n") == 1


def test_stores_nothing_where_nothing_is_new(article: Project) -> None:
    first = give(article, "Ana", "s1", NO_CLAIM)
    give(article, "Ana", "s2", NO_CLAIM)
    again = give(article, "Ana", "s1", NO_CLAIM)
    assert again.annotation.id == first.annotation.id
    undone = article.undo(ARTICLE, article.person("Ana"))
    assert undone is not None
    assert undone.sid == "s2"
