"""Speakers: adding, changing and merging them, and taking that back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from annotator import annotate, speakers
from annotator.model import (
    Actor,
    Annotation,
    Answer,
    Codebook,
    Invalid,
    Missing,
    Person,
    Said,
    Sentence,
    Stale,
    wording,
)
from annotator.project.team import Team
from annotator.speakers import Registry, SpeakerChange
from annotator.store import annotations as answer_rows
from annotator.store import codebooks
from annotator.store import speakers as rows
from annotator.store.annotations import Filter
from annotator.store.file import Database, write

_REMEMBERED = 100  # documents of people


@dataclass(frozen=True, slots=True)
class Uses:
    """How much names a speaker, as the source or on the way."""

    claims: int = 0
    documents: int = 0
    people: int = 0


@dataclass(frozen=True, slots=True)
class Clash:
    """Claims of one person in one sentence that a merge makes one claim."""

    sentence: Sentence
    person: str
    claims: int  # how many of them


@dataclass(frozen=True, slots=True)
class Merge:
    """What merging two speakers will change."""

    speaker: Actor
    into: Actor
    uses: Uses
    clashes: tuple[Clash, ...]


class Speakers(Team):
    def __init__(self, db: Database, path: Path):
        super().__init__(db, path)
        self._known: tuple[tuple[int, int], Registry] | None = None
        self._used: dict[tuple[str, str], tuple[int, tuple[str, ...]]] = {}

    def codebook(self) -> Codebook:
        """The codebook in force, with everybody people added since."""
        return self.registry().codebook

    def _codebook_in_force(self) -> tuple[int, Codebook]:
        (row, _), registry = self._registered()
        return row, registry.codebook

    def registry(self) -> Registry:
        """Everybody this project knows; worked out anew only when something changed."""
        return self._registered()[1]

    def _registered(self) -> tuple[tuple[int, int], Registry]:
        return self._lasting("registry", self._registered_now)

    def _registered_now(self) -> tuple[tuple[int, int], Registry]:
        state = codebooks.state(self.db)
        if self._known is not None and self._known[0] == state:
            return self._known
        found = (state, speakers.registered(super().codebook(), self._history()))
        if self._moment is not None or not self.db.conn.in_transaction:  # nothing that may be taken back
            self._known = found
        return found

    def speakers_version(self) -> int:
        """Changes with every change of any speaker."""
        return self._lasting("speakers", lambda: rows.newest(self.db))

    def speaker(self, id: str) -> Actor:
        registry = self.registry()
        found = registry.codebook.actor(registry.merged.get(id, id))
        if found is None:
            raise Missing("There is no speaker “%(id)s” in this project.", id=id[:40])
        return found

    def speaker_uses(self, but: Collection[str] = ()) -> dict[str, Uses]:
        """How much names each speaker, merged ones under the one they count as, in documents `but` some."""
        merged = self.registry().merged
        found: dict[str, list[tuple[str, str]]] = {}
        for document, person, ids in rows.namings(self.db):
            if document in but:
                continue
            for id in {merged.get(id, id) for id in ids}:
                found.setdefault(id, []).append((document, person))
        return {id: _counted(places) for id, places in found.items()}

    def speakers_used(self, doc_id: str, person: Person) -> tuple[str, ...]:
        """The speakers a person ever gave in a document, by when they first did.

        Answers are only ever appended, so what was found before still holds and only newer ones are read.
        """
        after, before = self._used.get((doc_id, person.name), (0, ()))
        newest = rows.newest_answer(self.db, doc_id, person.name)
        found = rows.in_order_of_use(self.db, doc_id, person.name, after, newest)
        order = tuple(dict.fromkeys((*before, *found)))
        if len(self._used) >= _REMEMBERED:
            self._used.clear()
        self._used[doc_id, person.name] = (newest, order)
        merged = self.registry().merged
        return tuple(dict.fromkeys(merged.get(id, id) for id in order))

    def speaker_history(self) -> list[SpeakerChange]:
        """Everything ever done to any speaker, newest first."""
        return self._history()[::-1]

    def _history(self) -> list[SpeakerChange]:
        return [SpeakerChange(**row) for row in rows.all(self.db)]

    # -------------------------------------------------------------- changing

    def add_speaker(self, name: str, person: Person, lang: str | None = None) -> Actor:
        """A new speaker for everybody; or the one who has this name already, however it is spelt."""
        with write(self.db):
            return self._added(name, person, lang)

    def _added(self, name: str, person: Person, lang: str | None = None) -> Actor:
        book = self.codebook()
        one = speakers.added(name, book, lang or "")
        known = speakers.exactly(book.actors, name)
        if known is not None:
            return known
        # An id is never given twice, not even after its speaker was taken back.
        taken = {*self.registry().everybody, *(change.speaker for change in self._history())}
        one = replace(one, id=speakers.slug(name, taken))
        rows.append(self.db, "add", one.id, speakers.described(one), person.name)
        return one

    def edit_speaker(self, id: str, form: Mapping[str, str], person: Person, *, seen: int) -> Actor:
        """Other names, type, side or Wikidata id. What annotators typed stays as it is."""
        with write(self.db):
            self._unchanged(seen)
            before = self._own(id)
            after = speakers.checked(before, form, self.codebook())
            if speakers.described(after) != speakers.described(before):
                rows.append(self.db, "edit", id, speakers.described(after), person.name)
        return after

    def merge_preview(self, id: str, into: str, but: Collection[str] = ()) -> Merge:
        """What a merge will change in all documents `but` some, without making it."""
        one, other = self._mergeable(id, into)
        registry = self.registry()
        ids = {id, *(old for old, end in registry.merged.items() if end == id)}
        named = [
            (document, person)
            for document, person, found in rows.namings(self.db)
            if ids & set(found) and document not in but
        ]
        then = {**registry.merged, **dict.fromkeys(ids, into)}
        return Merge(one, other, _counted(named), tuple(self._clashes(registry.merged, then, but)))

    def joined_sentences(self, id: str, but: Collection[str] = ()) -> tuple[Clash, ...]:
        """Where claims are read as one because others were merged into this speaker."""
        merged = self.registry().merged
        without = {old: end for old, end in merged.items() if end != id}
        return tuple(self._clashes(without, merged, but))

    def merge_speakers(self, id: str, into: str, person: Person, *, seen: int) -> None:
        """From now on claims of the one count as the other's. What is stored stays as it was given."""
        with write(self.db):
            self._unchanged(seen)
            self._mergeable(id, into)
            rows.append(self.db, "merge", id, {"into": into}, person.name)

    def undo_speaker_change(self, number: int, person: Person) -> SpeakerChange:
        with write(self.db):
            change = self._speaker_change(number)
            if why := self.undo_refused(change):
                raise Invalid(why)
            rows.append(self.db, "undo", change.speaker, {}, person.name, target=number)
        return change

    def redo_speaker_change(self, number: int, person: Person) -> SpeakerChange:
        with write(self.db):
            change = self._speaker_change(number)
            registry = self.registry()
            if change in registry.standing:
                raise Invalid("This change holds already.")
            if change.kind == "merge":
                self._mergeable(change.speaker, change.about["into"])
            elif change.kind == "edit":
                self._own(change.speaker)
            elif speakers.exactly(registry.codebook.actors, wording(change.about["name"], "en")):
                raise Invalid("Somebody has this name by now. Choose that speaker instead.")
            rows.append(self.db, "redo", change.speaker, {}, person.name, target=number)
        return change

    def undo_refused(self, change: SpeakerChange) -> Said | None:
        """Why a change cannot be taken back just now; None where it can."""
        holding = self.registry().standing
        if change not in holding:
            return Said("This change does not hold any more.")
        later = [one for one in holding if one.id > change.id]
        if change.kind == "merge":
            return None
        if any(change.speaker in (one.speaker, one.about.get("into")) for one in later):
            return Said("This speaker was changed again since. Undo that first.")
        if change.kind == "add" and change.speaker in {
            id for _, _, ids in rows.namings(self.db) for id in ids
        }:
            return Said("Claims name this speaker already. Merge it into another instead.")
        return None

    # -------------------------------------------------------------- answers as they read now

    def _reader(self) -> Callable[[Annotation], Annotation]:
        """What gives a stored answer with merged speakers under the id they count as; for many at once."""
        registry = self.registry()

        def read(annotation: Annotation) -> Annotation:
            answer = annotate.read(annotation.answer, registry.merged, registry.codebook)
            return annotation if answer is annotation.answer else replace(annotation, answer=answer)

        return read

    def _read(self, annotation: Annotation) -> Annotation:
        return self._reader()(annotation)

    def _read_answer(self, answer: Answer) -> Answer:
        registry = self.registry()
        return annotate.read(answer, registry.merged, registry.codebook)

    def _kept(self, answer: Answer, before: Answer) -> Answer:
        registry = self.registry()
        return annotate.kept(answer, before, registry.merged, registry.codebook)

    def _clashes(
        self, before: Mapping[str, str], then: Mapping[str, str], but: Collection[str]
    ) -> Iterable[Clash]:
        """The sentences whose claims become fewer when `then` is in force."""
        book = self.codebook()
        for sentence, annotation in answer_rows.stream(self.db, Filter(statuses=("claims",))):
            if sentence.document in but:
                continue
            now = annotate.read(annotation.answer, before, book)
            groups = annotate.joined_claims(now, then, book)
            if groups:
                yield Clash(sentence, annotation.person, sum(map(len, groups)))

    # -------------------------------------------------------------- refusals

    def _own(self, id: str) -> Actor:
        """A speaker who counts as nobody else."""
        registry = self.registry()
        if id in registry.merged or id not in registry.everybody:
            raise Missing("There is no speaker “%(id)s” in this project.", id=id[:40])
        return registry.everybody[id]

    def _mergeable(self, id: str, into: str) -> tuple[Actor, Actor]:
        one, other = self._own(id), self._own(into)
        if id == into:
            raise Invalid("A speaker cannot be merged with itself. Choose another.", field="into")
        if not {one.type, other.type} <= set(speakers.TYPES):
            raise Invalid(
                "The author and unnamed sources stay as they are: the codebook’s rules depend on them.",
                field="into",
            )
        if speakers.bound(super().codebook(), id):
            raise Invalid(
                "A rule of the codebook names %(name)s. Merge the other into it.", name=one.name, field="into"
            )
        return one, other

    def _speaker_change(self, number: int) -> SpeakerChange:
        found = next((one for one in self._history() if one.id == number and one.target is None), None)
        if found is None:
            raise Missing("There is no such change of a speaker.")
        return found

    def _unchanged(self, seen: int) -> None:
        if rows.newest(self.db) != seen:
            raise Stale("Somebody changed a speaker meanwhile. Look again before you go on.")


def _counted(places: list[tuple[str, str]]) -> Uses:
    return Uses(len(places), len({document for document, _ in places}), len({person for _, person in places}))
