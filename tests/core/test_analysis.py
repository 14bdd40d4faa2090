"""Analysis: tables, the claims behind them, networks, quotations and drawings, on a few claims by hand."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from annotator import analysis
from annotator.analysis import (
    CONFLICT,
    CONGRUENCE,
    VIEWS,
    Analysis,
    Legend,
    Source,
    Stated,
    Sure,
    Word,
    cross,
    network,
    quotations,
)
from annotator.model import Claim, Codebook

SOURCE = Source("d1", "A title", "An outlet", "An author", "2019-08-27", "ar")
BLANK = Stated(
    SOURCE, "s1", 0, "Ana", 1, "Some words here.", (), None, (), None, None, None, (), (), 1, frozenset()
)  # fmt: skip


def stated(n: int, *speakers: str, stance: str = "a", stands: str = "", **more: object) -> Stated:
    """Stands as in "war+ deal-"."""
    found = frozenset((stand[:-1], stand[-1]) for stand in stands.split())
    return replace(BLANK, sentence=f"s{n}", order=n, speakers=speakers, stance=stance, stands=found, **more)  # type: ignore[arg-type]


CLAIMS = (
    stated(1, "x", stands="war+"),
    stated(2, "x", "y", polarity="oppose", sure=Sure(1, 2)),
    stated(3, "y", stance="b", stands="war- deal+"),
    stated(4, "z", stance="b", stands="war+ deal+", sure=Sure(2, 2, ("stance",))),
)


def test_counts_a_claim_for_each_speaker_and_once_in_all() -> None:
    table = cross(CLAIMS, ("speaker", "stance"))
    assert {key: count.n for key, count in table.cells.items()} == {
        ("x", "a"): 2, ("y", "a"): 1, ("y", "b"): 1, ("z", "b"): 1,
    }  # fmt: skip
    assert table.total.n == 4
    assert table.of_column["a"].n == 2
    assert (table.cell("x", "a").rejecting, table.cell("x", "a").disputed) == (1, 1)
    assert table.cell("z", "a").n == 0


def test_puts_the_fullest_rows_first_and_keeps_values_nobody_listed() -> None:
    table = cross(CLAIMS, ("speaker", "stance"), columns=["b"])
    assert table.rows == ("x", "y", "z")
    assert table.columns == ("b", "a")


def test_finds_the_claims_behind_a_number() -> None:
    table = cross(CLAIMS, ("speaker", "stance"))
    for count in (*table.cells.values(), *table.of_row.values(), *table.of_column.values()):
        assert len(analysis.behind(CLAIMS, count.of)) == count.n


def test_ties_actors_by_stands_taken_alike_and_opposite() -> None:
    found = network(CLAIMS, ["war", "deal"])
    tie = found.tie("z", "y")
    assert tie is not None
    assert tie.congruence == (("deal", "+"),)
    assert {issue for issue, _ in tie.conflict} == {"war"}
    assert found.tie("x", "z").congruence == (("war", "+"),)  # type: ignore[union-attr]
    assert found.tie("x", "y").congruence == ()  # type: ignore[union-attr]


def test_ties_nobody_who_is_nobody_in_particular() -> None:
    found = network(CLAIMS, ["war", "deal"], untied=["z"])
    assert ("z", "war", "+") in found.affiliation
    assert not [tie for tie in found.ties if "z" in tie.actors]


def test_cuts_to_the_most_outspoken_and_what_is_between_them() -> None:
    whole = network(CLAIMS, ["war", "deal"])
    cut = whole.cut(2)
    assert cut.actors == whole.actors[:2]
    assert [tie.actors for tie in cut.ties] == [
        tie.actors for tie in whole.ties if set(tie.actors) <= {"y", "z"}
    ]
    assert {actor for actor, _, _ in cut.affiliation} == {"y", "z"}


def test_says_which_issues_of_a_tie_rest_on_disputed_claims_alone() -> None:
    tie = network(CLAIMS, ["war", "deal"]).tie("x", "z")
    assert tie is not None
    assert tie.disputed == {CONGRUENCE: 1, CONFLICT: 0}


@pytest.mark.parametrize(
    ("found", "of", "differs", "disputed"),
    [(2, 2, (), False), (1, 1, (), False), (1, 2, (), True), (2, 2, ("stance",), True)],
)
def test_disputes_what_some_did_not_find_or_read_otherwise(
    found: int, of: int, differs: tuple[str, ...], disputed: bool
) -> None:
    assert Sure(found, of, differs).disputed is disputed


def test_knows_who_reads_a_claim_otherwise() -> None:
    ana, ben = Claim(("x",), "a", attribution="own"), Claim(("x",), "b", attribution="own")
    sure = analysis.sureness([ana, ben], 3, ana)
    assert sure == Sure(2, 3, ("stance",))


def test_quotes_each_speaker_and_position_once_the_surest_first() -> None:
    doubted = stated(5, "x", sure=Sure(1, 2), attribution="direct")
    found = quotations([doubted, *CLAIMS], ["direct", "own"])
    assert found[0].claim == CLAIMS[0]
    assert found[0].alike == 2
    assert len({(one.claim.speakers, one.claim.stance, one.claim.rejects) for one in found}) == len(found)


def test_quotes_only_marked_words_where_there_are_any() -> None:
    marked = stated(1, "x", content_spans=((0, 4), (11, 15)))
    assert analysis.quoted(marked) == ("Some … here", False)


@pytest.mark.parametrize("date", ["2019-08-27", "2019-08", "2019", "autumn", None])
def test_puts_every_date_in_a_period(date: str | None) -> None:
    claim = stated(1, "x", source=replace(SOURCE, date=date))
    table = cross([claim], ("period", "stance"))
    assert analysis.behind([claim], table.of_row[table.rows[0]].of) == (claim,)


# ------------------------------------------------------------------ drawings

SVG = "{http://www.w3.org/2000/svg}"
STAND = {"author": "force+ blame+", "un": "force-", "usa": "blame+ force+"}


def drawn(codebook: Codebook, view: str, *, mirrored: bool = False, links: bool = False) -> str:
    claims = tuple(
        stated(n, who, stance=stance, stands=STAND[who], attribution="own")
        for n, (who, stance) in enumerate(zip(STAND, ("ru", "tr", "off"), strict=True))
    )
    legend = Legend(
        Word("Who <says> what"),
        "Three claims",
        lambda kind, id: Word("الكاتب" if id == "author" else id, rtl=id == "author"),
        lambda kind, id, n: f"{id}: {n} claims",
        (lambda of: "?" + "&".join(":".join(one) for one in of)) if links else None,
        mirrored,
    )
    return analysis.draw(Analysis(claims, codebook), view, legend, {"s0": 1}, 3)


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("view", VIEWS)
def test_draws_every_view_as_a_named_picture(codebook: Codebook, view: str, mirrored: bool) -> None:
    svg = drawn(codebook, view, mirrored=mirrored)
    tree = ElementTree.fromstring(svg)
    assert svg == drawn(codebook, view, mirrored=mirrored)
    assert tree.get("role") == "img"
    assert tree[0].text == "Who <says> what"
    assert set((tree.get("aria-labelledby") or "").split()) == {tree[0].get("id"), tree[1].get("id")}
    assert "style" not in svg
    assert list(tree.iter(f"{SVG}text"))
    assert all(text.get("unicode-bidi") == "isolate" for text in tree.iter(f"{SVG}text"))


def test_draws_nodes_as_links_to_their_claims(codebook: Codebook) -> None:
    tree = ElementTree.fromstring(drawn(codebook, "affiliation", links=True))
    assert tree.get("role") == "group"
    links = {link.get("href"): link.get("aria-label") for link in tree.iter(f"{SVG}a")}
    assert links["?speaker:un"] == "un: 1 claims"
    assert links["?issue:force"] == "force: 3 claims"


def test_keeps_words_in_the_direction_of_their_language(codebook: Codebook) -> None:
    for mirrored in (False, True):
        tree = ElementTree.fromstring(drawn(codebook, "positions", mirrored=mirrored))
        arabic = next(text for text in tree.iter(f"{SVG}text") if text.text == "الكاتب")
        assert arabic.get("direction") == "rtl"
        assert arabic.get("text-anchor") == ("start" if mirrored else "end")


def test_keeps_the_first_side_on_the_left_when_mirrored(codebook: Codebook) -> None:
    for mirrored in (False, True):
        tree = ElementTree.fromstring(drawn(codebook, "positions", mirrored=mirrored))
        dots = [
            (float(dot.get("cx") or 0), dot.get("class"))
            for dot in tree.iter(f"{SVG}circle")
            if (dot.get("class") or "").startswith("drawn-dot")
        ]
        one = min(x for x, look in dots if look == "drawn-dot-1")
        assert any(0 < x - one <= 12 for x, _ in dots)
