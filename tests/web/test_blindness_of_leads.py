"""Blind: a lead to whom a document is given is told nothing of the others' answers in it before finishing it.

Leads read how far everybody is, so the two projects are alike in every number of that kind: as many people
answered as many sentences. Only what they answered differs. Cleo asks for every address in both, and must be
told the same. What others answered in a document that was not given to her is there, the same in both.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from annotator.model import Role
from annotator.project import Project
from annotator.project.settling import votes_seen
from tests.conftest import ARTICLE
from tests.store.test_rounds import answer_all
from tests.web.test_blindness import CLAIM, FINAL, SECOND, THEIRS, WORDS, World, give, heard, signed_in
from tests.web.test_security import DOCUMENT

SignIn = Callable[[FlaskClient, str], None]

OTHER_LEAD = "Nora"
SETTLED = 2  # the place of the one sentence that she settled
TOLD = "told-in-the-open"
SEEN = CLAIM | {"comment": TOLD, "speaker": "russia", "stance": "ru"}


def alike(path: Path) -> str:
    """What both projects have: two documents, the article given to Cleo too. The second document's id."""
    with Project.open(path) as project:
        project.add_person(OTHER_LEAD, Role.LEAD)
        other = project.import_file("second.txt", SECOND, lang="en").id
        round = project.make_round("First", 2, people=["Ana", "Ben", "Cleo"])
        cells = [(ARTICLE, name) for name in ("Ana", "Ben", "Cleo")]
        project.assign(round.id, give=[*cells, (other, "Ana"), (other, "Ben")], by=OTHER_LEAD)
        queued = project.desk(ARTICLE, project.person("Cleo")).queued
        give(project, ARTICLE, "Cleo", queued[0], CLAIM)
        give(project, ARTICLE, "Cleo", queued[1], {"action": "no_claim"})
        for name, stance in (("Ana", "ru"), ("Ben", "tr")):
            for sid in project.desk(other, project.person(name)).queued:
                give(project, other, name, sid, SEEN | {"stance": stance})
    return other


def work(project: Project, speaker: str, bens: dict[str, str]) -> None:
    """What the others do about the article; `bens`: what Ben does otherwise than Ana."""
    for name in ("Ana", "Ben"):
        for sid in project.desk(ARTICLE, project.person(name)).queued:
            form = THEIRS | {"speaker": speaker} | (bens if name == "Ben" else {})
            give(project, ARTICLE, name, sid, form)
        project.finish(ARTICLE, project.person(name))
    nora = project.person(OTHER_LEAD)
    sid = project.desk(ARTICLE, nora).queued[SETTLED]
    item = project.to_settle(ARTICLE, sid, nora)
    form = MultiDict(
        FINAL | {"2-found": "no", "1-speaker": speaker, "reason": "rule", "note": WORDS["settled"]}
    )
    project.settle(ARTICLE, sid, nora, form, seen=item.seen, votes=votes_seen(item.case))


@pytest.fixture(scope="module")
def worlds(article_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[World]]:
    """In one project Ana and Ben agree on everything, in the other on nothing."""
    folder = tmp_path_factory.mktemp("worlds-of-leads")
    paths = [folder / name / "project.db" for name in ("agreed", "differed")]
    for path in paths:
        path.parent.mkdir()
    shutil.copy(article_file, paths[0])
    other = alike(paths[0])
    shutil.copy(paths[0], paths[1])
    opened = [Project.open(path) for path in paths]
    work(opened[0], "russia", {})
    work(opened[1], "usa", {"speaker": "un", "stance": "both"})
    yield [World(project, other, given=True) for project in opened]
    for project in opened:
        project.close()


def reads(world: World) -> list[str]:
    """What only leads have, about both documents."""
    sid = world.project.desk(ARTICLE, world.project.person("Cleo")).queued[0]
    theirs = world.project.desk(world.other, world.project.person("Ana")).queued[0]
    behind = [f"/agreement/sentences?{query}" for query in ("differs=any", "question=stance", "who=Ben")]
    return [
        *behind,
        "/agreement?round=1",
        f"/agreement?document={ARTICLE}",
        f"/agreement?document={world.other}",
        f"/agreement.json?document={ARTICLE}",
        f"/settle/{ARTICLE}/{sid}?names=1&take=1",
        f"/settle/{world.other}/{theirs}?names=1",
        "/team?round=1",
        f"/export?document={ARTICLE}&person=Cleo",
        f"/export/claims.jsonl?document={ARTICLE}&layer=both",
        "/export/claims.jsonl?layer=both&person=Cleo&person=Ben",
        "/speakers?q=usa",
        "/speakers/usa/merge?into=un",
        f"{DOCUMENT}/text?at={sid}",
    ]


WRITES = [
    ("/codebook/edit/label/stance/ru", {"action": "retire"}),
    (f"/settle/{ARTICLE}/s1", FINAL),
    (f"{DOCUMENT}/text/s1", {"action": "kind", "kind": "heading"}),
]


def test_tells_a_lead_nothing_of_the_others_answers_in_a_document_given_to_them(worlds: list[World]) -> None:
    found = [heard(world, "Cleo", reads(world), WRITES) for world in worlds]
    agreed, differed = found
    assert list(agreed) == list(differed)
    read = [said["status"] for asked, said in agreed.items() if asked.startswith("GET")]
    assert read.count(200) > len(read) / 2
    # How fast and how full the disk is at that moment is nothing of anybody's answers.
    answers_in = {asked: said for asked, said in agreed.items() if not asked.startswith("GET /healthz ")}
    different = [asked for asked, said in answers_in.items() if differed[asked] != said]
    assert different == []
    for answers in found:
        marked = [asked for asked, said in answers.items() if "zqx" in str(said)]
        assert [asked for asked in marked if "zqx" not in asked] == []
    told = [asked for asked, said in agreed.items() if TOLD in str(said)]
    assert any("/settle" in asked for asked in told)
    assert any("/export/claims.jsonl" in asked for asked in told)
    assert any("/team" in asked for asked in told)


def test_would_have_something_to_tell(worlds: list[World]) -> None:
    """Another lead, to whom the document is not given, is told all of it."""
    for world in worlds:
        client = signed_in(world, OTHER_LEAD)
        sid = world.project.desk(ARTICLE, world.project.person(OTHER_LEAD)).queued[SETTLED]
        paths = (
            f"{DOCUMENT}/sentences/{sid}/history?everybody=1",
            "/export/claims.jsonl?layer=both",
            "/team",
            "/codebook",
            f"/settle/{ARTICLE}/{sid}",
        )
        for path in paths:
            answer = client.get(path)
            assert answer.status_code == 200
            assert "zqx" in answer.text, path
            assert "is left out here" not in answer.text


# ------------------------------------------------------------------ what Cleo is told instead


PAGES = ("/agreement", "/settle", "/team", "/export", "/speakers", "/speakers/usa", "/codebook")


@pytest.fixture
def cleo(article: Project, client: FlaskClient, sign_in: SignIn) -> FlaskClient:
    """Ana and Ben answered the article; it is given to Cleo, too."""
    round = article.make_round("First", 1, people=["Ana", "Ben", "Cleo"])
    article.assign(round.id, give=[(ARTICLE, name) for name in ("Ana", "Ben", "Cleo")])
    for name in ("Ana", "Ben"):
        give(article, ARTICLE, name, "s1", THEIRS)
    sign_in(client, "Cleo")
    return client


@pytest.mark.parametrize("path", PAGES)
def test_says_what_is_left_out_and_what_to_do(cleo: FlaskClient, article: Project, path: str) -> None:
    page = cleo.get(path).text
    assert "is left out here: the document is given to you" in page
    assert f'href="{DOCUMENT}"' in page
    article.assign(article.rounds()[0].id, release=[(ARTICLE, "Cleo")])
    assert "is left out here" not in cleo.get(path).text


def test_says_so_in_files_of_figures(cleo: FlaskClient) -> None:
    assert cleo.get("/agreement.json").get_json()["left_out_documents"] == [ARTICLE]
    assert f",left out,document={ARTICLE}," in cleo.get("/agreement.csv").text


def test_refuses_what_is_about_that_document_alone(cleo: FlaskClient, article: Project) -> None:
    for path in (f"/settle/{ARTICLE}/s1", f"/agreement?document={ARTICLE}"):
        answer = cleo.get(path)
        assert answer.status_code == 403
        assert "Finish it, or give it to somebody else in the round." in answer.text
    page = cleo.get(f"{DOCUMENT}/sentences/s1/history?everybody=1").text
    assert "zqx" not in page
    assert "Show 2 answers of others" not in page
    assert "you see what others answered once you have finished it" in page


def test_exports_to_a_lead_their_own_answers_of_it(cleo: FlaskClient, article: Project) -> None:
    give(article, ARTICLE, "Cleo", "s1", CLAIM)
    assert cleo.get("/export/claims.jsonl").data == b""
    assert cleo.get("/export/claims.jsonl?person=Cleo").data.count(b"\n") == 1
    page = cleo.get("/export?person=Cleo").text
    assert "1 record" in page
    assert "is left out here" not in page


def test_tells_a_lead_nothing_of_how_sure_their_own_claims_are(cleo: FlaskClient, article: Project) -> None:
    give(article, ARTICLE, "Cleo", "s1", CLAIM)
    path = "/analysis?person=Cleo&layer=votes&of=speaker:turkey"
    assert "found by" not in cleo.get(path).text
    article.assign(article.rounds()[0].id, release=[(ARTICLE, "Cleo")])
    assert "found by 3 of 3" in cleo.get(path).text


def test_tells_all_once_it_is_finished(cleo: FlaskClient, article: Project) -> None:
    answer_all(article, article.person("Cleo"))
    assert "zqx" not in cleo.get("/export/claims.jsonl").text
    article.finish(ARTICLE, article.person("Cleo"))
    for path in ("/export/claims.jsonl", f"{DOCUMENT}/sentences/s1/history", f"/settle/{ARTICLE}/s1"):
        assert "zqx" in cleo.get(path).text
    assert "is left out here" not in cleo.get("/agreement").text
