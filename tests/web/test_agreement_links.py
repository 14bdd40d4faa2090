"""Every number of the agreement page opens the sentences it counts, and no others."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import url_for
from flask.testing import FlaskClient

from annotator import agreement, sample
from annotator.agreement import Rated, Report
from annotator.model import Codebook, Role
from annotator.project import Project
from annotator.web import agreement_filter, create_app
from annotator.web.agreement_page import key
from tests.conftest import ARTICLE

SignIn = Callable[[FlaskClient, str], None]
LINK = re.compile(r'<a[^>]*href="(/agreement/sentences\?[^"]*)"[^>]*>(.*?)</a>', re.DOTALL)


@pytest.fixture
def answered(article: Project, codebook: Codebook) -> Project:
    """Three people, and Ana's answers given in two weeks."""
    sentences = article.sentences(ARTICLE)
    article.add_person("Sim", Role.SIMULATED)
    for name, given, when in (
        ("Ana", sample.reference(), "2026-01-12"),
        ("Ben", sample.simulated("Simulated A", codebook, sentences), "2026-01-12"),
        ("Sim", sample.simulated("Simulated B", codebook, sentences), "2026-01-13"),
        ("Ana", dict(list(sample.reference().items())[::2]), "2026-02-11"),
    ):
        article.take_answers(ARTICLE, article.person(name), given, f"{when}T09:00:00.000Z")
    return article


def links(text: str) -> Iterator[tuple[str, int | None]]:
    """(address, number it stands for); None for a link that shows a coefficient or a word."""
    for address, inside in LINK.findall(text):
        shown = " ".join(re.sub(r"<span class=\"visually-hidden\">.*?</span>|<[^>]+>", " ", inside).split())
        number = re.match(r"(?:See )?(\d+)(?![.\d])", shown)
        yield html.unescape(address), int(number[1]) if number else None


def opened(client: FlaskClient, address: str) -> list[str]:
    """The sentences on all pages of a list, which says how many they are."""
    found: list[str] = []
    page = 1
    while True:
        with client.get(f"{address}&page={page}") as answer:
            assert answer.status_code == 200, address
            text = answer.text
        found += re.findall(rf'href="/documents/{ARTICLE}/sentences/(\w+)"', text)
        if 'rel="next"' not in text:
            break
        page += 1
    said = re.search(r'<span class="chip number">(\d+)</span>', text)
    assert said is not None
    assert int(said[1]) == len(found) == len(set(found))
    return found


def counted(report: Report, asked: dict[str, list[str]]) -> int:
    """The number that a link with this query stands for, in a report."""
    id = asked["question"][0]
    who, during, within = (asked.get(name, [None])[0] for name in ("who", "during", "within"))
    if "answer" in asked:
        wanted = {frozenset(asked["answer"])}
        cells = agreement.mixups_of(report, id).cells
        return sum(cell.units for cell in cells if {frozenset(map(key, cell.labels))} == wanted)
    parts = agreement.parts_of(report, id)
    if who and during:
        return sum(part.units for part in parts.annotator_weeks if part.key == (who, during))
    for name, some in ((who, parts.annotators), (during, parts.weeks), (within, parts.documents)):
        if name:
            return sum(part.units for part in some if part.key == name)
    return report.layer(id).compared


@pytest.mark.parametrize("question", ["claim", "stance"])
def test_every_number_opens_the_sentences_it_counts(
    answered: Project, client: FlaskClient, sign_in: SignIn, question: str
) -> None:
    sign_in(client, "Cleo")
    with client.get(f"/agreement?question={question}") as answer:
        found = dict(links(answer.text))
    assert len(found) > 30
    whole = answered.figures()
    for address, number in found.items():
        asked = parse_qs(urlsplit(address).query)
        sentences = opened(client, address)
        if number is None:  # a coefficient or “Show”: there must be something to see
            assert sentences, address
        elif "differs" in asked:
            assert len(sentences) == number, address
        else:
            assert counted(whole, asked) == number, address
            expected = agreement.behind(
                whole,
                asked["question"][0],
                labels=labels(whole, asked),
                people=asked.get("who", []),
                document=asked.get("within", [None])[0],
                during=asked.get("during", [None])[0],
            )
            assert [sid for _, sid in expected] == sentences, address
            within = report_of(answered, [one for one in sentence_ids(answered) if one in sentences])
            without = report_of(answered, [one for one in sentence_ids(answered) if one not in sentences])
            if "during" not in asked:  # readings one by one carry no days
                assert counted(within, asked) == number, address
                assert not counted_or_none(without, asked), address


def labels(report: Report, asked: dict[str, list[str]]) -> tuple[object, object] | None:
    if "answer" not in asked:
        return None
    known = {key(label): label for label in report.compared[asked["question"][0]].labels}
    first, *rest = asked["answer"]
    return known[first], known[rest[0] if rest else first]


def counted_or_none(report: Report, asked: dict[str, list[str]]) -> int:
    return counted(report, asked) if report.sentences else 0


def sentence_ids(project: Project) -> list[str]:
    return [sentence.id for sentence in project.sentences(ARTICLE)]


def report_of(project: Project, sids: list[str]) -> Report:
    rated: list[Rated] = project.rated([(ARTICLE, sid) for sid in sids])
    sides = {label.id: label.sides for label in project.codebook().labels("stance") if label.sides}
    return agreement.report(rated, sides=sides)


@pytest.mark.parametrize("query", ["", "document=a+b&document=c%26d&person=A%C3%AFn&round=&x=1:2/3~'*"])
def test_addresses_are_those_of_the_routes(answered: Project, query: str) -> None:
    app = create_app(answered.path, testing=True)
    odd = {"answer": ["ru:oppose", "a+b", "é؟"], "who": "Bén & Co", "page": 2, "x": None, "question": ""}
    with app.test_request_context(f"/agreement?{query}"):
        for changed in ({}, odd):
            expected = url_for("agreement.behind", **agreement_filter.address(**changed))
            assert agreement_filter.leading_to("agreement.behind")(**changed) == expected
