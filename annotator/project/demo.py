"""The demo: a sample article with its checked reading, and sample people's answers about it."""

from __future__ import annotations

import functools
import secrets
import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import Any

from annotator import codebook, sample
from annotator.model import Answer, Document, Invalid, Missing, Person, Role
from annotator.project.history import History
from annotator.store import documents

DEMO_PASSWORD = "qawl-demo"  # printed to everybody, so a demo is served to this computer only
DEMO_PEOPLE = {"Annotator": Role.ANNOTATOR, "Lead": Role.LEAD}
"""Whom one tries the demo as."""

_SAMPLES = resources.files("annotator") / "samples"


class Demo(History):
    def may_open_demo(self) -> bool:
        """Whether nothing is here yet and the answers of the demo fit this project's codebook."""
        return not documents.all(self.db) and self.codebook_source() == demo_codebook()

    def open_demo(self, person: Person) -> Document:
        """Take the demo into an empty project: the article, and what two simulated annotators answered."""
        if not self.may_open_demo():
            raise Invalid("The demo opens in a project without documents, under the demo's own codebook.")
        return self.take_sample(sample.SIMULATED, by=person.name)

    def take_sample(self, names: tuple[str, ...], by: str | None = None) -> Document:
        """The article of the demo, with the answers of these of its people."""
        recipe = _recipe()
        # First of all, since a name may be taken.
        people = [self._sample_person(name, by) for name in names]
        fields = dict(recipe["document"])
        document = self.import_file(
            recipe["article"],
            (_SAMPLES / recipe["article"]).read_bytes(),
            lang=fields.pop("lang"),
            reading=(_SAMPLES / recipe["reading"]).read_text(encoding="utf-8"),
            fields=fields,
            by=by,
        )
        for person in people:
            answers = self._sample_answers(document, person)
            self.take_answers(document.id, person, answers, recipe["answered_at"])
        return document

    def _sample_person(self, name: str, by: str | None) -> Person:
        role = dict(sample.PEOPLE)[name]
        try:
            known = self.person(name)
        except Missing:
            # Nobody signs in as one of the sample's people: their password is never told.
            return self.add_person(name, role, secrets.token_hex(16), by)
        if known.role is not Role.SIMULATED:
            raise Invalid("The demo has a person named %(name)s, as this project has.", name=name)
        return known

    def _sample_answers(self, document: Document, person: Person) -> Mapping[str, Answer]:
        if person.name == sample.REFERENCE:
            return sample.reference()
        return sample.simulated(person.name, self.codebook(), self.sentences(document.id))


def demo_codebook() -> str:
    """The source of the codebook that the demo's answers are made under."""
    return codebook.bundled(_recipe()["codebook"])


@functools.cache
def _recipe() -> dict[str, Any]:
    return tomllib.loads((_SAMPLES / "demo.toml").read_text(encoding="utf-8"))
