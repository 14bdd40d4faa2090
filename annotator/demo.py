"""The demo project: the sample article with its annotations, ready to try."""

from __future__ import annotations

import os
from pathlib import Path

from annotator import sample
from annotator.model import Problem, Unavailable
from annotator.project import DEMO_PASSWORD, DEMO_PEOPLE, Project, demo_codebook

PASSWORD = DEMO_PASSWORD


def build(path: Path) -> None:
    """Make the demo's project file. A build that was cut short leaves nothing."""
    unfinished = path.with_name(path.name + ".new")
    Project.discard(unfinished)
    try:
        _fill(unfinished)
        os.replace(unfinished, path)
    except Problem:
        Project.discard(unfinished)
        raise
    except OSError as error:
        Project.discard(unfinished)
        raise Unavailable(
            "%(path)s could not be made here (%(why)s).", path=path, why=error.strerror
        ) from error


def _fill(path: Path) -> None:
    with Project.create(path, demo_codebook(), demo=True) as project:
        for name, role in DEMO_PEOPLE.items():
            project.add_person(name, role, PASSWORD)
        project.take_sample((sample.REFERENCE, *sample.SIMULATED))
