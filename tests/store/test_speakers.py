"""Speakers people added, changed and merged: what is stored, and how answers read from then on."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from annotator.model import Answer, Invalid, Missing, Stale
from annotator.project import Project
from annotator.store import annotations as answer_rows
from tests.conftest import ARTICLE

CLAIM = {"action": "save", "claim": "new", "stance": "tr", "attribution": "direct"}


def give(project: Project, sid: str, name: str = "Ana", **more: Any) -> Any:
    person = project.person(name)
    known = project.desk(ARTICLE, person).annotations.get(sid)
    seen = known.id if known else None
    form = MultiDict(CLAIM | more)
    return project.record(ARTICLE, sid, person, form, seen=seen, token=f"{name}-{sid}-{seen}")


def read(project: Project, sid: str, name: str = "Ana") -> Answer:
    return project.desk(ARTICLE, project.person(name)).annotations[sid].answer


def stored(project: Project, sid: str, name: str = "Ana") -> Answer:
    found = answer_rows.current(project.db, project.sentence(ARTICLE, sid).key, name)
    assert found is not None
    return found.answer


def add(project: Project, name: str, by: str = "Ana") -> str:
    return project.add_speaker(name, project.person(by), "en").id


def merge(project: Project, id: str, into: str) -> int:
    project.merge_speakers(id, into, project.person("Cleo"), seen=project.speakers_version())
    return project.speaker_history()[0].id


def edit(project: Project, id: str, **form: str) -> None:
    shown = {f"name-{lang}": name for lang, name in project.speaker(id).name.items()}
    project.edit_speaker(id, shown | form, project.person("Cleo"), seen=project.speakers_version())


def undo(project: Project, number: int) -> None:
    project.undo_speaker_change(number, project.person("Cleo"))


# ------------------------------------------------------------------ adding


def test_offers_an_added_speaker_to_every_rule(article: Project) -> None:
    id = add(article, "Hulusi Akar")
    edit(article, id, side="tr")
    give(article, "s1", speaker=id)
    give(article, "s1", "Ben", speaker=id)
    (record, _) = list(article.records())
    assert record["claims"][0]["speaker"] == ["hulusi_akar"]
    assert record["claims"][0]["speaker_side"] == ["tr"]
    assert article.agreement().sentences == 1


def test_keeps_added_speakers_in_the_file(article: Project) -> None:
    id = add(article, "Hulusi Akar")
    with Project.open(article.path) as again:
        assert again.speaker(id).name == {"en": "Hulusi Akar"}
        assert again.speaker_history()[0].person == "Ana"


def test_sees_what_another_connection_added(article: Project) -> None:
    with Project.open(article.path) as other:
        article.codebook()
        id = add(other, "Hulusi Akar")
        assert article.codebook().actor(id) is not None


def test_doubles_no_name(article: Project) -> None:
    first = add(article, "Hulusi Akar")
    assert add(article, " HULUSİ  akar", "Ben") == first
    assert add(article, "موسكو") == "russia"
    assert len(article.speaker_history()) == 1


def test_gives_no_id_twice(article: Project) -> None:
    first = add(article, "Akar")
    undo(article, article.speaker_history()[0].id)
    assert article.codebook().actor(first) is None
    assert add(article, "Akar") == "akar_2"


def test_refuses_to_take_back_a_speaker_who_is_named(article: Project) -> None:
    give(article, "s1", speaker=add(article, "Akar"))
    with pytest.raises(Invalid, match="Claims name this speaker"):
        undo(article, 1)


# ------------------------------------------------------------------ renaming


def test_renames_without_touching_answers(article: Project) -> None:
    give(article, "s1", speaker="unnamed", speaker_text="الكثيرين")
    before = stored(article, "s1")
    edit(article, "unnamed", **{"name-en": "Someone unnamed"})
    assert article.speaker("unnamed").name["en"] == "Someone unnamed"
    assert article.speaker("unnamed").key == "8"
    assert stored(article, "s1") == read(article, "s1") == before


def test_takes_a_rename_back(article: Project) -> None:
    was = article.codebook().actors
    edit(article, "usa", **{"name-en": "America"})
    undo(article, 1)
    assert article.codebook().actors == was
    article.redo_speaker_change(1, article.person("Cleo"))
    assert article.speaker("usa").name["en"] == "America"


def test_takes_the_newest_change_back_first(article: Project) -> None:
    edit(article, "usa", **{"name-en": "America"})
    edit(article, "usa", **{"name-en": "The States"})
    with pytest.raises(Invalid, match="Undo that first"):
        undo(article, 1)
    undo(article, 2)
    undo(article, 1)
    with pytest.raises(Invalid, match="does not hold"):
        undo(article, 1)


def test_stores_no_change_that_changes_nothing(article: Project) -> None:
    id = add(article, "Akar")
    edit(article, id, **{"short-en": "Akar"})
    assert len(article.speaker_history()) == 1


# ------------------------------------------------------------------ merging


def test_counts_claims_of_a_merged_speaker_as_the_others(article: Project) -> None:
    id = add(article, "Ankara officials")
    give(article, "s1", speaker=id)
    give(article, "s1", "Ben", speaker="turkey")
    before = article.agreement()
    assert before.disagreements
    number = merge(article, id, "turkey")
    assert [r["claims"][0]["speaker"] for r in article.records()] == [["turkey"], ["turkey"]]
    assert not article.agreement().disagreements
    assert stored(article, "s1").claims[0].speaker == (id,)
    undo(article, number)
    assert [r["claims"][0]["speaker"] for r in article.records()] == [[id], ["turkey"]]
    assert article.agreement() == before


def test_reads_merged_speakers_on_the_way_too(article: Project) -> None:
    id = add(article, "Some paper")
    give(article, "s1", speaker="turkey", via=id)
    merge(article, id, "tr_media")
    assert read(article, "s1").claims[0].via == ("tr_media",)


def test_takes_an_old_page_after_a_merge(article: Project) -> None:
    id = add(article, "Ankara officials")
    merge(article, id, "turkey")
    give(article, "s1", speaker=id)
    assert stored(article, "s1").claims[0].speaker == ("turkey",)


def test_says_what_a_merge_would_change(article: Project) -> None:
    id = add(article, "Ankara officials")
    for sid in ("s1", "s2"):
        give(article, sid, speaker=id)
    give(article, "s1", "Ben", speaker=id)
    give(article, "s1", speaker="turkey", attribution="ascribed")
    preview = article.merge_preview(id, "turkey")
    assert (preview.uses.claims, preview.uses.people, preview.uses.documents) == (3, 2, 1)
    assert [(c.sentence.id, c.person, c.claims) for c in preview.clashes] == [("s1", "Ana", 2)]
    assert article.speaker_history()[0].kind == "add"


def test_joins_claims_that_become_the_same_and_loses_nothing(article: Project) -> None:
    id = add(article, "Ankara officials")
    first = {"attribution": "ascribed", "propositions": "T1", "content_spans": "[[0, 4]]"}
    give(article, "s11", speaker="turkey", **first)
    give(article, "s11", speaker=id, propositions="T2", content_spans="[[5, 13]]", speaker_text="مسؤولون")
    given = stored(article, "s11")
    number = merge(article, id, "turkey")
    (claim,) = read(article, "s11").claims
    assert (claim.speaker, claim.attribution) == (("turkey",), "direct")
    assert claim.propositions == ("T1", "T2")
    assert claim.content_spans == ((0, 4), (5, 13))
    assert "مسؤولون" in (claim.speaker_text or "")
    assert article.desk(ARTICLE, article.person("Ana")).joined == {"s11"}
    assert [c.sentence.id for c in article.joined_sentences("turkey")] == ["s11"]
    assert stored(article, "s11") == given
    undo(article, number)
    assert read(article, "s11") == given


def test_keeps_what_was_given_when_another_claim_is_added_after_a_merge(article: Project) -> None:
    id = add(article, "Ankara officials")
    give(article, "s1", speaker=id)
    give(article, "s1", speaker="turkey", attribution="ascribed")
    number = merge(article, id, "turkey")
    give(article, "s1", speaker="usa")
    assert [claim.speaker for claim in read(article, "s1").claims] == [("turkey",), ("usa",)]
    undo(article, number)
    assert [claim.speaker for claim in read(article, "s1").claims] == [(id,), ("turkey",), ("usa",)]


def test_still_undoes_answers_given_before_a_merge(article: Project) -> None:
    id = add(article, "Ankara officials")
    give(article, "s1", speaker=id)
    give(article, "s1", speaker="turkey", stance="ru")
    merge(article, id, "turkey")
    undone = article.undo(ARTICLE, article.person("Ana"))
    assert undone is not None
    assert [claim.identity[0] for claim in read(article, "s1").claims] == [("turkey",)]
    assert [claim.identity[0] for claim in stored(article, "s1").claims] == [(id,)]


@pytest.mark.parametrize(("one", "into"), [("usa", "usa"), ("author", "usa"), ("usa", "unnamed")])
def test_refuses_a_merge_that_makes_no_sense(article: Project, one: str, into: str) -> None:
    with pytest.raises(Invalid):
        merge(article, one, into)


def test_refuses_a_merge_in_a_circle(article: Project) -> None:
    one, other = add(article, "One"), add(article, "Other")
    merge(article, one, other)
    with pytest.raises(Missing):
        merge(article, other, one)


def test_asks_again_when_somebody_changed_a_speaker_meanwhile(article: Project) -> None:
    id = add(article, "Akar")
    seen = article.speakers_version()
    add(article, "Another", "Ben")
    with pytest.raises(Stale):
        article.merge_speakers(id, "turkey", article.person("Cleo"), seen=seen)
    with pytest.raises(Stale):
        article.edit_speaker(id, {"name-en": "A"}, article.person("Cleo"), seen=seen)


# ------------------------------------------------------------------ slots


def test_keeps_speakers_in_the_order_they_were_first_used(article: Project) -> None:
    one, other = add(article, "One"), add(article, "Other")
    give(article, "s2", speaker=other)
    give(article, "s1", speaker=one)
    ana = article.person("Ana")
    assert article.desk(ARTICLE, ana).speakers == (other, one)
    article.undo(ARTICLE, ana)
    article.undo(ARTICLE, ana)
    give(article, "s3", speaker="un")
    assert article.desk(ARTICLE, ana).speakers == (other, one, "un")
    with Project.open(article.path) as fresh:
        assert fresh.desk(ARTICLE, ana).speakers == (other, one, "un")
    merge(article, one, other)
    assert article.desk(ARTICLE, ana).speakers == (other, "un")
    assert article.desk(ARTICLE, article.person("Ben")).speakers == ()
