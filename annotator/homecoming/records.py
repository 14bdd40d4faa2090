"""Records of claims-jsonl/1 read again: each as it can be stored, or what is wrong with it."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import orjson

from annotator.export import FINAL, GAP, SCHEMA
from annotator.model import Claim, Codebook, Invalid, Said

LONGEST_LINE = 64_000_000
KINDS = frozenset(("title", "heading", "body", "pullquote", "caption", "other"))
STATUSES = frozenset(("claims", "no_claim", "skipped", "duplicate"))
ROLES = frozenset(("annotator", "simulated", FINAL))
FINAL_KINDS = frozenset(("unanimous", "settled"))

EMPTY: dict[str, Any] = orjson.loads(orjson.dumps(Claim()))
"""A stored claim in which nothing was answered: its keys, in the order they are stored."""

# No value holds these: in a text, the quotation marks have a backslash.
_OURS = f'{{"schema":"{SCHEMA}",'.encode()
_SENTENCE, _ANSWER = b',"doc_id":', b',"annotator":'

Codebooks = Callable[[str], Codebook | None]
"""A version of the codebook by its full name, with everybody the project knows."""


class Given(NamedTuple):
    """An answer as a record gives it, ready to be stored."""

    line: int
    document: str
    doc: Mapping[str, Any]
    sentence: str
    order: int
    unit: str
    text: str
    person: str
    role: str
    codebook: str
    status: str
    claims: str  # as they are stored
    comment: str | None
    hard: bool
    duplicate_of: str | None
    seconds: float | None
    created_at: str
    updated_at: str
    provenance: Mapping[str, Any] | None
    fault: Said | None  # why it cannot be stored although it is a record

    @property
    def final(self) -> bool:
        return self.role == FINAL

    @property
    def name(self) -> str:
        return f"{self.document}/{self.sentence}/{self.person}"


class Broken(ValueError):
    """Not what the schema says."""


def is_ours(first: bytes) -> bool:
    """Whether a file that begins like this holds our records.

    >>> is_ours(b'{"schema":"claims-jsonl/1","record_id":"a/s1/Ana"}'), is_ours(b'{"text": "x"}')
    (True, False)
    """
    try:
        found = orjson.loads(first)
    except ValueError:
        return False
    return isinstance(found, dict) and str(found.get("schema", "")).startswith("claims-jsonl/")


def sketched(lines: Iterable[bytes]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """(number of the line, what it says of its sentence); nothing where the line before says the same.

    In our own lines that stands together, before who answered what. Others are read whole.
    """
    last = b""
    for number, line in enumerate(lines, start=1):
        start, end = line.find(_SENTENCE), line.find(_ANSWER)
        about = line[start:end] if line.startswith(_OURS) and start > 0 else b""
        if about and about == last:
            continue
        try:
            found, last = orjson.loads(line[:end] + b"}" if about else b""), about
        except ValueError:
            found, last = _parsed(line, number), b""
        yield number, found


class Reader:
    """Reads records. What many have in common is checked once."""

    def __init__(self, codebooks: Codebooks):
        self._codebooks = codebooks
        self._known: dict[str, _Ids] = {}
        self._text: tuple[str, str] = ("", "")

    def read(self, lines: Iterable[bytes]) -> Iterator[Given]:
        """One answer after the other. A line that is no record ends it: `Invalid`."""
        for number, line in enumerate(lines, start=1):
            yield self.given(_parsed(line, number), number)

    def given(self, record: Mapping[str, Any], number: int) -> Given:
        try:
            return self._given(record, number)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            why = str(error) if isinstance(error, Broken) else f"{type(error).__name__} {error}"
            raise Invalid(
                "Line %(line)s is not a record of claims-jsonl/1 (%(why)s). Nothing was stored.",
                line=str(number),
                why=why,
            ) from error

    def _given(self, record: Mapping[str, Any], number: int) -> Given:
        text, status, role = record["text"], record["status"], record["role"]
        document, sentence, person = record["doc_id"], record["sent_id"], record["annotator"]
        _all_texts(text, document, sentence, person, record["created_at"], record["updated_at"])
        _all_texts(record["codebook"])
        _all_times(record["created_at"], record["updated_at"])
        if status not in STATUSES or role not in ROLES or record["unit"] not in KINDS:
            raise Broken("status, role or unit")
        if record["record_id"] != f"{document}/{sentence}/{person}":
            raise Broken("record_id")
        if (
            type(record["order"]) is not int
            or type(record["hard"]) is not bool
            or type(record["doc"]) is not dict
        ):
            raise Broken("order, hard or doc")
        self._check_text(text, record["text_sha256"])
        claims = [_claim(claim, n, text) for n, claim in enumerate(record["claims"], start=1)]
        if (status == "claims") != bool(claims):
            raise Broken("claims")
        duplicate_of = _maybe_text(record["duplicate_of"])
        if (status == "duplicate") != (duplicate_of is not None):
            raise Broken("duplicate_of")
        return Given(
            number, document, record["doc"], sentence, record["order"], record["unit"], text, person, role,
            record["codebook"], status, orjson.dumps(claims).decode() if claims else "[]",
            _maybe_text(record["comment"]), record["hard"], duplicate_of, _maybe_number(record["seconds"]),
            record["created_at"], record["updated_at"], _provenance(record["provenance"], role),
            self._fault(record["codebook"], claims),
        )  # fmt: skip

    def _check_text(self, text: str, sha256: str) -> None:
        if self._text != (text, sha256):
            if hashlib.sha256(text.encode()).hexdigest() != sha256:
                raise Broken("text_sha256 is not that of the text")
            self._text = (text, sha256)

    def _fault(self, codebook: str, claims: Sequence[Mapping[str, Any]]) -> Said | None:
        ids = self._known.get(codebook)
        if ids is None:
            book = self._codebooks(codebook)
            if book is None:
                return Said("it was given under %(codebook)s, which this project has not", codebook=codebook)
            ids = self._known[codebook] = _Ids(book)
        for claim in claims:
            if unknown := ids.unknown(claim):
                return Said(
                    "“%(id)s” (%(field)s) is not in the codebook of this project",
                    id=unknown[1], field=unknown[0],
                )  # fmt: skip
        return None


class _Ids:
    """Everything a claim may name under a codebook, retired labels too: old answers have them."""

    def __init__(self, codebook: Codebook):
        self._actors = frozenset(actor.id for actor in codebook.actors)
        self._propositions = frozenset(
            one.id for one in (*codebook.propositions, *codebook.former_propositions)
        )
        self._labels = {}
        for name in ("stance", "polarity", "attribution", "claim_type", "vouch"):
            field = codebook.field(name)
            labels = (*field.labels, *field.former) if field else ()
            self._labels[name] = frozenset((None, *(label.id for label in labels)))
        self._labels["polarity"] |= {"support", "oppose"}

    def unknown(self, claim: Mapping[str, Any]) -> tuple[str, str] | None:
        """(field, id) of the first that is not there."""
        for field, known in (
            ("speaker", self._actors),
            ("via", self._actors),
            ("propositions", self._propositions),
        ):
            for id in claim[field]:
                if id not in known:
                    return field, id
        for field, labels in self._labels.items():
            if claim[field] not in labels:
                return field, claim[field]
        return None


def _parsed(line: bytes, number: int) -> Mapping[str, Any]:
    try:
        found = orjson.loads(line)
        if type(found) is not dict or len(line) > LONGEST_LINE:
            raise ValueError("no object")
    except ValueError as error:
        raise Invalid(
            "Line %(line)s is not a record of claims-jsonl/1 (%(why)s). Nothing was stored.",
            line=str(number), why=str(error),
        ) from error  # fmt: skip
    if found.get("schema") != SCHEMA:
        raise Invalid(
            "Line %(line)s is a record of %(schema)s, which this version of Qawl does not know. "
            "Nothing was stored.",
            line=str(number), schema=str(found.get("schema"))[:40],
        )  # fmt: skip
    return found


def _claim(claim: Mapping[str, Any], n: int, text: str) -> dict[str, Any]:
    """The claim as it is stored. Its words must be those its spans cover."""
    attribution = claim["attribution"]
    if claim["n"] != n:
        raise Broken(f"claim {n}: n")
    if type(claim["hard"]) is not bool or (claim["hedged"] is not None and type(claim["hedged"]) is not bool):
        raise Broken(f"claim {n}: hard or hedged")
    return {
        "speaker": _texts(claim["speaker"]),
        "stance": _maybe_text(claim["stance"]),
        "polarity": _maybe_text(claim["polarity"]),
        "attribution": _maybe_text(attribution["type"]),
        "via": _texts(attribution["via"]),
        "speaker_text": _maybe_text(claim["speaker_text"]),
        "content_spans": _spans(claim["content_spans"], claim["content"], text),
        "cue_spans": _spans(attribution["cue_spans"], attribution["cue"], text),
        "source_spans": _spans(attribution["source_spans"], attribution["source"], text),
        "propositions": _texts(claim["propositions"]),
        "claim_type": _maybe_text(claim["claim_type"]),
        "vouch": _maybe_text(attribution["vouch"]),
        "hedged": claim["hedged"],
        "hard": claim["hard"],
        "note": _maybe_text(claim["note"]),
    }


def _spans(spans: Any, words: str | None, text: str) -> Any:
    """The same spans, if they lie in the text one after the other and cover these words."""
    if not spans:
        if words is not None or type(spans) is not list:
            raise Broken("words without spans")
        return spans
    after = 0
    for start, end in spans:
        if type(start) is not int or type(end) is not int or not after <= start < end <= len(text):
            raise Broken(f"{start}–{end} is outside the text, empty or out of order")
        after = end
    covered = [text[start:end] for start, end in spans]
    if words != (covered[0] if len(covered) == 1 else GAP.join(covered)):
        raise Broken(f"“{str(words)[:40]}” is not what the spans cover")
    return spans


def _provenance(found: Any, role: str) -> Mapping[str, Any] | None:
    if role != FINAL:
        return None
    if found["kind"] not in FINAL_KINDS or type(found["votes"]) is not list:
        raise Broken("provenance")
    _all_texts(found["by"], found["time"])
    _all_times(found["time"])
    return {**found, "reason": _maybe_text(found["reason"]), "note": _maybe_text(found["note"])}


def _all_texts(*values: Any) -> None:
    for value in values:
        if type(value) is not str or not value:
            raise Broken("a text is missing")


def _all_times(*values: str) -> None:
    for value in values:
        try:
            datetime.datetime.fromisoformat(value)
        except ValueError:
            raise Broken(f"“{value[:40]}” is no time") from None


def _maybe_text(value: Any) -> str | None:
    if value is not None and type(value) is not str:
        raise Broken("not a text")
    return value


def _maybe_number(value: Any) -> float | None:
    if value is not None and type(value) not in (int, float):
        raise Broken("not a number")
    return None if value is None else float(value)


def _texts(values: Any) -> Any:
    if type(values) is not list:
        raise Broken("not a list")
    for value in values:
        if type(value) is not str:
            raise Broken("not a text")
    return values
