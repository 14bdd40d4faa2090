"""What every format of the export is made of, and what it is given to write."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from annotator.model import Codebook, Document

Record = dict[str, Any]
"""A record of claims-jsonl/1. For formats whose unit is the claim, only with the claims asked for."""


@dataclass(frozen=True, slots=True)
class DocumentText:
    """A document's whole text: the texts of all its units in reading order, joined by line breaks."""

    document: Document
    text: str
    starts: Mapping[str, int]  # where each unit begins in it, by `sent_id`, in code points


@dataclass(frozen=True, slots=True)
class Context:
    """What a format may need beside the records."""

    codebook: Codebook
    texts: Callable[[str], DocumentText]  # by `doc_id`; the last few are remembered
    name: str = "qawl"  # of the project, for files inside an archive


Write = Callable[[Iterable[Record], Context], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file. Records come by document, reading order and person; the final layer after the votes,
    or each final answer `beside` those to its sentence."""

    id: str
    name: str
    extension: str  # what the file's name ends in, after the project's: "claims.jsonl"
    media_type: str
    unit: str  # "sentence": whole records; "claim": records with the claims asked for
    holds: str  # one sentence, for N_: what is in the file
    loses: str  # one sentence, for N_: what it cannot hold; "" where it holds everything
    fields: tuple[str, ...]  # columns, keys or types; each is described in exports/README.md
    write: Write
    extra: str | None = None  # what has to be installed for it: qawl[…]
    needs: str | None = None  # the module which the extra brings
    beside: bool = False
