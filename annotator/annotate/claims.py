"""One claim by itself: its values by field, whether the codebook knows them, its marked words."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

from annotator.annotate.words import inside_letter
from annotator.model import Claim, Codebook, Invalid, Label, Names, Said, Span

LONGEST = 10_000
SPANS = {"content": "content_spans", "cue": "cue_spans", "source": "source_spans"}
PARTS = {"content": Said("content"), "cue": Said("cue"), "source": Said("source")}
CHOICES = ("stance", "polarity", "attribution", "claim_type", "vouch")
ACTORS = ("speaker", "via")
GAP = " … "


def values(claim: Claim, field: str, comment: str | None = None) -> tuple[str, ...]:
    """What a claim answers to a field, as words to compare; the comment is the sentence's.

    >>> values(Claim(hedged=True), "hedged")
    ('true',)
    """
    if field in SPANS:
        return tuple(f"{start}-{end}" for start, end in getattr(claim, SPANS[field]))
    found = comment if field == "comment" else getattr(claim, field)
    if isinstance(found, bool):
        return ("true" if found else "false",)
    if isinstance(found, tuple):
        return found
    return (found,) if found else ()


def given(claim: Claim, field: str, comment: str | None = None) -> bool:
    return values(claim, field, comment) not in ((), ("false",))


def with_values(claim: Claim, field: str, words: tuple[str, ...]) -> Claim:
    return replace(claim, speaker=words) if field == "speaker" else _with_value(claim, field, words)


def _with_value(claim: Claim, field: str, words: tuple[str, ...]) -> Claim:
    if field == "via":
        return replace(claim, via=words)
    return replace(claim, **{field: words[0] if words else None})  # type: ignore[arg-type]


def called(codebook: Codebook, field: str, value: str) -> Names | str:
    """The name of a value as the screen shows it."""
    if field in ACTORS and (actor := codebook.actor(value)):
        return actor.short
    found = codebook.field(field)
    if found and found.kind == "flag":
        return found.name
    label = found.label(value) if found else None
    return label.short if label else value


def field_name(codebook: Codebook, field: str) -> str:
    typed = {"speaker_text": Said("the words used for the speaker"), "note": Said("a note")}
    found = codebook.field(field)
    return Said("“%(question)s”", question=found.name) if found else typed.get(field, field)


def clean(text: str | None, field: str, claim: int | None = None) -> str | None:
    """Text as typed, without control characters, or None when nothing is left."""
    if text is None:
        return None
    kept = "".join(
        char
        for char in text.replace("\r\n", "\n").replace("\r", "\n")
        if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs")
    ).strip()
    if len(kept) > LONGEST:
        raise Invalid(
            "This text has %(count)s characters. Shorten it to %(limit)s.",
            count=len(kept),
            limit=LONGEST,
            field=field,
            claim=claim,
        )
    return kept or None


def stance_label(claim: Claim, codebook: Codebook) -> Label | None:
    field = codebook.field("stance")
    return field.label(claim.stance) if field and claim.stance else None


def know(claim: Claim, n: int, codebook: Codebook) -> None:
    """Refuse what the codebook has no name for."""
    actors = {actor.id for actor in codebook.actors}
    for name in ACTORS:
        _known(claim, n, codebook, name, actors)
    for name in CHOICES:
        field = codebook.field(name)
        labels = (*field.labels, *field.former) if field else ()
        _known(claim, n, codebook, name, {label.id for label in labels})
    propositions = (*codebook.propositions, *codebook.former_propositions)
    _known(claim, n, codebook, "propositions", {proposition.id for proposition in propositions})
    for name in (*SPANS, "hedged"):
        if given(claim, name) and not codebook.field(name):
            raise _unasked(name, n)


def offered(claim: Claim, before: Claim, n: int, codebook: Codebook) -> None:
    """Refuse new answers that the codebook only keeps for old ones."""
    former = {field.id: {label.id for label in field.former} for field in codebook.fields}
    former["propositions"] = {proposition.id for proposition in codebook.former_propositions}
    for name in (*CHOICES, "propositions"):
        for value in values(claim, name):
            if value in former.get(name, ()) and value not in values(before, name):
                shown = called(codebook, name, value)
                raise Invalid(
                    "“%(answer)s” is no longer in use. Choose again for claim %(n)s.",
                    answer=shown,
                    n=n,
                    field=name,
                    claim=n,
                )


def _known(claim: Claim, n: int, codebook: Codebook, name: str, allowed: set[str]) -> None:
    found = values(claim, name)
    field = codebook.field(name)
    if found and field is None:
        raise _unasked(name, n)
    for value in found:
        if value not in allowed:
            shown = clean(value[:40], name, n) or ""
            raise Invalid(
                "“%(answer)s” is not in the codebook. Choose again for claim %(n)s.",
                answer=shown,
                n=n,
                field=name,
                claim=n,
            )
    if field and len(found) > 1 and field.kind in ("actors", "propositions") and not field.multiple:
        raise Invalid(
            "%(question)s takes one answer in claim %(n)s.",
            question=field_name(codebook, name),
            n=n,
            field=name,
            claim=n,
        )


def _unasked(name: str, n: int) -> Invalid:
    return Invalid(
        "This codebook does not ask for “%(name)s”. Take it out of claim %(n)s.",
        name=name,
        n=n,
        field=name,
        claim=n,
    )


def marked(claim: Claim, n: int, text: str) -> Claim:
    """The claim with its marked words in reading order, each a stretch of whole letters of the sentence."""
    found = {attribute: tuple(sorted(getattr(claim, attribute))) for attribute in SPANS.values()}
    for name, attribute in SPANS.items():
        _in_order(found[attribute], name, n, text)
    words = claim.speaker_text or quoted(found["source_spans"], text)
    return replace(claim, **found, speaker_text=words)  # type: ignore[arg-type]


def quoted(spans: tuple[Span, ...], text: str) -> str | None:
    """
    >>> quoted(((0, 2), (7, 9)), "we and us")
    'we … us'
    """
    return GAP.join(text[start:end] for start, end in spans) or None


def _in_order(spans: tuple[Span, ...], name: str, n: int, text: str) -> None:
    last, part = 0, PARTS[name]
    for start, end in spans:
        if not 0 <= start < end <= len(text):
            raise Invalid("Words marked in claim %(n)s are not in this sentence.", n=n, field=name, claim=n)
        if start < last:
            raise Invalid(
                "Words are marked twice as %(part)s in claim %(n)s.", part=part, n=n, field=name, claim=n
            )
        if inside_letter(text, start) or inside_letter(text, end):
            raise Invalid(
                "Mark whole words as %(part)s in claim %(n)s, or whole letters.",
                part=part,
                n=n,
                field=name,
                claim=n,
            )
        last = end
