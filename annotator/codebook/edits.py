"""Edits of a codebook's TOML text that leave its comments, order and everything else as they were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Item

from annotator.model import Invalid, Missing, Names, Said

Value = str | Sequence[str] | Names
Values = Mapping[str, Value]
"""What to write, by key: a text, a list of texts, or wordings by language; empty takes the key out."""

_BY_HAND = Said("Download the file, edit it, and upload it again.")
_THINGS = {"label": Said("label"), "proposition": Said("proposition"), "ruling": Said("ruling")}


@dataclass(frozen=True, slots=True)
class Place:
    """A thing in a codebook that can be edited."""

    thing: str  # "codebook", "page", "field", "label", "proposition", "ruling"
    id: str = ""
    field: str = ""  # of a label


def change(source: str, place: Place, values: Values) -> str:
    """`source` with other wordings, lists or texts in one place; equal values stay as they are written."""
    document = _parsed(source)
    table = _at(document, place)
    for key, value in values.items():
        _put(table, key, value)
    return tomlkit.dumps(document)


def retire(source: str, place: Place) -> str:
    """No longer offered; old answers keep it."""
    document = _parsed(source)
    table = _at(document, place)
    _put(table, "merged_into", "")
    table["retired"] = True
    return tomlkit.dumps(document)


def merge(source: str, place: Place, into: str) -> str:
    """New answers give the label `into` instead; old answers keep this one."""
    document = _parsed(source)
    if into == place.id:
        raise Invalid("Choose another label to merge it into.", field="into")
    _at(document, Place("label", into, place.field))
    table = _at(document, place)
    _put(table, "retired", "")
    table["merged_into"] = into
    return tomlkit.dumps(document)


def restore(source: str, place: Place) -> str:
    """Offered again."""
    document = _parsed(source)
    table = _at(document, place)
    for key in ("retired", "merged_into"):
        _put(table, key, "")
    return tomlkit.dumps(document)


def add(source: str, place: Place, values: Values) -> str:
    """A new label, proposition or ruling behind the others."""
    document = _parsed(source)
    parent = _at(document, Place("field", place.field)) if place.thing == "label" else document
    tables = parent.setdefault(place.thing, tomlkit.aot())
    if not isinstance(tables, AoT):
        raise Invalid(
            "This codebook lists each %(thing)s inside brackets. %(remedy)s",
            thing=_THINGS.get(place.thing, place.thing),
            remedy=_BY_HAND,
        )
    if any(table.get("id") == place.id for table in tables):
        raise Invalid("“%(id)s” is there already. Choose another id.", id=place.id, field="id")
    table = tomlkit.table()
    table.add("id", place.id)
    for key, value in values.items():
        _put(table, key, value)
    _append(tables, table)
    return tomlkit.dumps(document)


def versioned(source: str, version: str) -> str:
    """The same codebook under another version."""
    return change(source, Place("codebook"), {"version": version})


def _parsed(source: str) -> tomlkit.TOMLDocument:
    try:
        return tomlkit.parse(source.removeprefix("\ufeff"))
    except (TOMLKitError, RecursionError, ValueError) as error:
        raise Invalid(
            "This codebook cannot be edited here (%(why)s). %(remedy)s", why=error, remedy=_BY_HAND
        ) from error


def _at(document: Any, place: Place) -> Any:
    """The table of a place."""
    if place.thing == "page":
        return document  # the page is a table of wordings itself
    if place.thing == "codebook":
        return document["codebook"]
    if place.thing == "label":
        return _named(_at(document, Place("field", place.field)).get("label", ()), place.id)
    return _named(document.get(place.thing, ()), place.id)


def _named(tables: Sequence[Any], id: str) -> Any:
    found = next((table for table in tables if table.get("id") == id), None)
    if found is None:
        raise Missing("There is no “%(id)s” in this codebook. Look for it in the codebook’s contents.", id=id)
    return found


def _put(table: Any, key: str, value: Value) -> None:
    if isinstance(value, Mapping):
        _put_names(table, key, value)
    elif not value:
        if key in table:
            table.remove(key)
    elif isinstance(value, str):
        if table.get(key) != value:
            table[key] = _text(value)
    elif list(table.get(key, ())) != list(value):
        table[key] = _list(value)


def _put_names(table: Any, key: str, names: Names) -> None:
    """Wordings one by one, so that those that stay keep the way they are written."""
    if key not in table:
        kept = {lang: words for lang, words in names.items() if words}
        if kept:
            table[key] = _inline(kept)
        return
    for lang, words in names.items():
        if not words:
            table[key].pop(lang, None)
        elif table[key].get(lang, "").strip() != words:
            table[key][lang] = _text(words)
    if not table[key]:
        table.remove(key)


def _text(words: str) -> Item:
    if "\n" not in words:
        return tomlkit.string(words)
    quoted = tomlkit.string(words, multiline=True).as_string()
    # Begun on a line of its own, as people write it; TOML leaves the first line end out.
    return tomlkit.value(f"{quoted[:3]}\n{quoted[3:]}")


def _list(words: Sequence[str]) -> Item:
    array = tomlkit.array()
    array.extend(words)
    return array


def _inline(names: Names) -> Any:
    """Written as people write it, with blanks inside the braces."""
    words = ", ".join(f"{lang} = {_text(text).as_string()}" for lang, text in names.items())
    return tomlkit.parse(f"names = {{ {words} }}")["names"]


def _append(tables: AoT, table: Any) -> None:
    """Behind the last one, and before the comment that begins what follows it."""
    if tables:
        body = tables[-1].value.body
        after: list[Any] = []
        while body and body[-1][0] is None:
            after.insert(0, body.pop())
        body.append((None, tomlkit.nl()))
        table.value.body.extend(after)
    tables.append(table)
