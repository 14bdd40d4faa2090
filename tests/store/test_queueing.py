"""The queue for settling: kept between two looks, the same as if counted anew."""

from __future__ import annotations

import pytest

from annotator.codebook.edits import Place, retire
from annotator.model import Person
from annotator.project import Project
from tests.conftest import ARTICLE
from tests.store.test_answers import CLAIM, NO_CLAIM, give


@pytest.fixture
def cleo(article: Project) -> Person:
    for name, stance in (("Ana", "tr"), ("Ben", "both")):
        give(article, name, "s1", CLAIM | {"stance": stance})
        give(article, name, "s2", CLAIM)
        give(article, name, "s3", NO_CLAIM)
    return article.person("Cleo")


def test_compares_only_what_changed_and_finds_the_same(article: Project, cleo: Person) -> None:
    before = article.contested(cleo)
    give(article, "Ben", "s2", CLAIM | {"stance": "both", "claim": "1"})
    after = article.contested(cleo, before=before)
    (s1,) = (key for key, case in before.cases.items() if case.sentence == "s1")
    assert after.cases[s1] is before.cases[s1]
    anew = article.contested(cleo)
    assert (after.overlaps, after.cases, after.weighed) == (anew.overlaps, anew.cases, anew.weighed)
    assert article.queue(cleo, contested=after) == article.queue(cleo)
    assert {case.sentence for case in article.queue(cleo).open} == {"s1", "s2"}


def test_forgets_what_was_read_under_other_speakers(article: Project, cleo: Person) -> None:
    one = article.add_speaker("Somebody", cleo)
    give(article, "Ana", "s4", CLAIM | {"speaker": one.id})
    give(article, "Ben", "s4", CLAIM)
    before = article.contested(cleo)
    assert "s4" in {case.sentence for case in before.cases.values()}
    article.merge_speakers(one.id, CLAIM["speaker"], cleo, seen=article.speakers_version())
    after = article.contested(cleo, before=before)
    assert "s4" not in {case.sentence for case in after.cases.values()}


def test_keeps_out_of_one_act_what_is_no_longer_in_use(article: Project, cleo: Person) -> None:
    article.update_codebook(
        retire(article.codebook_source(), Place("label", "tr", "stance")), version="1.0.0"
    )
    queue = article.queue(cleo)
    assert (queue.unanimous, queue.held) == (1, 1)
    (group,) = (group for group in queue.groups if group.pair.kind == "retired")
    assert group.pair.values == ("stance", "tr")
    assert article.settle_unanimous(cleo) == 1
    assert [record["sent_id"] for record in article.records(layer="final")] == ["s3"]


def test_keeps_out_what_the_codebook_asks_more_about_by_now(article: Project, cleo: Person) -> None:
    source = article.codebook_source()
    needed = (
        source + '\n[[constraint]]\nlevel = "error"\nwhen = { stance = "tr" }\nrequire = ["speaker_text"]\n'
    )
    article.update_codebook(needed, version="1.0.0")
    queue = article.queue(cleo)
    assert [group.pair.kind for group in queue.groups if group.cases[0].sentence == "s2"] == ["asks"]
    assert article.settle_unanimous(cleo) == 1


def test_keeps_out_what_a_changed_text_no_longer_bears(article: Project, cleo: Person) -> None:
    words = article.sentence(ARTICLE, "s2").text.split()
    asks = '\n[[constraint]]\nlevel = "error"\nwhen = { stance = "tr" }\nrequire_text = "' + words[0] + '"\n'
    article.update_codebook(article.codebook_source() + asks, version="1.0.0")
    for name in ("Ana", "Ben"):
        give(article, name, "s2", CLAIM | {"claim": "1"})
    before = article.contested(cleo)
    assert article.queue(cleo, contested=before).unanimous == 2
    article.split(ARTICLE, "s2", len(words[0]) + 1, cleo)
    article.contested(cleo, before=before)
    queue = article.queue(cleo)
    assert [group.pair.kind for group in queue.groups if group.cases[0].sentence == "s2b"] == ["asks"]
    assert queue.unanimous == 2
    assert article.settle_unanimous(cleo) == 2


def test_counts_what_was_settled_and_taken_back_since(article: Project, cleo: Person) -> None:
    kept = article.contested(cleo)
    assert article.queue(cleo, contested=kept).settled == 0
    article.settle_unanimous(cleo)
    assert article.queue(cleo, contested=kept) == article.queue(cleo)
    assert article.queue(cleo, contested=kept).settled == 2
    article.reopen_settled(ARTICLE, "s2", cleo, seen=article.to_settle(ARTICLE, "s2", cleo).seen)
    assert article.queue(cleo, contested=kept) == article.queue(cleo)
    assert article.queue(cleo, contested=kept).settled == 1
