"""The agreement page: who may see it, whether its figures are those of the report, what it says when."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from annotator import agreement, sample
from annotator.agreement import Report
from annotator.cli import main
from annotator.model import Answer, Claim, Codebook, Role, Status
from annotator.project import Project
from tests.conftest import ARTICLE

SignIn = Callable[[FlaskClient, str], None]
WHEN = "2026-01-12T09:00:00.000Z"
NO = Answer(Status.NO_CLAIM)


def answer(project: Project, name: str, given: Mapping[str, Answer]) -> None:
    project.take_answers(ARTICLE, project.person(name), given, WHEN)


@pytest.fixture
def answered(article: Project, codebook: Codebook) -> Project:
    """Ana gave the reference's answers, Ben the simulated ones of A, Sim those of B."""
    sentences = article.sentences(ARTICLE)
    article.add_person("Sim", Role.SIMULATED)
    answer(article, "Ana", sample.reference())
    answer(article, "Ben", sample.simulated("Simulated A", codebook, sentences))
    answer(article, "Sim", sample.simulated("Simulated B", codebook, sentences))
    return article


@pytest.fixture
def lead(client: FlaskClient, sign_in: SignIn) -> FlaskClient:
    sign_in(client, "Cleo")
    return client


def page(client: FlaskClient, address: str = "/agreement") -> str:
    with client.get(address) as found:
        assert found.status_code == 200, found.text
        return found.text


def words(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


def rows(text: str) -> dict[str, str]:
    """What each question's row says, by question."""
    found = re.findall(r'<tr>\s*<th scope="row">(.*?)</th>(.*?)</tr>', text, re.DOTALL)
    return {words(question): words(rest) for question, rest in found}


# ------------------------------------------------------------------ who

ADDRESSES = ["/agreement", "/agreement.json", "/agreement.csv", "/agreement/sentences?differs=any"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_shows_annotators_nothing_of_what_they_have_not_finished(
    answered: Project, client: FlaskClient, sign_in: SignIn, address: str
) -> None:
    with client.get(address) as found:
        assert found.status_code == 303
    sign_in(client, "Ana")
    with client.get(address) as found:
        assert found.status_code == 200
        assert "Ben" not in found.text
        assert str(answered.figures().layer("stance").value) not in found.text
    joined = "&" if "?" in address else "?"
    with client.get(f"{address}{joined}document={ARTICLE}") as found:
        assert found.status_code == 403


def test_shows_annotators_the_documents_they_finished(
    answered: Project, client: FlaskClient, sign_in: SignIn
) -> None:
    answered.finish(ARTICLE, answered.person("Ana"))
    sign_in(client, "Ana")
    assert "Ben" in words(page(client, "/agreement"))
    assert "Who differs from the others" in words(page(client, f"/agreement?document={ARTICLE}"))
    assert "/settle" not in page(client, "/agreement")


def test_leads_annotators_there_once_they_finished_a_document(
    answered: Project, client: FlaskClient, sign_in: SignIn
) -> None:
    sign_in(client, "Ana")
    assert 'href="/agreement"' not in page(client, "/")
    answered.finish(ARTICLE, answered.person("Ana"))
    assert 'href="/agreement"' in page(client, "/")
    answered.reopen(ARTICLE, "Ana", "Look again.", "Cleo")
    assert 'href="/agreement"' not in page(client, "/")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("document=0000000000000000", 404),
        ("person=Nobody", 404),
        ("author=maybe", 422),
        ("question=mood", 422),
        ("round=7", 404),
        ("round=one", 404),
    ],
)
def test_refuses_filters_it_does_not_know(lead: FlaskClient, query: str, status: int) -> None:
    with lead.get(f"/agreement?{query}") as found:
        assert found.status_code == status


# ------------------------------------------------------------------ figures

FILTERS = [
    ("", []),
    ("person=Ana&person=Ben", ["--person", "Ana", "--person", "Ben"]),
    ("author=not-counted", ["--without-author"]),
    (
        f"document={ARTICLE}&person=Ana&person=Sim",
        ["--document", ARTICLE, "--person", "Ana", "--person", "Sim"],
    ),
]


@pytest.mark.parametrize(("query", "options"), FILTERS)
def test_json_equals_the_command_line(
    answered: Project, lead: FlaskClient, query: str, options: list[str]
) -> None:
    printed = CliRunner().invoke(main, ["agreement", str(answered.path), "--json", *options])
    sheet = CliRunner().invoke(main, ["agreement", str(answered.path), "--csv", *options])
    with lead.get(f"/agreement.csv?{query}") as found:
        assert found.mimetype == "text/csv"
        assert found.data == sheet.stdout_bytes
    with lead.get(f"/agreement.json?{query}") as found:
        assert found.mimetype == "application/json"
        assert found.json == json.loads(printed.stdout)


@pytest.mark.parametrize(
    ("lang", "mark", "share"),
    [("en", ".", "{} %"), ("ar", ".", "{}%"), ("ru", ",", "{} %"), ("tr", ",", "%{}")],
)
def test_page_writes_figures_as_its_language_does(
    answered: Project, lead: FlaskClient, lang: str, mark: str, share: str
) -> None:
    stance = answered.figures().layer("stance")
    plain, percent = agreement.figure(stance.value), agreement.percent(stance.observed).split()[0]
    lead.post("/language", data={"lang": lang})
    shown = words(page(lead))
    assert f"α {plain.replace('.', mark)} " in shown
    assert f" {share.format(percent)} " in shown
    assert f"α = {plain.replace('.', mark)}" in shown  # in the paragraph for the methods section too
    assert f"0{mark}667" in shown
    other = {".": ",", ",": "."}[mark]
    assert not re.search(rf"(?<!\w)0\{other}\d\d(?!\d)", shown)
    with lead.get("/agreement.json") as found:
        assert found.json["layers"][0]["value"] == answered.figures().layers[0].value


@pytest.mark.parametrize("query", [query for query, _ in FILTERS])
def test_page_shows_the_figures_of_the_json(answered: Project, lead: FlaskClient, query: str) -> None:
    with lead.get(f"/agreement.json?{query}") as found:
        layers = found.json["layers"]
    shown = rows(page(lead, f"/agreement?{query}"))
    assert len(layers) == 5
    with lead.get(f"/agreement.csv?{query}") as found:
        assert found.data.startswith(b"\xef\xbb\xbf")
        table = list(csv.DictReader(io.StringIO(found.data.decode("utf-8-sig"))))
    whole = {line["question"]: line for line in table if not line["filter"]}
    for layer in layers:
        row = shown[layer["question"]]
        first = next(one for one in table if one["question"] == layer["id"])
        assert float(first["value"]) == layer["value"]
        assert float(first["low"]) == layer["interval"]["low"]
        assert whole[layer["id"]]["documents"] == str(layer["documents"])
        assert f"{layer['compared']} {layer['unit']}" in row
        assert agreement.figure(layer["value"]) in row
        low, high = layer["interval"]["low"], layer["interval"]["high"]
        assert f"{agreement.figure(low)} to {agreement.figure(high)}" in row
        assert agreement.percent(layer["observed"]) in row
        assert agreement.percent(layer["expected"]) in row


def test_gives_the_chance_of_being_below_both_marks(answered: Project, lead: FlaskClient) -> None:
    shown = rows(page(lead))
    for layer in answered.agreement().layers:
        interval, row = layer.interval, shown[agreement.QUESTIONS[layer.id]]
        if layer.measure == "f1" or interval.p_667 is None or interval.p_800 is None:
            assert "0.667" not in row
            continue
        for mark, chance in (("0.667", interval.p_667), ("0.800", interval.p_800)):
            told = "under 1 %" if chance < 0.01 else agreement.percent(chance)
            assert f"{mark} {told}" in row


def test_draws_the_weeks_with_their_table(answered: Project, lead: FlaskClient) -> None:
    assert "Week by week" not in words(page(lead))  # all answers are of one week
    later = "2026-02-11T09:00:00.000Z"
    again = {sid: each for n, (sid, each) in enumerate(sample.reference().items()) if n % 2}
    answered.take_answers(ARTICLE, answered.person("Ana"), again, later)
    text = page(lead)
    weeks = agreement.parts_of(answered.figures(), "stance").weeks
    assert [part.key for part in weeks] == ["2026-W03", "2026-W07"]
    drawn = text[
        text.index('class="agreement-weeks"') : text.index("</figure>", text.index("agreement-weeks"))
    ]
    assert drawn.count("<circle") == len(weeks)
    for part in weeks:
        shown = rows(text)[part.key]
        assert agreement.figure(part.observed if part.value is None else part.value) in shown
        assert shown.startswith(str(part.units))


def test_a_row_opens_exactly_the_sentences_it_counts(answered: Project, lead: FlaskClient) -> None:
    report = answered.agreement()
    text = page(lead)
    for id, differences in {
        "stance": {"stance"},
        "same": {"claim", "number", "same"},
        "claim": {"claim"},
    }.items():
        expected = [each.sentence_id for each in report.disagreements if differences & set(each.differs)]
        assert f"{len(expected)} sentences" in rows(text)[agreement.QUESTIONS[id]]
        opened = page(lead, f"/agreement/sentences?differs={id}")
        assert re.findall(rf'href="/documents/{ARTICLE}/sentences/(\w+)"', opened) == expected


def test_interval_has_its_numbers_in_words(answered: Project, lead: FlaskClient) -> None:
    layer = answered.agreement().layer("stance")
    value, low, high = map(agreement.figure, (layer.value, layer.interval.low, layer.interval.high))
    assert f'aria-label="α {value}, 95 per cent interval from {low} to {high}"' in page(lead)


def test_says_that_one_document_gives_no_interval_over_documents(
    answered: Project, lead: FlaskClient
) -> None:
    text = words(page(lead))
    groups = answered.agreement().layer("stance").interval.groups
    assert "Only one document, so there is no interval over documents." in text
    assert f"over {groups} sentences)" in text


# ------------------------------------------------------------------ verdicts


def both(project: Project, stances: list[tuple[str, str]]) -> None:
    """Ana and Ben find one claim in each of the first sentences, with these positions."""
    queued = [sentence.id for sentence in project.sentences(ARTICLE) if sentence.kind == "body"]

    def of(stance: str) -> Answer:
        return Answer(Status.CLAIMS, (Claim(("putin",), stance, "support", "direct"),))

    for place, name in enumerate(("Ana", "Ben")):
        answer(project, name, {sid: of(pair[place]) for sid, pair in zip(queued, stances, strict=False)})


@pytest.mark.parametrize(
    ("stances", "verdict"),
    [
        ([("ru", "ru"), ("tr", "tr")] * 8, "Positions are reliable"),
        ([("ru", "ru"), ("tr", "tr")] * 13 + [("ru", "tr")],
         "Positions are usable for exploring, not yet for publishing"),
        ([("ru", "tr"), ("tr", "tr")] * 8, "Positions are not reliable yet"),
        ([("ru", "ru"), ("tr", "tr")] * 7, "Too few to judge yet"),
        ([("ru", "ru")] * 20, "Only one answer was given, so agreement cannot be judged"),
    ],
)  # fmt: skip
def test_verdict_follows_the_lower_end(
    article: Project, lead: FlaskClient, stances: list[tuple[str, str]], verdict: str
) -> None:
    both(article, stances)
    found = re.search(r'<h2 id="verdict-title"[^>]*>(.*?)</h2>', page(lead), re.DOTALL)
    assert found
    assert words(found[1]) == verdict


def test_explains_what_is_undefined(article: Project, lead: FlaskClient) -> None:
    both(article, [("ru", "ru")] * 20)
    text = page(lead)
    assert "undefined" in rows(text)["Whose position?"]
    assert agreement.REASONS["no_variation"] in words(text)
    assert "Everybody reads every sentence the same way." in words(text)


def test_asks_for_overlap_when_there_is_none(article: Project, lead: FlaskClient) -> None:
    answer(article, "Ana", sample.reference())
    assert "Give one document to two people." in words(page(lead))
    assert "Within these filters" in words(page(lead, "/agreement?person=Ana"))


def test_says_so_when_nobody_found_the_same_claim(article: Project, lead: FlaskClient) -> None:
    claim = Answer(Status.CLAIMS, (Claim(("putin",), "ru", "support", "direct"),))
    answer(article, "Ana", {"s1": claim, "s2": NO})
    answer(article, "Ben", {"s1": NO, "s2": NO})
    text = page(lead)
    assert "No claim was found by two people yet" in words(text)
    assert "undefined" in rows(text)["Who speaks?"]


# ------------------------------------------------------------------ readings


def test_shows_every_reading_in_the_documents_own_direction(answered: Project, lead: FlaskClient) -> None:
    text = page(lead, "/agreement/sentences?differs=any")
    report = answered.agreement()
    assert len(re.findall(r'<details class="agreement-item"', text)) == len(report.disagreements)
    for each in report.disagreements:
        assert f'lang="ar" dir="rtl">{html.escape(each.text)}<' in text or each.text in html.unescape(text)
    for name in ("Ana", "Ben", "Sim"):
        assert f"<bdi>{name}</bdi>" in text
    assert 'class="glyph"' in text


@pytest.mark.parametrize("address", ["/agreement.json", "/agreement/sentences?differs=any"])
def test_readings_are_of_the_same_moment_as_the_figures(
    answered: Project, lead: FlaskClient, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    before, figures = page(lead, address), Project.figures
    lead.application.extensions.pop("agreement", None)

    def answered_meanwhile(project: Project, **asked: Any) -> Report:
        found = figures(project, **asked)
        with Project.open(answered.path) as other:
            for name in ("Ana", "Ben", "Sim"):
                answer(other, name, dict.fromkeys(sample.reference(), NO))
        return found

    monkeypatch.setattr(Project, "figures", answered_meanwhile)
    assert page(lead, address) == before
    assert page(lead, address) != before


def test_marks_simulated_annotators(answered: Project, lead: FlaskClient) -> None:
    text = page(lead)
    assert text.count("<bdi>Sim</bdi>") == len(re.findall(r"<bdi>Sim</bdi>\s*<[^>]+>simulated<", text))
    assert not re.search(r"<bdi>Ana</bdi>\s*<[^>]+>simulated<", text)
    assert "answers made by rule" not in page(lead, "/agreement?person=Ana&person=Ben")


def test_works_as_a_fragment(answered: Project, lead: FlaskClient) -> None:
    with lead.get("/agreement", headers={"HX-Request": "true", "HX-Boosted": "true"}) as found:
        assert "<html" not in found.text
        assert "verdict-title" in found.text


def test_draws_without_inline_styles(answered: Project, lead: FlaskClient) -> None:
    assert not re.search(r"\sstyle=", page(lead))
