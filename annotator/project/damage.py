"""Damage to a project file: looked for, and told with the way back to the last good copy."""

from __future__ import annotations

from pathlib import Path

from annotator.model import Said, Unavailable, several
from annotator.project import backups
from annotator.project.base import Base
from annotator.store import soundness
from annotator.store.file import Damaged
from annotator.store.opening import Unrecognised

__all__ = ["Damaged", "Soundness", "Unrecognised", "with_way_back"]


class Soundness(Base):
    @property
    def quick_to_check(self) -> bool:
        """Whether nobody notices that they wait for it."""
        return self.path.stat().st_size <= soundness.QUICK

    def check_soundness(self, *, thoroughly: bool = False) -> None:
        """Refuse a file whose parts do not fit together; `thoroughly` compares every index with its table."""
        soundness.check(self.db, self.path, thoroughly=thoroughly)


def with_way_back(problem: Damaged | Unrecognised, path: Path, folder: Path | None = None) -> Said:
    """The same with the newest copy that is whole, and how to go back to it."""
    try:
        found = backups.found_copies(path, folder)
    except Unavailable as unknown:
        return several([problem.said, unknown.said], between=" ")
    for copy in found:
        if backups.well(copy):
            return several([problem.said, _way(problem, path, copy.path)], between=" ")
    if isinstance(problem, Unrecognised) and not found:
        return problem.said
    folder = folder or backups.folder_of(path)
    none = Said("There is no good copy in %(folder)s.", folder=folder)
    return several([problem.said, none], between=" ")


def _way(problem: Damaged | Unrecognised, path: Path, copy: Path) -> Said:
    if isinstance(problem, Unrecognised):  # restoring never replaces what may be somebody else's
        return Said(
            "But there is a good copy of one. Move the file away, then go back to the copy with: "
            "qawl restore %(path)s %(copy)s",
            path=path,
            copy=copy,
        )
    return Said(
        "The newest good copy of it is %(copy)s. Go back to it with: qawl restore %(path)s %(copy)s",
        path=path,
        copy=copy,
    )
