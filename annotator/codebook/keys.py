"""Which physical key chooses what: positions on the Q row, attributions on the A row."""

from __future__ import annotations

from dataclasses import replace

from annotator.codebook.table import Table
from annotator.model import Field, Label, Said

DIGITS = tuple("123456789")
ROWS = {"stance": tuple("QWERTYIO"), "attribution": tuple("ASDFG")}
LETTERS = ROWS["stance"] + ROWS["attribution"]
ACTIONS = {
    "N": Said("new claim"),
    "U": Said("next unfinished"),
    "J": Said("next sentence"),
    "K": Said("previous sentence"),
    "Z": Said("undo"),
    "X": Said("skip"),
    "C": Said("comment"),
    "V": Said("mark words"),
    "B": Said("flag"),
    "M": Said("same speaker"),
    "P": Said("position lists"),
    "L": Said("relayed by"),
    "H": Said("guidelines"),
    "0": Said("no claim"),
    "/": Said("find a speaker"),
    "?": Said("help"),
    "[": Said("claim before"),
    "]": Said("claim after"),
    "Enter": Said("save"),
    "Esc": Said("close"),
    "Escape": Said("close"),
    "Backspace": Said("delete"),
    "Del": Said("delete"),
    "Delete": Said("delete"),
    "Tab": Said("moving about"),
    "Space": Said("choosing"),
    "Left": Said("moving about"),
    "Right": Said("moving about"),
    "Up": Said("moving about"),
    "Down": Said("moving about"),
}
_RESERVED = {name.lower(): use for name, use in ACTIONS.items()} | {
    f"arrow{way}": Said("moving about") for way in ("left", "right", "up", "down")
}


def read_key(table: Table, known: tuple[str, ...]) -> str | None:
    """The key written in the table, if it is free to be given away."""
    key = table.maybe_text("key")
    if key is None or key in known:
        return key
    right = (
        Said("use %(first)s–%(last)s", first=known[0], last=known[-1])
        if known == DIGITS
        else Said("use one of %(keys)s", keys=" ".join(known))
    )
    if key.lower() in _RESERVED:
        table.wrong(
            "key", Said("“%(key)s” is reserved for %(use)s", key=key, use=_RESERVED[key.lower()]), right
        )
    elif known == DIGITS:
        table.wrong(
            "key",
            Said("“%(key)s” is not a digit key", key=key),
            Said("%(right)s; speakers without a key are found by typing", right=right),
        )
    else:
        if key.upper() in known:
            right = Said("%(right)s; did you mean “%(near)s”?", right=right, near=key.upper())
        table.wrong("key", Said("“%(key)s” is not a key for an answer", key=key), right)
    return None


def unique(tables: list[Table], keys: list[str | None]) -> None:
    """Note every key given away before."""
    seen: dict[str, Table] = {}
    for table, key in zip(tables, keys, strict=True):
        if key is None:
            continue
        if key in seen:
            table.wrong(
                "key",
                Said("“%(key)s” is already the key of %(path)s", key=key, path=seen[key].path),
                Said("give each its own key"),
            )
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
