"""Importing: adding files, checking their text, cutting sentences."""

from __future__ import annotations

import io
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from annotator.model import Answer, Kind, Repair, RepairState, Status
from annotator.project import Project
from annotator.web import create_app
from tests.conftest import ARTICLE, sample

SignIn = Callable[[FlaskClient, str], None]

RUSSIAN = "Переговоры в городе\n\nМинистр сказал, что переговоры идут. Ему возразили.\n".encode()
TABLE = b"nr,words,title\na1,The talks go on. They end soon.,Talks\na2,Nobody came.,Nobody\n"
PAGES = ("/import", f"/documents/{ARTICLE}/check", f"/documents/{ARTICLE}/text")
POSTS = (
    "/import",
    "/import/ready",
    f"/documents/{ARTICLE}/check",
    f"/documents/{ARTICLE}/check/kinds",
    f"/documents/{ARTICLE}/check/others",
    f"/documents/{ARTICLE}/read",
    f"/documents/{ARTICLE}/text",
    f"/documents/{ARTICLE}/text/s1",
    f"/documents/{ARTICLE}/changes/undo",
    f"/documents/{ARTICLE}/stage",
)


@pytest.fixture
def lead(project: Project, sign_in: SignIn) -> FlaskClient:
    """Cleo, signed in to a project without documents."""
    client = create_app(project.path, testing=True).test_client()
    client.environ_base["HTTP_ORIGIN"] = "http://localhost"
    sign_in(client, "Cleo")
    return client


@pytest.fixture(scope="module")
def damaged_file(empty_file: Path) -> Path:
    """A project with the article as its file has it, waiting to be checked; read only once."""
    path = empty_file.with_name("damaged.db")
    shutil.copy(empty_file, path)
    with Project.open(path) as project:
        list(project.take_in("idlib-article.txt", sample("idlib-article.txt"), stage="checking", by="Cleo"))
    return path


@pytest.fixture
def damaged(damaged_file: Path, project: Project) -> str:
    with closing(sqlite3.connect(damaged_file)) as made:
        made.backup(project.db.conn)
    return ARTICLE


def add(client: FlaskClient, *files: tuple[str, bytes], **form: str) -> object:
    data = {"file": [(io.BytesIO(content), name) for name, content in files], **form}
    return client.post("/import", data=data, content_type="multipart/form-data")


def repairs(project: Project, kind: str) -> list[Repair]:
    return [repair for repair in project.repairs(ARTICLE) if repair.kind == kind]


def text_of(project: Project) -> str:
    return "\n".join(sentence.text for sentence in project.sentences(ARTICLE))


# ------------------------------------------------------------------ who may


@pytest.mark.parametrize("path", PAGES)
def test_shows_its_pages_to_leads_only(client: FlaskClient, sign_in: SignIn, path: str) -> None:
    assert client.get(path).status_code == 303
    sign_in(client, "Ana")
    assert client.get(path).status_code == 403
    sign_in(client, "Cleo")
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", POSTS)
def test_takes_orders_from_leads_only(client: FlaskClient, sign_in: SignIn, path: str) -> None:
    assert client.post(path).status_code == 403
    sign_in(client, "Ana")
    assert client.post(path).status_code == 403


@pytest.mark.parametrize("path", [*PAGES[1:], *POSTS[2:], "/import/tables/0000"])
def test_knows_no_other_document(lead: FlaskClient, path: str) -> None:
    path = path.replace(ARTICLE, "0000")
    assert (
        lead.post(path) if path in [p.replace(ARTICLE, "0000") for p in POSTS] else lead.get(path)
    ).status_code == 404


# ------------------------------------------------------------------ adding


def test_takes_a_file_to_its_check(lead: FlaskClient, project: Project) -> None:
    answer = add(lead, ("talks.txt", RUSSIAN))
    (progress,) = project.documents(project.person("Cleo"))
    assert answer.status_code == 303
    assert answer.location == f"/documents/{progress.document.id}/check"
    assert progress.document.stage == "checking"
    assert project.documents(project.person("Ana")) == []
    assert "Check text" in lead.get("/").text


def test_goes_on_past_a_bad_file(lead: FlaskClient, project: Project) -> None:
    answer = add(lead, ("empty.txt", b""), ("folder/talks.txt", RUSSIAN), ("not.pdf", b"no pdf"))
    assert answer.status_code == 200
    assert "1 of 3 added" in answer.text
    assert "The file is empty" in answer.text
    assert "is not a PDF" in answer.text
    assert [one.document.filename for one in project.documents(project.person("Cleo"))] == ["talks.txt"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.txt", b"", "The file is empty"),
        ("text.pdf", b"%PDF-1.7\x00\x01", "PDF"),
        ("zip.docx", b"PK\x03\x04 rubbish", "damaged"),
    ],
    ids=["empty", "broken PDF", "broken archive"],
)
def test_says_why_a_file_cannot_be_added(
    lead: FlaskClient, project: Project, name: str, content: bytes, words: str
) -> None:
    answer = add(lead, (name, content))
    assert answer.status_code == 422
    assert words in answer.text
    assert project.documents(project.person("Cleo")) == []


def test_refuses_a_file_over_the_limit(lead: FlaskClient) -> None:
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="large.txt"\r\n\r\n'
    body = head + b"a b " * 5_000_001 + b"\r\n--x--\r\n"
    answer = lead.post("/import", data=body, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 422
    assert "larger than 20 MB" in answer.text


def test_reads_another_encoding(lead: FlaskClient, project: Project) -> None:
    letter = "الرئيس قال إن المحادثات مستمرة في المدينة. ثم سافر إلى البلاد."
    answer = add(lead, ("letter.txt", letter.encode("windows-1256")))
    doc_id = answer.location.split("/")[2]
    assert project.sentences(doc_id)[0].text in letter
    assert 'value="windows-1256" selected' in lead.get(answer.location).text
    anew = lead.post(f"/documents/{doc_id}/read", data={"encoding": "windows-1251", "lang": "ru"})
    assert anew.status_code == 303
    assert project.text_of(doc_id).encoding == "windows-1251"
    assert project.document(doc_id).lang == "ru"
    assert lead.post(f"/documents/{doc_id}/read", data={"encoding": "ebcdic"}).status_code == 422
    assert lead.post(f"/documents/{doc_id}/read", data={"lang": "klingon"}).status_code == 422


def test_recognises_a_file_that_is_here(lead: FlaskClient, damaged: str) -> None:
    answer = add(lead, ("copy.txt", sample("idlib-article.txt")))
    assert answer.status_code == 422
    assert "already here" in answer.text


def test_takes_pasted_text_with_its_title(lead: FlaskClient, project: Project) -> None:
    answer = lead.post("/import", data={"title": "Two talks", "text": "They met.\r\nThey left."})
    assert answer.status_code == 303
    document = project.document(answer.location.split("/")[2])
    assert document.title == "Two talks"
    assert project.raw(document.id)[1] == b"They met.\nThey left."


def test_asks_for_something_to_add(lead: FlaskClient) -> None:
    answer = lead.post("/import", data={"text": "  "})
    assert answer.status_code == 422
    assert "Choose files or a folder" in answer.text


def test_says_how_much_may_be_sent(lead: FlaskClient) -> None:
    answer = lead.post("/import", environ_overrides={"CONTENT_LENGTH": "250000000"})
    assert answer.status_code == 413
    assert "20 MB" in answer.text
    assert "20 MB" in lead.get("/import").text


def test_sends_one_line_a_file_to_the_script(lead: FlaskClient) -> None:
    answer = add(lead, ("talks.txt", RUSSIAN), one="1")
    assert answer.status_code == 200
    assert answer.text.count("<li") == 1
    assert "<html" not in answer.text


def test_asks_for_the_columns_of_a_table(lead: FlaskClient, project: Project) -> None:
    answer = add(lead, ("talks.csv", TABLE))
    place = answer.location
    assert place.startswith("/import/tables/")
    assert "talks.csv" in lead.get("/import").text
    assert lead.post(place, data={"text_column": "nothing"}).status_code == 422
    assert lead.post(place, data={"text_column": "words", "id_column": "?"}).status_code == 422
    added = lead.post(place, data={"text_column": "words", "id_column": "nr", "rows": "texts"})
    assert "2 of 2 added" in added.text
    documents = [one.document for one in project.documents(project.person("Cleo"))]
    assert [document.title for document in documents] == ["Talks", "Nobody"]
    assert len(project.sentences(documents[0].id)) == 2
    assert lead.get(place).status_code == 404


def test_takes_one_sentence_a_row(lead: FlaskClient, project: Project) -> None:
    place = add(lead, ("talks.csv", TABLE)).location
    lead.post(place, data={"text_column": "words", "rows": "sentences"})
    (progress,) = project.documents(project.person("Cleo"))
    assert [s.text for s in project.sentences(progress.document.id)] == [
        "The talks go on. They end soon.",
        "Nobody came.",
    ]


def test_leaves_a_table_out(lead: FlaskClient, project: Project) -> None:
    place = add(lead, ("talks.csv", TABLE)).location
    assert lead.post(place, data={"action": "leave"}).status_code == 303
    assert project.kept() == {}
    assert add(lead, ("talks.csv", TABLE)).location == place


def test_makes_many_ready_at_once(lead: FlaskClient, project: Project) -> None:
    add(lead, ("a.txt", RUSSIAN), ("b.txt", b"They met.\n\nThey left."))
    found = re.findall(r'name="document" value="(\w+)"', lead.get("/import").text)
    assert lead.post("/import/ready", data={}).status_code == 422
    assert lead.post("/import/ready", data={"document": found}).status_code == 303
    assert len(project.documents(project.person("Ana"))) == 2


def test_takes_an_import_back_and_brings_it_again(lead: FlaskClient, project: Project, damaged: str) -> None:
    answer = lead.post("/import/ready", data={"document": damaged, "action": "withdraw"})
    assert answer.location == "/import"
    assert project.documents(project.person("Cleo")) == []
    assert lead.get(f"/documents/{damaged}/check").status_code == 404
    add(lead, ("idlib-article.txt", sample("idlib-article.txt")))
    assert project.document(damaged).stage == "checking"


# ------------------------------------------------------------------ checking


def test_counts_what_it_changed(lead: FlaskClient, project: Project, damaged: str) -> None:
    raw = sample("idlib-article.txt").decode()
    page = lead.get(f"/documents/{damaged}/check").text
    counts = {
        kind: int(n)
        for kind, n in re.findall(r'data-kind="([\w-]+)">\s*<p class="finding-count number">(\d+)<', page)
    }
    assert counts["tatweel"] == raw.count("ـ") - text_of(project).count("ـ") > 800
    assert counts["turned-line"] == len(repairs(project, "turned-line")) == 31
    assert counts["lost-number"] == sum(len(s.unit.lost_at) for s in project.sentences(damaged))
    kinds = [s.kind for s in project.sentences(damaged)]
    for kind, words in ((Kind.URL, "Links"), (Kind.PULLQUOTE, "Pull quotes"), (Kind.CAPTION, "Captions")):
        assert re.search(rf'number">{kinds.count(kind)}</p>\s*<div><h3>{words}', page), words


def test_keeps_the_original_of_one_repair(lead: FlaskClient, project: Project, damaged: str) -> None:
    repair = repairs(project, "turned-line")[0]
    answer = lead.post(f"/documents/{damaged}/check", data={"repair": repair.id, "do": "keep", "at": "8"})
    assert answer.status_code == 303
    assert answer.location.endswith("at=8#line-8")
    assert repairs(project, "turned-line")[0].state is RepairState.REJECTED
    assert repair.before.replace("ـ", "") in text_of(project)
    lead.post(f"/documents/{damaged}/changes/undo", data={"step": "check"})
    assert repairs(project, "turned-line")[0].state is RepairState.PROPOSED
    lead.post(f"/documents/{damaged}/changes/redo", data={"step": "check"})
    assert repairs(project, "turned-line")[0].state is RepairState.REJECTED


def test_goes_through_the_orders_of_a_turned_line(lead: FlaskClient, project: Project, damaged: str) -> None:
    first = next(repair for repair in repairs(project, "turned-line") if repair.choices > 2)

    def now() -> Repair:
        return next(repair for repair in project.repairs(damaged) if repair.id == first.id)

    seen = [first.after]
    for _ in range(first.choices - 1):
        lead.post(f"/documents/{damaged}/check", data={"repair": first.id, "do": "move"})
        seen.append(now().after)
    assert len(set(seen)) == first.choices
    assert now().state is RepairState.MOVED
    lead.post(f"/documents/{damaged}/check", data={"repair": first.id, "do": "move"})
    assert (now().choice, now().state) == (0, RepairState.PROPOSED)


def test_accepts_the_order_that_is_shown(lead: FlaskClient, project: Project, damaged: str) -> None:
    first = next(repair for repair in repairs(project, "turned-line") if repair.choices > 2)
    for do in ("move", "move", "accept"):
        lead.post(f"/documents/{damaged}/check", data={"repair": first.id, "do": do})
    now = next(repair for repair in project.repairs(damaged) if repair.id == first.id)
    assert (now.choice, now.state) == (2, RepairState.ACCEPTED)


def test_switches_a_kind_off_and_on(lead: FlaskClient, project: Project, damaged: str) -> None:
    raw = sample("idlib-article.txt").decode()
    before = text_of(project)
    address = f"/documents/{damaged}/check/kinds"
    lead.post(address, data={"kind": "tatweel", "do": "keep"})
    assert text_of(project).count("ـ") == raw.count("ـ")
    assert (
        'aria-checked="false" aria-labelledby="kind-tatweel"' in lead.get(f"/documents/{damaged}/check").text
    )
    lead.post(address, data={"kind": "tatweel", "do": "accept"})
    assert text_of(project) == before


def test_overrules_single_decisions_with_a_switch(lead: FlaskClient, project: Project, damaged: str) -> None:
    lead.post(f"/documents/{damaged}/check/others")
    lead.post(f"/documents/{damaged}/check/kinds", data={"kind": "turned-line", "do": "keep"})
    assert not any(repair.shown for repair in repairs(project, "turned-line"))


def test_accepts_the_others_in_one_change(lead: FlaskClient, project: Project, damaged: str) -> None:
    kept = repairs(project, "turned-line")[0]
    lead.post(f"/documents/{damaged}/check", data={"repair": kept.id, "do": "keep"})
    page = lead.get(f"/documents/{damaged}/check").text
    total = int(re.search(r"1 of (\d+) checked", page)[1])  # type: ignore[index]
    assert f"Accept the other {total - 1}" in page
    assert lead.post(f"/documents/{damaged}/check/others").status_code == 303
    assert f"{total} of {total} checked" in lead.get(f"/documents/{damaged}/check").text
    assert repairs(project, "turned-line")[0].state is RepairState.REJECTED
    assert lead.post(f"/documents/{damaged}/check/others").status_code == 422
    lead.post(f"/documents/{damaged}/changes/undo", data={"step": "check"})
    assert f"1 of {total} checked" in lead.get(f"/documents/{damaged}/check").text


@pytest.mark.parametrize(
    "form", [{}, {"repair": "turned-line:1", "do": "accept"}, {"repair": "FIRST", "do": "burn"}]
)
def test_refuses_what_is_no_decision(
    lead: FlaskClient, project: Project, damaged: str, form: dict[str, str]
) -> None:
    first = repairs(project, "turned-line")[0].id
    form = {name: value.replace("FIRST", first) for name, value in form.items()}
    assert lead.post(f"/documents/{damaged}/check", data=form).status_code == 422
    assert lead.post(f"/documents/{damaged}/check/kinds", data=form).status_code == 422


def test_shows_the_lines_asked_for(lead: FlaskClient, damaged: str) -> None:
    lines = sample("idlib-article.txt").decode().splitlines()
    ask = lead.get(f"/documents/{damaged}/check?show=ask").text
    assert "data-asks" in ask
    every = lead.get(f"/documents/{damaged}/check?show=all").text
    assert every.count('<li class="line-row') == 100
    assert "Page 1 of 2" in every
    last = lead.get(f"/documents/{damaged}/check?show=all&page=2").text
    assert last.count('<li class="line-row') == sum(1 for line in lines if line.strip()) - 100
    assert "No lines here" in lead.get(f"/documents/{damaged}/check?show=accepted").text
    assert lead.get(f"/documents/{damaged}/check?show=none").status_code == 404


def test_shows_direction_signs_as_boxes(lead: FlaskClient, project: Project) -> None:
    hidden = "Nothing \u202eto see\u202c here \u2066at all\u2069.\n\nThey left \u200ftoday.".encode()
    place = add(lead, ("signs.txt", hidden)).location
    for page in (f"{place}?show=all", place.replace("/check", "/text"), "/import", "/"):
        shown = lead.get(page).text
        words = re.sub(
            r"<bdi.*?</bdi>|<a class=\"title\".*?</a>|value=\"[^\"]*\"", "", shown, flags=re.DOTALL
        )
        assert not re.search("[\u202a-\u202e\u2066-\u2069]", words), page
    assert ">RLO<" in lead.get(f"{place}?show=all").text


# ------------------------------------------------------------------ sentences


def test_splits_and_joins(lead: FlaskClient, project: Project, damaged: str) -> None:
    before = project.sentence(damaged, "s1").text
    at = before.index(" ", 40) + 1
    page = lead.get(f"/documents/{damaged}/text?cut=s1").text
    assert f'name="at" value="{at}"' in page
    answer = lead.post(f"/documents/{damaged}/text/s1", data={"action": "split", "at": at})
    assert answer.location.endswith("at=s1#cut-s1")
    assert project.sentence(damaged, "s1").text == before[:at].strip()
    assert project.sentence(damaged, "s1b").text == before[at:]
    lead.post(f"/documents/{damaged}/text/s1b", data={"action": "merge"})
    assert project.sentence(damaged, "s1").text == before


@pytest.mark.parametrize("at", ["", "0", "3", "99999", "-1", "٣", "x"])
def test_splits_between_words_only(lead: FlaskClient, project: Project, damaged: str, at: str) -> None:
    before = text_of(project)
    answer = lead.post(f"/documents/{damaged}/text/s1", data={"action": "split", "at": at})
    assert answer.status_code == 422
    assert text_of(project) == before


def test_changes_a_kind(lead: FlaskClient, project: Project, damaged: str) -> None:
    lead.post(f"/documents/{damaged}/text/s2", data={"action": "kind", "kind": "heading"})
    assert project.sentence(damaged, "s2").kind is Kind.HEADING
    assert lead.post(f"/documents/{damaged}/text/s2", data={"action": "kind", "kind": "?"}).status_code == 404
    assert lead.post(f"/documents/{damaged}/text/s2", data={"action": "burn"}).status_code == 422
    assert lead.post(f"/documents/{damaged}/text/s999", data={"action": "merge"}).status_code == 404


def test_has_nothing_to_undo_at_first(lead: FlaskClient, damaged: str) -> None:
    lead.post(f"/documents/{damaged}/changes/undo")
    assert "nothing to undo" in lead.get(f"/documents/{damaged}/text").text


def test_says_which_answers_a_change_touches(client: FlaskClient, article: Project, sign_in: SignIn) -> None:
    moment = "2020-01-01T00:00:00.000Z"
    for name in ("Ana", "Ben"):
        article.take_answers(ARTICLE, article.person(name), {"s1": Answer(Status.NO_CLAIM)}, moment)
    sign_in(client, "Cleo")
    at = article.sentence(ARTICLE, "s1").text.index(" ", 40) + 1
    assert "2 people answered" in client.get(f"/documents/{ARTICLE}/text").text
    form = {"action": "split", "at": str(at)}
    asked = client.post(f"/documents/{ARTICLE}/text/s1", data=form)
    assert "1 answered sentence with 2 answers" in asked.text
    assert [s.id for s in article.sentences(ARTICLE)].count("s1b") == 0
    assert client.post(f"/documents/{ARTICLE}/text/s1", data={**form, "sure": "1"}).status_code == 303
    assert article.desk(ARTICLE, article.person("Ana")).annotations["s1b"].answer.status == "no_claim"


def test_describes_the_document(lead: FlaskClient, project: Project, damaged: str) -> None:
    fields = {
        "title": "A title",
        "publisher": "An outlet",
        "author": "",
        "date": "2019-08",
        "url": "https://a.b",
    }
    assert lead.post(f"/documents/{damaged}/text", data={**fields, "lang": "ar"}).status_code == 303
    document = project.document(damaged)
    assert (document.title, document.publisher, document.author) == ("A title", "An outlet", None)
    assert lead.post(f"/documents/{damaged}/text", data={"title": " "}).status_code == 422
    assert lead.post(f"/documents/{damaged}/text", data={"lang": "<b>"}).status_code == 422


def test_hands_the_document_to_annotators(lead: FlaskClient, project: Project, damaged: str) -> None:
    assert project.documents(project.person("Ana")) == []
    assert lead.post(f"/documents/{damaged}/stage", data={"stage": "ready"}).status_code == 303
    assert len(project.documents(project.person("Ana"))) == 1
    assert f"/documents/{damaged}/text" in lead.get("/").text


def test_takes_back_what_nobody_annotated(client: FlaskClient, article: Project, sign_in: SignIn) -> None:
    moment = "2020-01-01T00:00:00.000Z"
    article.take_answers(ARTICLE, article.person("Ana"), {"s1": Answer(Status.NO_CLAIM)}, moment)
    sign_in(client, "Cleo")
    answer = client.post(f"/documents/{ARTICLE}/stage", data={"stage": "withdrawn"})
    assert answer.status_code == 422
    assert "have annotated" in answer.text
