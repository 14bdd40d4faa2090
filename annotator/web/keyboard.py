"""The keyboard as the help page draws it: every key, what it types, and what it does here."""

from __future__ import annotations

from dataclasses import dataclass

from annotator.model import Codebook, Names
from annotator.web.words import N_

ROWS = ("1234567890", "QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM")

# What the same keys type on the usual layouts of other scripts.
LEGENDS = {
    "ar": (
        ["١", "٢", "٣", "٤", "٥", "٦", "٧", "٨", "٩", "٠"],
        ["ض", "ص", "ث", "ق", "ف", "غ", "ع", "ه", "خ", "ح"],
        ["ش", "س", "ي", "ب", "ل", "ا", "ت", "ن", "م"],
        ["ئ", "ء", "ؤ", "ر", "لا", "ى", "ة"],
    ),
    "ru": ([""] * 10, list("йцукенгшщз"), list("фывапролд"), list("ячсмить")),
}

ACTIONS = {
    "0": N_("No claim, next"),
    "U": N_("Next unfinished"),
    "H": N_("Guide-lines"),
    "P": N_("Position lists"),
    "L": N_("Relayed by"),
    "V": N_("Mark words"),
    "M": N_("Same speaker"),
    "J": N_("Next sentence"),
    "K": N_("Previous sentence"),
    "Z": N_("Undo"),
    "X": N_("Skip"),
    "C": N_("Comment"),
    "B": N_("Flag"),
    "N": N_("New claim"),
}
OTHERS = (
    (("↵",), N_("Save and go to the next sentence")),
    (("/",), N_("Find a speaker")),
    (("[", "]"), N_("Claim before, claim after")),
    (("Esc",), N_("Close, or discard the new claim")),
    (("Del",), N_("Delete the open claim")),
    (("←", "→"), N_("Word by word when marking")),
    (("1", "2", "3"), N_("Source, cue, content when marking")),
    (("Shift", "Z"), N_("Redo")),
)


@dataclass(frozen=True, slots=True)
class Key:
    cap: str
    legend: str
    kind: str  # "speaker", "choice-1", "choice-2", "no-claim", "action", "free"
    names: Names | None = None  # the codebook's words
    action: str | None = None  # the interface's words


def keyboard(codebook: Codebook, lang: str) -> list[list[Key]]:
    """The rows of the keyboard, with the legends of the document's script."""
    answers = _answers(codebook)
    legends = LEGENDS.get(lang, tuple([""] * len(row) for row in ROWS))
    return [
        [_key(cap, legend, answers) for cap, legend in zip(row, legend_row, strict=True)]
        for row, legend_row in zip(ROWS, legends, strict=True)
    ]


def _key(cap: str, legend: str, answers: dict[str, tuple[str, Names]]) -> Key:
    if cap in answers:
        kind, names = answers[cap]
        return Key(cap, legend, kind, names=names)
    if cap in ACTIONS:
        return Key(cap, legend, "no-claim" if cap == "0" else "action", action=ACTIONS[cap])
    return Key(cap, legend, "free")


def _answers(codebook: Codebook) -> dict[str, tuple[str, Names]]:
    found = {actor.key: ("speaker", actor.short) for actor in codebook.actors if actor.key}
    choices = [field for field in codebook.fields if field.core and field.kind == "choice"]
    for n, field in enumerate(choices, start=1):
        found |= {label.key: (f"choice-{n}", label.short) for label in field.labels if label.key}
    return found
