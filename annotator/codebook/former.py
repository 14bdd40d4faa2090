"""Labels that are no longer offered, but stay readable in the answers that have them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from annotator.codebook.table import Table
from annotator.model import Field, Label, Names, Said, wording

# In the languages of the codebook, not of the interface: it is part of a label's name.
_WAS = {
    "en": "{now} (was {before})",
    "ar": "{now} (كان {before})",
    "ru": "{now} (раньше {before})",
    "tr": "{now} (önceden {before})",
}
_ELSEWHERE = "{now} ({before})"


def left(table: Table) -> bool:
    """Whether the table of a label says that it is no longer offered."""
    return table.values.get("retired") is True or "merged_into" in table.values


def gone(label: Label) -> bool:
    return label.retired or label.merged_into is not None


def check(field: Table, tables: list[Table], labels: tuple[Label, ...]) -> None:
    """Every merged label leads to another one, and something is left to choose."""
    into = {label.id: label.merged_into for label in labels}
    for table, label in zip(tables, labels, strict=True):
        if label.merged_into is None:
            continue
        others = [id for id in into if id != label.id]
        if label.merged_into not in others:
            table.notes.unknown(
                table.at("merged_into"), label.merged_into, Said("another label of it"), others
            )
        elif label.id in _way(label.merged_into, into):
            table.wrong(
                "merged_into", Said("leads back to itself"), Said("name a label that is still offered")
            )
    if labels and all(gone(label) for label in labels):
        field.wrong("label", Said("none is offered any more"), Said("leave at least one that is not retired"))


def apart(field: Field) -> Field:
    """The field with its former labels set apart from those it offers."""
    by_id = {label.id: label for label in field.labels}
    into = {label.id: label.merged_into for label in field.labels}
    former = tuple(replace(label, key=None) for label in field.labels if gone(label))
    return replace(
        field,
        labels=tuple(label for label in field.labels if not gone(label)),
        former=former,
        readable=tuple(_readable(label, by_id, into) for label in former),
    )


def _readable(label: Label, by_id: Mapping[str, Label], into: Mapping[str, str | None]) -> Label:
    last = [id for id in _way(label.id, into) if id in by_id][-1]
    target = by_id[last]
    if target is label or last == label.id:
        return label
    return replace(label, name=_was(target.name, label.name), short=_was(target.short, label.short))


def _was(now: Names, before: Names) -> Names:
    """
    >>> _was({"en": "Neither"}, {"en": "Unclear"})
    {'en': 'Neither (was Unclear)'}
    """
    return {
        lang: _WAS.get(lang, _ELSEWHERE).format(now=wording(now, lang), before=before[lang])
        for lang in before
    }


def _way(id: str, into: Mapping[str, str | None]) -> list[str]:
    """The labels one comes by, following what was merged into what."""
    way: list[str] = []
    step: str | None = id
    while step is not None and step not in way:
        way.append(step)
        step = into.get(step)
    return way
