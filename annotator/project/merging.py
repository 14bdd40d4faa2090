"""Two project files of one codebook as one: what the other has is added, and what contradicts is named."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from annotator import speakers
from annotator.model import N_, Actor, Invalid, Role, Said
from annotator.project.foreign import Foreign
from annotator.project.homecoming import whatever
from annotator.project.lookalikes import skeleton
from annotator.project.people import look_alike
from annotator.speakers import Registry, described
from annotator.store import annotations as answer_rows
from annotator.store import file, histories, opening
from annotator.store import merging as rows
from annotator.store import rounds as round_rows
from annotator.store.file import Database
from annotator.store.histories import (
    ANSWERS,
    APART,
    DESCRIPTIONS,
    FINALS,
    FINISHES,
    MORE,
    NEW,
    OTHER,
    SECOND_ANSWERS,
    History,
    Stays,
)
from annotator.store.merging import Key

FILES = ("main", "other")


@dataclass(slots=True)
class Merged:
    """What came from the other file. Conflicts stay in it, and here everything as it was."""

    documents: int = 0
    people: list[str] = field(default_factory=list)
    answers: int = 0  # rows of history
    same: int = 0  # answers that both have
    finals: int = 0
    conflicts: list[Said] = field(default_factory=list)
    alike: list[Said] = field(default_factory=list)  # new speakers whose name looks like another's here


class Merging(Foreign):
    def take_project(
        self, other: Path, *, dry_run: bool = False, agreed: Callable[[Merged], object] = whatever
    ) -> Merged:
        """Add everything of another project file that does not contradict this one."""
        if other.exists() and self.path.exists() and other.samefile(self.path):
            raise Invalid("Both are the same file. Give two.")
        with type(self)(opening.open_existing(other), other) as opened:  # which brings it up to date
            if opened.codebook().id != self.codebook().id:
                raise Invalid(
                    "%(path)s is a project under the codebook %(other)s, this one under %(own)s. "
                    "Projects come together under one.",
                    path=other, other=opened.codebook().id, own=self.codebook().id,
                )  # fmt: skip
            registry = opened.registry()
        with rows.beside(self.db, other), file.rehearsed(self.db) if dry_run else file.write(self.db):
            merged = self._taken(other, registry)
            agreed(merged)
        return merged

    def _taken(self, other: Path, registry: Registry) -> Merged:
        merged = Merged()
        self._check_versions(other)
        self._check_people(merged)
        rows.join_codebooks(self.db)
        merged.people = rows.add_people(self.db)
        came = self._take_documents(merged)
        strangers = self._strangers(registry)
        taking = _Taking(self.db, merged, rows.sentence_names(self.db))

        def take(history: History, conflict: str) -> None:
            """What names a speaker of theirs who would be somebody else here stays where it is."""
            naming = histories.naming(self.db, history, strangers)
            apart = N_("%(of)s: names a speaker whose id is another speaker’s here.")
            taking.take(history, conflict, apart, lambda _key, ids: not naming.isdisjoint(ids))

        otherwise = N_("%(of)s: described otherwise in the other file.")
        not_ready = rows.not_ready(self.db)
        taking.take(
            DESCRIPTIONS,
            otherwise,
            otherwise,
            # Nobody there had answered when a lead took it back; it stays open to those who did here.
            lambda key, _ids: key[0] in not_ready and answer_rows.any_of(self.db, key[0]),
        )
        histories.copy_descriptions(self.db)
        take(ANSWERS, N_("%(of)s: answered otherwise in the other file."))
        merged.answers = histories.copy_answers(self.db, came)
        take(FINALS, N_("%(of)s: settled otherwise in the other file."))
        merged.finals = histories.copy_finals(self.db)
        take(SECOND_ANSWERS, N_("%(of)s: answered otherwise the second time."))
        histories.copy_second_answers(self.db)
        staying = taking.left - {(one.document, one.person) for one in round_rows.finishes(self.db)}
        taking.take(
            FINISHES,
            N_("%(of)s: finished or opened again otherwise in the other file."),
            N_("%(of)s: finished in the other file, and open here, since some of the answers stay there."),
            lambda key, _ids: key in staying,
        )
        histories.copy_finishes(self.db)
        self._take_speakers(merged, registry)
        self._take_rounds(merged)
        return merged

    def _check_people(self, merged: Merged) -> None:
        """A name is one person. Nobody’s answers come under those of a simulated one, or the other way."""
        own, theirs = ({name: Role(role) for name, role in rows.people(self.db, one)} for one in FILES)
        for name, role in theirs.items():
            if name in own and own[name] is not role and Role.SIMULATED in (own[name], role):
                raise Invalid(
                    "%(name)s gave simulated answers in one of the two files, and is a person in the other. "
                    "Nothing was stored.",
                    name=name,
                )
            alike = next((one for one in own if name not in own and look_alike(one, name)), None)
            if alike:
                merged.conflicts.append(
                    Said("“%(name)s” looks like %(other)s, who is here already.", name=name, other=alike)
                )

    def _strangers(self, other: Registry) -> list[str]:
        """Ids that were given to one speaker here and to another in the other file."""
        called: list[dict[str, set[str]]] = []
        for place, registry in zip(FILES, (self.registry(), other), strict=True):
            names = {id: _names(one) for id, one in registry.everybody.items()}
            for kind, id, about, *_ in rows.speaker_changes(self.db, place):
                if kind in ("add", "edit"):
                    names.setdefault(id, set()).update(_names(speakers.actor(id, orjson.loads(about))))
            called.append(names)
        own, theirs = called
        return [id for id in theirs if id in own and own[id].isdisjoint(theirs[id])]

    def _check_versions(self, other: Path) -> None:
        """What was answered under a version keeps it, so this file must have it, word for word."""
        own = {version: source for _, version, source in rows.codebooks(self.db, "main")}
        for _, version, source in rows.codebooks(self.db, "other"):
            if version not in own:
                raise Invalid(
                    "%(path)s has version %(version)s of the codebook, which this project has not. "
                    "Load that version here first; nothing was stored.",
                    path=other, version=version,
                )  # fmt: skip
            if own[version] != source:
                raise Invalid(
                    "Version %(version)s of the codebook is another one in %(path)s. Nothing was stored.",
                    path=other, version=version,
                )  # fmt: skip

    def _take_documents(self, merged: Merged) -> list[str]:
        """The ids of the documents that came along."""
        came = []
        for id, here, same in rows.documents(self.db):
            if not here:
                rows.copy_document(self.db, id)
                came.append(id)
            elif same:
                rows.join_sentences(self.db, id)
            else:
                merged.conflicts.append(
                    Said("%(of)s: read from its file in another way, so its answers stay there.", of=id)
                )
        apart = {str(conflict.values.get("of")) for conflict in merged.conflicts}
        for document, sentence, person in rows.unjoined(self.db):
            if document not in apart:
                of = f"{document}/{sentence}/{person}"
                merged.conflicts.append(Said("%(of)s: the sentence is cut in another way here.", of=of))
        for of in rows.of_other_kinds(self.db):
            merged.conflicts.append(
                Said("%(of)s: of another kind in the other file, such as a heading or text.", of=of)
            )
        merged.documents = len(came)
        return came

    def _take_speakers(self, merged: Merged, other: Registry) -> None:
        own, theirs = rows.speaker_changes(self.db, "main"), rows.speaker_changes(self.db, "other")
        if own == theirs[: len(own)]:
            rows.copy_speaker_changes(self.db, len(own))
            return
        if theirs == own[: len(theirs)]:
            return
        ours = self.registry()
        changed = [id for id in dict.fromkeys(change[1] for change in theirs) if id in other.everybody]
        new = [id for id in changed if id not in ours.everybody]
        rows.add_speakers(self.db, new)
        merged.alike += _look_alikes(ours, [other.everybody[id] for id in new])
        for id in changed:
            said, held = ([one for one in every if one[1] == id] for every in (theirs, own))
            went_on = held[: len(said)] == said or (id in new and len(said) == 1)
            if not went_on and _counted(ours, id) != _counted(other, id):
                merged.conflicts.append(
                    Said("%(of)s: this speaker was edited or merged only in the other file.", of=id)
                )

    def _take_rounds(self, merged: Merged) -> None:
        own, theirs = rows.rounds(self.db, "main"), rows.rounds(self.db, "other")
        if not own:
            rows.copy_rounds(self.db)
        elif theirs and theirs != own[: len(theirs)] and any(one not in own for one in theirs):
            merged.conflicts.append(
                Said("%(of)s: its rounds stay there, since this project has its own.", of="rounds")
            )


class _Taking:
    """Compares one history after the other, chooses what is new and names what stays in the other file."""

    def __init__(self, db: Database, merged: Merged, names: Mapping[int, str]):
        self._db = db
        self._merged = merged
        self._names = names
        self.left: set[Key] = {(document, person) for document, _, person in rows.unjoined(db)}
        """Documents and people some of whose answers stay there."""

    def take(self, history: History, conflict: str, apart: str = "", stays: Stays | None = None) -> None:
        for standing, key in histories.compared(self._db, history, stays):
            if standing in (OTHER, APART):
                of = str(self._names.get(key[0], key[0])) + "".join(f"/{part}" for part in key[1:])
                self._merged.conflicts.append(Said(conflict if standing == OTHER else apart, of=of))
                if history is ANSWERS:
                    self.left.add((of.partition("/")[0], key[1]))
            elif history is ANSWERS and standing not in (NEW, MORE):
                self._merged.same += 1


def _look_alikes(here: Registry, new: Sequence[Actor]) -> Iterator[Said]:
    """Speakers that only their letters tell apart: claims of one would be given to two."""
    shapes = {skeleton(name): one for one in here.everybody.values() for name in _names(one)}
    for one in new:
        other = next((shapes[shape] for name in _names(one) if (shape := skeleton(name)) in shapes), None)
        if other:
            yield Said(
                "The new speaker %(name)s looks like %(other)s, who is here already. If they are one, "
                "merge them under “Speakers”.",
                name=one.name, other=other.name,
            )  # fmt: skip


def _names(one: Actor) -> set[str]:
    return {speakers.folded(name) for name in speakers.names(one)}


def _counted(registry: Registry, id: str) -> tuple[Any, str | None]:
    """Who a speaker is, and as whom their claims count."""
    one = registry.everybody.get(id)
    return one and described(one), registry.merged.get(id)
