"""Claims as rows: what CSV, XLSX and Parquet hold, and what every analysis counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from annotator.outputs.format import Record

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    kind: str  # "text", "integer", "number", "flag"; "texts", "integers" and "spans" are lists
    description: str


COLUMNS: tuple[Column, ...] = (
    Column("record_id", "text", "document / sentence / annotator, as in the JSON Lines"),
    Column("codebook", "text", "the codebook's id and version the answer was given under"),
    Column("doc_id", "text", "the document"),
    Column("doc_title", "text", "its title"),
    Column("doc_publisher", "text", "its outlet"),
    Column("doc_author", "text", "who wrote it"),
    Column("doc_date", "text", "its date as far as known: a year, a month or a day"),
    Column("doc_url", "text", "its address"),
    Column("doc_lang", "text", "the language of the text"),
    Column("sent_id", "text", "the sentence's name within the document"),
    Column("order", "integer", "its place in the document, from 0"),
    Column("unit", "text", "title, heading, body, caption, pullquote or other"),
    Column("text", "text", "the sentence as the annotator saw it"),
    Column("text_sha256", "text", "SHA-256 of the text"),
    Column("annotator", "text", "the person's name; final in the settled layer"),
    Column("role", "text", "annotator, simulated or final"),
    Column("status", "text", "claims, no_claim, skipped or duplicate"),
    Column("duplicate_of", "text", "the sentence that a pull quote repeats"),
    Column("claim_n", "integer", "the claim's number in the sentence; 0 where it has no claim"),
    Column("speaker", "texts", "ids of who says it"),
    Column("speaker_side", "texts", "the side of each speaker, in the same order; empty where one has none"),
    Column("speaker_text", "text", "the words used for the speaker"),
    Column("stance", "text", "whose position: the id of a label"),
    Column("polarity", "text", "support or oppose; empty where the position has no side"),
    Column("attribution", "text", "how it is attributed: the id of a label"),
    Column("via", "texts", "who relays it, outermost first, without the author"),
    Column("cue", "text", "the words that mark it as said"),
    Column("cue_spans", "spans", "where they stand in the text"),
    Column("source", "text", "the words that name the speaker"),
    Column("source_spans", "spans", "where they stand in the text"),
    Column("vouch", "text", "does the author vouch: neutral, endorsed or distanced"),
    Column("content", "text", "the words that say it; empty is the whole sentence"),
    Column("content_spans", "spans", "where they stand in the text"),
    Column("propositions", "texts", "ids from the codebook's lists of positions"),
    Column("claim_type", "text", "fact, evaluation, demand, commitment or prediction"),
    Column("hedged", "flag", "whether a word such as “perhaps” is there"),
    Column("claim_hard", "flag", "the annotator found this claim hard"),
    Column("claim_note", "text", "the annotator's note on this claim"),
    Column("hard", "flag", "the annotator flagged the sentence for the lead"),
    Column("comment", "text", "the annotator's comment on the sentence"),
    Column("provenance_kind", "text", "of a final answer: unanimous or settled"),
    Column("provenance_by", "text", "the lead who made it final"),
    Column("provenance_reason", "text", "why people differed: rule, text, slip or difference"),
    Column("provenance_note", "text", "the lead's note"),
    Column("provenance_time", "text", "when it was made final (UTC)"),
    Column("provenance_votes", "integers", "the numbers of the answers it rests on"),
    Column("seconds", "number", "active time; empty unless asked for"),
    Column("created_at", "text", "when this annotator first answered the sentence (UTC)"),
    Column("updated_at", "text", "when this answer was given (UTC)"),
)
"""In order. Of a row with claim_n 0, all that belongs to a claim is None, or an empty list."""

NAMES = tuple(column.name for column in COLUMNS)

_DOC = ("title", "publisher", "author", "date", "url", "lang")
_PROVENANCE = ("kind", "by", "reason", "note", "time", "votes")


def rows(records: Iterable[Record]) -> Iterator[Row]:
    """One row for each claim, one with claim_n 0 for a sentence without claims; keys as COLUMNS."""
    for record in records:
        for claim in record["claims"] or (_NO_CLAIM,):
            yield _row(record, claim)


def _row(record: Mapping[str, Any], claim: Mapping[str, Any]) -> Row:
    doc, attribution = record["doc"], claim["attribution"]
    provenance = record["provenance"] or _UNSETTLED
    return {
        "record_id": record["record_id"],
        "codebook": record["codebook"],
        "doc_id": record["doc_id"],
        **{f"doc_{key}": doc[key] for key in _DOC},
        "sent_id": record["sent_id"],
        "order": record["order"],
        "unit": record["unit"],
        "text": record["text"],
        "text_sha256": record["text_sha256"],
        "annotator": record["annotator"],
        "role": record["role"],
        "status": record["status"],
        "duplicate_of": record["duplicate_of"],
        "claim_n": claim["n"],
        "speaker": claim["speaker"],
        "speaker_side": claim["speaker_side"],
        "speaker_text": claim["speaker_text"],
        "stance": claim["stance"],
        "polarity": claim["polarity"],
        "attribution": attribution["type"],
        "via": attribution["via"],
        "cue": attribution["cue"],
        "cue_spans": attribution["cue_spans"],
        "source": attribution["source"],
        "source_spans": attribution["source_spans"],
        "vouch": attribution["vouch"],
        "content": claim["content"],
        "content_spans": claim["content_spans"],
        "propositions": claim["propositions"],
        "claim_type": claim["claim_type"],
        "hedged": claim["hedged"],
        "claim_hard": claim["hard"],
        "claim_note": claim["note"],
        "hard": record["hard"],
        "comment": record["comment"],
        **{f"provenance_{key}": provenance[key] for key in _PROVENANCE},
        "seconds": record["seconds"],
        "created_at": record["created_at"],
        "updated_at": record["updated_at"],
    }


_NO_CLAIM: Mapping[str, Any] = {
    "n": 0, "speaker": [], "speaker_side": [], "speaker_text": None, "stance": None, "polarity": None,
    "attribution": {
        "type": None, "via": [], "cue": None, "cue_spans": [], "source": None, "source_spans": [],
        "vouch": None,
    },
    "content": None, "content_spans": [], "propositions": [], "claim_type": None, "hedged": None,
    "hard": None, "note": None,
}  # fmt: skip

_UNSETTLED: Mapping[str, Any] = {**dict.fromkeys(_PROVENANCE), "votes": []}
