"""What a project is apart from its answers, and whether that is still the same."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Mapping
from typing import Any

from sqlite_utils import Database

from annotator.store.file import Place

# What pages keep follows from these, and they change by new rows alone: every document, round and text has
# one here. A restore takes rows away, but the secret becomes another then.
_BY_NEW_ROWS = (
    *("preferences", "codebooks", "speaker_changes", "document_states", "texts", "changes"),
    *("round_states", "assignments", "finishes"),
)
_STATE = f"""
    select (select value from settings where name = 'secret' order by id desc limit 1),
           {", ".join(f"(select max(id) from {table})" for table in _BY_NEW_ROWS)}
"""

State = tuple[Any, ...]

_MOST = 5_000  # facts
_UNITS = 4_000  # of texts


def state(db: Database) -> State:
    """It is another one whenever anything changed that pages keep."""
    found: State = db.conn.execute(_STATE).fetchone()
    return found


class Standing:
    """What follows from that state, found once for all connections of this process to one file."""

    def __init__(self) -> None:
        self._facts: tuple[State, dict[object, Any]] = ((), {})
        self._texts: dict[object, Any] = {}

    def of(self, state: State) -> dict[object, Any]:
        """The facts of this state, to be added to. None may be added that could be taken back."""
        before, facts = self._facts
        if before != state or len(facts) >= _MOST:
            facts = {}
            self._facts = (state, facts)
        return facts

    def known(self, state: State) -> Mapping[object, Any]:
        """The facts of this state, as far as they are known."""
        before, facts = self._facts
        return facts if before == state else {}

    def text(self, key: object) -> Any:
        """A text that was kept under a key which says all it follows from."""
        return self._texts.get(key)

    def keep_text(self, key: object, text: Any, units: int) -> None:
        if sum(len(one) for one in tuple(self._texts.values())) + units > _UNITS:
            self._texts = {}
        self._texts[key] = text


def standing_of(db: Database) -> Standing:
    """That of the file which a connection was opened on; it goes when the last one lets go of it."""
    place: Place | None = getattr(db, "place", None)
    if place is None:
        return Standing()
    with _turn:
        found = _files.get(place)
        if found is None:
            found = _files[place] = Standing()
        return found


_turn = threading.Lock()
_files: weakref.WeakValueDictionary[Place, Standing] = weakref.WeakValueDictionary()
