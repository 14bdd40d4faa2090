"""claims-jsonl/1: whole records, the format all others are made from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

import orjson

from annotator import export
from annotator.export import Maker, Shown, quoted, without_breaks
from annotator.model import N_
from annotator.outputs.format import Context, Format, Record

HEAD = ["speaker", "stance", "polarity", "attribution", "via", "speaker_text"]
TAIL = ["propositions", "claim_type", "vouch", "hedged", "hard", "note"]
"""The keys of a stored claim before its spans and after them."""

T = TypeVar("T")
NULL = b"null"
NUMBERS = [b"%d," % n for n in range(100)]
IN_SPANS = b"[]0123456789,"
PLAIN = b',"hard":false,"comment":null,"provenance":null,"seconds":null,"created_at":"'
UPDATED = b'","updated_at":"'
NEITHER = b',"cue_spans":[],"source_spans":[]'
NO_WORDS = b'"cue":null,"cue_spans":[],"source":null,"source_spans":[]'
BETWEEN_SPANS = b'"cue_spans":"source_spans":'
MOST = 20_000  # pieces of a kind that are remembered


def write(records: Iterable[Record], context: Context) -> Iterator[bytes]:
    return (export.line(record) for record in records)


class Lines:
    """The bytes of `export.line` for the records that a Maker makes, put together from pieces.

    Stored claims are JSON in the very order of `Claim`, so they are cut at the names of their spans instead
    of being read (inside a string every quotation mark has a backslash before it, so a name found is one).
    What stands before and after them repeats from claim to claim: each such piece is read, and written as it
    leaves, once. Where a piece is not what it should be, the Maker makes the claims.
    """

    def __init__(self, make: Maker):
        self._make = make
        self._heads: dict[bytes, bytes] = {}
        self._tails: dict[bytes, tuple[bytes, bytes]] = {}
        self._people: dict[tuple[str, str, str, str], tuple[bytes, bytes]] = {}
        self._start = b'{"schema":%b,"record_id":"' % _json(export.SCHEMA)
        self._of: Shown | None = None
        self._name = self._common = b""
        self._breaks = False  # whether the text has a character that ends lines: then so may its claims

    def line(
        self,
        of: Shown,
        *,
        annotator: str,
        role: str,
        codebook: str,
        status: str,
        claims: bytes,
        created_at: str,
        updated_at: str,
        duplicate_of: str | None = None,
        hard: bool = False,
        comment: str | None = None,
        seconds: float | None = None,
    ) -> bytes:
        """What `export.line(make.record(…))` gives for the same."""
        if of is not self._of:
            self._sentence(of)
        who = (annotator, role, codebook, status)
        name, decided = self._people.get(who) or self._person(*who)
        written = self._claims(claims, of.text) if status == "claims" else b"[]"
        if status == "duplicate":
            decided = decided.replace(b'"duplicate_of":null', b'"duplicate_of":' + _json(duplicate_of))
        remarks = PLAIN
        if hard or comment is not None or seconds is not None:
            said = {"hard": hard, "comment": comment, "provenance": None, "seconds": seconds}
            remarks = b"," + _json(said)[1:-1] + b',"created_at":"'
        first = created_at.encode()
        last = first if updated_at == created_at else updated_at.encode()
        pieces = (self._name, name, self._common, decided, written, remarks, first, UPDATED, last, b'"}\n')
        return b"".join(pieces)

    def _sentence(self, of: Shown) -> None:
        self._of = of
        self._name = self._start + _json(f"{of.doc_id}/{of.sent_id}/")[1:-1]
        self._common = b"," + _json(of._asdict())[1:-1]
        self._breaks = any(character in of.text for character in export.BREAKS)

    def _person(self, annotator: str, role: str, codebook: str, status: str) -> tuple[bytes, bytes]:
        """What stands before and after what is the sentence's, of everybody's answers of a kind."""
        name = _json(annotator)
        decided = {"annotator": annotator, "role": role, "status": status, "duplicate_of": None}
        found = (
            name[1:-1] + b'","codebook":' + _json(codebook),
            b"," + _json(decided)[1:-1] + b',"claims":',
        )
        self._people[annotator, role, codebook, status] = found
        return found

    # -------------------------------------------------------------- claims

    def _claims(self, stored: bytes, text: str) -> bytes:
        stored = self._make.merged(stored)
        pieces: list[bytes] = []
        try:
            if not (stored.startswith(b'[{"speaker":') and stored.endswith(b"}]")):
                raise ValueError
            between = b'[{"n":'
            for n, claim in enumerate(stored[12:-2].split(b'},{"speaker":'), start=1):
                pieces.append(between)
                self._claim(n, claim, text, pieces)
                between = b',{"n":'
        except ValueError:  # not cut as expected: somebody else wrote it, or an earlier version
            return _json(self._make.claims(stored, text))
        pieces.append(b"]")
        written = b"".join(pieces)
        return without_breaks(written) if self._breaks else written

    def _claim(self, n: int, claim: bytes, text: str, pieces: list[bytes]) -> None:
        head, _, rest = claim.partition(b',"content_spans":')
        spans, _, tail = rest.partition(b',"propositions":')
        if spans.translate(None, IN_SPANS) != BETWEEN_SPANS:
            raise ValueError
        content, cue, source = spans.split(b',"')
        vouch, end = self._tails.get(tail) or self._tail(tail)
        pieces += (
            NUMBERS[n] if n < 100 else b"%d," % n,
            self._heads.get(head) or self._head(head),
        )
        if spans.endswith(NEITHER):
            pieces.append(NO_WORDS)
        else:
            pieces += (
                b'"cue":', NULL if cue.endswith(b":[]") else _words(text, cue[11:]), b',"', cue,
                b',"source":', NULL if source.endswith(b":[]") else _words(text, source[14:]), b',"', source,
            )  # fmt: skip
        if content == b"[]":
            pieces += (vouch, b'null,"content_spans":[]', end)
        else:
            pieces += (vouch, _words(text, content), b',"content_spans":', content, end)

    def _head(self, stored: bytes) -> bytes:
        claim = _read(b'{"speaker":' + stored + b"}", HEAD)
        before = {
            "speaker": claim["speaker"],
            "speaker_side": self._make.sides(claim["speaker"]),
            "speaker_text": claim["speaker_text"],
            "stance": claim["stance"],
            "polarity": claim["polarity"],
        }
        attribution = {"type": claim["attribution"], "via": claim["via"]}
        written = b"".join((_json(before)[1:-1], b',"attribution":', _json(attribution)[:-1], b","))
        return _remembered(self._heads, stored, written)

    def _tail(self, stored: bytes) -> tuple[bytes, bytes]:
        claim = _read(b'{"propositions":' + stored + b"}", TAIL)
        vouch = b',"vouch":' + _json(claim.pop("vouch")) + b'},"content":'
        return _remembered(self._tails, stored, (vouch, b"," + _json(claim)[1:]))


def _read(stored: bytes, keys: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(stored)
    if list(found) != keys:
        raise ValueError
    return found


def _remembered(known: dict[bytes, T], stored: bytes, written: T) -> T:
    if len(known) >= MOST:
        known.clear()
    known[stored] = written
    return written


def _words(text: str, spans: bytes) -> bytes:
    found = orjson.loads(spans)
    if len(found) == 1:  # nearly always
        start, end = found[0]
        return orjson.dumps(text[start:end] or None)
    return orjson.dumps(quoted(text, found))


def _json(value: Any) -> bytes:
    return without_breaks(orjson.dumps(value))


FORMAT = Format(
    id="claims-jsonl",
    name="JSON Lines",
    extension="claims.jsonl",
    media_type="application/jsonl",
    unit="sentence",
    holds=N_("One line for each sentence and annotator, with its claims inside. “No claim” is a line too."),
    loses="",
    fields=tuple(export.schema()["properties"]),
    write=write,
)
