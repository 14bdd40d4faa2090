"""Documents put together again from the sentences in records, where their files are gone.

What nobody answered is not in any record: a sentence missing between two others is a “…”, so that the
ones after it keep their place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from annotator.model import Invalid, Kind, Unit

GAP = "…"
APART = "\n\n"
LONGEST = 1_000_000  # sentences in one document


@dataclass(slots=True)
class Sketch:
    """What records say of a document."""

    id: str
    doc: Mapping[str, Any]
    units: dict[int, tuple[str, str, str]] = field(default_factory=dict)  # by order: id, kind, text

    @property
    def gaps(self) -> int:
        return 1 + max(self.units) - len(self.units)


@dataclass(frozen=True, slots=True)
class Rebuilt:
    text: str
    units: tuple[Unit, ...]


def sketches(records: Iterable[tuple[int, Mapping[str, Any]]]) -> Iterator[Sketch]:
    """Each document that records, with the numbers of their lines, are about; its records stand together.

    Where more of them come later, as those of the final layer do, they only count for what is there.
    """
    done: set[str] = set()
    current: dict[str, Sketch] = {}
    for number, record in records:
        try:
            id = record["doc_id"]
            if id in done:
                continue
            if id not in current:
                yield from current.values()
                done.update(current)
                current = {}
            _add(record, current)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise Invalid(
                "Line %(line)s is not a record of claims-jsonl/1 (%(why)s). Nothing was stored.",
                line=str(number), why=str(error),
            ) from error  # fmt: skip
    yield from current.values()


def _add(record: Mapping[str, Any], found: dict[str, Sketch]) -> None:
    id, order = record["doc_id"], record["order"]
    sketch = found.get(id)
    if sketch is None:
        sketch = found[id] = Sketch(str(id), _described(record["doc"]))
    unit = (record["sent_id"], record["unit"], record["text"])
    there = sketch.units.get(order)
    if there is None:
        if type(order) is not int or not 0 <= order < LONGEST or not all(type(one) is str for one in unit):
            raise ValueError("order, sent_id, unit or text")
        sketch.units[order] = (unit[0], Kind(unit[1]), unit[2])
    elif there != unit:
        raise Invalid(
            "The records of sentence %(sentence)s in document %(document)s differ in their text. "
            "Nothing was stored.",
            sentence=str(unit[0]), document=str(id),
        )  # fmt: skip


def _described(doc: Mapping[str, Any]) -> dict[str, Any]:
    described = {name: doc[name] for name in ("title", "lang", "publisher", "author", "date", "url")}
    needed = (described["title"], described["lang"])
    if not all(type(one) is str for one in needed) or not all(
        one is None or type(one) is str for one in described.values()
    ):
        raise ValueError("doc")
    return described


def rebuilt(sketch: Sketch) -> Rebuilt:
    """A text and its units, each a stretch of it.

    >>> rebuilt(Sketch("a", {}, {1: ("s2", "body", "Two.")})).text
    '…\\n\\nTwo.'
    """
    units: list[Unit] = []
    texts: list[str] = []
    at = 0
    for order in range(max(sketch.units) + 1):
        id, kind, text = sketch.units.get(order, (f"missing-{order}", Kind.OTHER, GAP))
        units.append(
            Unit(id=id, kind=Kind(kind), text=text, spans=((at, at + len(text)),), runs=((0, at, len(text)),))
        )
        texts.append(text)
        at += len(text) + len(APART)
    return Rebuilt(APART.join(texts), tuple(units))
