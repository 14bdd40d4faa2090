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
Spans = tuple[Any, int, bytes]
"""Stored spans as they are read: start and end of the only one, or all of them and -1, or None and 0;
and what is written after their words."""

NULL = b"null"
STARTS = [b'[{"n":1,', *(b',{"n":%d,' % n for n in range(2, 100))]
IN_SPANS = b"[]0123456789,"
PLAIN = b',"hard":false,"comment":null,"provenance":null,"seconds":null,"created_at":"'
MOST = 20_000  # pieces of a kind that are remembered


def write(records: Iterable[Record], context: Context) -> Iterator[bytes]:
    return (export.line(record) for record in records)


class Lines:
    """The bytes of `export.line` for the records that a Maker makes, put together from pieces.

    Stored claims are JSON in the very order of `Claim`, so they are cut at the names of their spans instead
    of being read (inside a string every quotation mark has a backslash before it, so a name found is one).
    What stands before, between and after them repeats from claim to claim: each such piece is read, and
    written as it leaves, once. Where a piece is not what it should be, the Maker makes the claims.
    """

    def __init__(self, make: Maker):
        self._make = make
        self._merged = None if make.merged is bytes else make.merged
        self._heads: dict[bytes, bytes] = {}
        self._tails: dict[bytes, tuple[bytes, bytes]] = {}
        self._content: dict[bytes, Spans] = {}
        self._cue: dict[bytes, Spans] = {}
        self._source: dict[bytes, Spans] = {}
        self._people: dict[tuple[str, str, str, str], tuple[bytes, bytes]] = {}
        self._start = b'{"schema":%b,"record_id":"' % _json(export.SCHEMA)
        self._of: Shown | None = None
        self._doc: tuple[str, Any] = ("", None)
        self._begun = self._name = self._common = self._document = b""
        self._breaks = False  # whether the text has a character that ends lines: then so may its claims

    def add(
        self,
        pieces: list[bytes],
        of: Shown,
        annotator: str,
        role: str,
        codebook: str,
        status: str,
        claims: bytes,
        created_at: str,
        updated_at: str,
        duplicate_of: str | None,
        hard: bool,
        comment: str | None,
        seconds: float | None,
    ) -> None:
        """Add to the pieces what `export.line(make.record(…))` gives for the same."""
        if of is not self._of:
            self._sentence(of)
        who = (annotator, role, codebook, status)
        name, decided = self._people.get(who) or self._person(*who)
        if status == "duplicate":
            decided = decided.replace(b'"duplicate_of":null', b'"duplicate_of":' + _json(duplicate_of))
        pieces += (self._name, name, self._common, decided)
        if status == "claims":
            self._claims(pieces, claims if self._merged is None else self._merged(claims), of.text)
        else:
            pieces.append(b"[]")
        if hard or comment is not None or seconds is not None:
            said = {"hard": hard, "comment": comment, "provenance": None, "seconds": seconds}
            pieces.append(b"," + _json(said)[1:-1] + b',"created_at":"')
        else:
            pieces.append(PLAIN)
        pieces.append(f'{created_at}","updated_at":"{updated_at}"}}\n'.encode())

    def _sentence(self, of: Shown) -> None:
        if self._doc[0] != of.doc_id or self._doc[1] is not of.doc:
            self._doc = of.doc_id, of.doc
            self._begun = self._start + _json(of.doc_id)[1:-1] + b"/"
            self._document = b"," + _json({"doc_id": of.doc_id, "doc": of.doc})[1:-1] + b',"sent_id":'
        id, text = _json(of.sent_id), orjson.dumps(of.text)
        written = without_breaks(text)
        self._of = of
        self._breaks = written is not text
        self._name = b"%b%b/" % (self._begun, id[1:-1])
        self._common = b'%b%b,"order":%b,"unit":"%b","text":%b,"text_sha256":"%b"' % (
            self._document, id, NULL if of.order is None else b"%d" % of.order, of.unit.encode(), written,
            of.text_sha256.encode(),
        )  # fmt: skip

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

    def _claims(self, pieces: list[bytes], stored: bytes, text: str) -> None:
        before = len(pieces)
        try:
            self._cut(pieces, stored, text)
        except ValueError:  # not cut as expected: somebody else wrote it, or an earlier version
            pieces[before:] = [_json(self._make.claims(stored, text))]
        else:
            if self._breaks:
                pieces[before:] = [without_breaks(b"".join(pieces[before:]))]

    def _cut(self, pieces: list[bytes], stored: bytes, text: str) -> None:
        if not (stored.startswith(b'[{"speaker":') and stored.endswith(b"}]")):
            raise ValueError
        dumps = orjson.dumps
        parts = iter(stored[12:-2].split(b'_spans":'))
        head, n = next(parts), 0
        for content, cue, rest in zip(parts, parts, parts, strict=True):
            source, _, rest = rest.partition(b',"propositions":')
            tail, _, following = rest.partition(b'},{"speaker":')
            vouch, last = self._tails.get(tail) or self._tail(tail)
            start, end, after = self._cue.get(cue) or self._spans(self._cue, cue, CUE)
            from_, to, behind = self._source.get(source) or self._spans(self._source, source, SOURCE)
            pieces += (
                STARTS[n] if n < 99 else b',{"n":%d,' % (n + 1),
                self._heads.get(head) or self._head(head),
                NULL if not end else dumps(text[start:end] or None) if end > 0 else _many(text, start),
                after,
                NULL if not to else dumps(text[from_:to] or None) if to > 0 else _many(text, from_),
                behind,
                vouch,
            )
            start, end, after = self._content.get(content) or self._spans(self._content, content, CONTENT)
            pieces += (
                NULL if not end else dumps(text[start:end] or None) if end > 0 else _many(text, start),
                after,
                last,
            )
            head = following
            n += 1
        if head or not n:
            raise ValueError
        pieces.append(b"]")

    def _head(self, stored: bytes) -> bytes:
        if not stored.endswith(b',"content'):
            raise ValueError
        claim = _read(b'{"speaker":' + stored[:-9] + b"}", HEAD)
        before = {
            "speaker": claim["speaker"],
            "speaker_side": self._make.sides(claim["speaker"]),
            "speaker_text": claim["speaker_text"],
            "stance": claim["stance"],
            "polarity": claim["polarity"],
        }
        attribution = {"type": claim["attribution"], "via": claim["via"]}
        written = b"".join((_json(before)[1:-1], b',"attribution":', _json(attribution)[:-1], b',"cue":'))
        return _remembered(self._heads, stored, written)

    def _tail(self, stored: bytes) -> tuple[bytes, bytes]:
        claim = _read(b'{"propositions":' + stored + b"}", TAIL)
        vouch = b',"vouch":' + _json(claim.pop("vouch")) + b'},"content":'
        return _remembered(self._tails, stored, (vouch, b"," + _json(claim)[1:]))

    def _spans(self, known: dict[bytes, Spans], stored: bytes, between: tuple[bytes, bytes, bytes]) -> Spans:
        next_name, before, behind = between
        spans = stored.removesuffix(next_name)
        if stored != spans + next_name or spans.translate(None, IN_SPANS):
            raise ValueError
        found = orjson.loads(spans)
        after = before + spans + behind
        if len(found) > 1:  # hardly ever the same again
            return found, -1, after
        if not found:
            return _remembered(known, stored, (None, 0, after))
        start, end = found[0]
        return _remembered(known, stored, (start, end, after))


CONTENT = (b',"cue', b',"content_spans":', b"")
CUE = (b',"source', b',"cue_spans":', b',"source":')
SOURCE = (b"", b',"source_spans":', b"")
"""The name after stored spans, and what is written before and after them."""


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


def _many(text: str, spans: Any) -> bytes:
    """The words of several spans."""
    return orjson.dumps(quoted(text, spans))


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
