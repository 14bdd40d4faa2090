"""The rules of a codebook: when → set, forbid, require, require_text, match."""

from __future__ import annotations

import re

from annotator.codebook.patterns import endless
from annotator.codebook.table import Table
from annotator.model import Actor, Constraint, Field, Proposition, Said

SIDE_MATCH = "side_of_proposition_equals_stance"
MATCHES = (SIDE_MATCH,)
RULES = ("set", "forbid", "require", "require_text", "match", "message")
TYPED = ("speaker_text", "note")
"""What a claim holds beside the answers to its fields."""


class Known:
    """The values each field of this codebook can take; None where anything goes."""

    def __init__(
        self, fields: tuple[Field, ...], actors: tuple[Actor, ...], propositions: tuple[Proposition, ...]
    ) -> None:
        by_kind: dict[str, list[str] | None] = {
            "actors": [actor.id for actor in actors],
            "propositions": [proposition.id for proposition in propositions],
            "flag": ["true", "false"],
        }
        self.values = {
            f.id: [label.id for label in (*f.labels, *f.former)] if f.labels else by_kind.get(f.kind)
            for f in fields
        }
        self.former = {f.id: [label.id for label in f.former] for f in fields}
        self.kinds = {f.id: f.kind for f in fields}

    @property
    def names(self) -> list[str]:
        return [*self.values, *TYPED]


def constraints(root: Table, known: Known) -> tuple[Constraint, ...]:
    return tuple(_constraint(table, known) for table in root.tables("constraint"))


def _constraint(table: Table, known: Known) -> Constraint:
    level = table.choice("level", ("error", "warn"), Said("a level")) or "error"
    if not table.has("level"):
        table.wrong("level", Said("is missing"), Said("use error (blocks saving) or warn (only shows)"))
    when = _values(table.table("when"), known, any_value=True)
    if table.has("when") and not table.values["when"]:
        table.wrong("when", Said("is empty"), Said("name a field and its values; “*” is any value"))
    found = Constraint(
        level=level,
        when=when,
        set=_settable(table.table("set", required=False), known),
        forbid=_fields(table, "forbid", known),
        require=_fields(table, "require", known),
        require_text=_pattern(table),
        carry_open_quote=table.flag("carry_open_quote", False),
        match=table.choice("match", MATCHES, Said("a comparison")),
        message=table.names("message", required=False),
    )
    if found.match and not {"propositions", "stance"} <= set(known.values):
        table.wrong(
            "match", Said("needs the fields propositions and stance"), Said("add them, or take it out")
        )
    if not any(table.has(rule) for rule in RULES):
        table.notes.add(
            table.path, Said("says nothing about what then"), Said("add one of %(rules)s", rules=RULES)
        )
    table.close()
    return found


def _values(table: Table, known: Known, *, any_value: bool) -> dict[str, tuple[str, ...]]:
    found = {}
    for field, value in table.values.items():
        if field not in known.values:
            table.notes.unknown(table.at(field), field, Said("the id of a field"), known.values)
            continue
        found[field] = _listed(table, field, value)
        allowed = known.values[field]
        for word in found[field]:
            if word == "*" and any_value:
                continue
            if allowed is None:
                table.wrong(
                    field, Said("“%(word)s” cannot be compared", word=word), Said("use “*” for any value")
                )
            elif word not in allowed:
                table.notes.unknown(
                    table.at(field), word, Said("a value of “%(field)s”", field=field), allowed
                )
    return found


def _listed(table: Table, field: str, value: object) -> tuple[str, ...]:
    if isinstance(value, bool):
        return ("true" if value else "false",)
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list) and value and all(isinstance(word, str) for word in value):
        return tuple(value)
    table.wrong(
        field, Said("does not fit here"), Said('use a value like "own" or a list like ["direct", "mixed"]')
    )
    return ()


def _settable(table: Table, known: Known) -> dict[str, tuple[str, ...]]:
    found = _values(table, known, any_value=False)
    for field, words in found.items():
        if known.kinds[field] not in ("actors", "choice"):
            table.wrong(field, Said("cannot be filled in by a rule"), Said("only speakers and choices can"))
        elif known.kinds[field] == "choice" and len(words) > 1:
            table.wrong(field, Said("holds one answer"), Said("name one value"))
        for word in words:
            if word in known.former[field]:
                table.wrong(
                    field, Said("“%(word)s” is no longer offered", word=word), Said("name one that is")
                )
    return found


def _fields(table: Table, key: str, known: Known) -> tuple[str, ...]:
    named = table.texts(key) or ()
    for field in named:
        if field not in known.names:
            table.notes.unknown(table.at(key), field, Said("the id of a field"), known.names)
    return named


def _pattern(table: Table) -> str | None:
    pattern = table.maybe_text("require_text")
    if pattern is None:
        return None
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        table.wrong(
            "require_text",
            Said("is not a regular expression (%(why)s)", why=error),
            Said("write one that Python's re reads"),
        )
        return None
    if endless(pattern):
        table.wrong(
            "require_text",
            Said("could take for ever to be tried"),
            Said("repeat nothing inside of what repeats, and at most three things in all"),
        )
        return None
    return pattern
