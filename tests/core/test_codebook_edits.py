"""Editing a codebook: the file stays the lead's own, and differences weigh what they weigh."""

from __future__ import annotations

import difflib

import pytest

from annotator import annotate, codebook
from annotator.codebook.differences import Change, Level, compare, gist, high_enough, least_version
from annotator.codebook.edits import Place, add, change, merge, restore, retire, versioned
from annotator.codebook.refusals import refusals
from annotator.model import Answer, Claim, Codebook, Invalid, Kind, Missing, Sentence, Status, Unit
from annotator.model import Field as Question

SOURCE = codebook.bundled("idlib-2019")
NEITHER = Place("label", "neither", "stance")
UNCLEAR = Place("label", "unclear", "stance")


def load(source: str) -> Codebook:
    return codebook.load(source)


def field(source: str, id: str) -> Question:
    found = load(source).field(id)
    assert found is not None
    return found


def changed_lines(after: str, before: str = SOURCE) -> list[str]:
    """The lines that differ, as a diff writes them."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return [line for line in list(lines)[2:] if not line.startswith("@@")]


def differences(after: str, before: str = SOURCE) -> list[tuple[Level, str, str, str, str]]:
    return [(c.level, c.act, c.thing, c.id, c.part) for c in compare(load(before), load(after))]


# ------------------------------------------------------------------ the file


@pytest.mark.parametrize("id", codebook.bundled_ids())
def test_changes_one_line_for_one_wording(id: str) -> None:
    source = codebook.bundled(id)
    stance = field(source, "stance")
    after = change(source, Place("label", stance.labels[0].id, "stance"), {"guide": {"en": "Anew."}})
    assert [line[0] for line in changed_lines(after, source)] == ["-", "+"]
    assert field(after, "stance").labels[0].guide["en"] == "Anew."


def test_keeps_a_comment_beside_what_it_changes() -> None:
    after = change(SOURCE, Place("field", "via"), {"name": {"en": "Passed on by"}})
    assert "ordered = true             # outermost first" in after
    assert len(changed_lines(after)) == 2


def test_leaves_equal_values_as_they_are_written() -> None:
    label = field(SOURCE, "stance").labels[0]
    same = {"name": label.name, "guide": label.guide, "yes": label.yes, "no": label.no}
    assert change(SOURCE, Place("label", label.id, "stance"), same) == SOURCE


def test_takes_out_a_wording_that_is_left_empty() -> None:
    after = change(SOURCE, NEITHER, {"guide": {"en": "", "ar": "", "ru": "", "tr": ""}, "yes": ()})
    label = field(after, "stance").label("neither")
    assert label is not None
    assert label.guide == {}
    assert label.yes == ()


def test_writes_several_paragraphs_over_several_lines() -> None:
    text = 'First.\n\n- “one”\n- two \\ "three" \'\'\' and """ ""\n\tend"'
    after = change(SOURCE, Place("page"), {"page": {"en": text}})
    assert load(after).page == load(SOURCE).page | {"en": text}
    assert "\n- two" in after


def test_adds_a_label_behind_the_others_and_before_what_follows() -> None:
    values = {
        "name": {"en": "Mixed", "ar": "مختلط"},
        "sides": ["ru"],
        "guide": {"en": "Half."},
        "yes": ["a", "b"],
    }
    after = add(SOURCE, Place("label", "mixed", "stance"), values)
    added = changed_lines(after)
    assert [line for line in added if not line.startswith("+")] == []
    assert after.index('id = "off"') < after.index('id = "mixed"') < after.index('id = "polarity"')
    assert field(after, "stance").labels[-1].sides == ("ru",)


def test_adds_a_proposition_before_the_comment_of_the_next_part() -> None:
    after = add(
        SOURCE, Place("proposition", "R8"), {"side": "ru", "text": {"en": "New"}, "issue": "", "pole": ""}
    )
    assert after.index('id = "R8"') < after.index(
        "# ---------------------------------------------------------------- CORE"
    )
    assert load(after).propositions[-1].id == "R8"


def test_adds_the_first_ruling_of_a_codebook() -> None:
    source = SOURCE[: SOURCE.index("[[ruling]]")]
    after = add(source, Place("ruling", "first"), {"field": "stance", "text": {"en": "So."}})
    assert [ruling.id for ruling in load(after).rulings] == ["first"]


def test_refuses_an_id_that_is_taken() -> None:
    with pytest.raises(Invalid, match="there already"):
        add(SOURCE, Place("label", "off", "stance"), {"name": {"en": "Off"}})


@pytest.mark.parametrize(
    "place", [Place("label", "no", "stance"), Place("label", "ru", "no"), Place("no", "ru")]
)
def test_refuses_a_place_that_is_not_there(place: Place) -> None:
    with pytest.raises(Missing):
        change(SOURCE, place, {"name": {"en": "x"}})


def test_leaves_to_the_hand_what_is_written_inside_brackets() -> None:
    source = SOURCE[: SOURCE.index("[[ruling]]")]
    listed = 'ruling = [ { id = "one", text = { en = "So." } } ]\n' + source
    assert [ruling.id for ruling in load(listed).rulings] == ["one"]
    reworded = change(listed, Place("ruling", "one"), {"text": {"en": "Thus."}})
    assert load(reworded).rulings[0].text["en"] == "Thus."
    with pytest.raises(Invalid, match="upload it again"):
        add(listed, Place("ruling", "two"), {"text": {"en": "So."}})
    with pytest.raises(Invalid, match="cannot be edited here"):
        retire("not = toml = at all", NEITHER)


# ------------------------------------------------------------------ labels no longer offered


def test_retires_a_label_without_moving_the_keys_of_others() -> None:
    before, after = field(SOURCE, "stance"), field(retire(SOURCE, NEITHER), "stance")
    keys = {label.id: label.key for label in before.labels if label.id != "neither"}
    assert {label.id: label.key for label in after.labels} == keys
    retired = after.label("neither")
    assert retired is not None
    assert (retired.key, retired.short["en"]) == (None, "Neither")


def test_shows_a_merged_label_with_both_names() -> None:
    merged = field(merge(SOURCE, UNCLEAR, "neither"), "stance").label("unclear")
    assert merged is not None
    assert merged.short["en"] == "Neither (was Unclear)"
    assert merged.short["ru"] == "Ничья (раньше Неясно)"


def test_follows_a_label_merged_twice_to_the_last() -> None:
    twice = merge(merge(SOURCE, UNCLEAR, "neither"), NEITHER, "off")
    merged = field(twice, "stance").label("unclear")
    off = field(SOURCE, "stance").label("off")
    assert merged is not None
    assert off is not None
    assert merged.short["en"] == f"{off.short['en']} (was Unclear)"


def test_offers_a_label_again() -> None:
    for gone in (retire(SOURCE, NEITHER), merge(SOURCE, NEITHER, "off")):
        assert load(restore(gone, NEITHER)) == load(SOURCE)


@pytest.mark.parametrize(("into", "message"), [("nowhere", "Missing"), ("neither", "another label")])
def test_refuses_to_merge_into_nothing_or_itself(into: str, message: str) -> None:
    with pytest.raises((Invalid, Missing)):
        merge(SOURCE, NEITHER, into)


def test_names_what_is_wrong_with_labels_no_longer_offered() -> None:
    circle = merge(merge(SOURCE, NEITHER, "off"), Place("label", "off", "stance"), "neither")
    assert "leads back to itself" in "\n".join(codebook.problems(circle))
    every = SOURCE
    for label in field(SOURCE, "attribution").labels:
        every = retire(every, Place("label", label.id, "attribution"))
    found = "\n".join(codebook.problems(every))
    assert "none is offered any more" in found
    assert "“own” is no longer offered" in found  # a rule fills it in


def sentence() -> Sentence:
    return Sentence(1, "d", 0.0, 0, Unit("s1", Kind.BODY, "Words.", ((0, 6),), runs=((0, 0, 6),)))


class Form(dict[str, str]):
    def getlist(self, key: str) -> list[str]:
        return [self[key]] if key in self else []


def test_keeps_a_retired_label_in_old_claims_and_refuses_it_in_new_ones() -> None:
    book = load(retire(SOURCE, NEITHER))
    old = Claim(speaker=("putin",), stance="neither", attribution="indirect")
    answer = Answer(Status.CLAIMS, (old,))
    more = Form(claim="new", speaker="erdogan", stance="off", attribution="indirect")
    after, _ = annotate.apply(answer, more, sentence(), book)
    assert [claim.stance for claim in after.claims] == ["neither", "off"]
    with pytest.raises(Invalid, match="no longer in use"):
        annotate.apply(answer, Form(more, stance="neither"), sentence(), book)


# ------------------------------------------------------------------ differences and versions


def test_finds_no_difference_in_comments() -> None:
    assert differences(SOURCE + "\n# a comment\n") == []


@pytest.mark.parametrize(
    ("after", "found"),
    [
        (change(SOURCE, NEITHER, {"guide": {"en": "x"}}), (0, "reworded", "label", "neither", "guide.en")),
        (change(SOURCE, NEITHER, {"no": ["x"]}), (0, "reworded", "label", "neither", "no")),
        (change(SOURCE, Place("page"), {"page": {"en": "x"}}), (0, "reworded", "page", "", "page.en")),
        (add(SOURCE, Place("ruling", "r"), {"text": {"en": "x"}}), (1, "added", "ruling", "r", "")),
        (add(SOURCE, Place("label", "l", "stance"), {"name": {"en": "x"}}), (1, "added", "label", "l", "")),
        (retire(SOURCE, NEITHER), (2, "retired", "label", "neither", "")),
        (merge(SOURCE, NEITHER, "off"), (2, "merged", "label", "neither", "")),
        (retire(SOURCE, Place("proposition", "R1")), (2, "retired", "proposition", "R1", "")),
        (
            change(SOURCE, Place("proposition", "R1"), {"side": "tr"}),
            (2, "changed", "proposition", "R1", "side"),
        ),
        (
            SOURCE.replace('own_voice = "contestable"', 'own_voice = "all"'),
            (2, "changed", "rule", "", "rules.own_voice"),
        ),
    ],
)
def test_weighs_a_difference(after: str, found: tuple[int, str, str, str, str]) -> None:
    assert differences(after) == [found]


def test_tells_the_gist_with_what_matters_most_first() -> None:
    reworded = change(SOURCE, NEITHER, {"guide": {"en": "x", "ar": "x"}, "no": ()})
    found = gist(compare(load(SOURCE), load(merge(reworded, UNCLEAR, "neither"))))
    assert [(c.act, c.name, c.after) for c in found[:1]] == [("merged", "Cannot tell", "Neither side's")]
    assert [(c.act, c.id) for c in found] == [("merged", "unclear"), ("reworded", "neither")]


def test_counts_a_label_offered_again_as_an_addition() -> None:
    gone = retire(SOURCE, NEITHER)
    assert differences(SOURCE, gone) == [(Level.ADDITION, "restored", "label", "neither", "")]


@pytest.mark.parametrize(
    ("levels", "least"),
    [((), "1.2.4"), ((0,), "1.2.4"), ((0, 1), "1.3.0"), ((2, 0), "2.0.0")],
)
def test_asks_for_the_version_that_differences_call_for(levels: tuple[int, ...], least: str) -> None:
    changes = [Change(Level(level), "changed", "label") for level in levels]
    assert least_version("1.2.3", changes) == least
    assert high_enough(least, "1.2.3", changes)
    assert high_enough("3.0.0", "1.2.3", changes)
    assert not high_enough("1.2.3", "1.2.3", changes)
    assert not high_enough("2", "1.2.3", changes)


def test_changes_the_version_alone() -> None:
    after = versioned(SOURCE, "0.2.0")
    assert changed_lines(after) == ['-version = "0.1.0"', '+version = "0.2.0"']


# ------------------------------------------------------------------ what is refused

USED = {"stance": {"neither", "ru"}, "propositions": {"R1"}, "speaker": {"putin"}}


def without(source: str, start: str) -> str:
    """The source without the table that begins with `start`."""
    at = source.index(start)
    end = source.index("\n[[", at + 2)
    return source[:at] + source[end + 1 :]


@pytest.mark.parametrize(
    ("after", "refused"),
    [
        (without(SOURCE, '[[field.label]]\nid = "neither"').replace('"neither", ', ""), "stance: neither"),
        (change(SOURCE, Place("label", "ru", "stance"), {"sides": ["tr"]}), "other sides"),
        (change(SOURCE, Place("proposition", "R1"), {"side": "tr"}), "proposition R1"),
        (without(SOURCE, '[[actor]]\nid = "putin"'), "putin"),
        (change(SOURCE, NEITHER, {"name": {"en": "Unclear whose"}}), None),
        (retire(SOURCE, NEITHER), None),
        (merge(SOURCE, NEITHER, "off"), None),
    ],
)
def test_refuses_what_would_alter_stored_answers(after: str, refused: str | None) -> None:
    found = refusals(load(SOURCE), load(after), USED)
    assert [refused in line for line in found] == [True] if refused else found == []
    assert refusals(load(SOURCE), load(after), {}) == []  # nobody has used anything yet


def test_refuses_labels_that_exchange_names() -> None:
    names = {label.id: label.name for label in field(SOURCE, "stance").labels}
    after = change(SOURCE, Place("label", "ru", "stance"), {"name": names["tr"]})
    after = change(after, Place("label", "tr", "stance"), {"name": names["ru"]})
    assert len(refusals(load(SOURCE), load(after), {})) == 2
