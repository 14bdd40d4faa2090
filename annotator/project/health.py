"""Whether the project can be worked on at this moment."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass

from annotator.project.base import Base
from annotator.store import health


@dataclass(frozen=True, slots=True)
class Health:
    write_ms: float  # how long saving takes just now
    schema: int
    room: int  # bytes left on its disk


class Healthy(Base):
    def health(self, *, patience: float = 10) -> Health:
        """Try a durable write, waiting at most so many seconds for who holds the file."""
        began = time.perf_counter()
        health.prove_writable(self.db, patience=patience)
        return Health(
            write_ms=(time.perf_counter() - began) * 1000,
            schema=health.schema(self.db),
            room=shutil.disk_usage(self.path.parent).free,
        )
