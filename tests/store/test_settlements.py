"""Final answers: settled, taken back, settled by two leads at once; the votes stay as they are."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from werkzeug.datastructures import MultiDict

from annotator import agreement
from annotator.export import faults, schema
from annotator.model import Person, Role, Stale
from annotator.project import Project
from annotator.project.settling import votes_seen
from annotator.store.settlements import Settlement
from tests.conftest import ARTICLE
from tests.store.test_answers import CLAIM, NO_CLAIM, give

BOTH = CLAIM | {"stance": "both"}
FINAL = {
    "1-found": "yes",
    "1-speaker": "turkey",
    "1-stance": "tr",
    "1-attribution": "ascribed",
    "1-base": "0",
}


@pytest.fixture
def answered(article: Project) -> Project:
    """s1: position differs; s2: claim or none; s3: both the same claim; s4: both no claim."""
    for name, forms in {
        "Ana": {"s1": CLAIM, "s2": CLAIM, "s3": CLAIM, "s4": NO_CLAIM},
        "Ben": {"s1": BOTH, "s2": NO_CLAIM, "s3": CLAIM, "s4": NO_CLAIM},
    }.items():
        for sid, form in forms.items():
            give(article, name, sid, form)
    return article


def lead(project: Project, name: str = "Cleo") -> Person:
    return project.person(name)


def settle(
    project: Project, sid: str, form: dict[str, str], who: Person | None = None, **kept: Any
) -> Settlement:
    who = who or lead(project)
    item = project.to_settle(ARTICLE, sid, who)
    kept = {"seen": item.seen, "votes": votes_seen(item.case), **kept}
    return project.settle(ARTICLE, sid, who, MultiDict(form), **kept)


def votes(project: Project) -> list[dict[str, Any]]:
    return list(project.records(layer="votes", with_seconds=True))


def test_queues_what_differs_by_the_answers_mixed_up(answered: Project) -> None:
    queue = answered.queue(lead(answered))
    assert {case.sentence for case in queue.open} == {"s1", "s2"}
    assert {group.pair.kind for group in queue.groups} == {"stance", "claim"}
    assert (queue.unanimous, queue.settled, queue.total) == (2, 0, 4)


def test_settles_without_touching_a_vote_or_a_figure(answered: Project) -> None:
    before, figures = votes(answered), agreement.as_json(answered.agreement())
    settle(answered, "s1", FINAL)
    settle(answered, "s2", {"action": "no_claim"})
    answered.settle_unanimous(lead(answered))
    assert votes(answered) == before
    assert agreement.as_json(answered.agreement()) == figures


def test_keeps_reason_note_votes_and_who(answered: Project) -> None:
    found = settle(answered, "s1", FINAL | {"reason": "rule", "note": "See 3.4."})
    ids = tuple(sorted(vote.id for vote in answered.to_settle(ARTICLE, "s1", lead(answered)).case.votes))
    assert (found.kind, found.reason, found.note, found.person) == ("settled", "rule", "See 3.4.", "Cleo")
    assert found.votes == ids
    assert [case.sentence for case in answered.queue(lead(answered)).open] == ["s2"]


def test_settles_all_unanimous_sentences_once(answered: Project) -> None:
    assert answered.settle_unanimous(lead(answered)) == 2
    assert answered.settle_unanimous(lead(answered)) == 0
    kinds = [record["provenance"]["kind"] for record in answered.records(layer="final")]
    assert kinds == ["unanimous", "unanimous"]


def test_notices_an_answer_changed_since(answered: Project) -> None:
    settle(answered, "s1", FINAL)
    give(answered, "Ana", "s1", NO_CLAIM | {"action": "delete", "claim": "1"})
    give(answered, "Ana", "s1", NO_CLAIM)
    assert [case.sentence for case in answered.queue(lead(answered)).stale] == ["s1"]
    assert answered.to_settle(ARTICLE, "s1", lead(answered)).stale


def test_tells_a_second_lead_and_loses_nothing(answered: Project) -> None:
    answered.add_person("Nora", Role.LEAD)
    item = answered.to_settle(ARTICLE, "s1", lead(answered, "Nora"))
    first = settle(answered, "s1", FINAL)
    with pytest.raises(Stale, match="Cleo settled"):
        settle(answered, "s1", FINAL | {"1-stance": "both"}, lead(answered, "Nora"), seen=item.seen)
    assert answered.to_settle(ARTICLE, "s1", lead(answered)).settlement == first


def test_refuses_to_settle_on_answers_the_page_did_not_show(answered: Project) -> None:
    shown = answered.to_settle(ARTICLE, "s2", lead(answered))
    give(answered, "Ben", "s2", CLAIM)
    with pytest.raises(Stale, match="changed meanwhile"):
        settle(answered, "s2", FINAL, votes=votes_seen(shown.case))


def test_stores_a_form_sent_twice_once(answered: Project) -> None:
    seen = answered.to_settle(ARTICLE, "s1", lead(answered)).seen
    first = settle(answered, "s1", FINAL, seen=seen)
    assert settle(answered, "s1", FINAL, seen=seen) == first


def test_takes_a_final_answer_back(answered: Project) -> None:
    settle(answered, "s1", FINAL)
    last = answered.last_settled(lead(answered))
    assert last is not None
    assert last[:2] == (ARTICLE, "s1")
    answered.reopen_settled(ARTICLE, "s1", lead(answered), seen=last[2])
    item = answered.to_settle(ARTICLE, "s1", lead(answered))
    assert item.settlement is None
    assert item.former is not None
    assert "s1" in {case.sentence for case in answered.queue(lead(answered)).open}
    assert list(answered.records(layer="final")) == []
    with pytest.raises(Stale):
        settle(answered, "s1", FINAL, seen=last[2])


def test_exports_the_final_layer_with_where_it_comes_from(answered: Project) -> None:
    settle(answered, "s1", FINAL | {"reason": "slip", "note": "Typing."})
    answered.settle_unanimous(lead(answered))
    records = list(answered.records(layer="final"))
    book = answered.codebook()
    for record in records:
        Draft202012Validator(schema()).validate(record)
        assert faults(record, book) == []
    first = records[0]
    assert first["record_id"] == f"{ARTICLE}/s1/final"
    assert (first["annotator"], first["role"]) == ("final", "final")
    assert first["claims"][0]["stance"] == "tr"
    came = first["provenance"]
    assert {**came, "time": None, "votes": None} == {
        "kind": "settled", "by": "Cleo", "reason": "slip", "note": "Typing.", "time": None, "votes": None,
    }  # fmt: skip
    assert list(first) == list(next(iter(answered.records())))


def test_exports_votes_and_final_together(answered: Project) -> None:
    settle(answered, "s1", FINAL)
    roles = [record["role"] for record in answered.records(layer="both")]
    assert roles == ["annotator"] * 8 + ["final"]
    counts = {layer: answered.count_records(layer=layer) for layer in ("votes", "final", "both")}
    assert counts == {"votes": 8, "final": 1, "both": 9}
    assert answered.count_records(layer="final", statuses=["no_claim"]) == 0


def test_shows_the_votes_in_an_order_of_the_leads_own(answered: Project) -> None:
    case = answered.to_settle(ARTICLE, "s1", lead(answered)).case
    again = answered.to_settle(ARTICLE, "s1", lead(answered)).case
    assert asdict(case) == asdict(again)
    assert {vote.person for vote in case.votes} == {"Ana", "Ben"}
