"""Everything a researcher can do with a project, one short method each."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from annotator import codebook
from annotator.project.answers import Recorded, Undone
from annotator.project.arriving import Arriving, Changed, Look, Waiting
from annotator.project.backups import Backups
from annotator.project.bundles import Returned
from annotator.project.codebooks import Codebooks, CodebookVersion, Held, News, Proposal
from annotator.project.damage import Damaged, Soundness, Unrecognised, with_way_back
from annotator.project.demo import DEMO_PASSWORD, DEMO_PEOPLE, Demo, demo_codebook
from annotator.project.desks import OPENABLE, Desk, Whereabouts
from annotator.project.documents import Listed, Progress
from annotator.project.health import Health, Healthy
from annotator.project.history import Given, Past, Rewritten
from annotator.project.homecoming import Report
from annotator.project.importing import Taken
from annotator.project.invitations import DAYS as LINK_DAYS
from annotator.project.merging import Merged
from annotator.project.programs import Programs
from annotator.project.repeats import Repeat, Repeats
from annotator.project.searching import Searching
from annotator.project.speakers import Clash, Merge, Uses
from annotator.project.team import Member
from annotator.project.tokens import TOKEN_DAYS
from annotator.project.verifying import Verified
from annotator.store import codebooks, file, opening, settings
from annotator.store.file import Failure, Place, told, write
from annotator.store.invitations import Invitation
from annotator.store.tokens import Token

__all__ = [
    "OPENABLE",
    "DEMO_PASSWORD",
    "DEMO_PEOPLE",
    "LINK_DAYS",
    "TOKEN_DAYS",
    "Changed",
    "Clash",
    "CodebookVersion",
    "Damaged",
    "Desk",
    "Held",
    "Failure",
    "Given",
    "Health",
    "Listed",
    "Look",
    "Merge",
    "Merged",
    "Invitation",
    "Member",
    "News",
    "Past",
    "Place",
    "Progress",
    "Project",
    "Proposal",
    "Recorded",
    "Repeat",
    "Report",
    "Returned",
    "Rewritten",
    "Taken",
    "Token",
    "Undone",
    "Unrecognised",
    "Uses",
    "Verified",
    "Waiting",
    "Whereabouts",
    "demo_codebook",
    "told",
    "with_way_back",
]


class Project(Demo, Repeats, Programs, Searching, Arriving, Codebooks, Healthy, Backups, Soundness):
    """One SQLite file: its documents, codebook, people and answers. Belongs to one thread."""

    @classmethod
    def create(cls, path: str | os.PathLike[str], codebook_source: str, *, demo: bool = False) -> Project:
        """A new project under this codebook. Nothing is left behind when it fails."""
        book = codebook.load(codebook_source)
        path = Path(path)
        db = file.create(path)
        try:
            with write(db):
                codebooks.append(db, book, codebook_source)
                settings.append(db, "secret", secrets.token_hex(32))
                settings.append(db, "demo", str(int(demo)))
        except BaseException:
            db.close()
            file.remove(path)
            raise
        return cls(db, path)

    @classmethod
    def open(cls, path: str | os.PathLike[str], *, tell: opening.Tell = opening.warn) -> Project:
        """`tell` hears what is to be known of a file that could be opened."""
        return cls(opening.open_existing(Path(path), tell=tell), Path(path))

    @classmethod
    def bring_up_to_date(cls, path: Path, keep: Path, *, tell: opening.Tell) -> None:
        """Open a file of an earlier version, and keep a copy as it was in the folder `keep`."""
        opening.open_existing(path, tell=tell, keep=keep).close()

    def __exit__(self, *raised: object) -> None:
        super().__exit__(*raised)
        for error in raised:
            if isinstance(error, Failure) and isinstance(damaged := told(error, self.path), Damaged):
                raise damaged from error

    def gather(self) -> None:
        """Leave everything in the one file: people copy it once the server has stopped."""
        file.gather(self.db)

    @property
    def demo(self) -> bool:
        """Whether its passwords are printed for everybody to read."""
        return settings.get(self.db, "demo") == "1"

    def secret(self) -> str:
        """What session cookies are signed with."""
        return settings.get(self.db, "secret") or ""

    def first_secret(self) -> str:
        """The one it was made with: every going back to a copy makes another, and this one stays."""
        every = settings.history(self.db, "secret")
        return every[-1][0] if every else ""
