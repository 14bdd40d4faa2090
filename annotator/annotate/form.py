"""What becomes of an answer when a form is sent."""

from __future__ import annotations

import json
from collections.abc import Mapping, Set
from dataclasses import replace
from typing import Protocol

from annotator.annotate.check import Checked, check, completed, once
from annotator.annotate.claims import LONGEST, PARTS, SPANS, clean, know, offered, quoted, values
from annotator.annotate.rules import Place, settle
from annotator.annotate.words import inside_word
from annotator.model import Answer, Claim, Codebook, Counted, Invalid, Kind, Sentence, Span, Status

ACTIONS = ("save", "no_claim", "skip", "delete", "comment")


class Form(Protocol):
    """A sent form: werkzeug's MultiDict is one."""

    def get(self, key: str, /) -> str | None: ...

    def getlist(self, key: str, /) -> list[str]: ...


def apply(
    current: Answer, form: Form, sentence: Sentence, codebook: Codebook, *, quote_open: bool = False
) -> Checked:
    """The answer after one form, and warnings; Invalid says which claim and field to look at."""
    action = form.get("action") or "save"
    if action not in ACTIONS:
        raise Invalid("This page is out of date. Reload it and try again.")
    answer = _about_sentence(current, form)
    if action == "save" or (action == "no_claim" and _repeats(sentence)):
        answer = _save(answer, form, sentence, codebook, quote_open)
    elif action == "delete":
        answer = _delete(answer, form)
    elif action != "comment":
        answer = _decide(answer, Status(action if action == "no_claim" else "skipped"))
    return check(answer, sentence, codebook, quote_open=quote_open)


def _about_sentence(current: Answer, form: Form) -> Answer:
    """Comment and flag, where the form has them: an unticked flag is not sent, so the comment tells."""
    comment = form.get("comment")
    if comment is None and form.get("hard") is None:
        return current
    kept = current.comment if comment is None else clean(comment, "comment")
    return replace(current, comment=kept, hard=_ticked(form, "hard"))


def _repeats(sentence: Sentence) -> str | None:
    """The sentence a pull quote stands for."""
    return next(iter(sentence.unit.repeats), None) if sentence.kind is Kind.PULLQUOTE else None


def _decide(answer: Answer, status: Status) -> Answer:
    if answer.claims:
        raise Invalid(
            Counted(
                "This sentence has a claim. Delete what is wrong first.",
                "This sentence has %(n)s claims. Delete what is wrong first.",
                len(answer.claims),
            ),
            claim=len(answer.claims),
        )
    return replace(answer, status=status)


def _delete(answer: Answer, form: Form) -> Answer:
    n = _which(form, answer)
    if n is None:
        raise Invalid("There is no saved claim to delete here.")
    claims = answer.claims[: n - 1] + answer.claims[n:]
    return replace(answer, claims=claims, status=Status.CLAIMS if claims else Status.TODO)


def _which(form: Form, answer: Answer) -> int | None:
    """The number of the open claim, None for a new one."""
    given = form.get("claim") or "new"
    if given == "new":
        return None
    if len(given) < 5 and given.isdecimal() and 1 <= int(given) <= len(answer.claims):
        return int(given)
    raise Invalid("This claim is no longer there. Reload the page.")


def _save(answer: Answer, form: Form, sentence: Sentence, codebook: Codebook, quote_open: bool) -> Answer:
    if repeated := _repeats(sentence):
        return replace(answer, status=Status.DUPLICATE, claims=(), duplicate_of=repeated)
    n = _which(form, answer)
    before = answer.claims[n - 1] if n else Claim()
    n = n or len(answer.claims) + 1
    claim = _claim(form, before, sentence, codebook, n)
    if _empty(claim, codebook):
        return _nothing_new(answer, n)
    place = Place(n, sentence.text, answer.comment, quote_open)
    know(claim, n, codebook)
    offered(claim, before, n, codebook)
    claim = completed(settle(claim, place, codebook, _changed(before, claim)), place, codebook)
    claims = (*answer.claims[: n - 1], claim, *answer.claims[n:])
    once(claims, codebook, open=n)
    return replace(answer, status=Status.CLAIMS, claims=claims)


def _nothing_new(answer: Answer, n: int) -> Answer:
    """An empty card beside finished claims, or on a sentence already decided, changes nothing."""
    if n <= len(answer.claims):
        raise Invalid("Claim %(n)s is empty. Fill it in, or delete it.", n=n, field="speaker", claim=n)
    if answer.finished:
        return answer
    raise Invalid("Nothing is filled in. Choose a speaker, or “No claim”.", field="speaker", claim=n)


def _empty(claim: Claim, codebook: Codebook) -> bool:
    """Whether nobody touched the card; what a page fills in by itself does not count."""
    vouch, polarity = codebook.field("vouch"), codebook.field("polarity")
    return Claim() == replace(
        claim,
        vouch=None if vouch and claim.vouch == vouch.default else claim.vouch,
        polarity=None if polarity and claim.polarity == polarity.default else claim.polarity,
        hedged=claim.hedged or None,
    )


def _changed(before: Claim, claim: Claim) -> Set[str]:
    fields = ("speaker", "stance", "polarity", "attribution", "via", "claim_type", "vouch")
    return {field for field in fields if values(before, field) != values(claim, field)}


def _claim(form: Form, before: Claim, sentence: Sentence, codebook: Codebook, n: int) -> Claim:
    """The open claim as sent; what this codebook's page cannot show stays as it was."""

    def shown(name: str) -> bool:
        field = codebook.field(name)
        return field is not None and field.enabled

    spans = {SPANS[name]: _spans(form, name, before, n) for name in SPANS}
    if not _ticked(form, "letters"):
        _whole_words(spans, before, sentence.text, n)
    claim = replace(
        before,
        speaker=tuple(sorted(set(_list(form, "speaker")))),
        stance=form.get("stance") or None,
        polarity=form.get("polarity") or None,
        attribution=form.get("attribution") or None,
        via=_list(form, "via") if shown("via") else before.via,
        propositions=_list(form, "propositions") if shown("propositions") else before.propositions,
        claim_type=form.get("claim_type") or None if shown("claim_type") else before.claim_type,
        vouch=_vouch(form, codebook) if shown("vouch") else before.vouch,
        hedged=_ticked(form, "hedged") if shown("hedged") else before.hedged,
        hard=_ticked(form, "claim_hard"),
        speaker_text=_text(form, "speaker_text", before.speaker_text, n),
        note=_text(form, "note", before.note, n),
        **spans,
    )
    return _renamed(claim, before, sentence.text)


def _renamed(claim: Claim, before: Claim, text: str) -> Claim:
    """Source words that came from the marks follow the marks."""
    from_marks = before.speaker_text is not None and before.speaker_text == quoted(before.source_spans, text)
    moved = claim.source_spans != before.source_spans and claim.speaker_text == before.speaker_text
    return replace(claim, speaker_text=None) if from_marks and moved else claim


def _vouch(form: Form, codebook: Codebook) -> str | None:
    field = codebook.field("vouch")
    return form.get("vouch") or (field.default if field else None)


def _list(form: Form, key: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in form.getlist(key) if word))


def _ticked(form: Form, key: str) -> bool:
    return form.get(key) in ("1", "on", "true")


def _text(form: Form, key: str, before: str | None, n: int) -> str | None:
    text = form.get(key)
    return before if text is None else clean(text, key, n)


def _spans(form: Form, name: str, before: Claim, n: int) -> tuple[Span, ...]:
    """Marked words as JSON, `[[start, end], …]`; a form without them leaves them alone."""
    text = form.get(SPANS[name])
    if text is None:
        found: tuple[Span, ...] = getattr(before, SPANS[name])
        return found
    unreadable = Invalid("The marked words could not be read. Mark them again.", field=name, claim=n)
    if len(text) > LONGEST:
        raise unreadable
    try:
        listed = json.loads(text or "[]")
    except (ValueError, RecursionError):
        raise unreadable from None
    if not isinstance(listed, list) or not all(_is_span(item) for item in listed):
        raise unreadable
    return tuple(sorted((item[0], item[1]) for item in listed))


def _whole_words(spans: Mapping[str, tuple[Span, ...]], before: Claim, text: str, n: int) -> None:
    """Single letters are marked on purpose or not at all."""
    for name, attribute in SPANS.items():
        for span in spans[attribute]:
            if span not in getattr(before, attribute) and any(inside_word(text, at) for at in span):
                raise Invalid(
                    "Mark whole words as %(part)s in claim %(n)s.", part=PARTS[name], n=n, field=name, claim=n
                )


def _is_span(item: object) -> bool:
    return isinstance(item, list) and len(item) == 2 and all(type(at) is int for at in item)
