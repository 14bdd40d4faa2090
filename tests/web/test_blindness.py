"""Blind: nothing of another person's work reaches an annotator who has not finished.

Two projects are alike but for the others' work: in one nobody but Ana did anything, in the other a colleague,
a lead and a simulated annotator answered everything. Ana asks for every address in both. She must be told
the same, to the letter, and none of the others' words.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from annotator.model import Role
from annotator.project import Project
from annotator.project.settling import votes_seen
from annotator.store import people
from annotator.web import create_app
from tests.conftest import ARTICLE
from tests.web.test_security import DOCUMENT, PROGRAMS, rows

COLLEAGUE = "Benedikta Markerova"
MACHINE = "Machine Markerova"

WORDS = {
    "comment": "comment-zqx",
    "note": "claim-note-zqx",
    "speaker_text": "speaker-words-zqx",
    "settled": "settling-note-zqx",
}
MARKED = ("zqx", "Markerova")
CLAIM = {"action": "save", "claim": "new", "speaker": "turkey", "stance": "tr", "attribution": "ascribed"}
THEIRS = CLAIM | {
    "speaker": "russia",
    "stance": "ru",
    "speaker_text": WORDS["speaker_text"],
    "note": WORDS["note"],
    "comment": WORDS["comment"],
    "hard": "1",
    "claim_hard": "1",
}
FINAL = {
    "1-found": "yes",
    "1-speaker": "russia",
    "1-stance": "ru",
    "1-attribution": "ascribed",
    "1-base": "0",
}
SECOND = b"Second text. It says that nobody knows. Only the other one reads it here.\n"


@dataclass(frozen=True)
class World:
    project: Project
    other: str  # a second document
    given: bool  # whether Ana may open it


def give(project: Project, doc_id: str, name: str, sid: str, form: Mapping[str, str]) -> None:
    person = project.person(name)
    current = project.desk(doc_id, person).annotations.get(sid)
    seen = current.id if current else None
    project.record(doc_id, sid, person, MultiDict(form), seen=seen, token=f"{name}-{sid}-{seen}")


def alike(path: Path, *, rounds: bool) -> str:
    """What both projects have: the cast, two documents, Ana's first answers. The second document's id."""
    with Project.open(path) as project:
        project.add_person(COLLEAGUE)
        project.add_person(MACHINE, Role.SIMULATED)
        other = project.import_file("second.txt", SECOND, lang="en").id
        if rounds:
            made = project.make_round("First", 1, documents=[ARTICLE, other], people=["Ana", COLLEAGUE])
            cells = [(ARTICLE, "Ana"), (ARTICLE, COLLEAGUE), (other, COLLEAGUE)]
            project.assign(made.id, give=cells)
        queued = project.desk(ARTICLE, project.person("Ana")).queued
        give(project, ARTICLE, "Ana", queued[0], CLAIM)
        give(project, ARTICLE, "Ana", queued[1], {"action": "no_claim"})
        give(project, ARTICLE, "Ana", queued[2], {"action": "skip"})
    return other


def work(project: Project, other: str, everybody: list[str]) -> None:
    """What the others do."""
    for doc_id in (ARTICLE, other):
        for name in everybody:
            for sid in project.desk(doc_id, project.person("Cleo")).queued:
                give(project, doc_id, name, sid, THEIRS | {"speaker_text": f"{WORDS['speaker_text']} {name}"})
        project.undo(doc_id, project.person("Cleo"))
        project.finish(doc_id, project.person(COLLEAGUE))
    settle(project)


def settle(project: Project) -> None:
    cleo = project.person("Cleo")
    sid = project.desk(ARTICLE, cleo).queued[0]
    item = project.to_settle(ARTICLE, sid, cleo)
    form = MultiDict(FINAL | {"reason": "rule", "note": WORDS["settled"]})
    project.settle(ARTICLE, sid, cleo, form, seen=item.seen, votes=votes_seen(item.case))
    project.settle_unanimous(cleo)


@pytest.fixture(scope="module", params=[False, True], ids=["everything open", "given in a round"])
def worlds(
    request: pytest.FixtureRequest, article_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[World]]:
    """The project without the others' work, and with it. Nobody but Ana changes anything later."""
    folder = tmp_path_factory.mktemp("worlds")
    paths = [folder / name / "project.db" for name in ("alone", "together")]
    for path in paths:
        path.parent.mkdir()
    shutil.copy(article_file, paths[0])
    other = alike(paths[0], rounds=request.param)
    shutil.copy(paths[0], paths[1])
    opened = [Project.open(path) for path in paths]
    # Nobody gives documents to simulated people: where there are rounds they answer none.
    work(opened[1], other, [COLLEAGUE, "Cleo"] if request.param else [COLLEAGUE, MACHINE, "Cleo"])
    yield [World(project, other, given=not request.param) for project in opened]
    for project in opened:
        project.close()


# ------------------------------------------------------------------ what Ana asks for


def reads(world: World) -> list[str]:
    """Every address that can be read, about both documents."""
    app = create_app(world.project.path, testing=True)
    paths = [path for method, path in rows(app) if method == "GET" and not path.startswith("/static")]
    queued = world.project.desk(ARTICLE, world.project.person("Cleo")).queued
    paths += [f"{DOCUMENT}/sentences/{sid}" for sid in queued[:5]]
    paths += [f"{DOCUMENT}/sentences/{sid}/history?everybody=1" for sid in queued[:5]]
    paths += [path.replace(ARTICLE, world.other) for path in paths if ARTICLE in path]
    paths += [f"{DOCUMENT}/sentences/{queued[0]}?claim=1", f"{DOCUMENT}/sentences/{queued[3]}?claim=new"]
    for name in (COLLEAGUE.replace(" ", "+"), "Cleo"):
        paths += [f"{page}?person={name}" for page in ("/export", "/export/claims.jsonl", "/agreement")]
    for page in ("/export", "/export/claims.jsonl"):
        paths += [f"{page}?layer=final", f"{page}?layer=votes", f"{page}?document={world.other}"]
    return paths + [f"/search?{asked}" for asked in SEARCHES]


SEARCHES = (
    "q=text",
    "q=text&label=stance:ru",
    "label=speaker:russia",
    "status=claims",
    "flag=1",
    "comment=1",
    "q=comment&in=remarks",
    f"person={COLLEAGUE.replace(' ', '+')}",
)


def writes(world: World) -> list[tuple[str, dict[str, str]]]:
    """Every address that can be written, with an empty form, and what else one may send."""
    app = create_app(world.project.path, testing=True)
    queued = world.project.desk(ARTICLE, world.project.person("Cleo")).queued
    first, fresh = (f"{DOCUMENT}/sentences/{sid}" for sid in (queued[0], queued[4]))
    # The last answer of all: in one world it is another person's.
    newest = "50"
    sent = [
        (fresh, CLAIM | {"stance": ""}),
        (fresh, CLAIM | {"seen": newest}),
        (fresh, CLAIM | {"token": f"{COLLEAGUE}-{queued[4]}-zqx"}),
        (f"{fresh}/compare", CLAIM | {"seen": newest}),
        (f"{fresh}/mine", CLAIM | {"seen": newest}),
        (f"{first}/compare", THEIRS_BUT_NO_WORDS),
        (f"{DOCUMENT}/undo", {"of": newest}),
        (f"{DOCUMENT}/redo", {"of": newest}),
        (f"{DOCUMENT}/undo", {}),
        (f"{DOCUMENT}/redo", {}),
        (f"{DOCUMENT}/finish", {}),
        ("/account/password", {"old": "wrong", "new": "secret-new", "again": "secret-new"}),
        ("/sign-in", {"name": COLLEAGUE.split()[0], "password": "wrong"}),
        ("/language", {"lang": "en"}),
    ]
    empty: list[tuple[str, dict[str, str]]] = [(path, {}) for method, path in rows(app) if method == "POST"]
    both = sent + empty
    # Those that end Ana's session come last.
    last = [one for one in both if one[0] in ("/sign-out", "/account/sign-out")]
    about_other = [(path.replace(ARTICLE, world.other), form) for path, form in both if ARTICLE in path]
    return [one for one in both if one not in last] + about_other + last


THEIRS_BUT_NO_WORDS = CLAIM | {"speaker": "russia", "stance": "ru"}

EVER_NEW = re.compile(
    r'name="token" value="[^"]*"|name="(?:seen|of)" value="\d+"|"id":\s*\d+|\?v=\w+|\d\d:\d\d(?::[\d.]+Z)?'
    r"|\d\d-\d\d-\d\dZ"
)
"""Drawn anew for each page; the numbers of Ana's own rows, which count everybody's rows; files' versions;
the time of day, as the two walks may lie on two sides of a minute."""


UNTOLD = ("Set-Cookie", "Content-Length", "Date", "Last-Modified")


def told(answer: TestResponse) -> dict[str, Any]:
    """All that an answer says."""
    kept = {name: value for name, value in answer.headers if name not in UNTOLD}
    return {"status": answer.status_code, "headers": kept, "text": EVER_NEW.sub("", answer.text)}


def signed_in(world: World, name: str = "Ana") -> FlaskClient:
    client = create_app(world.project.path, testing=True).test_client()
    client.environ_base["HTTP_ORIGIN"] = "http://localhost"
    client.environ_base["REMOTE_ADDR"] = "192.0.2.7"  # who sits at the server is told how large the file is
    state = people.state(world.project.db, name)
    assert state
    with client.session_transaction() as session:
        session.update(person=name, stamp=str(state.id))
    return client


def heard(
    world: World,
    name: str = "Ana",
    more_reads: Sequence[str] = (),
    more_writes: Sequence[tuple[str, dict[str, str]]] = (),
) -> dict[str, dict[str, Any]]:
    """Every address and what it told Ana, or somebody else, in order; first all that only reads."""
    client = signed_in(world, name)
    found = {}
    for path in (*reads(world), *more_reads):
        for headers in ({}, {"HX-Request": "true", "HX-Target": "panel"}):
            with client.get(path, headers=headers) as answer:
                found[f"GET {path} {'panel' if headers else ''}"] = told(cast(TestResponse, answer))
    for number, (path, form) in enumerate((*more_writes, *writes(world))):
        for kept in (False, True):
            headers = {"X-Kept": "1"} if kept else {}
            with client.post(path, data=form, headers=headers) as answer:
                found[f"POST {number} {path} {form} {'kept' if kept else ''}"] = told(
                    cast(TestResponse, answer)
                )
    return found


# ------------------------------------------------------------------ what she is told


def test_tells_an_annotator_nothing_of_the_others_work(worlds: list[World]) -> None:
    alone, together = (heard(world) for world in worlds)
    assert list(alone) == list(together)
    read = [said["status"] for asked, said in together.items() if asked.startswith("GET")]
    assert read.count(200) > len(read) / 4  # she is signed in and sees her own pages
    for asked, said in alone.items():
        assert together[asked] == said, asked
    marked = [asked for asked, said in together.items() if any(mark in str(said) for mark in MARKED)]
    # Her own requests come back to her where they are refused.
    assert [asked for asked in marked if "zqx" not in asked and "Markerova" not in asked] == []


def test_tells_her_programs_no_more(worlds: list[World]) -> None:
    found: list[list[str]] = []
    for world in worlds:
        _, words = world.project.add_token("a script", world.project.person("Ana"))
        client = create_app(world.project.path, testing=True).test_client(use_cookies=False)
        paths = [*PROGRAMS, *(path.replace(ARTICLE, world.other) for path in PROGRAMS)]
        paths += [f"/api/v1/answers?{asked}" for asked in ("layer=both", "person=Cleo", "label=stance:ru")]
        answers = [client.get(path, headers={"Authorization": f"Bearer {words}"}) for path in paths]
        said = [f"{answer.request.path} {answer.status} {answer.text}" for answer in answers]
        found.append([re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "", one) for one in said])
    alone, together = found
    assert together == alone
    assert sum(" 200 OK " in said for said in together) > len(together) / 2
    assert not [said for said in together if any(mark in said for mark in MARKED)]


def test_would_have_something_to_tell(worlds: list[World]) -> None:
    """The others' work is there: a lead is told all of it."""
    together = worlds[1]
    client = signed_in(together, "Cleo")
    sid = together.project.desk(ARTICLE, together.project.person("Cleo")).queued[0]
    said = "".join(
        client.get(path).text
        for path in (
            f"{DOCUMENT}/sentences/{sid}/history?everybody=1",
            "/export/claims.jsonl",
            "/team",
        )
    )
    said += str(list(together.project.records(layer="final")))
    assert [word for word in (*WORDS.values(), COLLEAGUE) if word not in said] == []


def test_opens_no_document_that_was_not_given(worlds: list[World]) -> None:
    for world in worlds:
        client = signed_in(world)
        for path in (f"/documents/{world.other}", f"/documents/{world.other}/sentences/s1"):
            answer = client.get(path)
            assert answer.status_code in ((200, 303) if world.given else (403, 404))
        listed = client.get("/").text
        assert (world.other in listed) is world.given
