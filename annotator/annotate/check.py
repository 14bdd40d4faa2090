"""Is this answer allowed? The answer as it will be stored, or what to mend."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from annotator.annotate.claims import clean, given, know, marked
from annotator.annotate.rules import Place, breaches, polarized, settle
from annotator.model import Answer, Claim, Codebook, Counted, Field, Invalid, Said, Sentence, Status

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
        breach.said
        for claim, place in zip(claims, places, strict=True)
        for rule, breach in breaches(claim, place, codebook)
        if rule.level == "warn"
    ]
    return replace(answer, claims=claims, duplicate_of=None), tuple(dict.fromkeys(warnings))


def _without_claims(answer: Answer) -> Answer:
    if answer.claims:
        raise Invalid(
            Counted(
                "This sentence has a claim. Delete first, or save.",
                "This sentence has %(n)s claims. Delete first, or save.",
                len(answer.claims),
            ),
            claim=1,
        )
    if answer.status is not Status.DUPLICATE:
        return replace(answer, duplicate_of=None)
    if not answer.duplicate_of:
        raise Invalid("Which sentence does this one repeat?")
    return answer


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


def _question(field: Field, n: int) -> Said:
    if field.id == "speaker":
        return Said("Who says it? Choose a speaker for claim %(n)s.", n=n)
    name = {lang: words.rstrip("?؟:.") for lang, words in field.name.items()}
    if field.kind in ("choice", "actors", "propositions"):
        return Said("%(question)s? Choose an answer for claim %(n)s.", question=name, n=n)
    return Said("%(question)s? Fill it in for claim %(n)s.", question=name, n=n)


def once(claims: Iterable[Claim], codebook: Codebook, open: int | None = None) -> None:
    """No two claims of one identity; the message points to the one that is not `open`."""
    seen: dict[object, int] = {}
    for n, claim in enumerate(claims, 1):
        if claim.identity in seen:
            other = seen[claim.identity] if open != seen[claim.identity] else n
            if codebook.field("stance"):
                raise Invalid(
                    "Claim %(n)s already has this speaker and position. Open it, or choose differently.",
                    n=other,
                    claim=other,
                )
            raise Invalid(
                "Claim %(n)s already has this speaker. Open it, or choose differently.", n=other, claim=other
            )
        seen[claim.identity] = n
