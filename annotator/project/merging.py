"""Two project files of one codebook as one: what the other has is added, and what contradicts is named."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from annotator.model import N_, Invalid, Said
from annotator.project.foreign import Foreign
from annotator.speakers import Registry, described
from annotator.store import file, histories, opening
from annotator.store import merging as rows
from annotator.store.histories import ANSWERS, FINALS, FINISHES, MORE, NEW, OTHER, SECOND_ANSWERS, History


@dataclass(slots=True)
class Merged:
    """What came from the other file. Conflicts stay in it, and here everything as it was."""

    documents: int = 0
    people: list[str] = field(default_factory=list)
    answers: int = 0  # rows of history
    same: int = 0  # answers that both have
    finals: int = 0
    conflicts: list[Said] = field(default_factory=list)


class Merging(Foreign):
    def take_project(self, other: Path, *, dry_run: bool = False) -> Merged:
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
            return self._taken(other, registry)

    def _taken(self, other: Path, registry: Registry) -> Merged:
        merged = Merged()
        self._check_versions(other)
        rows.join_codebooks(self.db)
        merged.people = rows.add_people(self.db)
        came = self._take_documents(merged)
        names = rows.sentence_names(self.db)

        def take(history: History, conflict: str) -> None:
            for standing, key in histories.compared(self.db, history):
                if standing == OTHER:
                    of = str(names.get(key[0], key[0])) + "".join(f"/{part}" for part in key[1:])
                    merged.conflicts.append(Said(conflict, of=of))
                elif history is ANSWERS and standing not in (NEW, MORE):
                    merged.same += 1

        take(ANSWERS, N_("%(of)s: answered otherwise in the other file."))
        merged.answers = histories.copy_answers(self.db, came)
        take(FINALS, N_("%(of)s: settled otherwise in the other file."))
        merged.finals = histories.copy_finals(self.db)
        take(SECOND_ANSWERS, N_("%(of)s: answered otherwise the second time."))
        histories.copy_second_answers(self.db)
        take(FINISHES, N_("%(of)s: finished or opened again otherwise in the other file."))
        histories.copy_finishes(self.db)
        self._take_speakers(merged, registry)
        self._take_rounds(merged)
        return merged

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
        apart = {str(conflict.values["of"]) for conflict in merged.conflicts}
        for document, sentence, person in rows.unjoined(self.db):
            if document not in apart:
                of = f"{document}/{sentence}/{person}"
                merged.conflicts.append(Said("%(of)s: the sentence is cut in another way here.", of=of))
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


def _counted(registry: Registry, id: str) -> tuple[Any, str | None]:
    """Who a speaker is, and as whom their claims count."""
    one = registry.everybody.get(id)
    return one and described(one), registry.merged.get(id)
