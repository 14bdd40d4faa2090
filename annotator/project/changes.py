"""Changes of a document's text: sentences split, merged, given another kind, and all of it undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from annotator import annotate, text
from annotator.model import (
    Answer,
    Decision,
    Edit,
    Invalid,
    Kind,
    Missing,
    Person,
    Repair,
    RepairState,
    Sentence,
    Unit,
)
from annotator.project.finals import Finals
from annotator.store import annotations as answer_rows
from annotator.store import changes, codebooks, sentences
from annotator.store.annotations import Draft
from annotator.store.changes import Change
from annotator.store.sentences import Place

_EDITS = ("split", "merge", "kind")
_TURNS = ("undo", "redo")


class Changes(Finals):
    def split(self, doc_id: str, sid: str, at: int, person: Person) -> None:
        """Cut a sentence in two before code point `at` of its text; claims stay on their words."""
        unit = self.sentence(doc_id, sid).unit
        if not 0 < at < len(unit.text) or not unit.text[:at].strip() or not unit.text[at:].strip():
            raise Invalid("A sentence is split between two of its words.")
        at += len(unit.text[at:]) - len(unit.text[at:].lstrip())
        if not unit.text[at - 1].isspace():
            raise Invalid("A sentence is split between two of its words, not inside one.")
        self._change(doc_id, "split", {"at": text.anchor(unit, at)}, person)

    def merge(self, doc_id: str, sid: str, person: Person) -> None:
        """Join a sentence to the one before it of the same kind."""
        units = [sentence.unit for sentence in self.sentences(doc_id)]
        place = next((n for n, unit in enumerate(units) if unit.id == sid), None)
        if place is None:
            raise Missing("There is no sentence %(sid)s in this document.", sid=sid)
        if not any(unit.kind is units[place].kind for unit in units[:place]):
            raise Invalid("There is nothing of the same kind before this sentence to join it to.")
        self._change(doc_id, "merge", {"at": text.anchor(units[place], 0)}, person)

    def set_kind(self, doc_id: str, sid: str, kind: Kind, person: Person) -> None:
        unit = self.sentence(doc_id, sid).unit
        if unit.kind is not kind:
            self._change(doc_id, "kind", {"at": text.anchor(unit, 0), "to": kind.value}, person)

    def repairs(self, doc_id: str) -> tuple[Repair, ...]:
        """Everything that was, or could be, mended in the text, in the order of the file."""
        source = self.text_of(doc_id)
        if source.reading == "checked":
            return ()
        decisions = _decisions(standing(self.changes(doc_id))[0])
        return self.read_again(self.document(doc_id), source, decisions).repairs

    def decide(self, doc_id: str, repair: str | Sequence[str], decision: Decision, person: Person) -> None:
        """Accept, reject or move a repair by its id, several as one change, or all of a kind ("kind/…").

        The newest word counts: of a kind, it also overrules what was said before of its repairs.
        """
        chosen = [repair] if isinstance(repair, str) else list(repair)
        found = self.repairs(doc_id)
        known = {one.id for one in found} | {f"kind/{one.kind}" for one in found}
        if not chosen or not known.issuperset(chosen):
            raise Missing("There is no such repair in this text. Load the page again.")
        about = {"repairs": chosen, "state": decision.state.value, "choice": decision.choice}
        self._change(doc_id, "decide", about, person)

    def undo_change(self, doc_id: str, person: Person) -> Change | None:
        """Take back the newest change of the text that still holds; None where there is none."""
        return self._turn_back(doc_id, "undo", person)

    def redo_change(self, doc_id: str, person: Person) -> Change | None:
        return self._turn_back(doc_id, "redo", person)

    def changes(self, doc_id: str) -> list[Change]:
        """Everything that was ever done to the text, oldest first."""
        return changes.of_document(self.db, self.document(doc_id).id)

    # -------------------------------------------------------------- how a change is made

    def _change(self, doc_id: str, kind: str, about: Mapping[str, object], person: Person) -> None:
        with self._changing(doc_id) as done:
            change = changes.append(self.db, doc_id, kind, about, person.name)
            self._rebuild(doc_id, change)
            done(change)

    def _turn_back(self, doc_id: str, way: str, person: Person) -> Change | None:
        with self._changing(doc_id) as ready:
            history = self.changes(doc_id)
            done, undone = standing(history)
            stack = done if way == "undo" else undone
            if not stack:
                return None
            target = stack[-1]
            change = changes.append(self.db, doc_id, way, {"change": target.id}, person.name)
            self._rebuild(doc_id, change, undone=_last_turn(target, history))
            ready(change)
        return target

    def _rebuild(self, doc_id: str, change: int, undone: int | None = None) -> None:
        """Make the units anew from the file and everything decided, and move what is different."""
        old = self.sentences(doc_id)
        units = self._units(doc_id)
        stay, gone, new = _difference(old, units)
        if not stay and not new:
            raise Invalid("This would leave the document without text.")
        answers = self._answers_of(gone)
        sentences.replace(self.db, change, doc_id, self.text_of(doc_id).id, [s.key for s in gone], new)
        self._carry(doc_id, change, gone, answers, [place.unit for place in new], undone)
        came = {place.unit.id for place in new}
        made = [sentence for sentence in self.sentences(doc_id) if sentence.id in came]
        self._carry_finals(gone, made, change)
        if undone is not None:
            self._carry_finals(sentences.retired_by(self.db, undone), made, change)

    def _units(self, doc_id: str) -> tuple[Unit, ...]:
        """The units as they follow from the file and everything decided that holds."""
        source = self.text_of(doc_id)
        base = [sentence.unit for sentence in sentences.as_imported(self.db, doc_id)]
        holding = standing(self.changes(doc_id))[0]
        if decisions := _decisions(holding):
            read = self.read_again(self.document(doc_id), source, decisions)
            base = list(text.named(read.units, base))
        return text.edited(source.text, base, [_edit(c) for c in holding if c.kind in _EDITS])

    def _answers_of(self, gone: Sequence[Sentence]) -> dict[str, dict[str, Answer]]:
        """Everybody's answers about the units that go, by person and unit."""
        ids = {sentence.key: sentence.id for sentence in gone}
        found: dict[str, dict[str, Answer]] = {}
        for annotation, _ in answer_rows.of_sentences(self.db, list(ids)):
            found.setdefault(annotation.person, {})[ids[annotation.sentence]] = annotation.answer
        return found

    def _carry(
        self,
        doc_id: str,
        change: int,
        gone: Sequence[Sentence],
        answers: Mapping[str, Mapping[str, Answer]],
        new: Sequence[Unit],
        undone: int | None,
    ) -> None:
        keys = {s.id: s for s in self.sentences(doc_id)}
        in_force, _ = self._codebook_in_force()
        made_under = self._versions_of(gone)
        before = self._untouched(gone, new, undone)
        for person, given in answers.items():
            row = made_under.get(person, in_force)
            moved = annotate.carried([s.unit for s in gone], given, new)
            moved |= {sid: answer for sid, answer in before.get(person, {}).items() if sid in moved}
            for sid, answer in moved.items():
                draft = Draft(keys[sid], person, answer, row, action="carried", change=change)
                answer_rows.append(self.db, draft)

    def _versions_of(self, gone: Sequence[Sentence]) -> dict[str, int]:
        """The version of the codebook of each person's newest answer about these sentences."""
        found = [annotation for annotation, _ in answer_rows.of_sentences(self.db, [s.key for s in gone])]
        newest = {one.person: one.codebook for one in sorted(found, key=lambda one: one.id)}
        return {person: codebooks.row(self.db, name) for person, name in newest.items()}

    def _untouched(
        self, gone: Sequence[Sentence], new: Sequence[Unit], undone: int | None
    ) -> dict[str, dict[str, Answer]]:
        """For people who answered nothing since a change that is now turned back: their answers before it."""
        if undone is None or not gone:
            return {}
        since = sentences.made_since(self.db, gone[0].document, undone)
        here = annotate.heirs([one.unit for one in since], [one.unit for one in gone])
        keys = [one.key for one, units in zip(since, here, strict=True) if units]
        touched = {
            stored.annotation.person
            for stored in answer_rows.ever_of_sentences(self.db, keys)
            if stored.action != "carried"
        }
        earlier = [s for s in sentences.retired_by(self.db, undone) if s.unit in new]
        ids = {sentence.key: sentence.id for sentence in earlier}
        found: dict[str, dict[str, Answer]] = {}
        for annotation, _ in answer_rows.of_sentences(self.db, list(ids)):
            if annotation.person not in touched:
                found.setdefault(annotation.person, {})[ids[annotation.sentence]] = annotation.answer
        return found


def standing(history: Sequence[Change]) -> tuple[list[Change], list[Change]]:
    """The changes that hold, in the order they were made, and those that could be made again."""
    by_id = {change.id: change for change in history}
    done: list[Change] = []
    undone: list[Change] = []
    for change in history:
        if change.kind == "read":  # another text: what was done to the one before is void
            done.clear()
            undone.clear()
        elif change.kind in _TURNS:
            target = by_id[change.about["change"]]
            left, right = (done, undone) if change.kind == "undo" else (undone, done)
            left.remove(target)
            right.append(target)
        else:
            done.append(change)
            undone.clear()
    return done, undone


def _last_turn(target: Change, history: Sequence[Change]) -> int:
    """What last made a change or took it back: the units that this took out of the text come back now."""
    turned = (one.id for one in history if one.kind in _TURNS and one.about["change"] == target.id)
    return max(turned, default=target.id)


def _decisions(holding: Sequence[Change]) -> dict[str, Decision]:
    """The newest word about each repair."""
    found: dict[str, Decision] = {}
    for change in holding:
        if change.kind != "decide":
            continue
        decision = Decision(RepairState(change.about["state"]), change.about["choice"])
        for repair in change.about["repairs"]:
            if repair.startswith("kind/"):
                kind = repair.removeprefix("kind/")
                found = {id: one for id, one in found.items() if not id.startswith(f"{kind}:")}
            found[repair] = decision
    return found


def _edit(change: Change) -> Edit:
    return Edit(change.kind, change.about["at"], change.about.get("to"))


def _difference(
    old: Sequence[Sentence], units: Sequence[Unit]
) -> tuple[list[Sentence], list[Sentence], list[Place]]:
    """(sentences that stay, sentences that go, units that come with their places between)."""
    known = {sentence.unit.id: sentence for sentence in old}
    stay: list[Sentence] = []
    places: list[Place] = []
    waiting: list[Unit] = []
    reached = -1.0
    for unit in units:
        same = known.get(unit.id)
        if same is not None and same.unit == unit and same.position > reached:
            places += _between(reached, same.position, waiting)
            waiting = []
            stay.append(same)
            reached = same.position
        else:
            waiting.append(unit)
    places += _between(reached, reached + len(waiting) + 1, waiting)
    kept = {sentence.key for sentence in stay}
    return stay, [s for s in old if s.key not in kept], places


def _between(low: float, high: float, units: Sequence[Unit]) -> list[Place]:
    step = (high - low) / (len(units) + 1)
    return [Place(low + step * number, unit) for number, unit in enumerate(units, start=1)]
