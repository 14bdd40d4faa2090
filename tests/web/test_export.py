"""The export page: who gets whose answers, what the preview shows, what the file holds."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import shlex
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from annotator import outputs, sample
from annotator.cli import main
from annotator.filter import Filter
from annotator.model import Answer, Codebook, Status
from annotator.outputs import flat
from annotator.project import Project
from tests.conftest import ARTICLE

SignIn = Callable[[FlaskClient, str], None]


@pytest.fixture
def answered(article: Project, codebook: Codebook) -> Project:
    """Ana gave the reference's answers, Ben the simulated ones of A."""
    sentences = article.sentences(ARTICLE)
    answers = {"Ana": sample.reference(), "Ben": sample.simulated("Simulated A", codebook, sentences)}
    for name, given in answers.items():
        article.take_answers(ARTICLE, article.person(name), given, "2026-01-12T09:00:00.000Z")
    return article


def page(client: FlaskClient, address: str) -> str:
    with client.get(address) as answer:
        assert answer.status_code == 200, answer.text
        return answer.text


def file(client: FlaskClient, address: str) -> bytes:
    with client.get(address) as answer:
        assert answer.status_code == 200
        return answer.data


def previews(text: str) -> list[object]:
    shown = re.findall(r'<pre class="export-json" dir="ltr">(.*?)</pre>', text, re.DOTALL)
    return [json.loads(html.unescape(re.sub(r"<[^>]+>", "", one))) for one in shown]


def count(text: str) -> int:
    found = re.search(r'class="export-count"[^>]*><strong>(\d+) record', text)
    assert found
    return int(found[1])


def command(text: str) -> list[str]:
    found = re.search(r'<code[^>]*id="command"[^>]*>(.*?)</code>', text)
    assert found
    return shlex.split(html.unescape(found[1]))


FILTERS = [
    "",
    "?person=Ana",
    "?person=Ana&person=Ben",
    f"?document={ARTICLE}",
    "?status=no_claim",
    f"?document={ARTICLE}&person=Ben&status=claims",
    "?status=skipped",
]


@pytest.mark.parametrize("filters", FILTERS)
def test_previews_the_first_lines_of_the_file(
    filters: str, answered: Project, client: FlaskClient, sign_in: SignIn
) -> None:
    sign_in(client, "Cleo")
    text = page(client, f"/export{filters}")
    lines = file(client, f"/export/claims.jsonl{filters}").splitlines()
    assert previews(text) == [json.loads(line) for line in lines[:3]]
    assert count(text) == len(lines)


@pytest.mark.parametrize("filters", FILTERS)
def test_writes_the_same_bytes_as_the_command_it_shows(
    filters: str, answered: Project, client: FlaskClient, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(client, "Cleo")
    name, *words = command(page(client, f"/export{filters}"))
    assert name == "qawl"
    monkeypatch.chdir(answered.path.parent)
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, result.output
    written = Path("exports", f"{answered.path.stem}.claims.jsonl").read_bytes()
    assert file(client, f"/export/claims.jsonl{filters}") == written


def test_keeps_filters_in_the_address(answered: Project, client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "Cleo")
    text = page(client, "/export?person=Ben&status=claims")
    assert re.findall(r'value="([^"]+)" checked', text) == ["claims-jsonl", "votes", "Ben", "claims"]
    assert 'href="/export/claims.jsonl?person=Ben&amp;status=claims"' in text


def test_gives_annotators_their_own_answers_only(
    answered: Project, client: FlaskClient, sign_in: SignIn
) -> None:
    sign_in(client, "Ben")
    text = page(client, "/export?person=Ana")
    records = [json.loads(line) for line in file(client, "/export/claims.jsonl?person=Ana").splitlines()]
    assert {record["annotator"] for record in records} == {"Ben"}
    assert len(records) == count(text) == 28
    said = text.replace("/export?person=Ana", "")  # the address one asked for
    assert not re.search(r"\bAna\b", said)
    assert command(text)[-2:] == ["--person", "Ben"]


def test_sets_each_text_in_its_own_direction(answered: Project, client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "Cleo")
    text = page(client, "/export")
    assert re.search(r'<bdi class="json-passage" lang="ar" dir="rtl">&#34;لقاء بوتين', text)
    assert re.search(r'<bdi class="json-words" lang="ar" dir="rtl">&#34;وانقسامات بشأن إدلب&#34;</bdi>', text)
    assert "\\u0" not in text


def test_names_the_file_after_the_project(answered: Project, client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "Cleo")
    with client.get("/export/claims.jsonl") as answer:
        assert answer.mimetype == "application/jsonl"
        assert answer.headers["Content-Disposition"] == "attachment; filename=project.claims.jsonl"
        assert answer.is_streamed


def test_says_so_when_there_is_nothing(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "Ana")
    text = page(client, "/export")
    assert count(text) == 0
    assert "There are no answers yet." in text
    assert "/export/claims.jsonl" not in text
    assert file(client, "/export/claims.jsonl") == b""


def test_leaves_out_bylines_and_links(article: Project, client: FlaskClient, sign_in: SignIn) -> None:
    byline = next(s for s in article.sentences(ARTICLE) if s.order is None)
    answer = {byline.id: Answer(Status.NO_CLAIM)}
    article.take_answers(ARTICLE, article.person("Ana"), answer, "2026-01-12T09:00:00.000Z")
    sign_in(client, "Ana")
    assert count(page(client, "/export")) == 0
    assert file(client, "/export/claims.jsonl") == b""


@pytest.mark.parametrize("address", ["/export", "/export/claims.jsonl"])
def test_asks_to_sign_in(address: str, client: FlaskClient) -> None:
    with client.get(address) as answer:
        assert answer.status_code == 303
        assert answer.location.startswith("/sign-in")


@pytest.mark.parametrize("address", ["/export", "/export/claims.jsonl"])
@pytest.mark.parametrize(
    ("filters", "status", "words"),
    [
        ("document=nowhere", 404, "There is no document nowhere"),
        ("person=Nobody", 404, "There is nobody named Nobody"),
        ("status=todo", 422, "“todo” is not a status."),
        ("layer=gold", 422, "“gold” is not a layer."),
    ],
)
def test_refuses_filters_that_fit_nothing(
    address: str, filters: str, status: int, words: str, client: FlaskClient, sign_in: SignIn
) -> None:
    sign_in(client, "Cleo")
    with client.get(f"{address}?{filters}") as answer:
        assert answer.status_code == status
        assert words in answer.text


def test_exports_the_final_layer(answered: Project, client: FlaskClient, sign_in: SignIn) -> None:
    settled = answered.settle_unanimous(answered.person("Cleo"))
    sign_in(client, "Cleo")
    text = page(client, "/export?layer=final")
    lines = [json.loads(line) for line in file(client, "/export/claims.jsonl?layer=final").splitlines()]
    assert count(text) == len(lines) == settled > 0
    assert {line["role"] for line in lines} == {"final"}
    assert command(text)[-2:] == ["--layer", "final"]


def test_keeps_the_final_layer_from_annotators(
    answered: Project, client: FlaskClient, sign_in: SignIn
) -> None:
    answered.settle_unanimous(answered.person("Cleo"))
    sign_in(client, "Ana")
    assert 'name="layer"' not in page(client, "/export")
    lines = [json.loads(line) for line in file(client, "/export/claims.jsonl?layer=final").splitlines()]
    assert {line["annotator"] for line in lines} == {"Ana"}


# ------------------------------------------------------------------ formats


@pytest.mark.parametrize("id", outputs.FORMATS)
def test_offers_every_format_with_what_it_cannot_hold(
    id: str, answered: Project, client: FlaskClient, sign_in: SignIn
) -> None:
    sign_in(client, "Cleo")
    text = page(client, f"/export?format={id}")
    format = outputs.FORMATS[id]
    assert f'value="{id}" checked' in text
    assert format.loses in html.unescape(text)
    if not outputs.installed(format):
        assert f"pip install 'qawl[{format.extra}]'" in html.unescape(text)
        return
    (address,) = re.findall(r'<a [^>]*href="(/export/[^"]+)" download="([^"]+)"', text)
    assert address[1] == f"project.{format.extension}"
    assert file(client, html.unescape(address[0])) == b"".join(answered.export(id, Filter()))
    with client.get(address[0]) as answer:
        assert answer.content_type == format.media_type
        assert answer.is_streamed


MORE_FILTERS = [
    "format=csv&label=stance:ru&label=attribution:direct",
    "format=csv&own_voice=0&layer=both",
    "format=xlsx&label=speaker:putin",
    "label=propositions:R1&own_voice=0",
    "format=csv&round=1&person=Ben",
    "format=label-studio&label=stance:tr",
]


@pytest.mark.parametrize("filters", MORE_FILTERS)
def test_gives_page_file_and_command_the_same_filter(
    filters: str, answered: Project, client: FlaskClient, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered.settle_unanimous(answered.person("Cleo"))
    answered.make_round("First")
    sign_in(client, "Cleo")
    text = page(client, f"/export?{filters}")
    (address,) = re.findall(r'<a [^>]*href="(/export/[^"]+)" download="', text)
    monkeypatch.chdir(answered.path.parent)
    result = CliRunner().invoke(main, command(text)[1:])
    assert result.exit_code == 0, result.output
    (written,) = Path("exports").iterdir()
    assert file(client, html.unescape(address)) == written.read_bytes()
    if written.suffix == ".csv":
        rows = list(csv.DictReader(io.StringIO(written.read_text("utf-8-sig"), newline="")))
        records = {(row["record_id"], row["role"]) for row in rows}
        claims = [row for row in rows if row["claim_n"] != "0"]
        assert (len(records), len(claims)) == (count(text), counted_claims(text))


def counted_claims(text: str) -> int:
    found = re.search(r"<span>(\d+) claims?</span>", text)
    assert found
    return int(found[1])


def test_previews_the_first_rows(answered: Project, client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "Cleo")
    text = page(client, "/export?format=xlsx")
    shown = re.findall(r"<tr><td>.*?</tr>", text)
    assert len(shown) == 3
    first = next(iter(flat.rows(answered.records())))
    cells = [html.unescape(re.sub(r"<[^>]+>", "", one)) for one in re.findall(r"<td>(.*?)</td>", shown[0])]
    assert cells[: flat.NAMES.index("text")] == [
        "" if first[name] is None else str(first[name]) for name in flat.NAMES[: flat.NAMES.index("text")]
    ]
    assert re.search(r'<bdi class="text" lang="ar" dir="rtl">لقاء', shown[0])


def test_guesses_how_large_the_file_will_be(answered: Project, client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "Cleo")
    for id in ("claims-jsonl", "csv", "xlsx"):
        text = page(client, f"/export?format={id}&person=Ana")
        guess = re.search(r'data-bytes="(\d+)"', text)
        assert guess
        assert int(guess[1]) == len(b"".join(answered.export(id, Filter(people=("Ana",)))))


def test_counts_afterwards_what_takes_a_while(
    answered: Project, client: FlaskClient, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page comes at once, and asks for the numbers again; they are kept until something changes."""
    sign_in(client, "Cleo")
    at_once = page(client, "/export?label=stance:ru")
    answered.take_answers(ARTICLE, answered.person("Cleo"), sample.reference(), "2026-01-12T09:00:00.000Z")
    monkeypatch.setattr("annotator.web.export.QUICK", 10)
    waiting = page(client, "/export?label=stance:ru")
    assert "Counting the answers …" in waiting
    assert 'class="button primary large"' in waiting
    assert previews(waiting) == []
    asked = re.search(r'class="export-count" hx-get="([^"]+)"', waiting)
    assert asked
    counted = page(client, html.unescape(asked[1]))
    assert count(counted) > count(at_once)
    assert len(previews(counted)) == 3
    assert count(page(client, "/export?label=stance:ru")) == count(counted)


@pytest.mark.parametrize("place", ["export", "agreement", "analysis", "settle"])
def test_forgets_what_was_counted_while_somebody_went_back(
    place: str, answered: Project, app: Flask, client: FlaskClient, sign_in: SignIn
) -> None:
    """A page that was asked for before counts by what its thread remembers of the state before."""
    copy = answered.make_copy()
    other = app.test_client()
    other.environ_base["HTTP_ORIGIN"] = "http://localhost"
    waiting: list[str] = []

    def go_back() -> None:
        other.post(f"/backups/{waiting.pop()}/back", data={"sure": "1"})

    @app.before_request
    def go_back_first() -> None:
        if waiting:
            elsewhere = threading.Thread(target=go_back)
            elsewhere.start()
            elsewhere.join()

    sign_in(client, "Cleo")
    sign_in(other, "Cleo")
    waiting.append(copy.name)
    assert client.get(f"/{place}").status_code == 200
    assert len(answered.copies()) == 2, "somebody went back"
    late = set(app.extensions[place]._found)
    assert other.get(f"/{place}").status_code == 200
    assert set(app.extensions[place]._found) > late, "it is counted again"


def test_keeps_other_labels_of_the_address_ticked(
    answered: Project, client: FlaskClient, sign_in: SignIn
) -> None:
    sign_in(client, "Ana")
    text = page(client, "/export?label=stance:ru&label=propositions:R1&own_voice=0")
    ticked = re.findall(r'value="([^"]+)" checked', text)
    assert ticked == ["claims-jsonl", "0", "stance:ru", "propositions:R1"]


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/export?format=nothing", 404, "There is no format nothing"),
        ("/export/files/nothing", 404, "There is no format nothing"),
        ("/export?label=stance:nowhere", 404, "“stance:nowhere” is no label"),
        ("/export/files/csv?label=nonsense", 422, "“nonsense” is no label"),
        ("/export?round=9", 404, "There is no round 9"),
        ("/export?round=x", 404, "There is no round x"),
        ("/export?own_voice=maybe", 422, "own_voice is 1 or 0"),
    ],
)
def test_refuses_formats_and_labels_that_do_not_exist(
    address: str, status: int, words: str, client: FlaskClient, sign_in: SignIn
) -> None:
    sign_in(client, "Cleo")
    with client.get(address) as answer:
        assert answer.status_code == status
        assert words in html.unescape(answer.text)


@pytest.mark.parametrize("id", ["csv", "web-annotation"])
def test_keeps_others_answers_out_of_every_format(
    id: str, answered: Project, client: FlaskClient, sign_in: SignIn
) -> None:
    answered.settle_unanimous(answered.person("Cleo"))
    sign_in(client, "Ben")
    own = b"".join(answered.export(id, Filter(people=("Ben",))))
    assert file(client, f"/export/files/{id}?person=Ana&layer=both&round=1") == own


def test_says_which_extra_is_missing(
    answered: Project, client: FlaskClient, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = outputs.FORMATS["parquet"]
    monkeypatch.setitem(outputs.FORMATS, "parquet", replace(there, needs="no_such_module"))
    sign_in(client, "Cleo")
    text = html.unescape(page(client, "/export?format=parquet"))
    assert "pip install 'qawl[parquet]'" in text
    assert "/export/files/parquet" not in text
    with client.get("/export/files/parquet") as answer:
        assert answer.status_code == 422


# ------------------------------------------------------------------ the whole project


def test_sends_leads_the_whole_project(
    client: FlaskClient, answered: Project, sign_in: SignIn, tmp_path: Path
) -> None:
    sign_in(client, "Cleo")
    assert "/export/bundle.zip" in page(client, "/export")
    with client.get("/export/bundle.zip") as answer:
        assert answer.mimetype == "application/zip"
        assert "filename=project.bundle.zip" in answer.headers["Content-Disposition"]
        (tmp_path / "b.zip").write_bytes(answer.data)
    assert Project.from_bundle(tmp_path / "again.db", tmp_path / "b.zip").records == answered.count_records(
        layer="both"
    )


def test_keeps_the_whole_project_from_annotators(
    client: FlaskClient, answered: Project, sign_in: SignIn
) -> None:
    sign_in(client, "Ana")
    assert "/export/bundle.zip" not in page(client, "/export")
    assert client.get("/export/bundle.zip").status_code == 403
