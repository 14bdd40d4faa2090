"""Discourse Network Analyzer: a database with texts and statements, as DNA 2 made them.

Newer versions refuse each other's databases, but import those of DNA 2 (Documents, Import from DNA database).
Tables and columns: DNA/src/dna/SqlConnection.java and dna/src/main/java/gui/Importer.java in
leifeld/dna. Java counts UTF-16 units, so these places do too.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from annotator.model import N_, Actor
from annotator.outputs.dna import Cells, full_date
from annotator.outputs.format import Context, DocumentText, Format, Record
from annotator.outputs.places import by_document, utf16
from annotator.outputs.statements import statements

CHUNK = 1 << 18

SCHEMA = """
CREATE TABLE SETTINGS(Property TEXT PRIMARY KEY, Value TEXT);
CREATE TABLE CODERS(ID INTEGER NOT NULL PRIMARY KEY, Name TEXT, Red INTEGER, Green INTEGER, Blue INTEGER,
    Password TEXT);
CREATE TABLE DOCUMENTS(ID INTEGER NOT NULL PRIMARY KEY, Title TEXT, Text TEXT, Coder INTEGER, Author TEXT,
    Source TEXT, Section TEXT, Notes TEXT, Type TEXT, Date INTEGER, FOREIGN KEY(Coder) REFERENCES CODERS(ID));
CREATE TABLE STATEMENTTYPES(ID INTEGER NOT NULL PRIMARY KEY, Label TEXT, Red INTEGER, Green INTEGER,
    Blue INTEGER);
CREATE TABLE VARIABLES(ID INTEGER NOT NULL PRIMARY KEY, Variable TEXT, DataType TEXT, StatementTypeId INTEGER,
    FOREIGN KEY(StatementTypeId) REFERENCES STATEMENTTYPES(ID), UNIQUE (Variable, StatementTypeId));
CREATE TABLE REGEXES(Label TEXT PRIMARY KEY, Red INTEGER, Green INTEGER, Blue INTEGER);
CREATE TABLE CODERPERMISSIONS(ID INTEGER NOT NULL PRIMARY KEY, Coder INTEGER, Type TEXT, Permission INTEGER,
    FOREIGN KEY(Coder) REFERENCES CODERS(ID), UNIQUE (Coder, Type));
CREATE TABLE CODERRELATIONS(ID INTEGER NOT NULL PRIMARY KEY, Coder INTEGER, OtherCoder INTEGER,
    viewStatements INTEGER, editStatements INTEGER, viewDocuments INTEGER, editDocuments INTEGER,
    FOREIGN KEY(Coder) REFERENCES CODERS(ID), FOREIGN KEY(OtherCoder) REFERENCES CODERS(ID));
CREATE TABLE STATEMENTS(ID INTEGER NOT NULL PRIMARY KEY, StatementTypeId INTEGER, DocumentId INTEGER,
    Start INTEGER, Stop INTEGER, Coder INTEGER, FOREIGN KEY(StatementTypeId) REFERENCES STATEMENTTYPES(ID),
    FOREIGN KEY(Coder) REFERENCES CODERS(ID), FOREIGN KEY(DocumentId) REFERENCES DOCUMENTS(ID));
CREATE TABLE STATEMENTLINKS(ID INTEGER PRIMARY KEY NOT NULL, SourceId INTEGER NOT NULL,
    TargetId INTEGER NOT NULL, FOREIGN KEY(SourceId) REFERENCES STATEMENTS(ID),
    FOREIGN KEY(TargetId) REFERENCES STATEMENTS(ID));
CREATE TABLE ATTRIBUTES(ID INTEGER PRIMARY KEY NOT NULL, VariableId INTEGER NOT NULL, Value TEXT NOT NULL,
    Red INTEGER, Green INTEGER, Blue INTEGER, Type TEXT, Alias TEXT, Notes TEXT, ChildOf TEXT,
    FOREIGN KEY(VariableId) REFERENCES VARIABLES(ID), UNIQUE (VariableId, Value));
"""

VALUES = """
CREATE TABLE {table}(ID INTEGER PRIMARY KEY NOT NULL, StatementId INTEGER NOT NULL,
    VariableId INTEGER NOT NULL, StatementTypeId INTEGER, Value {kind},
    FOREIGN KEY(StatementId) REFERENCES STATEMENTS(ID), FOREIGN KEY(VariableId) REFERENCES VARIABLES(ID),
    FOREIGN KEY(StatementTypeId) REFERENCES STATEMENTTYPES(ID), UNIQUE (StatementId, VariableId));
"""
OF_VALUES = {"BOOLEAN": "INTEGER", "INTEGER": "INTEGER", "SHORTTEXT": "TEXT", "LONGTEXT": "TEXT"}

SETTINGS = {
    "version": "2.0 beta 25",
    "date": "2020-03-15",
    "activeCoder": "1",
    "popupWidth": "220",
    "statementColor": "coder",
}
MAY = (
    "addDocuments",
    "viewOtherDocuments",
    "editOtherDocuments",
    "addStatements",
    "viewOtherStatements",
    "editOtherStatements",
    "editCoders",
    "editStatementTypes",
    "editRegex",
)
VARIABLES = {
    "person": "short text",
    "organization": "short text",
    "concept": "short text",
    "agreement": "boolean",
}
PERSON, ORGANIZATION, CONCEPT, AGREEMENT = range(1, 5)
ADMIN = "Admin"


def write(records: Iterable[Record], context: Context) -> Iterator[bytes]:
    """A database cannot be sent while it is written, so it waits in a file of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "statements.dna"
        with closing(sqlite3.connect(path)) as db, db:
            _Filling(db, context).fill(records)
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk


class _Filling:
    """Numbers coders, documents, names and statements as they come."""

    def __init__(self, db: sqlite3.Connection, context: Context) -> None:
        self.db = db
        self.context = context
        self.cells = Cells(context)
        self.actors = {actor.id: actor for actor in context.codebook.actors}
        self.coders: dict[str, int] = {}
        self.documents: dict[str, int] = {}
        self.names: set[tuple[int, str]] = set()
        self.statement = 0

    def fill(self, records: Iterable[Record]) -> None:
        self.db.executescript(SCHEMA)
        for table, kind in OF_VALUES.items():
            self.db.executescript(VALUES.format(table=f"DATA{table}", kind=kind))
        self.db.executemany("INSERT INTO SETTINGS VALUES (?, ?)", SETTINGS.items())
        self.db.execute("INSERT INTO STATEMENTTYPES VALUES (1, 'DNA Statement', 239, 208, 51)")
        self.db.executemany(
            "INSERT INTO VARIABLES (Variable, DataType, StatementTypeId) VALUES (?, ?, 1)", VARIABLES.items()
        )
        self._coder(ADMIN)
        for variable in (PERSON, ORGANIZATION, CONCEPT):
            self._name(variable, "")
        for doc_id, own in by_document(records):
            self._fill_document(self.context.texts(doc_id), own)

    def _fill_document(self, whole: DocumentText, records: list[Record]) -> None:
        document = self._document(whole)
        at = utf16(whole.text)
        for one in statements(records, self.context.codebook):
            _, _, person, organization, concept, agreement, start, stop, coder = self.cells.of(one)
            self.statement += 1
            self.db.execute(
                "INSERT INTO STATEMENTS VALUES (?, 1, ?, ?, ?, ?)",
                (self.statement, document, at(start), at(stop), self._coder(coder)),
            )
            actor = self.actors.get(one.actor)
            for variable, name in ((PERSON, person), (ORGANIZATION, organization), (CONCEPT, concept)):
                about = actor if variable != CONCEPT else None
                self._name(variable, name, about)
                self._value("DATASHORTTEXT", variable, name)
            self._value("DATABOOLEAN", AGREEMENT, agreement)

    def _value(self, table: str, variable: int, value: str | int) -> None:
        self.db.execute(
            f"INSERT INTO {table} (StatementId, VariableId, StatementTypeId, Value) VALUES (?, ?, 1, ?)",
            (self.statement, variable, value),
        )

    def _coder(self, name: str) -> int:
        if name not in self.coders:
            number = self.coders[name] = len(self.coders) + 1
            self.db.execute("INSERT INTO CODERS VALUES (?, ?, 255, 255, 0, '')", (number, name))
            self.db.executemany(
                "INSERT INTO CODERPERMISSIONS (Coder, Type, Permission) VALUES (?, ?, 1)",
                [(number, what) for what in MAY],
            )
        return self.coders[name]

    def _document(self, whole: DocumentText) -> int:
        document = whole.document
        if document.id not in self.documents:
            number = self.documents[document.id] = len(self.documents) + 1
            self.db.execute(
                "INSERT INTO DOCUMENTS VALUES (?, ?, ?, 1, ?, ?, '', ?, '', ?)",
                (
                    number,
                    document.title,
                    whole.text,
                    document.author or "",
                    document.publisher or "",
                    "\n".join(note for note in (document.id, document.date, document.url) if note),
                    milliseconds(document.date),
                ),
            )
        return self.documents[document.id]

    def _name(self, variable: int, value: str, actor: Actor | None = None) -> None:
        """What DNA calls an attribute: a value that a variable may have."""
        if (variable, value) not in self.names:
            self.names.add((variable, value))
            self.db.execute(
                "INSERT INTO ATTRIBUTES (VariableId, Value, Red, Green, Blue, Type, Alias, Notes, ChildOf)"
                " VALUES (?, ?, 0, 0, 0, ?, '', ?, '')",
                (variable, value, actor.type if actor else "", actor.id if actor else ""),
            )


def milliseconds(date: str | None) -> int:
    """Noon of the day, which is that day nearly everywhere; without a date the first of Java's time.

    >>> milliseconds("2019-08"), milliseconds(None)
    (1564660800000, 0)
    """
    day = full_date(date)
    try:
        noon = datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=UTC)
    except ValueError:  # no date, or none of any calendar
        return 0
    return int(noon.timestamp()) * 1000


FIELDS = (
    "DOCUMENTS", "CODERS", "STATEMENTS", "DATASHORTTEXT", "DATABOOLEAN", "ATTRIBUTES", "VARIABLES",
    "STATEMENTTYPES", "SETTINGS",
)  # fmt: skip

FORMAT = Format(
    id="dna-database",
    name="Discourse Network Analyzer (database)",
    extension="dna",
    media_type="application/vnd.sqlite3",
    unit="claim",
    holds=N_(
        "Texts and statements, as DNA imports them: who agrees or disagrees with which issue, and where."
    ),
    loses=N_(
        "Not in it: claims without a proposition or without a side, how they are attributed, and who relays "
        "them. Of a date without a day or month the first is taken; without a year it is 1 January 1970."
    ),
    fields=FIELDS,
    write=write,
)
