"""Codebooks: a TOML file becomes the questions of a project, or a list of what to mend in it."""

from __future__ import annotations

import re
import tomllib
from importlib import resources
from typing import Any

from annotator.codebook import differences, edits, parts, refusals
from annotator.codebook import fields as read_fields
from annotator.codebook.constraints import Known, constraints
from annotator.codebook.table import Notes, Table, once, one_of
from annotator.model import Codebook, Field, Invalid, Kind, Missing, Ruling, Said, Side, several

__all__ = ["bundled", "bundled_ids", "differences", "edits", "load", "problems", "refusals"]

FORMAT = "claimbook/1"
UNITS = ("title", "heading", "body", "caption", "pullquote")
OWN_VOICE = ("never", "contestable", "all")
OFF_TOPIC = ("skip", "attributed", "all")


def load(source: str, name: str = "codebook") -> Codebook:
    """The codebook written in `source`; `name` is the file as the messages call it."""
    found, wrong = _read(source, name)
    if found is None or wrong:
        raise Invalid(several(wrong))
    return found


def problems(source: str, name: str = "codebook") -> list[Said]:
    """Everything to mend, each as `FILE: key: what is wrong; what would be right`."""
    return _read(source, name)[1]


def bundled_ids() -> list[str]:
    """The codebooks that come with Qawl."""
    folder = resources.files("annotator") / "codebooks"
    return sorted(file.name[:-5] for file in folder.iterdir() if file.name.endswith(".toml"))


def bundled(id: str) -> str:
    """The TOML source of a codebook that comes with Qawl."""
    if id not in bundled_ids():
        raise Missing("There is no codebook “%(id)s” in Qawl; %(right)s.", id=id, right=one_of(bundled_ids()))
    return (resources.files("annotator") / "codebooks" / f"{id}.toml").read_text(encoding="utf-8")


def _read(source: str, name: str) -> tuple[Codebook | None, list[Said]]:
    try:
        source.encode()  # half a character, which JSON can hold and no file
        values = tomllib.loads(source.removeprefix("\ufeff"))
    except ValueError as error:  # a number of thousands of digits is no TOMLDecodeError
        return None, [_syntax(name, str(error), source)]
    except RecursionError:
        return None, [
            Said(
                "%(file)s: the brackets are nested too deeply; a codebook needs at most three levels",
                file=name,
            )
        ]
    notes = Notes(name)
    return _codebook(Table(values, "", notes)), notes.problems


def _syntax(name: str, message: str, source: str) -> Said:
    """Python's message has the place at its end; a reader wants it first."""
    where = re.search(r" \(at (?:line (\d+), column (\d+)|end of document)\)$", message)
    if where is None:
        return Said("%(file)s: not readable as TOML: %(why)s; mend it and try again", file=name, why=message)
    line, why = where[1] or str(source.count("\n") + 1), message[: where.start()]
    if not where[2]:
        return Said("%(file)s: line %(line)s: not readable as TOML; %(why)s", file=name, line=line, why=why)
    return Said(
        "%(file)s: line %(line)s, column %(column)s: not readable as TOML; %(why)s",
        file=name,
        line=line,
        column=where[2],
        why=why,
    )


def _codebook(root: Table) -> Codebook:
    if (given := root.text("format")) and given != FORMAT:
        root.wrong(
            "format",
            Said("“%(given)s” is not a format Qawl reads", given=given),
            Said('use format = "%(format)s"', format=FORMAT),
        )
    head = root.table("codebook")
    ui_languages, text_languages = _languages(head)
    id = head.matching("id", r"[a-z0-9][a-z0-9-]{0,59}", Said("use small Latin letters, digits and -"))
    version = head.matching("version", r"\d+\.\d+\.\d+", Said("write three numbers, like 0.1.0"))
    sides = parts.sides(root)
    side_ids = [side.id for side in sides]
    actors = parts.actors(root, side_ids)
    fields = read_fields.fields(root, side_ids)
    issues = parts.issues(root)
    propositions = parts.propositions(root, _positions(sides, fields), [issue.id for issue in issues])
    rules = _rules(root.table("rules", required=False), fields)
    found = Codebook(
        id=id or head.text("id"),
        version=version or head.text("version"),
        title=head.names("title"),
        question=head.names("question"),
        ui_languages=ui_languages,
        text_languages=text_languages,
        sides=sides,
        actors=actors,
        issues=issues,
        propositions=tuple(one for one in propositions if not one.retired),
        former_propositions=tuple(one for one in propositions if one.retired),
        fields=fields,
        constraints=constraints(root, Known(fields, actors, propositions)),
        queue_units=tuple(Kind(unit) for unit in rules["queue_units"]),
        rules=rules,
        license=head.maybe_text("license"),
        page=root.names("page", required=False),
        rulings=_rulings(root, [field.id for field in fields]),
    )
    head.close()
    root.close()
    return found


def _languages(head: Table) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The interface languages, the first being the fallback, and those of the texts."""
    found = []
    for key in ("ui_languages", "text_languages"):
        codes = head.texts(key)
        if not codes:
            head.wrong(key, Said("is missing or empty"), Said('list language codes, like ["en", "ar"]'))
        for code in codes or ():
            if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", code):
                head.wrong(
                    key,
                    Said("“%(code)s” is not a language code", code=code),
                    Said('use codes like "en" or "ar"'),
                )
        if codes and len(set(codes)) < len(codes):
            head.wrong(key, Said("names a language twice"), Said("name each language once"))
        found.append(codes or ())
    head.notes.ui_languages, head.notes.text_languages = found[0], found[1]
    return found[0], found[1]


def _positions(sides: tuple[Side, ...], fields: tuple[Field, ...]) -> list[str]:
    stances = next(((*field.labels, *field.former) for field in fields if field.id == "stance"), ())
    return list(dict.fromkeys([*(side.id for side in sides), *(s.id for s in stances if s.sides)]))


def _rules(table: Table, fields: tuple[Field, ...]) -> dict[str, Any]:
    units = table.texts("queue_units")
    if units == ():
        table.wrong("queue_units", Said("is empty"), Said('name at least one kind, like ["body"]'))
    for unit in units or ():
        if unit not in UNITS:
            table.notes.unknown(table.at("queue_units"), unit, Said("a kind of sentence"), UNITS)
    given = [field.id for field in fields]
    identity = [part for part in ("speaker", "via", "stance", "polarity") if part in given]
    claim_key = table.texts("claim_key")
    if claim_key is not None and sorted(claim_key) != sorted(identity):
        listed = ", ".join(f'"{part}"' for part in identity)
        table.wrong(
            "claim_key",
            Said("does not name what tells two claims apart"),
            Said("use [%(listed)s]", listed=listed),
        )
    rules: dict[str, Any] = {
        "queue_units": tuple(unit for unit in units or ("body",) if unit in UNITS),
        "own_voice": table.choice("own_voice", OWN_VOICE, Said("a choice"), "contestable"),
        "off_topic": table.choice("off_topic", OFF_TOPIC, Said("a choice"), "attributed"),
        "claim_key": tuple(identity),
        "context_before": table.count("context_before", 2),
        "context_after": table.count("context_after", 1),
        "prefill": table.choice("prefill", ("none",), Said("a choice"), "none"),
    }
    table.close()
    return rules


def _rulings(root: Table, field_ids: list[str]) -> tuple[Ruling, ...]:
    tables = root.tables("ruling")
    once(tables)
    found = []
    for table in tables:
        id = table.id()
        field = table.choice("field", field_ids, Said("the id of a field"))
        found.append(Ruling(id=id, text=table.names("text"), field=field))
        table.close()
    return tuple(found)
