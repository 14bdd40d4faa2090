"""Which physical key chooses what: positions on the Q row, attributions on the A row."""

from __future__ import annotations

from dataclasses import replace

from annotator.codebook.table import Table
from annotator.model import Field, Label

DIGITS = tuple("123456789")
ROWS = {"stance": tuple("QWERTYIO"), "attribution": tuple("ASDFG")}
LETTERS = ROWS["stance"] + ROWS["attribution"]
ACTIONS = {
    "N": "new claim",
    "U": "next unfinished",
    "J": "next sentence",
    "K": "previous sentence",
    "Z": "undo",
    "X": "skip",
    "C": "comment",
    "V": "mark words",
    "B": "flag",
    "M": "same speaker",
    "P": "position lists",
    "L": "relayed by",
    "H": "guidelines",
    "0": "no claim",
    "/": "find a speaker",
    "?": "help",
    "[": "claim before",
    "]": "claim after",
    "Enter": "save",
    "Esc": "close",
    "Escape": "close",
    "Backspace": "delete",
    "Del": "delete",
    "Delete": "delete",
    "Tab": "moving about",
    "Space": "choosing",
    "Left": "moving about",
    "Right": "moving about",
    "Up": "moving about",
    "Down": "moving about",
}
_RESERVED = {name.lower(): use for name, use in ACTIONS.items()} | {
    f"arrow{way}": "moving about" for way in ("left", "right", "up", "down")
}


def read_key(table: Table, known: tuple[str, ...]) -> str | None:
    """The key written in the table, if it is free to be given away."""
    key = table.maybe_text("key")
    if key is None or key in known:
        return key
    right = f"use {known[0]}–{known[-1]}" if known == DIGITS else f"use one of {' '.join(known)}"
    if key.lower() in _RESERVED:
        table.wrong("key", f"“{key}” is reserved for {_RESERVED[key.lower()]}", right)
    elif known == DIGITS:
        table.wrong(
            "key", f"“{key}” is not a digit key", f"{right}; speakers without a key are found by typing"
        )
    else:
        hint = f"; did you mean “{key.upper()}”?" if key.upper() in known else ""
        table.wrong("key", f"“{key}” is not a key for an answer", right + hint)
    return None


def unique(tables: list[Table], keys: list[str | None]) -> None:
    """Note every key given away before."""
    seen: dict[str, Table] = {}
    for table, key in zip(tables, keys, strict=True):
        if key is None:
            continue
        if key in seen:
            table.wrong("key", f"“{key}” is already the key of {seen[key].path}", "give each its own key")
        seen.setdefault(key, table)


def assign(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    """Keys in the order of the labels; a `key` on a label comes first, what is left has none.

    A label no longer offered keeps its place empty, so that no other key changes its meaning.
    """
    taken = {label.key for field in fields for label in field.labels if label.key}
    return tuple(replace(f, labels=_along(f.labels, ROWS.get(f.id, ()), taken)) for f in fields)


def _along(labels: tuple[Label, ...], row: tuple[str, ...], taken: set[str]) -> tuple[Label, ...]:
    free = iter([key for key in row if key not in taken])
    return tuple(label if label.key else replace(label, key=next(free, None)) for label in labels)
