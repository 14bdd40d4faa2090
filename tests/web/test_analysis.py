"""Analysis: every number opens its claims, equals the export, and shows nobody what is not theirs."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from html import unescape
from itertools import combinations

import networkx
import pytest
from flask.testing import FlaskClient

from annotator import sample
from annotator.analysis import TABLES, VALUES, VIEWS, Analysis
from annotator.filter import Filter, made
from annotator.model import Role
from annotator.outputs import Context, flat, sheets
from annotator.outputs.network import graph as graph_exported
from annotator.outputs.sheets import restored
from annotator.project import Project
from tests.conftest import ARTICLE
from tests.store.test_answers import CLAIM, give
from tests.store.test_settlements import FINAL, settle

SignIn = Callable[[FlaskClient, str], None]
Row = dict[str, str]

FILTERS = (
    Filter(),
    made(people=["Ana"]),
    made(people=["Ana", "Ben"], own_voice=False),
    made(labels=["stance:ru", "attribution:direct", "attribution:indirect"]),
)


@pytest.fixture
def answered(article: Project) -> Project:
    """Ana, Ben and a simulated annotator have finished the article; Cleo has settled some sentences."""
    article.add_person("Sim", Role.SIMULATED)
    sentences, book = article.sentences(ARTICLE), article.codebook()
    for name, answers in {
        "Ana": sample.reference(),
        "Ben": sample.simulated("Simulated A", book, sentences),
        "Sim": sample.simulated("Simulated B", book, sentences),
    }.items():
        article.take_answers(ARTICLE, article.person(name), answers, "2026-01-12T09:00:00.000Z")
    for sid in ("s11", "s12", "s13", "s14", "s20"):
        settle(article, sid, FINAL | {f"{n}-found": "no" for n in range(2, 8)})
    return article


@pytest.fixture
def lead(answered: Project, client: FlaskClient, sign_in: SignIn) -> FlaskClient:
    sign_in(client, "Cleo")
    return client


def query(filter: Filter) -> str:
    args = {"layer": [filter.layer], **filter.as_args()}
    return "&".join(f"{name}={value}" for name, values in args.items() for value in values)


def rows(content: bytes) -> list[Row]:
    """Of a CSV file, as it was before formulas were defused."""
    read = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    return [{key: restored(value) for key, value in row.items()} for row in read]


def exported(project: Project, filter: Filter) -> list[Row]:
    """The claims of the exported CSV for the same filter."""
    context = Context(project.codebook(), lambda _: pytest.fail("the rows hold every text they need"))
    found = rows(b"".join(sheets.write_csv(project.records_of(filter), context)))
    return [row for row in found if row["claim_n"] != "0"]


# ------------------------------------------------------------------ equal to the export


def ids(value: str) -> list[str]:
    return re.findall(r"[\w-]+", value)


def months(row: Row) -> list[str]:
    return [row["doc_date"][:7]]


IN_CSV: dict[str, Callable[[Row], list[str]]] = {
    "speaker": lambda row: ids(row["speaker"]),
    "stance": lambda row: [row["stance"]],
    "attribution": lambda row: [row["attribution"]],
    "proposition": lambda row: ids(row["propositions"]) or [""],
    "period": months,
}


@pytest.mark.parametrize("filter", [*FILTERS, made(layer="final")], ids=query)
@pytest.mark.parametrize("view", ["positions", "propositions", "attribution", "time"])
def test_counts_what_the_export_holds_cell_by_cell(
    lead: FlaskClient, answered: Project, filter: Filter, view: str
) -> None:
    down, across = TABLES[view]
    counted: Counter[tuple[str, str]] = Counter()
    rejecting: Counter[tuple[str, str]] = Counter()
    for row in exported(answered, filter):
        for cell in ((a, b) for a in IN_CSV[down](row) for b in IN_CSV[across](row)):
            counted[cell] += 1
            rejecting[cell] += row["polarity"] == "oppose"
    shown = rows(lead.get(f"/analysis/{view}.csv?{query(filter)}").data)
    assert sum(counted.values()) > 0
    cells = {(row[down], row[across]): row for row in shown}
    assert {cell: int(row["claims"]) for cell, row in cells.items() if row["claims"] != "0"} == counted
    assert {cell for cell, row in cells.items() if row["rejecting"] != "0"} == {
        cell for cell, n in rejecting.items() if n
    }


def test_counts_parts_of_the_text_as_the_export_orders_it(answered: Project) -> None:
    length = sum(sentence.order is not None for sentence in answered.sentences(ARTICLE))
    counted = Counter(
        (speaker, str(row["order"] * 10 // length + 1))
        for row in flat.rows(answered.records_of(Filter()))
        for speaker in row["speaker"]
    )
    table = answered.analysis(Filter()).tables["text"]
    assert {cell: count.n for cell, count in table.cells.items()} == counted


# ------------------------------------------------------------------ networks


def bipartite(claims: list[Row], project: Project) -> networkx.MultiGraph:
    """Who affirms and who denies which issue, from the exported claims alone."""
    lists = {one.id: one for one in project.codebook().propositions}
    graph = networkx.MultiGraph()
    for row in claims:
        stands = {
            (one.issue, "affirms" if (one.pole == "+") == (row["polarity"] == "support") else "denies")
            for one in map(lists.get, ids(row["propositions"]))
            if one and one.issue and one.pole and row["polarity"]
        }
        for actor in ids(row["speaker"]):
            for issue, stand in stands:
                before = graph.get_edge_data(actor, issue, stand, {"n": 0})["n"]
                graph.add_edge(actor, issue, stand, n=before + 1)
    return graph


@pytest.mark.parametrize("filter", [*FILTERS, made(layer="final")], ids=query)
def test_has_the_network_that_networkx_makes_of_the_export(
    lead: FlaskClient, answered: Project, filter: Filter
) -> None:
    graph = bipartite(exported(answered, filter), answered)
    shown = rows(lead.get(f"/analysis/affiliation.csv?{query(filter)}").data)
    actors = {row["actor"] for row in shown}
    assert {(row["actor"], row["issue"], row["stand"], int(row["claims"])) for row in shown} == {
        (actor, issue, stand, graph[actor][issue][stand]["n"])
        for actor in actors
        for issue in graph[actor]
        for stand in graph[actor][issue]
    }
    assert actors | {row["issue"] for row in shown} == set(graph)


def test_has_the_network_of_the_exported_graph(answered: Project) -> None:
    graph = graph_exported(answered.records_of(Filter()), answered.codebook())
    counted: Counter[tuple[str, str]] = Counter()
    for (actor, issue, _), count in answered.analysis(Filter()).network.affiliation.items():
        counted[f"actor:{actor}", f"issue:{issue}"] += count.n
    assert counted == {(actor, issue): graph[actor][issue]["weight"] for actor, issue in counted}
    assert len(counted) == graph.number_of_edges()


@pytest.mark.parametrize("filter", [*FILTERS, made(layer="final")], ids=query)
def test_has_the_congruence_and_conflict_that_networkx_finds(
    lead: FlaskClient, answered: Project, filter: Filter
) -> None:
    graph = bipartite(exported(answered, filter), answered)
    unnamed = {actor.id for actor in answered.codebook().actors if actor.type == "unnamed"}
    issues = {issue.id for issue in answered.codebook().issues}
    expected = {}
    for a, b in combinations(sorted(set(graph) - issues - unnamed), 2):
        common = list(networkx.common_neighbors(graph, a, b))
        same = sum(len(set(graph[a][issue]) & set(graph[b][issue])) for issue in common)
        opposite = sum(
            len({(one, other) for one in graph[a][issue] for other in graph[b][issue] if one != other})
            for issue in common
        )
        if same or opposite:
            expected[frozenset((a, b))] = (same, opposite)
    shown = rows(lead.get(f"/analysis/ties.csv?{query(filter)}").data)
    assert {
        frozenset((row["actor"], row["other"])): (int(row["congruence"]), int(row["conflict"]))
        for row in shown
    } == expected


# ------------------------------------------------------------------ every number opens its claims


def numbers(page: str) -> Iterator[tuple[str, int]]:
    """Every number that is a link: its address, and what it says."""
    for link, number in re.findall(
        r'<a class="analysis-cell" href="([^"]*of=[^"]*)"[^>]*>.*?<span class="analysis-n">(\d+)<', page, re.S
    ):
        yield unescape(link), int(number)


def test_opens_exactly_the_claims_of_every_number(answered: Project) -> None:
    found = answered.analysis(Filter())
    for table in (*found.tables.values(), found.along()):
        for count in (*table.cells.values(), *table.of_row.values(), *table.of_column.values()):
            assert len(found.behind(count.of)) == count.n
            assert sum(claim.disputed for claim in found.behind(count.of)) == count.disputed
    for count in found.network.affiliation.values():
        assert len(found.behind(count.of)) == count.n
    for tie in found.network.ties:
        for kind, stands in (("congruence", tie.congruence), ("conflict", tie.conflict)):
            claims = found.behind([(kind, ":".join(tie.actors))])
            assert {issue for claim in claims for issue, _ in claim.stands} >= {issue for issue, _ in stands}
            assert bool(claims) is bool(stands)


def test_leads_from_numbers_of_the_page_to_their_claims(lead: FlaskClient) -> None:
    page = lead.get("/analysis?layer=votes&person=Ana&speakers=all").text
    links = list(numbers(page))
    assert len(links) > 60
    for link, number in links[:: len(links) // 12]:
        opened = lead.get(link.partition("#")[0]).text
        listed = opened.partition('id="claims"')[2].partition("</section>")[0]
        if "congruence" not in link and "conflict" not in link:
            assert listed.count('class="analysis-reader') == number
        assert '<p class="text" lang="ar" dir="rtl">' in listed


def test_turns_pages_of_many_claims(lead: FlaskClient) -> None:
    address = "/analysis?layer=votes&of=document:" + ARTICLE
    first, last = lead.get(address).text, lead.get(f"{address}&page=3").text
    assert first.count('class="analysis-reader') == 50
    assert 'rel="next"' in first
    assert 'rel="next"' not in last
    for beyond in ("4", "0000000019"):
        assert lead.get(f"{address}&page={beyond}").status_code == 404


@pytest.mark.parametrize("of", ["nothing:x", "speaker", "stance"])
def test_has_no_other_numbers(lead: FlaskClient, of: str) -> None:
    assert lead.get(f"/analysis?of={of}").status_code == 404


def test_knows_every_value_that_claims_are_counted_by(answered: Project) -> None:
    claims = answered.analysis(Filter()).claims
    for kind, of in VALUES.items():
        assert all(isinstance(value, str) for claim in claims for value in of(claim)), kind


# ------------------------------------------------------------------ which labels, how sure


def test_says_which_labels_it_counts(lead: FlaskClient) -> None:
    assert "The final answers:" in lead.get("/analysis").text
    assert (
        "Answers of Ana: 54 claims in 1 document, each counted once."
        in lead.get("/analysis?layer=votes&person=Ana").text
    )
    assert "What several of them found counts once for each." in lead.get("/analysis?layer=votes").text
    assert lead.get("/analysis?layer=both").status_code == 422


def test_disputes_what_others_do_not_have_in_the_same_way(
    article: Project, client: FlaskClient, sign_in: SignIn
) -> None:
    give(article, "Ana", "s1", CLAIM)
    give(article, "Ben", "s1", CLAIM)
    give(article, "Ana", "s2", CLAIM)
    give(article, "Ben", "s2", CLAIM | {"stance": "both"})
    give(article, "Ana", "s3", CLAIM)
    found = {claim.name[1:3]: claim.sure for claim in article.analysis(Filter()).claims}
    assert {name for name, sure in found.items() if sure and sure.disputed} == {("s2", "Ana"), ("s2", "Ben")}
    alone, differs = found["s3", "Ana"], found["s2", "Ana"]
    assert alone is not None
    assert alone.of == 1
    assert differs is not None
    assert differs.differs == ("stance",)
    sign_in(client, "Cleo")
    page = client.get(f"/analysis?of=document:{ARTICLE}").text
    assert "disputed: found by 2 of 2; read otherwise: the position" in page
    assert "read by one person" in page


def test_measures_final_answers_by_what_people_gave(answered: Project) -> None:
    final = answered.analysis(made(layer="final"))
    assert len(final.claims) == 5
    assert all(claim.sure and claim.sure.of == 3 for claim in final.claims)
    for claim in final.claims:
        same = {
            one.annotator
            for one in answered.analysis(Filter()).claims
            if one.sentence == claim.sentence
            and (one.speakers, one.stance, one.polarity, one.attribution)
            == (claim.speakers, claim.stance, claim.polarity, claim.attribution)
        }
        assert claim.disputed or same == {"Ana", "Ben", "Sim"}
    assert {claim.disputed for claim in final.claims} == {True, False}
    some = answered.analysis(made(layer="final", labels=["stance:tr"])).claims
    assert {claim.name: claim.sure for claim in some}.items() <= {
        claim.name: claim.sure for claim in final.claims
    }.items()
    settle(answered, "s24", {"action": "no_claim"})
    assert len(answered.analysis(made(layer="final")).claims) == 5


# ------------------------------------------------------------------ whose answers


def test_shows_an_annotator_only_their_own(answered: Project, client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "Ana")
    page = client.get("/analysis?person=Ben&layer=final").text
    assert "Your own answers: 54 claims in 1 document." in page
    assert "Ben" not in page.partition('id="analysis"')[2]
    assert 'class="analysis-doubt"' not in page
    assert 'class="analysis-sure' not in client.get("/analysis?of=speaker:author").text
    own = rows(client.get("/analysis/positions.csv?person=Ben").data)
    assert sum(int(row["disputed"]) for row in own) == 0
    expected = answered.analysis(made(people=["Ana"])).tables["positions"]
    assert sum(int(row["claims"]) for row in own) == sum(cell.n for cell in expected.cells.values())


def test_says_so_where_there_is_nothing(article: Project, client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "Cleo")
    assert "There are no answers yet." in client.get("/analysis").text
    assert "No claims to count" in client.get("/analysis/brief").text
    for view in VIEWS:
        assert client.get(f"/analysis/{view}.csv").status_code == 200
        assert client.get(f"/analysis/{view}.svg").status_code == 200


# ------------------------------------------------------------------ files and the brief


@pytest.mark.parametrize("view", VIEWS)
def test_gives_every_view_as_a_file(lead: FlaskClient, view: str) -> None:
    table = lead.get(f"/analysis/{view}.csv?layer=votes")
    assert table.data.startswith("\ufeff".encode())
    assert f".{view}.csv" in table.headers["Content-Disposition"]
    drawing = lead.get(f"/analysis/{view}.svg?layer=votes")
    assert drawing.mimetype == "image/svg+xml"
    assert drawing.text.startswith('<svg xmlns="http://www.w3.org/2000/svg"')
    assert "<a " not in drawing.text


def test_has_no_other_views(lead: FlaskClient) -> None:
    assert lead.get("/analysis/anything.csv").status_code == 404
    assert lead.get("/analysis/anything.svg").status_code == 404


def test_quotes_with_source_and_certainty_in_the_brief(lead: FlaskClient, answered: Project) -> None:
    page = lead.get("/analysis/brief?layer=votes&person=Ana").text
    document = answered.document(ARTICLE)
    quote = page.partition('<figure class="analysis-quote">')[2].partition("</figure>")[0]
    for part in (document.author, document.publisher, document.title, "sentence", "all 3 readers agree"):
        assert part in quote
    assert 2 <= page.count("<blockquote") <= 6
    assert page.count("<blockquote") == page.count('<blockquote class="text" lang="ar" dir="rtl">')


def test_counts_without_positions_where_the_codebook_asks_none(answered: Project) -> None:
    found = answered.analysis(made(labels=["attribution:own"]))
    assert isinstance(found, Analysis)
    assert {claim.attribution for claim in found.claims} == {"own"}
