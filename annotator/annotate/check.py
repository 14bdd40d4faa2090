"""Is this answer allowed? The answer as it will be stored, or what to mend."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from annotator.annotate.claims import clean, given, know, marked
from annotator.annotate.rules import Place, breaches, polarized, settle
from annotator.model import Answer, Claim, Codebook, Field, Invalid, Sentence, Status, wording

ASKED = ("speaker", "stance", "attribution", "speaker_text", "comment")
"""The order in which a person is asked for what is missing."""

Checked = tuple[Answer, tuple[str, ...]]


def check(answer: Answer, sentence: Sentence, codebook: Codebook, *, quote_open: bool = False) -> Checked:
    """The answer completed by the codebook's rules, and warnings that do not stop it."""
    answer = replace(answer, comment=clean(answer.comment, "comment"))
    if answer.status is not Status.CLAIMS:
        return _without_claims(answer), ()
    if not answer.claims:
        raise Invalid("Nothing is filled in. Choose a speaker, or “No claim”.", field="speaker", claim=1)
    places = [Place(n, sentence.text, answer.comment, quote_open) for n in range(1, len(answer.claims) + 1)]
    claims = tuple(
        completed(claim, place, codebook) for claim, place in zip(answer.claims, places, strict=True)
    )
    once(claims, codebook)
    warnings = [
        str(breach)
        for claim, place in zip(claims, places, strict=True)
        for rule, breach in breaches(claim, place, codebook)
        if rule.level == "warn"
    ]
    return replace(answer, claims=claims, duplicate_of=None), tuple(dict.fromkeys(warnings))


def _without_claims(answer: Answer) -> Answer:
    if answer.claims:
        raise Invalid(f"This sentence has {counted(answer.claims)}. Delete first, or save.", claim=1)
    if answer.status is not Status.DUPLICATE:
        return replace(answer, duplicate_of=None)
    if not answer.duplicate_of:
        raise Invalid("Which sentence does this one repeat?")
    return answer


def counted(claims: tuple[Claim, ...]) -> str:
    return "a claim" if len(claims) == 1 else f"{len(claims)} claims"


def completed(claim: Claim, place: Place, codebook: Codebook) -> Claim:
    """One claim, known to the codebook, with nothing missing and no rule broken."""
    know(claim, place.n, codebook)
    claim = replace(
        claim,
        speaker=tuple(sorted(set(claim.speaker))),
        via=tuple(dict.fromkeys(claim.via)),
        propositions=tuple(dict.fromkeys(claim.propositions)),
        speaker_text=clean(claim.speaker_text, "speaker_text", place.n),
        note=clean(claim.note, "note", place.n),
    )
    claim = settle(claim, place, codebook)
    claim = replace(claim, speaker=tuple(sorted(claim.speaker)))
    _full(claim, place, codebook)
    claim = polarized(marked(claim, place.n, place.text), place, codebook)
    stops = [breach for rule, breach in breaches(claim, place, codebook) if rule.level == "error"]
    if stops:
        raise min(stops, key=lambda breach: _rank(breach.field))
    return claim


def _rank(field: str | None) -> int:
    return ASKED.index(field) if field in ASKED else len(ASKED)


def _full(claim: Claim, place: Place, codebook: Codebook) -> None:
    core = [field for field in codebook.fields if field.core and field.kind != "modifier"]
    for field in sorted(core, key=lambda field: _rank(field.id)):
        if not given(claim, field.id, place.comment):
            raise Invalid(_question(field, place.n), field=field.id, claim=place.n)


def _question(field: Field, n: int) -> str:
    if field.id == "speaker":
        return f"Who says it? Choose a speaker for claim {n}."
    name = wording(field.name, "en").rstrip("?:.")
    if field.kind in ("choice", "actors", "propositions"):
        return f"{name}? Choose an answer for claim {n}."
    return f"{name}? Fill it in for claim {n}."


def once(claims: Iterable[Claim], codebook: Codebook, open: int | None = None) -> None:
    """No two claims of one identity; the message points to the one that is not `open`."""
    seen: dict[object, int] = {}
    for n, claim in enumerate(claims, 1):
        if claim.identity in seen:
            other = seen[claim.identity] if open != seen[claim.identity] else n
            same = "speaker and position" if codebook.field("stance") else "speaker"
            raise Invalid(
                f"Claim {other} already has this {same}. Open it, or choose differently.", claim=other
            )
        seen[claim.identity] = n
