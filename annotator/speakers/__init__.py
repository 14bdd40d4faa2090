"""Speakers: their names under any spelling, whom a sentence names, and everybody a project knows."""

from annotator.speakers.check import added, checked, languages
from annotator.speakers.folding import BEFORE, LETTERS, folded, slug, spellings
from annotator.speakers.found import exactly, found, names
from annotator.speakers.named import named
from annotator.speakers.registry import (
    TYPES,
    Registry,
    SpeakerChange,
    actor,
    bound,
    described,
    registered,
    standing,
)

__all__ = [
    "BEFORE",
    "LETTERS",
    "TYPES",
    "Registry",
    "SpeakerChange",
    "actor",
    "added",
    "bound",
    "checked",
    "described",
    "exactly",
    "folded",
    "found",
    "languages",
    "named",
    "names",
    "registered",
    "slug",
    "spellings",
    "standing",
]
