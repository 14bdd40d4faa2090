"""The codebook in its versions, and the answers that were given under each."""

from __future__ import annotations

import pytest

from annotator.codebook.edits import Place, add, change, merge, retire, versioned
from annotator.model import Answer, Claim, Invalid, Missing, Stale, Status
from annotator.project import Project
from tests.conftest import ARTICLE

NEITHER = Place("label", "neither", "stance")
UNCLEAR = Place("label", "unclear", "stance")
AT = "2026-01-12T09:00:00.000Z"


class Form(dict[str, str]):
    def getlist(self, key: str) -> list[str]:
        return [self[key]] if key in self else []


def claims(*stances: str) -> Answer:
    found = (Claim(speaker=("putin",), stance=stance, attribution="indirect") for stance in stances)
    return Answer(Status.CLAIMS, tuple(found), comment="why")


def answer(project: Project, name: str, sid: str, *stances: str) -> None:
    project.take_answers(ARTICLE, project.person(name), {sid: claims(*stances)}, AT)


@pytest.fixture
def answered(article: Project) -> Project:
    """Ana chose “neither” twice, in one sentence of two; Ben once."""
    answer(article, "Ana", "s1", "neither", "off")
    answer(article, "Ana", "s2", "neither")
    answer(article, "Ben", "s1", "neither")
    return article


def version(project: Project, name: str, sid: str) -> str:
    return project.desk(ARTICLE, project.person(name)).annotations[sid].codebook


# ------------------------------------------------------------------ versions


def test_keeps_every_version_with_who_when_and_what(article: Project) -> None:
    first = article.codebook_source()
    article.update_codebook(
        change(first, NEITHER, {"guide": {"en": "Anew."}}), article.person("Cleo"), version="0.1.1"
    )
    newest, oldest = article.codebook_versions()
    assert (newest.version, newest.person, newest.first) == ("0.1.1", "Cleo", False)
    assert [(c.act, c.id, c.part, c.after) for c in newest.changes] == [
        ("reworded", "neither", "guide.en", "Anew.")
    ]
    assert (oldest.version, oldest.first, oldest.changes) == ("0.1.0", True, ())
    assert article.codebook_version("0.1.0")[0] == first
    assert article.codebook().version == "0.1.1"


def test_refuses_a_version_that_never_was(article: Project) -> None:
    with pytest.raises(Missing, match=r"no version 9\.9\.9"):
        article.codebook_version("9.9.9")


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ("0.1.0", "in force already with other content"),
        ("0.1.9", "at least version 1.0.0"),
        ("0.9.0", "at least version 1.0.0"),
        ("one", "at least version 1.0.0"),
        ("", "at least version 1.0.0"),
    ],
)
def test_refuses_a_version_too_low_for_its_changes(article: Project, given: str, refused: str) -> None:
    source = retire(article.codebook_source(), NEITHER)
    with pytest.raises(Invalid, match=refused):
        article.update_codebook(source, version=given)
    assert len(article.codebook_versions()) == 1


def test_takes_a_version_higher_than_needed(article: Project) -> None:
    source = add(article.codebook_source(), Place("ruling", "new"), {"text": {"en": "So."}})
    assert article.update_codebook(source, version="2.3.4").name == "idlib-2019@2.3.4"


def test_refuses_another_codebook_and_no_change(article: Project) -> None:
    source = article.codebook_source()
    with pytest.raises(Invalid, match="Make a new project"):
        article.update_codebook(source.replace('id = "idlib-2019"', 'id = "other"'))
    with pytest.raises(Invalid, match="Nothing was changed"):
        article.update_codebook(source)
    with pytest.raises(Invalid, match="ui_languages"):
        article.update_codebook('format = "claimbook/1"')


def test_refuses_what_was_made_from_an_older_version(article: Project) -> None:
    first = article.codebook_source()
    article.update_codebook(change(first, NEITHER, {"guide": {"en": "One."}}), version="0.1.1", seen="0.1.0")
    with pytest.raises(Stale, match="meanwhile"):
        article.update_codebook(
            change(first, NEITHER, {"guide": {"en": "Two."}}), version="0.1.2", seen="0.1.0"
        )


# ------------------------------------------------------------------ answers


def test_counts_who_holds_what_a_change_touches(answered: Project) -> None:
    proposal = answered.propose_codebook(retire(answered.codebook_source(), NEITHER))
    assert proposal.version == "1.0.0"
    (touched,) = proposal.touched
    assert (touched.id, touched.held.claims, touched.held.sentences) == ("neither", 3, 2)
    people = [(use.person, use.claims, use.sentences) for use in touched.held.people]
    assert people == [("Ana", 2, 2), ("Ben", 1, 1)]


def test_counts_only_what_answers_hold_now(answered: Project) -> None:
    answer(answered, "Ana", "s2", "off")
    assert [use.claims for use in answered.codebook_uses("stance")["neither"].people] == [1, 1]


def test_keeps_answers_and_their_version_through_a_merge(answered: Project) -> None:
    answered.update_codebook(merge(answered.codebook_source(), NEITHER, "unclear"), version="1.0.0")
    exported = {(r["annotator"], r["sent_id"]): r for r in answered.records()}
    record = exported["Ana", "s1"]
    assert record["codebook"] == "idlib-2019@0.1.0"
    assert [claim["stance"] for claim in record["claims"]] == ["neither", "off"]
    answer(answered, "Ben", "s2", "unclear")
    assert version(answered, "Ben", "s2") == "idlib-2019@1.0.0"
    assert version(answered, "Ben", "s1") == "idlib-2019@0.1.0"


def test_gives_an_undone_answer_back_under_its_own_version(answered: Project) -> None:
    ana = answered.person("Ana")
    answered.update_codebook(retire(answered.codebook_source(), UNCLEAR), version="1.0.0")
    desk = answered.desk(ARTICLE, ana)
    form = Form(claim="1", action="delete")
    answered.record(ARTICLE, "s1", ana, form, seen=desk.annotations["s1"].id, token="one")
    assert version(answered, "Ana", "s1") == "idlib-2019@1.0.0"
    answered.undo(ARTICLE, ana)
    assert version(answered, "Ana", "s1") == "idlib-2019@0.1.0"
    answered.redo(ARTICLE, ana)
    assert version(answered, "Ana", "s1") == "idlib-2019@1.0.0"


def test_keeps_the_version_of_answers_whose_sentence_is_cut(answered: Project) -> None:
    cleo = answered.person("Cleo")
    answered.update_codebook(retire(answered.codebook_source(), UNCLEAR), version="1.0.0")
    text = answered.sentence(ARTICLE, "s1").text
    answered.split(ARTICLE, "s1", text.index(" ", len(text) // 2) + 1, cleo)
    found = answered.desk(ARTICLE, answered.person("Ana")).annotations
    assert {one.codebook for one in found.values() if one.answer.claims} == {"idlib-2019@0.1.0"}


def test_refuses_to_lose_a_label_that_any_answer_ever_had(answered: Project) -> None:
    for name in ("Ana", "Ben"):
        for sid in ("s1", "s2"):
            answer(answered, name, sid, "off")
    source = answered.codebook_source()
    at = source.index('[[field.label]]\nid = "neither"')
    without = source[:at] + source[source.index("[[field.label]]", at + 5) :]
    without = without.replace('"neither", ', "")
    with pytest.raises(Invalid, match="stance: neither"):
        answered.update_codebook(versioned(without, "1.0.0"))


# ------------------------------------------------------------------ news


def test_tells_a_person_what_changed_since_their_last_answer(answered: Project) -> None:
    ana, dana = answered.person("Ana"), answered.add_person("Dana")
    assert answered.codebook_news(ana) is None
    answered.update_codebook(retire(answered.codebook_source(), UNCLEAR), version="1.0.0")
    news = answered.codebook_news(ana)
    assert news is not None
    assert (news.before, news.after) == ("0.1.0", "1.0.0")
    assert [(change.act, change.id) for change in news.changes] == [("retired", "unclear")]
    assert answered.codebook_news(dana) is None  # who never answered has nothing to unlearn


def test_tells_no_news_once_put_away_until_it_changes_again(answered: Project) -> None:
    ana = answered.person("Ana")
    answered.update_codebook(retire(answered.codebook_source(), UNCLEAR), version="1.0.0")
    answered.read_codebook_news(ana)
    assert answered.codebook_news(ana) is None
    assert answered.codebook_news(answered.person("Ben")) is not None
    answered.update_codebook(change(answered.codebook_source(), NEITHER, {"no": ["x"]}), version="1.0.1")
    assert answered.codebook_news(ana) is not None


def test_tells_no_news_after_an_answer_under_the_new_version(answered: Project) -> None:
    answered.update_codebook(retire(answered.codebook_source(), UNCLEAR), version="1.0.0")
    answer(answered, "Ana", "s3", "off")
    assert answered.codebook_news(answered.person("Ana")) is None
