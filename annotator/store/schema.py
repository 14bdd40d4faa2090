"""What every table and column of a project file is, in words: for whoever reads one without Qawl."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlite_utils import Database

OURS = ("_sqlite_migrations",)
"""Which steps made the tables; of no use to who reads."""

EVERYWHERE = {
    "id": "number of the row, in the order of writing",
    "created_at": "when it was written, ISO 8601 in UTC",
    "person": "who did it; empty from the command line",
    "changed_by": "who did it; empty from the command line",
    "document": "`documents.id`",
    "sentence": "`sentences.key`",
    "codebook": "`codebooks.id` of the version in force",
    "round": "`rounds.id`",
    "status": "`claims`, `no_claim`, `skipped`, `duplicate`, or `todo` where there is only a comment",
    "claims": "JSON list of claims; keys as in the export’s records, but spans count in `sentences.text`",
    "comment": "what the person wrote about the sentence",
    "hard": "1 where it was flagged for a lead",
    "duplicate_of": "the sentence, `DOCUMENT/SENTENCE`, that says the same",
    "seconds": "how long the person had the sentence before them",
    "token": "drawn for each page, so that a form sent twice is stored once",
}
"""Columns that mean the same wherever they stand, unless the table says more."""

TABLES: dict[str, tuple[str, dict[str, str]]] = {
    "settings": ("Settings; the newest row of a name counts.", {"name": "which", "value": "its value"}),
    "codebooks": (
        "Every version of the codebook.",
        {"codebook": "its id", "version": "its version", "source": "the whole TOML file"},
    ),
    "queued_kinds": (
        "Which kinds of sentences a version of the codebook puts into the queue.",
        {"codebook": "`codebooks.id`", "kind": "as in `sentences.kind`"},
    ),
    "people": ("Everybody there ever was.", {"name": "unique, as they are called"}),
    "people_states": (
        "Every state a person was in; the newest counts.",
        {
            "person": "`people.name`",
            "role": "`lead`, `annotator`, or `simulated` for made-up answers",
            "password": "hash of the password; empty where there is none",
            "removed": "1 when they can no longer sign in",
        },
    ),
    "preferences": (
        "What people chose for themselves; the newest row of a name counts.",
        {"person": "`people.name`", "name": "which", "value": "its value"},
    ),
    "files": (
        "Imported files as they came, byte for byte.",
        {"sha256": "of the bytes, in hexadecimal", "filename": "its name then", "bytes": "all of it"},
    ),
    "documents": (
        "A file holds one document, or one in each of its rows.",
        {
            "number": "number of the row, in the order of writing",
            "id": "of the document, from its content",
            "file": "`files.sha256`",
            "part": "the row of a table that it is; empty where it is the whole file",
        },
    ),
    "document_states": (
        "Every description a document had; the newest counts.",
        {
            "lang": "language of the text, BCP 47",
            "title": "title",
            "publisher": "outlet",
            "author": "author",
            "date": "when it appeared, ISO 8601, as far as known",
            "url": "where it appeared",
            "stage": "`checking` the text, `ready` for annotators, or `withdrawn`",
        },
    ),
    "texts": (
        "The text that places count in, and how it came from the file; the newest of a document counts.",
        {
            "text": "the text, before repairs",
            "method": "how it was read",
            "encoding": "of the file, where it is text",
            "options": "JSON: what found it in the file",
            "warnings": "JSON list of what was noticed",
            "given": "JSON: the spans of sentences that the file itself gives",
            "reading": "`automatic`, or `checked` by a person before",
            "level": "which repairs were made at once: `safe`, `proposed` or `none`",
        },
    ),
    "changes": (
        "What was done to sentences after import: repairs decided, sentences split, joined, of another kind.",
        {"kind": "what was done", "about": "JSON: to which sentences, and how"},
    ),
    "sentences": (
        "Sentences and other pieces, every text they ever had; `current_sentences` are those that count.",
        {
            "key": "number of the row",
            "source": "`texts.id`",
            "made_by": "`changes.id`; empty for what import made",
            "id": "name of the sentence in its document: s1, s2, …",
            "position": "order in the document",
            "kind": "`body`, `heading`, `title`, `caption`, `pullquote`, `byline`, `url`, …",
            "text": "as annotators read it, after repairs",
            "spans": "JSON [[start, end], …] in code points of `texts.text`, in reading order",
            "joins": "JSON list: what stands between the spans",
            "runs": "JSON [[start here, start in `texts.text`, length], …]: where each piece came from",
            "flags": "JSON list: what import noticed",
            "unsure_lines": "JSON list of lines that import was not sure of",
            "repeats": "JSON list of sentences with the same words",
            "lost_at": "JSON list of places where a number is missing",
            "paragraph": "the paragraph it is in",
        },
    ),
    "retirements": (
        "Sentences that count no more.",
        {"change": "`changes.id` that replaced it"},
    ),
    "annotations": (
        "Every answer ever given; the newest of a sentence and person counts (`current_answers`).",
        {
            "person": "whose answer it is, `people.name`",
            "action": "`answer`, `undo`, `redo`, or `carried` along when the sentence was changed",
            "target": "for undo and redo: the answer, `annotations.id`",
            "change": "for carried ones: `changes.id`",
        },
    ),
    "speaker_changes": (
        "What was done to the codebook’s speakers, and who was added.",
        {
            "kind": "`add`, `edit`, `merge`, `undo`, `redo`",
            "speaker": "id of the speaker",
            "about": "JSON: the speaker from then on, or whom they are merged into",
            "target": "for undo and redo: `speaker_changes.id`",
        },
    ),
    "rounds": ("Rounds of work.", {}),
    "round_states": (
        "Every state of a round; the newest counts.",
        {
            "name": "of the round",
            "overlap": "how many people each document is meant for",
            "due": "date it is due",
            "documents": "JSON list of `documents.id`",
            "people": "JSON list of `people.name`",
            "withdrawn": "1 when it was taken back",
        },
    ),
    "assignments": (
        "What was given to whom; the newest row of a cell counts (`current_assignments`).",
        {"person": "to whom, `people.name`", "action": "`assign` or `release`"},
    ),
    "finishes": (
        "Who finished which document; the newest row counts (`current_finishes`).",
        {
            "person": "whose answers are closed, `people.name`",
            "action": "`finish`, or `reopen` by a lead",
            "reason": "why it was opened again",
        },
    ),
    "settlements": (
        "Final answers, beside the others; the newest of a sentence counts (`current_settlements`).",
        {
            "action": "`settle` or `reopen`",
            "kind": "`unanimous`, or `settled` by a person",
            "reason": "why answers differed: `rule`, `text`, `slip`, `difference`",
            "note": "the same in words",
            "votes": "JSON list of `annotations.id` that it rests on",
            "change": "`changes.id` that carried it along",
            "origin": "`settlements.id` it was carried from",
        },
    ),
    "repeats": (
        "What share of a round’s sentences people answer once more; the newest of a round counts.",
        {"share": "in percent", "days": "after how many days"},
    ),
    "second_answers": (
        "Answers of people who looked once more; apart from `annotations`. The newest counts.",
        {"person": "whose answer it is, `people.name`"},
    ),
    "invitations": (
        "Links that let somebody in once.",
        {
            "purpose": "`join`, or choose a `password`",
            "name": "for whom",
            "role": "as what",
            "state": "`people_states.id` whose password it replaces",
            "expires": "until when",
        },
    ),
    "invitation_ends": (
        "Links that no longer work.",
        {"invitation": "`invitations.id`", "action": "`accepted` or `withdrawn`"},
    ),
    "visits": (
        "When people came.",
        {
            "session": "drawn for each session",
            "person": "`people.name`",
            "state": "`people_states.id` at that time",
            "action": "signed `in`, `seen` that day, signed `out`",
        },
    ),
    "tokens": (
        "What programs sign in with.",
        {
            "sha256": "of the token, which is kept nowhere",
            "name": "what it is for",
            "person": "whose rights it has, `people.name`",
            "state": "`people_states.id` it was made in",
            "expires": "until when",
        },
    ),
    "token_ends": ("Tokens that were withdrawn.", {"token": "`tokens.id`"}),
    "token_uses": (
        "On which days a token was used.",
        {"token": "`tokens.id`", "day": "the day, in UTC"},
    ),
    "folded_sentences": ("A cache for searching.", {"text": "the sentence in its plainest spelling"}),
    "folded_remarks": (
        "A cache for searching.",
        {"answer": "`annotations.id`", "text": "comment and notes in their plainest spelling"},
    ),
}

VIEWS = {
    "claims": "Claims of current answers, one a row, as in the rows of the export. For queries.",
    "agreement_units": "Finished answers that agreement counts: a queued sentence and a person. For queries.",
    "current_answers": "The newest answer of each sentence and person. For queries.",
    "current_sentences": "The sentences that count.",
    "current_assignments": "Which documents are given to whom.",
    "current_finishes": "Which documents are finished by whom.",
    "current_settlements": "The final answers that count.",
    "current_second_answers": "The second answers that count.",
    "given_claims": "Claims with the ids they were given, before merges of speakers.",
    "counted_claims": "The same with speakers as they count.",
    "merged_speakers": "Speakers who count as another.",
}
"""Of these the tables say what a column is; the first three are described in the manual."""


def sql(db: Database, tables: Sequence[str]) -> Iterator[str]:
    """The statements that make these tables, with their indexes and every view."""
    found = db.execute("select type, tbl_name, sql from sqlite_master where sql is not null order by rowid")
    for kind, table, statement in found.fetchall():
        if table in tables or kind == "view":
            yield f"{statement};\n"


def described(db: Database, tables: Sequence[str] | None = None) -> Iterator[str]:
    """Every table in Markdown, from the file itself: what it says of a column, and what that means."""
    there = [name for name in TABLES if name in set(db.table_names())]
    for table in there if tables is None else [name for name in there if name in tables]:
        about, columns = TABLES[table]
        yield f"## {table}\n\n{about}\n\n| column | type | what it is |\n|---|---|---|\n"
        for name, kind, needed in db.execute(
            'select name, type, "notnull" or pk from pragma_table_info(?)', (table,)
        ).fetchall():
            meant = columns.get(name) or EVERYWHERE[name]
            yield f"| `{name}` | {kind.lower()}{'' if needed else ', may be empty'} | {meant} |\n"
        yield "\n"
    yield "## Views\n\n" + "".join(f"- `{name}`: {about}\n" for name, about in VIEWS.items())
