"""The report, on examples small enough to compute by hand."""

from __future__ import annotations

import json

import pytest

from annotator.agreement import Layer, Rated, Report, as_json, as_table, figure, percent, report
from annotator.model import Answer, Claim, Kind, Status

NO = Answer(Status.NO_CLAIM)
SKIPPED = Answer(Status.SKIPPED)


def yes(*claims: str) -> Answer:
    """Claims as "speaker stance attribution"; "-stance" for a rejection."""
    return Answer(Status.CLAIMS, tuple(_claim(*claim.split()) for claim in claims))


def _claim(speakers: str, stance: str, attribution: str) -> Claim:
    polarity = "oppose" if stance.startswith("-") else "support"
    return Claim(tuple(speakers.split("+")), stance.lstrip("-"), polarity, attribution)


def rated(n: int, document: str = "d1", kind: Kind = Kind.BODY, **answers: Answer) -> Rated:
    return Rated(document, f"s{n}", n, "Some words here.", kind, answers)


SMALL = [
    rated(1, Ana=yes("p ru direct"), Ben=yes("p ru direct")),
    rated(2, Ana=yes("p ru direct", "e tr own"), Ben=yes("p tr indirect")),
    rated(3, Ana=NO, Ben=NO),
    rated(4, Ana=NO, Ben=yes("e -tr direct")),
    rated(5, Ana=yes("e tr own"), Ben=yes("p tr own")),
    rated(6, Ana=yes("e tr own"), Ben=SKIPPED),
    rated(7, Ana=NO),
]
"""Two annotators, one document. Pairs of the same claim: in 1, 2 and 5."""


def test_equals_the_figures_computed_by_hand() -> None:
    found = report(SMALL)
    assert (found.sentences, found.documents, found.people) == (5, ("d1",), ("Ana", "Ben"))
    # 5 sentences, one differs; 7 claim, 3 none of 10 values: D_o = 2/10, D_e = 2·7·3/90.
    present = found.layer("claim")
    assert present.observed == pytest.approx(0.8)
    assert present.expected == pytest.approx(1 - 42 / 90)
    assert present.value == pytest.approx(1 - 0.2 * 90 / 42)
    # 3 claims found by both, 2 by one: 2·3/(2·3 + 2).
    same = found.layer("same")
    assert (same.measure, same.compared, same.value) == ("f1", 5, pytest.approx(6 / 8))
    # p p, p p, e p: p five times, e once of 6.
    assert found.layer("speaker").value == pytest.approx(1 - (2 / 6) / (10 / 30))
    # ru ru, ru tr, tr tr: three each of 6.
    assert found.layer("stance").value == pytest.approx(1 - (2 / 6) / (18 / 30))
    # direct direct, direct indirect, own own.
    assert found.layer("attribution").value == pytest.approx(1 - (2 / 6) / (2 * (3 * 1 + 3 * 2 + 1 * 2) / 30))


def test_names_how_each_sentence_differs() -> None:
    found = {each.sentence_id: each.differs for each in report(SMALL).disagreements}
    assert found == {
        "s2": ("number", "stance", "attribution"),
        "s4": ("claim",),
        "s5": ("speaker",),
    }


def test_gives_every_reading_of_a_disagreement() -> None:
    second = report(SMALL).disagreements[0]
    assert [voice.person for voice in second.voices] == ["Ana", "Ben"]
    assert [[claim and claim.speaker for claim in row.claims] for row in second.rows] == [
        [("p",), ("p",)],
        [("e",), None],
    ]
    assert second.rows[0].differs == ("stance", "attribution")


def test_sees_other_claims_in_equal_number() -> None:
    ana = Answer(Status.CLAIMS, (Claim(("p",), "ru", None, "own", content_spans=((0, 4),)),))
    ben = Answer(Status.CLAIMS, (Claim(("p",), "ru", None, "own", content_spans=((5, 10),)),))
    (found,) = report([rated(1, Ana=ana, Ben=ben)]).disagreements
    assert found.differs == ("same",)


def test_order_of_speakers_is_no_difference_but_a_rejection_is() -> None:
    assert report([rated(1, Ana=yes("p+e ru own"), Ben=yes("e+p ru own"))]).disagreements == ()
    (found,) = report([rated(1, Ana=yes("p ru own"), Ben=yes("p -ru own"))]).disagreements
    assert found.differs == ("stance",)


def test_one_document_has_an_interval_over_its_sentences() -> None:
    found = report(SMALL).layer("claim")
    assert found.interval_over == "sentences"
    assert found.interval.groups == 5
    assert found.interval.low is not None
    assert "few_documents" in found.provisional


def test_two_documents_have_an_interval_over_documents() -> None:
    more = [
        rated(n, f"d{n % 3}", Ana=each.answers["Ana"], Ben=each.answers["Ben"])
        for n, each in enumerate(SMALL[:5])
    ]
    found = report(more * 2).layer("claim")
    assert (found.interval_over, found.documents, found.interval.groups) == ("documents", 3, 3)


def test_nobody_overlaps() -> None:
    found = report([rated(1, Ana=NO), rated(2, Ben=yes("p ru own")), rated(3, Ana=NO, Ben=SKIPPED)])
    assert found.sentences == 0
    assert {layer.reason for layer in found.layers} == {"no_overlap"}
    assert {layer.standing for layer in found.layers} == {None}
    assert "Give one document to two people." in as_table(found)


def test_one_label_only_is_undefined_with_its_reason() -> None:
    found = report([rated(n, Ana=yes("p ru own"), Ben=yes("p ru own")) for n in range(3)])
    assert [(layer.value, layer.reason) for layer in found.layers if layer.id != "same"] == [
        (None, "no_variation")
    ] * 4
    assert found.layer("same").value == 1.0
    assert found.layer("claim").observed == 1.0
    assert "100 % agreement on one answer" in as_table(found)
    assert as_json(found)["layers"][0]["reason_text"].startswith("100 % agreement")


def test_no_claim_found_twice_says_so() -> None:
    found = report([rated(1, Ana=NO, Ben=yes("p ru own"))])
    assert found.layer("speaker").reason == "no_overlap"
    assert as_json(found)["layers"][2]["reason_text"] == "No claim was found by two people."


def test_only_queued_kinds_count() -> None:
    sentences = [*SMALL, rated(8, kind=Kind.HEADING, Ana=NO, Ben=NO)]
    assert report(sentences, queued=[Kind.BODY]) == report(SMALL)
    assert report(sentences).sentences == 6


def test_leaves_out_an_actors_claims() -> None:
    found = report(SMALL, left_out=["e"])
    assert found.layer("claim").value == pytest.approx(1 - (2 / 10) / (2 * 5 * 5 / 90))
    assert found.layer("speaker").reason == "no_variation"
    assert [each.sentence_id for each in found.disagreements] == ["s2", "s5"]
    assert "Not counted: claims of e." in as_table(found)


def test_order_of_sentences_and_people_does_not_matter() -> None:
    turned = [
        Rated(r.document, r.sentence_id, r.order, r.text, r.kind, dict(reversed(r.answers.items())))
        for r in reversed(SMALL)
    ]
    assert as_json(report(turned)) == as_json(report(SMALL))


# ------------------------------------------------------------------ verdicts, words


def reliable(wrong: int, of: int = 60) -> Layer:
    sentences = []
    for n in range(of):
        stance = ("ru", "tr")[n % 2]
        other = ("tr", "ru")[n % 2]
        ben = other if n < wrong else stance
        sentences.append(rated(n, f"d{n % 12}", Ana=yes(f"p {stance} own"), Ben=yes(f"p {ben} own")))
    return report(sentences).layer("stance")


@pytest.mark.parametrize(
    ("wrong", "verdict", "standing"),
    [(0, "reliable", "good"), (5, "tentative", "good"), (20, "unreliable", "act")],
)
def test_verdict_goes_by_the_lower_end_of_the_interval(wrong: int, verdict: str, standing: str) -> None:
    layer = reliable(wrong)
    assert (layer.verdict, layer.standing) == (verdict, standing)


def test_no_verdict_under_fifteen_claims() -> None:
    assert (reliable(0, of=14).verdict, reliable(0, of=14).standing) == (None, None)
    assert reliable(0, of=15).verdict == "reliable"


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.7423, "0.74"), (1.0, "1.00"), (0.7999, "0.7999"), (0.6666, "0.6666"), (0.664, "0.66"),
     (0.9963, "0.996"), (-0.051, "−0.05"), (-0.001, "0.00")],
)  # fmt: skip
def test_figures_never_hide_a_mark(value: float, shown: str) -> None:
    assert figure(value) == shown


def test_almost_all_is_not_a_hundred_per_cent() -> None:
    assert (percent(1.0), percent(0.9999), percent(0.785)) == ("100 %", "99 %", "78 %")


def test_json_is_json_and_complete() -> None:
    shown = as_json(report(SMALL))
    assert json.loads(json.dumps(shown)) == shown
    assert [layer["id"] for layer in shown["layers"]] == ["claim", "same", "speaker", "stance", "attribution"]
    assert shown["layers"][3]["counts"] == [
        {"value": ["ru", "support"], "n": 3},
        {"value": ["tr", "support"], "n": 3},
    ]
    assert shown["layers"][0]["interval_over"] == "sentences"
    assert shown["disagreements"][0]["readings"][1] == {
        "person": "Ben",
        "claims": [{"speaker": ["p"], "stance": "tr", "polarity": "support", "attribution": "indirect"}],
    }


def test_table_shows_the_figures_of_the_json() -> None:
    found: Report = report(SMALL)
    table = as_table(found)
    for layer in as_json(found)["layers"]:
        row = next(line for line in table.splitlines() if line.startswith(layer["question"]))
        assert figure(layer["value"]) in row
        assert f"{layer['compared']} {layer['unit']}" in row
        assert percent(layer["observed"]) in row
    assert "interval over documents" in table
    assert "d1/s2" in table
