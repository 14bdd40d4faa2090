"""Codebooks: what loads, and how each mistake is named."""

from __future__ import annotations

import re
import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator import codebook
from annotator.codebook.table import letters
from annotator.model import Codebook, Invalid, Kind, Missing

PLAIN = """
format = "claimbook/1"

[codebook]
id = "quotes"
version = "1.2.0"
ui_languages = ["en", "tr"]
text_languages = ["ar"]
title = { en = "Who is quoted" }
question = { en = "Who says it?" }

[[side]]
id = "pro"
name = { en = "For" }

[[side]]
id = "con"
name = { en = "Against" }

[[actor]]
id = "author"
type = "author"
key = "1"
name = { en = "The author", tr = "Yazar" }

[[actor]]
id = "mayor"
type = "person"
side = "pro"
key = "2"
name = { en = "The mayor of the city", tr = "Belediye başkanı" }
short = { en = "The mayor", tr = "Başkan" }

[[field]]
id = "speaker"
kind = "actors"
core = true
name = { en = "Speaker" }
"""

STANCE = """
[[field]]
id = "stance"
kind = "choice"
core = true
name = { en = "Position" }
[[field.label]]
id = "pro"
sides = ["pro"]
name = { en = "For" }
[[field.label]]
id = "con"
sides = ["con"]
name = { en = "Against" }
"""

ATTRIBUTION = """
[[field]]
id = "attribution"
kind = "choice"
name = { en = "Form" }
[[field.label]]
id = "direct"
name = { en = "Direct" }
"""


def changed(source: str, *swaps: tuple[str, str]) -> str:
    for old, new in swaps:
        assert source.count(old) >= 1, old
        source = source.replace(old, new, 1)
    return source


def only_problem(source: str) -> str:
    found = codebook.problems(source, "my.toml")
    assert len(found) == 1, found
    return found[0]


# ------------------------------------------------------------------ what loads


@pytest.mark.parametrize("id", codebook.bundled_ids())
def test_loads_each_bundled_codebook(id: str) -> None:
    source = codebook.bundled(id)
    assert codebook.problems(source) == []
    assert codebook.load(source).id == id


@pytest.mark.parametrize("id", codebook.bundled_ids())
def test_names_everything_briefly_in_every_language(id: str) -> None:
    book = codebook.load(codebook.bundled(id))
    for named, limit in [(a, 12) for a in book.actors] + [(x, 9) for f in book.fields for x in f.labels]:
        assert tuple(named.short) == book.ui_languages
        assert all(0 < letters(short) <= limit for short in named.short.values())


def idlib() -> Codebook:
    return codebook.load(codebook.bundled("idlib-2019"))


def test_knows_the_questions_of_the_first_codebook() -> None:
    book = idlib()
    assert book.name == "idlib-2019@0.1.0"
    assert [a.short["en"] for a in book.actors if a.key] == [
        "The author",
        "Putin",
        "Erdoğan",
        "Russia",
        "Turkey",
        "Syrian gov’t",
        "Opposition",
        "Unnamed",
        "US",
    ]
    assert [(x.key, x.short["en"], x.sides) for x in book.labels("stance")] == [
        ("Q", "Russian", ("ru",)),
        ("W", "Turkish", ("tr",)),
        ("E", "Both", ("ru", "tr")),
        ("R", "Neither", ()),
        ("T", "Unclear", None),
        ("Y", "Not Idlib", None),
    ]
    assert [(x.key, x.short["en"]) for x in book.labels("attribution")] == [
        ("A", "Direct"),
        ("S", "Partial"),
        ("D", "Reported"),
        ("F", "Ascribed"),
        ("G", "Own voice"),
    ]
    assert book.queue_units == (Kind.BODY,)
    assert len(book.propositions) == 22
    assert len(book.constraints) == 9
    assert len(book.rulings) == 17
    assert book.page["en"].startswith("A sentence can hold no claim")


def test_shows_three_sides_and_what_two_of_them_share() -> None:
    book = codebook.load(codebook.bundled("nile-2020"))
    assert [side.id for side in book.sides] == ["eg", "sd", "et"]
    assert [x.key for x in book.labels("stance")] == list("QWERTYIO")
    shared = book.field("stance").label("eg-sd")  # type: ignore[union-attr]
    assert shared is not None
    assert shared.sides == ("eg", "sd")
    assert {p.side for p in book.propositions} == {"eg", "sd", "et", "eg-sd", "all"}


def test_loads_without_a_stance_field() -> None:
    book = codebook.load(PLAIN)
    assert book.field("stance") is None
    assert book.rules["claim_key"] == ("speaker",)


def test_reads_a_file_that_begins_with_a_byte_order_mark() -> None:
    assert codebook.load("\ufeff" + PLAIN).id == "quotes"


def test_takes_a_name_that_fits_for_the_short_one() -> None:
    author = codebook.load(PLAIN).actor("author")
    assert author is not None
    assert author.short == {"en": "The author", "tr": "Yazar"}


def test_puts_the_fallback_language_first() -> None:
    source = changed(PLAIN, ('{ en = "The author", tr = "Yazar" }', '{ tr = "Yazar", en = "The author" }'))
    author = codebook.load(source).actor("author")
    assert author is not None
    assert list(author.name) == ["en", "tr"]


def test_counts_letters_without_the_marks_on_them() -> None:
    assert letters("غير مسمّى") == 8


def test_gives_keys_in_order_around_one_that_is_fixed() -> None:
    source = PLAIN + changed(STANCE, ('id = "con"\nsides', 'id = "con"\nkey = "Q"\nsides'))
    assert [(x.id, x.key) for x in codebook.load(source).labels("stance")] == [("pro", "W"), ("con", "Q")]


def test_leaves_labels_without_a_key_when_the_row_is_full() -> None:
    more = "".join(f'[[field.label]]\nid = "x{n}"\nsides = []\nname = {{ en = "x{n}" }}\n' for n in range(8))
    keys = [x.key for x in codebook.load(PLAIN + STANCE + more).labels("stance")]
    assert keys == [*"QWERTYIO", None, None]


def test_refuses_to_ship_what_it_does_not_have() -> None:
    with pytest.raises(Missing, match="idlib-2019"):
        codebook.bundled("../idlib-2019")


# ------------------------------------------------------------------ what does not

AUTHOR = 'id = "author"\ntype = "author"\nkey = "1"'


@pytest.mark.parametrize(
    ("swap", "key", "says"),
    [
        (('format = "claimbook/1"', 'format = "claimbook/2"'), "format", 'use format = "claimbook/1"'),
        (('version = "1.2.0"', 'version = "1.2"'), "codebook.version", "three numbers, like 0.1.0"),
        (('version = "1.2.0"', "version = 1.2"), "codebook.version", "1.2"),
        (('id = "quotes"', 'id = "My Quotes"'), "codebook.id", "small Latin letters"),
        (('title = { en = "Who is quoted" }\n', ""), "codebook.title", "is missing"),
        (("title = { en =", "title = { tr ="), "codebook.title", "no wording in “en”"),
        (("title = { en =", "title = { fr = 'x', en ="), "codebook.title.fr", "use en or tr"),
        (("title = { en =", 'title = { tr = "", en ='), "codebook.title.tr", "has no wording"),
        (("title = ", "tilte = 1\ntitle = "), "codebook.tilte", "did you mean “title”?"),
        (('["ar"]', '"ar"'), "codebook.text_languages", "use a list"),
        (('["ar"]', '["Arabic"]'), "codebook.text_languages", "“Arabic” is not a language code"),
        (("[[side]]", "[[sides]]\nid = 'x'\n[[side]]"), "sides", "did you mean “side”?"),
        (('id = "con"', 'id = "pro"'), "side[2].id", "already the id of side[1]"),
        (('id = "con"', 'id = "c n"'), "side[2].id", "“c n” cannot be an id"),
        (('id = "con"', 'id = "con"\ncolor = "red"'), "side[2].color", "like #0072B2"),
        (('side = "pro"', 'side = "prro"'), "actor[2].side", "use pro or con; did you mean “pro”?"),
        (('id = "mayor"', 'id = "author"'), "actor[2].id", "already the id of actor[1]"),
        (('key = "2"', 'key = "1"'), "actor[2].key", "already the key of actor[1]"),
        (('key = "2"', 'key = "0"'), "actor[2].key", "reserved for no claim"),
        (('key = "2"', 'key = "10"'), "actor[2].key", "found by typing"),
        (('key = "2"', "key = 2"), "actor[2].key", "write text"),
        (('type = "person"', 'type = "persona"'), "actor[2].type", "did you mean “person”?"),
        (('type = "person"\n', ""), "actor[2].type", "is missing"),
        (('side = "pro"', 'side = "pro"\nwikidata = "7747"'), "actor[2].wikidata", "Q7747"),
        (('side = "pro"', 'side = "pro"\naliases = { ru = ["x"] }'), "actor[2].aliases.ru", "ar"),
        (('tr = "Başkan"', 'tr = "Belediye başkanı"'), "actor[2].short.tr", "at most 12 letters"),
        (
            ('short = { en = "The mayor", tr = "Başkan" }', 'short = { en = "The mayor" }'),
            "actor[2].short.tr",
            "“Belediye başkanı” is too long to stand in",
        ),
        (('id = "speaker"', 'id = "speeker"'), "field[1].id", "did you mean “speaker”?"),
        (('kind = "actors"', 'kind = "choice"'), "field[1].kind", 'use kind = "actors"'),
        (("core = true", 'core = "yes"'), "field[1].core", "true or false"),
        (("core = true", "core = true\nenabled = false"), "field[1].enabled", "cannot be switched off"),
        (("[[actor]]", "[rules]\nprefill = 'side'\n[[actor]]"), "rules.prefill", "use none"),
        (("[[actor]]", "[rules]\nqueue_units = ['text']\n[[actor]]"), "rules.queue_units", "body"),
        (("[[actor]]", "[rules]\nqueue_units = []\n[[actor]]"), "rules.queue_units", "is empty"),
        (("[[actor]]", "[rules]\nclaim_key = ['via']\n[[actor]]"), "rules.claim_key", '["speaker"]'),
        (("[[actor]]", "[rules]\ncontext_after = 99\n[[actor]]"), "rules.context_after", "0 to 9"),
        (("[[actor]]", "[rules]\ncontext_after = true\n[[actor]]"), "rules.context_after", "0 to 9"),
    ],
)
def test_names_the_key_and_what_would_be_right(swap: tuple[str, str], key: str, says: str) -> None:
    found = codebook.problems(changed(PLAIN, swap), "my.toml")
    fitting = [line for line in found if line.startswith(f"my.toml: {key}: ")]
    assert fitting, found
    assert says in fitting[0]


@pytest.mark.parametrize(
    ("swap", "key", "says"),
    [
        (('["con"]', '["conn"]'), "field[2].label[2].sides", "“conn” is not the id of a side"),
        (('["con"]', '["con", "con"]'), "field[2].label[2].sides", "names a side twice"),
        (('["con"]', '"con"'), "field[2].label[2].sides", "use a list of texts"),
        (('id = "con"', 'id = "pro"'), "field[2].label[2].id", "already the id of field[2].label[1]"),
        (('id = "con"', 'id = "con"\nkey = "N"'), "field[2].label[2].key", "reserved for new claim"),
        (('id = "con"', 'id = "con"\nkey = "Enter"'), "field[2].label[2].key", "reserved for save"),
        (('id = "con"', 'id = "con"\nkey = "ArrowUp"'), "field[2].label[2].key", "reserved"),
        (('id = "con"', 'id = "con"\nkey = "w"'), "field[2].label[2].key", "did you mean “W”?"),
        (('id = "con"', 'id = "con"\nglyph = "dot"'), "field[2].label[2].glyph", "did you mean “dots”?"),
        (("Against", "Against all of it"), "field[2].label[2].short.en", "is missing, and the name"),
        (('name = { en = "Against" }', ""), "field[2].label[2].name", "is missing"),
        (('id = "direct"', 'id = "direct"\nsides = []'), "field[3].label[1].sides", "only the labels of the"),
        (('id = "direct"', 'id = "direct"\nid2 = 1'), "field[3].label[1].id2", "did you mean “id”?"),
        (("core = true", 'core = true\ndefault = "for"'), "field[2].default", "use pro or con"),
    ],
)
def test_names_the_label(swap: tuple[str, str], key: str, says: str) -> None:
    source = PLAIN + changed(STANCE + ATTRIBUTION, swap)
    assert only_problem(source).startswith(f"my.toml: {key}: ")
    assert says in only_problem(source)


def test_refuses_one_key_for_two_answers_of_the_screen() -> None:
    source = (
        PLAIN
        + changed(STANCE, ('id = "pro"', 'id = "pro"\nkey = "A"'))
        + changed(ATTRIBUTION, ('id = "direct"', 'id = "direct"\nkey = "A"'))
    )
    wrong = "my.toml: field[3].label[1].key: “A” is already the key of field[2].label[1]"
    assert only_problem(source).startswith(wrong)


@pytest.mark.parametrize(
    ("rule", "key", "says"),
    [
        ('when = { stanse = "pro" }\nforbid = ["speaker"]', "when.stanse", "did you mean “stance”?"),
        ('when = { stance = "pros" }\nforbid = ["speaker"]', "when.stance", "did you mean “pro”?"),
        ('when = { speaker = "mayer" }\nforbid = ["stance"]', "when.speaker", "did you mean “mayor”?"),
        ("when = { stance = 3 }\nforbid = ['speaker']", "when.stance", "use a value like"),
        ("when = { }\nforbid = ['speaker']", "when", "is empty"),
        ("forbid = ['speaker']", "when", "is missing"),
        ('when = { stance = "pro" }\nforbid = ["vai"]', "forbid", "“vai” is not the id of a field"),
        ('when = { stance = "pro" }\nrequire = ["notes"]', "require", "did you mean “note”?"),
        ('when = { stance = "pro" }\nset = { speaker = ["author", "x"] }', "set.speaker", "“x” is not"),
        ('when = { speaker = "mayor" }\nset = { stance = ["pro", "con"] }', "set.stance", "holds one answer"),
        ('when = { stance = "pro" }\nrequire_text = "["', "require_text", "is not a regular expression"),
        ('when = { stance = "pro" }\nmatch = "sides"', "match", "use side_of_proposition_equals_stance"),
        ('when = { stance = "pro" }\nmessage = { ar = "x" }', "message.ar", "codebook.ui_languages"),
    ],
)
def test_names_the_constraint(rule: str, key: str, says: str) -> None:
    found = codebook.problems(f'{PLAIN}{STANCE}[[constraint]]\nlevel = "error"\n{rule}\n', "my.toml")
    assert found[0].startswith(f"my.toml: constraint[1].{key}: "), found
    assert says in found[0]


def test_refuses_a_constraint_without_a_level_or_a_rule() -> None:
    found = codebook.problems(f'{PLAIN}[[constraint]]\nwhen = {{ speaker = "*" }}\n', "my.toml")
    assert found == [
        "my.toml: constraint[1].level: is missing; use error (blocks saving) or warn (only shows)",
        "my.toml: constraint[1]: says nothing about what then; "
        "add one of set, forbid, require, require_text, match, message",
    ]


def test_refuses_propositions_of_nobody() -> None:
    source = PLAIN + '[[proposition]]\nid = "P1"\nside = "both"\npole = "up"\ntext = { en = "x" }\n'
    assert [line.split(": ")[1] for line in codebook.problems(source)] == [
        "proposition[1].side",
        "proposition[1].pole",
        "proposition[1].pole",
    ]


def test_refuses_a_codebook_that_asks_for_no_speaker() -> None:
    source = PLAIN.replace('id = "speaker"\nkind = "actors"', 'id = "hard"\nkind = "flag"')
    assert "there is no “speaker” field" in codebook.problems(source)[0]


def test_refuses_answers_the_exported_record_has_no_room_for() -> None:
    vouch = '[[field]]\nid = "vouch"\nkind = "choice"\nname = { en = "V" }\n[[field.label]]\nid = "yes"\n'
    assert "field[2].label[1].id: “yes” is not an answer to “vouch”" in only_problem(
        PLAIN + vouch + 'name = { en = "Yes" }\n'
    )


def test_collects_all_problems_at_once() -> None:
    source = changed(PLAIN, ('version = "1.2.0"', 'version = "x"'), ('key = "2"', 'key = "1"'))
    assert len(codebook.problems(source)) == 2
    with pytest.raises(Invalid) as refused:
        codebook.load(source, "my.toml")
    assert str(refused.value).splitlines() == codebook.problems(source, "my.toml")


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("format = claimbook", "my.toml: line 1, column 10: not readable as TOML; "),
        ('a = 1\nb = "x\n', "my.toml: line 2, column"),
        ("a = 1\na = 2\n", "my.toml: line 2, column"),
        ("a = [\n1,\n", "my.toml: line 3: not readable as TOML; "),
        ("a = " + "[" * 5000, "my.toml: "),
        ("", "my.toml: format: is missing; "),
        ("codebook = 3", "my.toml: format: is missing; "),
    ],
)
def test_says_where_the_file_cannot_be_read(source: str, says: str) -> None:
    assert codebook.problems(source, "my.toml")[0].startswith(says)


LINES = codebook.bundled("nile-2020").splitlines()


@settings(max_examples=60, deadline=None)
@given(st.sets(st.integers(0, len(LINES) - 1), min_size=1, max_size=4), st.sampled_from(["", "x = 1"]))
def test_names_problems_of_any_damaged_file_in_one_form(broken: set[int], instead: str) -> None:
    lines = [instead if n in broken else line for n, line in enumerate(LINES)]
    for line in codebook.problems("\n".join(lines), "my.toml"):
        assert re.match(r"my\.toml: \S[^:]*: .+; .+", line), line


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["codebook", "side", "actor", "field", "constraint", "proposition", "rules", "page"]),
    st.recursive(
        st.sampled_from(["1", "true", '"x"', "1.5", "1979-05-27"]),
        lambda inner: st.one_of(
            st.lists(inner, max_size=2).map(lambda items: f"[{', '.join(items)}]"),
            inner.map(lambda item: f"{{ id = {item}, name = {item}, label = [{item}] }}"),
        ),
        max_leaves=4,
    ),
)
def test_survives_values_of_any_type(key: str, value: str) -> None:
    source = f'format = "claimbook/1"\n{key} = {value}\n'
    tomllib.loads(source)
    assert codebook.problems(source)
