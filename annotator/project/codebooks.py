"""The codebook: its versions, what a change would touch, and putting it in force."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from annotator import codebook
from annotator.codebook import edits
from annotator.codebook.differences import Change, compare, gist, high_enough, least_version
from annotator.codebook.refusals import refusals
from annotator.model import Codebook, Invalid, Missing, Person, Stale, several
from annotator.project.base import Base, _codebook
from annotator.store import codebooks, settings
from annotator.store.codebooks import Use
from annotator.store.file import write

LARGEST = 1_000_000  # characters; the codebooks that come with Qawl have 40 000

_CALLED = {"speaker": "speaker", "proposition": "propositions"}
"""What a claim calls the things of a codebook that it holds; labels go by their field."""


@dataclass(frozen=True, slots=True)
class CodebookVersion:
    version: str
    person: str | None
    created_at: str
    changes: tuple[Change, ...]  # since the version before
    first: bool


@dataclass(frozen=True, slots=True)
class Held:
    """How much current answers hold of something, and whose they are."""

    claims: int = 0
    sentences: int = 0
    people: tuple[Use, ...] = ()


@dataclass(frozen=True, slots=True)
class Touched:
    """Something that changes while answers hold it."""

    id: str
    name: str
    held: Held


@dataclass(frozen=True, slots=True)
class Proposal:
    """A changed codebook before it is put in force."""

    source: str
    before: Codebook
    book: Codebook
    changes: tuple[Change, ...]
    touched: tuple[Touched, ...]
    version: str  # the least it may have


@dataclass(frozen=True, slots=True)
class News:
    """How the codebook changed since a person's last answer."""

    before: str
    after: str
    changes: tuple[Change, ...]


class Codebooks(Base):
    def codebook_versions(self) -> list[CodebookVersion]:
        """Every version, the newest first, each with what it changed."""
        return list(_told(codebooks.versions(self.db)))

    def codebook_version(self, version: str) -> tuple[str, Codebook]:
        """(TOML source, codebook) of one version."""
        for one in codebooks.versions(self.db):
            if one.version == version:
                return one.source, _codebook(one.source)
        raise Missing(
            "This codebook has no version %(version)s. Look at the list of versions.", version=version
        )

    def codebook_uses(self, answers: str, but: Sequence[str] = ()) -> dict[str, Held]:
        """What current claims in all documents `but` some hold, by id; `answers` as a claim calls them."""
        found = codebooks.uses(self.db, answers, but)
        people: dict[str, list[Use]] = {}
        for use in found:
            if use.person is not None:
                people.setdefault(use.id, []).append(use)
        totals = (use for use in found if use.person is None)
        return {use.id: Held(use.claims, use.sentences, tuple(people[use.id])) for use in totals}

    def propose_codebook(self, source: str, name: str = "codebook", *, but: Sequence[str] = ()) -> Proposal:
        """What putting `source` in force would change, and touch in all documents `but` some.

        Invalid where it may not be put in force.
        """
        if len(source) > LARGEST:
            raise Invalid("%(name)s is too long for a codebook. Choose the codebook’s TOML file.", name=name)
        before = _codebook(self.codebook_source())
        book = codebook.load(source, name)
        if book.id != before.id:
            raise Invalid(
                "%(name)s is the codebook “%(id)s”, but this project works with “%(before)s”. Make a "
                "new project for another codebook.",
                name=name,
                id=book.id,
                before=before.id,
            )
        changes = compare(before, book)
        if not changes and source.strip() == self.codebook_source().strip():
            raise Invalid("Nothing was changed, so there is no new version to save.")
        wrong = refusals(before, book, codebooks.ever_used(self.db))
        if wrong:
            raise Invalid(several(wrong))
        least = least_version(before.version, changes)
        return Proposal(source, before, book, changes, self._touched(changes, but), least)

    def update_codebook(
        self, source: str, by: Person | None = None, *, version: str | None = None, seen: str | None = None
    ) -> Codebook:
        """Put a codebook in force as a new version; answers keep the version they were made under.

        `version` takes the place of the one in the file; `seen` is the version the change was made from.
        """
        with write(self.db):
            if seen is not None and seen != _codebook(self.codebook_source()).version:
                raise Stale(
                    "Somebody saved another version of the codebook meanwhile. Begin again with that one."
                )
            proposal = self.propose_codebook(source)
            version = proposal.book.version if version is None else version
            _check_version(proposal, version)
            if version != proposal.book.version:
                source = edits.versioned(source, version)
            book = codebook.load(source)
            codebooks.append(self.db, book, source, by.name if by else None)
        return book

    def codebook_news(self, person: Person) -> News | None:
        """How the codebook changed since this person's last answer, unless they put the notice away."""
        if self._lasting("versions", lambda: codebooks.count(self.db)) == 1:
            return None
        used = codebooks.last_used(self.db, person.name)
        row, source = codebooks.current(self.db)
        if used in (None, row) or settings.get(self.db, _read_by(person)) == str(row):
            return None
        before = next(one.source for one in codebooks.versions(self.db) if one.row == used)
        old, new = _codebook(before), _codebook(source)
        return News(old.version, new.version, gist(compare(old, new)))

    def read_codebook_news(self, person: Person) -> None:
        """Put the notice away until the codebook changes again."""
        with write(self.db):
            row, _ = codebooks.current(self.db)
            settings.append(self.db, _read_by(person), str(row), person.name)

    def _touched(self, changes: Sequence[Change], but: Sequence[str]) -> tuple[Touched, ...]:
        """What current claims hold of everything that changes, each once."""
        found: dict[tuple[str, str], Touched] = {}
        held: dict[str, dict[str, Held]] = {}
        for change in changes:
            answers = change.field or _CALLED.get(change.thing, "")
            if not answers or change.act == "added":
                continue
            if answers not in held:
                held[answers] = self.codebook_uses(answers, but)
            if change.id in held[answers]:
                found[answers, change.id] = Touched(change.id, change.name, held[answers][change.id])
        return tuple(found.values())


def _told(found: Sequence[codebooks.Version]) -> Iterator[CodebookVersion]:
    for at, one in enumerate(found):
        first = at + 1 == len(found)
        changes = () if first else compare(_codebook(found[at + 1].source), _codebook(one.source))
        yield CodebookVersion(one.version, one.person, one.created_at, changes, first)


def _check_version(proposal: Proposal, version: str) -> None:
    before = proposal.before.version
    if version == before:
        raise Invalid(
            "Version %(version)s is in force already with other content. Raise the version to "
            "%(needed)s or higher.",
            version=version,
            needed=proposal.version,
            field="version",
        )
    if not high_enough(version, before, proposal.changes):
        raise Invalid(
            "These changes need at least version %(version)s, written as three numbers. Wordings "
            "raise the third number, additions the second, changes of meaning the first.",
            version=proposal.version,
            field="version",
        )


def _read_by(person: Person) -> str:
    return f"codebook-read/{person.name}"
