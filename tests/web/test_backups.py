"""The page “Backups”: making a copy, the plan, taking one away, going back."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlite_utils import Database

from annotator.model import Unavailable
from annotator.project import Project, backups, keeping
from annotator.project.backups import Plan
from annotator.store import copies
from tests.conftest import ARTICLE
from tests.store.test_backups import answer
from tests.store.test_copies import close_folder, damage
from tests.web.test_blindness import EVER_NEW

SignIn = Callable[[FlaskClient, str], None]


@pytest.fixture
def lead(client: FlaskClient, sign_in: SignIn) -> FlaskClient:
    sign_in(client, "Cleo")
    return client


def another_client(app: Flask) -> FlaskClient:
    client = app.test_client()
    client.environ_base["HTTP_ORIGIN"] = "http://localhost"
    return client


def test_is_found_from_the_team(lead: FlaskClient) -> None:
    assert 'href="/backups"' in lead.get("/team").text
    assert "There is no copy yet" in lead.get("/backups").text


def test_makes_and_lists_a_copy(lead: FlaskClient, article: Project) -> None:
    answer(article, "Ana", "s1")
    assert lead.post("/backups").status_code == 303
    [copy] = article.copies()
    page = lead.get("/backups").text
    assert copy.name in page
    assert '<td class="number" data-head="Answers">1</td>' in page
    assert "by hand" in page


def test_chooses_the_plan(lead: FlaskClient, article: Project) -> None:
    form = {"hourly": "3", "daily": "2", "weekly": "1"}
    assert lead.post("/backups/plan", data={**form, "on": "1"}).status_code == 303
    assert article.backup_plan() == Plan(3, 2, 1)
    assert "Chosen by <bdi>Cleo</bdi>" in lead.get("/backups").text
    assert lead.post("/backups/plan", data=form).status_code == 303
    assert not article.backup_plan().on
    for wrong in ("", "-1", "1001", "٣x", "many"):
        answered = lead.post("/backups/plan", data={**form, "daily": wrong})
        assert answered.status_code == 422
        assert "Keep 0 to 1,000 copies" in answered.text
    assert article.backup_plan() == Plan(3, 2, 1, on=False)


def test_gives_a_copy_away_without_the_secret(lead: FlaskClient, article: Project, tmp_path: Path) -> None:
    lead.post("/backups")
    [copy] = article.copies()
    answered = lead.get(f"/backups/{copy.name}")
    assert answered.status_code == 200
    assert copy.name in answered.headers["Content-Disposition"]
    assert int(answered.headers["Content-Length"]) == len(answered.data)
    assert article.secret().encode() not in answered.data
    assert article.secret().encode() in copy.path.read_bytes()
    taken = tmp_path / "taken.db"
    taken.write_bytes(answered.data)
    copies.check(taken)
    answered.close()
    assert [one.name for one in copy.path.parent.iterdir()] == [copy.name]
    article.go_back(taken)  # and it can be gone back to


def test_gives_nothing_else_away(lead: FlaskClient, article: Project) -> None:
    lead.post("/backups")
    folder = backups.folder_of(article.path)
    (folder / "notes.txt").write_text("mine")
    for name in ("notes.txt", "..%2Fproject.db", "project.db", "%2e%2e"):
        assert lead.get(f"/backups/{name}").status_code == 404
        assert lead.get(f"/backups/{name}/back").status_code == 404


def test_keeps_what_a_lead_must_not_see_yet(lead: FlaskClient, article: Project) -> None:
    """A lead to whom a document is given is blind in it like anybody else, until they finish it."""
    lead.post("/backups")
    [copy] = article.copies()
    round = article.make_round("First", 1, people=["Ana", "Cleo"])
    article.assign(round.id, give=[(ARTICLE, "Ana"), (ARTICLE, "Cleo")], by="Cleo")
    assert lead.get(f"/backups/{copy.name}").status_code == 403
    article.assign(round.id, release=[(ARTICLE, "Cleo")], by="Cleo")
    assert lead.get(f"/backups/{copy.name}").status_code == 200


def test_shows_first_what_would_be_undone(lead: FlaskClient, article: Project) -> None:
    lead.post("/backups")
    [copy] = article.copies()
    answer(article, "Ana", "s1")
    answer(article, "Ben", "s2")
    page = lead.get(f"/backups/{copy.name}/back").text
    assert "2 answers" in page
    assert "<bdi>Ana</bdi>&nbsp;1" in page
    assert copy.name in page
    before = copies.state(article.db)
    refused = lead.post(f"/backups/{copy.name}/back")
    assert refused.status_code == 422
    assert "Tick that you want to go back" in refused.text
    assert copies.state(article.db) == before


def test_goes_back_and_lets_only_the_lead_stay(
    app: Flask, lead: FlaskClient, article: Project, sign_in: SignIn
) -> None:
    answer(article, "Ana", "s1")
    ana, other = another_client(app), another_client(app)
    sign_in(ana, "Ana")
    lead.post("/backups")
    [copy] = article.copies()
    lost = answer(article, "Ana", "s2")
    assert ana.get("/").status_code == 200
    assert lead.post(f"/backups/{copy.name}/back", data={"sure": "1"}).status_code == 303
    page = lead.get("/backups")
    assert page.status_code == 200
    kept = article.copies()[0]
    assert kept.why == "before-restore"
    assert kept.name in page.text
    assert ana.get("/").status_code == 303  # signed out
    sign_in(other, "Ana")
    answered = other.post(
        f"/documents/{ARTICLE}/sentences/s2",
        data={"action": "no_claim", "token": "kept-while-away", "person": "Ana", "seen": str(lost)},
        headers={"X-Kept": "1"},
    )
    assert answered.status_code == 409  # the answer it was made on is undone, so its author is asked
    assert answer(article, "Ana", "s2") > lost


def test_takes_an_answer_that_a_browser_kept_meanwhile(
    app: Flask, lead: FlaskClient, article: Project, sign_in: SignIn
) -> None:
    lead.post("/backups")
    [copy] = article.copies()
    lead.post(f"/backups/{copy.name}/back", data={"sure": "1"})
    ana = another_client(app)
    sign_in(ana, "Ana")
    answered = ana.post(
        f"/documents/{ARTICLE}/sentences/s2",
        data={"action": "no_claim", "token": "kept-while-away", "person": "Ana"},
        headers={"X-Kept": "1"},
    )
    assert answered.status_code == 200
    assert article.db.execute("select count(*) from annotations").fetchone()[0] == 1


def test_asks_again_for_what_was_undone(
    app: Flask, lead: FlaskClient, article: Project, sign_in: SignIn
) -> None:
    """What a thread of the server remembers is of the state before."""
    lead.post("/backups")
    [copy] = article.copies()
    ana = another_client(app)

    def page() -> str:
        sign_in(ana, "Ana")
        return EVER_NEW.sub("", ana.get(f"/documents/{ARTICLE}/sentences/s1").text)

    before = page()
    ana.post(f"/documents/{ARTICLE}/sentences/s2", data={"action": "no_claim", "token": "x" * 16})
    assert page() != before
    lead.post(f"/backups/{copy.name}/back", data={"sure": "1"})
    assert page() == before


def test_signs_out_a_lead_whom_the_copy_does_not_know(
    app: Flask, lead: FlaskClient, article: Project, sign_in: SignIn
) -> None:
    lead.post("/backups")
    [copy] = article.copies()
    article.change_role("Ana", article.person("Cleo").role, by="Cleo")
    ana = another_client(app)
    sign_in(ana, "Ana")
    assert ana.post(f"/backups/{copy.name}/back", data={"sure": "1"}).status_code == 303
    assert ana.get("/backups").status_code == 303
    assert "/sign-in" in ana.get("/backups").headers["Location"]


def test_is_noticed_by_another_server_of_the_project(
    article: Project, lead: FlaskClient, sign_in: SignIn
) -> None:
    from annotator.web import create_app

    second = create_app(article.path, testing=True)
    elsewhere = another_client(second)
    sign_in(elsewhere, "Cleo")
    assert elsewhere.get("/team").status_code == 200
    lead.post("/backups")
    [copy] = article.copies()
    lead.post(f"/backups/{copy.name}/back", data={"sure": "1"})
    assert elsewhere.get("/team").status_code == 303
    sign_in(elsewhere, "Cleo")
    assert elsewhere.get("/team").status_code == 200


def test_says_that_a_copy_is_damaged(lead: FlaskClient, article: Project) -> None:
    lead.post("/backups")
    [copy] = article.copies()
    copy.path.write_bytes(b"\0" * 5000)
    assert "This file is damaged" in lead.get("/backups").text
    assert lead.get(f"/backups/{copy.name}/back").status_code == 503


def test_refuses_a_damaged_copy_and_changes_nothing(lead: FlaskClient, article: Project) -> None:
    lead.post("/backups")
    [copy] = article.copies()
    damage(copy.path)
    before = copies.state(article.db)
    assert lead.post(f"/backups/{copy.name}/back", data={"sure": "1"}).status_code == 503
    assert copies.state(article.db) == before


def test_tells_leads_that_no_copy_could_be_kept(
    client: FlaskClient, article: Project, sign_in: SignIn, tmp_path: Path
) -> None:
    (tmp_path / "no-folder").write_text("")
    with keeping.kept([article.path], tmp_path / "no-folder"):
        keeper = keeping.keeper(article.path)
        assert keeper
        keeper.look()
        for name, told in (("Cleo", True), ("Ana", False)):
            sign_in(client, name)
            assert ("No copy of this project could be kept" in client.get("/").text) is told
            client.post("/sign-out")


def test_names_the_copy_it_went_back_to(lead: FlaskClient, article: Project) -> None:
    lead.post("/backups")
    [copy] = article.copies()
    lead.post(f"/backups/{copy.name}/back", data={"sure": "1"})
    lead.get("/")  # which says it once
    assert re.search(rf"Cleo</bdi> went back to <bdi>{re.escape(copy.name)}", lead.get("/backups").text)


def test_deletes_a_copy_after_asking_and_notes_who_did(lead: FlaskClient, article: Project) -> None:
    answer(article, "Ana", "s1")
    copy, newer = article.make_copy(), article.make_copy()
    assert f'href="/backups/{copy.name}/removal"' in lead.get("/backups").text
    asked = lead.get(f"/backups/{copy.name}/removal")
    assert "The project now has everything that is in this copy." in asked.text
    unsure = lead.post(f"/backups/{copy.name}/removal")
    assert (unsure.status_code, copy.exists()) == (422, True)
    assert "Tick that you want to delete it" in unsure.text
    assert lead.post(f"/backups/{copy.name}/removal", data={"sure": "1"}).status_code == 303
    assert [one.path for one in article.copies()] == [newer]
    lead.get("/")  # which says it once
    assert f"Cleo</bdi> deleted <bdi>{copy.name}" in lead.get("/backups").text
    assert lead.post(f"/backups/{copy.name}/removal", data={"sure": "1"}).status_code == 404


def test_says_what_only_the_copy_holds_that_is_to_be_deleted(lead: FlaskClient, article: Project) -> None:
    before = article.make_copy()
    answer(article, "Ana", "s1")
    lead.post(f"/backups/{before.name}/back", data={"sure": "1"})
    kept = article.copies()[0]
    asked = lead.get(f"/backups/{kept.name}/removal").text
    assert "This could not be brought back from it any more" in asked
    assert "1 answer" in asked


def test_keeps_the_last_good_copy_and_those_that_the_plan_keeps(lead: FlaskClient, article: Project) -> None:
    def delete(copy: Path) -> tuple[int, bool]:
        answered = lead.post(f"/backups/{copy.name}/removal", data={"sure": "1"})
        return answered.status_code, copy.exists()

    last, broken, torn = (article.make_copy() for _ in range(3))
    damage(broken)  # only who reads all of it finds out
    torn.write_bytes(b"\0" * 5000)
    assert delete(last) == (422, True)
    assert delete(torn) == (303, False)
    assert delete(broken) == (303, False)
    by_itself = article.make_copy(why=backups.AUTOMATIC)
    assert delete(by_itself) == (422, True)
    assert f"/backups/{by_itself.name}/removal" not in lead.get("/backups").text
    assert delete(last) == (303, False)


def test_keeps_people_signed_in_over_a_restart_after_going_back(lead: FlaskClient, article: Project) -> None:
    from annotator.web import create_app

    copy = article.make_copy()
    cookie = (
        lead.post(f"/backups/{copy.name}/back", data={"sure": "1"}).headers["Set-Cookie"].partition(";")[0]
    )
    restarted = create_app(article.path, testing=True).test_client(use_cookies=False)
    assert restarted.get("/backups", headers={"Cookie": cookie}).status_code == 200


def test_lets_one_go_back_at_a_time(
    app: Flask, lead: FlaskClient, article: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another lead asks for it while the copy of the present state is made."""
    copy = article.make_copy()
    said = []
    make = copies.copy_checked

    def meanwhile(db: Database, target: Path) -> None:
        if not said:
            with Project.open(article.path) as other, pytest.raises(Unavailable) as refused:
                other.go_back(copy)
            said.append(str(refused.value))
        make(db, target)

    monkeypatch.setattr(copies, "copy_checked", meanwhile)
    assert lead.post(f"/backups/{copy.name}/back", data={"sure": "1"}).status_code == 303
    assert "Somebody else is going back to a copy at this moment." in said[0]
    article.go_back(copy)


def test_says_that_the_folder_of_the_copies_cannot_be_read(
    lead: FlaskClient, article: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = article.make_copy()
    close_folder(monkeypatch, copy.parent)
    page = lead.get("/backups")
    assert page.status_code == 200
    assert "cannot be read (Permission denied)" in page.text
    assert "There is no copy yet" not in page.text
    assert "Copies that are made by themselves" in page.text, "the rest of the page is there"
    for act in (lead.post("/backups"), lead.get(f"/backups/{copy.name}/back")):
        assert act.status_code == 503
        assert "cannot be read (Permission denied)" in act.text


def test_copies_are_plain_sqlite_files(lead: FlaskClient, article: Project) -> None:
    lead.post("/backups")
    [copy] = article.copies()
    with closing(sqlite3.connect(copy.path)) as plain:
        assert plain.execute("select count(*) from people").fetchone() == (4,)
