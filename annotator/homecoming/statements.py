"""What other tools say of a text, as statements: marked words with labels, not yet an answer."""

from __future__ import annotations

import dataclasses
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from annotator.model import Claim, Invalid, Span

UNPACKED = 100_000_000
"""Bytes of all texts in a zip together."""

LABELS = frozenset(one.name for one in dataclasses.fields(Claim) if not one.name.endswith("_spans"))

SEVERAL = ("speaker", "via", "propositions")
_KIND = {"hedged": bool, "hard": bool}


@dataclass(frozen=True, slots=True)
class Statement:
    """One claim as a tool holds it. What it cannot hold is not there; nothing is made up for it."""

    content: tuple[Span, ...] = ()
    cue: tuple[Span, ...] = ()
    source: tuple[Span, ...] = ()
    labels: Mapping[str, Any] = field(default_factory=dict)  # of a claim, by the names of its fields

    def __post_init__(self) -> None:
        """Another tool's file may hold anything in any place."""
        for name, value in self.labels.items():
            words = value if name in SEVERAL and isinstance(value, tuple) else (value,)
            if not all(one is None or isinstance(one, _KIND.get(name, str)) for one in words):
                raise TypeError(f"{name} is of another kind")

    def claim(self, text: str) -> Claim:
        """The claim it is. Content that is the whole sentence is how exports write that nothing is marked."""
        content = () if self.content == ((0, len(text)),) else self.content
        labels = {name: value for name, value in self.labels.items() if name in LABELS}
        labels |= {name: tuple(labels.get(name) or ()) for name in SEVERAL}
        labels["speaker"] = tuple(sorted(labels["speaker"]))
        return Claim(content_spans=content, cue_spans=self.cue, source_spans=self.source, **labels)


def statement(spans: Mapping[str, Iterable[Span]], labels: Mapping[str, Any]) -> Statement:
    """One of spans by their role."""
    content, cue, source = (tuple(sorted(spans.get(role, ()))) for role in ("content", "cue", "source"))
    return Statement(content, cue, source, labels)


def words(value: object) -> str | None:
    """An id, where it is one of ours: other tools count."""
    return value if isinstance(value, str) and value else None


@dataclass(frozen=True, slots=True)
class Read:
    """A sentence as one person answered it in another tool."""

    document: str | None
    sentence: str | None
    text: str
    person: str | None
    status: str
    statements: tuple[Statement, ...] = ()
    comment: str | None = None
    hard: bool = False
    duplicate_of: str | None = None

    def __post_init__(self) -> None:
        said = (self.document, self.sentence, self.person, self.status, self.comment, self.duplicate_of)
        if not all(one is None or isinstance(one, str) for one in said):
            raise TypeError("a number or a list where words should be")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Where a piece of a sentence stands in the text that a tool counts in."""

    start: int
    end: int
    sentence: str
    at: int  # where it begins in the sentence


class Places:
    """From a tool's places in a whole document to those in its sentences."""

    def __init__(self, stretches: Iterable[Stretch], texts: Mapping[str, str]):
        self._stretches = sorted(stretches, key=lambda one: one.start)
        self._texts = texts

    def split(self, spans: Sequence[Span]) -> dict[str, tuple[Span, ...]]:
        """The spans by sentence. Pieces of one between which only blanks stand are one.

        >>> places = Places([Stretch(0, 4, "s1", 0), Stretch(5, 9, "s2", 0)], {"s1": "One.", "s2": "Two."})
        >>> places.split([(2, 8)])
        {'s1': ((2, 4),), 's2': ((0, 3),)}
        """
        found: dict[str, list[Span]] = {}
        for span in spans:
            for sentence, pieces in self._pieces(*span).items():
                found.setdefault(sentence, []).extend(pieces)
        return {sentence: tuple(sorted(pieces)) for sentence, pieces in found.items()}

    def _pieces(self, start: int, end: int) -> dict[str, list[Span]]:
        found: dict[str, list[Span]] = {}
        for one in self._stretches:
            low, high = max(start, one.start), min(end, one.end)
            if low >= high:
                continue
            at, until = low + one.at - one.start, high + one.at - one.start
            pieces = found.setdefault(one.sentence, [])
            if pieces and pieces[-1][1] <= at and not self._texts[one.sentence][pieces[-1][1] : at].strip():
                pieces[-1] = (pieces[-1][0], until)
            else:
                pieces.append((at, until))
        return found

    def by_sentence(self, statement: Statement) -> dict[str, Statement]:
        """The statement in each sentence that has content of it, or its cue where nothing has."""
        content, cue, source = (
            self.split(one) for one in (statement.content, statement.cue, statement.source)
        )
        return {
            sentence: Statement(
                content.get(sentence, ()), cue.get(sentence, ()), source.get(sentence, ()), statement.labels
            )
            for sentence in (content or cue or source)
        }


def files(path: Path, endings: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    """(path inside, bytes) of every file of these kinds: in a folder, in a zip, or the file itself."""
    if path.is_dir():
        for found in sorted(path.rglob("*")):
            if found.is_file() and found.suffix in endings:
                yield found.relative_to(path).as_posix(), found.read_bytes()
    elif zipfile.is_zipfile(path):
        yield from _unpacked(path, endings)
    else:
        yield path.name, path.read_bytes()


def _unpacked(path: Path, endings: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(path) as zipped:
            asked = [entry for entry in zipped.infolist() if entry.filename.endswith(endings)]
            packed = any(entry.file_size > 200 * max(entry.compress_size, 5_000) for entry in asked)
            if packed or sum(entry.file_size for entry in asked) > UNPACKED:
                raise Invalid("%(path)s would unpack to far more than texts have.", path=path)
            for entry in asked:
                yield entry.filename, zipped.read(entry)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise Invalid("%(path)s is damaged: it cannot be unpacked.", path=path) from error
