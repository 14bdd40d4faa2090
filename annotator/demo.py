"""The demo project: the sample article with its annotations, ready to try."""

from __future__ import annotations

import os
import secrets
import tomllib
from importlib import resources
from pathlib import Path

from annotator import codebook, sample
from annotator.model import Problem, Role, Unavailable
from annotator.project import Project

PASSWORD = "qawl-demo"  # printed to everybody, so a demo is served to this computer only


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
        raise Unavailable(f"{path} could not be made here ({error.strerror}).") from error


def _fill(path: Path) -> None:
    samples = resources.files("annotator") / "samples"
    recipe = tomllib.loads((samples / "demo.toml").read_text(encoding="utf-8"))
    fields = dict(recipe["document"])
    with Project.create(path, codebook.bundled(recipe["codebook"]), demo=True) as project:
        project.add_person("Lead", Role.LEAD, PASSWORD)
        project.add_person("Annotator", Role.ANNOTATOR, PASSWORD)
        document = project.import_file(
            recipe["article"],
            (samples / recipe["article"]).read_bytes(),
            lang=fields.pop("lang"),
            reading=(samples / recipe["reading"]).read_text(encoding="utf-8"),
            fields=fields,
        )
        sentences = project.sentences(document.id)
        answers = {sample.REFERENCE: sample.reference()}
        for name in sample.SIMULATED:
            answers[name] = sample.simulated(name, project.codebook(), sentences)
        for name, role in sample.PEOPLE:
            # Nobody signs in as one of the sample's people: their password is never told.
            person = project.add_person(name, role, secrets.token_hex(16))
            project.take_answers(document.id, person, answers[name], recipe["answered_at"])
