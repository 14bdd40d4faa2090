"""The constraints of a codebook, applied to one claim."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass, replace

from annotator.annotate.claims import called, field_name, given, stance_label, values, with_values
from annotator.model import N_, Claim, Codebook, Constraint, Invalid, Said, worded


@dataclass(frozen=True, slots=True)
class Place:
    """Where a claim stands: all that a rule may look at beside the claim."""

    n: int
    text: str
    comment: str | None
    quote_open: bool


def settle(claim: Claim, place: Place, codebook: Codebook, changed: Set[str] = frozenset()) -> Claim:
    """The claim with the answers that others bring along.

    `changed` are the fields just answered anew: they win over an answer that only stood there before.
    Two that are both new, or both old, contradict each other.
    """
    rules = [rule for rule in codebook.constraints if rule.level == "error" and rule.set]
    touched = set(changed)
    for _ in range(len(rules) + 1):
        before = claim
        for rule in rules:
            if not applies(rule, claim, place.comment):
                continue
            for field, words in rule.set.items():
                fresh = any(trigger in touched for trigger in rule.when) and field not in touched
                if not given(claim, field) or (fresh and not _same(claim, field, words)):
                    claim = with_values(claim, field, words)
                    touched.add(field)
        if claim == before:
            break
    for rule in rules:
        if applies(rule, claim, place.comment):
            _agree(rule, claim, place, codebook, changed)
    return claim


def _same(claim: Claim, field: str, words: tuple[str, ...]) -> bool:
    return sorted(values(claim, field)) == sorted(words)


def _agree(rule: Constraint, claim: Claim, place: Place, codebook: Codebook, changed: Set[str]) -> None:
    for field, words in rule.set.items():
        if not _same(claim, field, words):
            unchanged = [trigger for trigger in rule.when if trigger not in changed]
            look = unchanged[0] if field in changed and unchanged else field
            raise Invalid(
                _message(rule) or _only(rule, field, claim, place, codebook), field=look, claim=place.n
            )


def _only(rule: Constraint, field: str, claim: Claim, place: Place, codebook: Codebook) -> Said:
    words = [Said("“%(answer)s”", answer=called(codebook, field, word)) for word in rule.set[field]]
    return Said(
        "%(answer)s goes only with %(others)s under %(question)s. Change one of the two in claim %(n)s.",
        answer=_because(rule, claim, codebook),
        others=_and(words),
        question=field_name(codebook, field),
        n=place.n,
    )


def _and(words: list[Said]) -> Said:
    if len(words) < 2:
        return words[0] if words else Said("nothing")
    return Said("%(one)s and %(other)s", one=_and(words[:-1]), other=words[-1])


def applies(rule: Constraint, claim: Claim, comment: str | None) -> bool:
    """Every field of `when` has one of the values named there; “*” is any value."""
    for field, words in rule.when.items():
        found = values(claim, field, comment)
        if "*" in words:
            if not given(claim, field, comment):
                return False
        elif not set(found) & set(words):
            return False
    return True


def polarized(claim: Claim, place: Place, codebook: Codebook) -> Claim:
    """For or against makes sense only for a position that some side holds."""
    label = stance_label(claim, codebook)
    if not label or not label.sides:
        return replace(claim, polarity=None)
    field = codebook.field("polarity")
    if claim.polarity or field is None or _forbids(claim, place, codebook, "polarity"):
        return claim
    return replace(claim, polarity=field.default)


def _forbids(claim: Claim, place: Place, codebook: Codebook, field: str) -> bool:
    rules = (rule for rule in codebook.constraints if rule.level == "error" and field in rule.forbid)
    return any(applies(rule, claim, place.comment) for rule in rules)


def breaches(claim: Claim, place: Place, codebook: Codebook) -> Iterator[tuple[Constraint, Invalid]]:
    """Each rule the claim does not keep, and how to say so."""
    for rule in codebook.constraints:
        if not applies(rule, claim, place.comment):
            continue
        for field, sentence in _broken(rule, claim, place, codebook):
            yield rule, Invalid(_message(rule) or sentence, field=field, claim=place.n)
        if _only_speaks(rule):
            yield rule, Invalid(_message(rule), field=next(iter(rule.when), None), claim=place.n)


def _only_speaks(rule: Constraint) -> bool:
    return not (rule.set or rule.forbid or rule.require or rule.require_text or rule.match)


def _broken(
    rule: Constraint, claim: Claim, place: Place, codebook: Codebook
) -> Iterator[tuple[str | None, Said]]:
    because = _because(rule, claim, codebook)
    for field in rule.forbid:
        if given(claim, field, place.comment):
            yield (
                field,
                Said(
                    "%(answer)s does not go with %(question)s. Take it out of claim %(n)s.",
                    answer=because,
                    question=field_name(codebook, field),
                    n=place.n,
                ),
            )
    for field in rule.require:
        asked = codebook.field(field)
        if not given(claim, field, place.comment) and (asked is None or asked.enabled):
            yield field, _needs(field, because, place, codebook)
    if rule.level == "warn":
        for field, words in rule.set.items():
            if not _same(claim, field, words):
                yield field, _only(rule, field, claim, place, codebook)
    if _lacks_text(rule, place):
        yield next(iter(rule.when), None), _lacking(rule, because, place)
    if rule.match == "side_of_proposition_equals_stance":
        yield from _mismatched(claim, place, codebook)


def _lacks_text(rule: Constraint, place: Place) -> bool:
    carried = rule.carry_open_quote and place.quote_open
    return bool(rule.require_text) and not carried and not re.search(str(rule.require_text), place.text)


def _lacking(rule: Constraint, because: Said, place: Place) -> Said:
    if rule.carry_open_quote:
        message = N_("Claim %(n)s is %(answer)s, but the sentence lacks a quotation mark.")
    else:
        message = N_("Claim %(n)s is %(answer)s, but the sentence lacks what the codebook expects for it.")
    return Said(message, answer=because, n=place.n)


def _needs(field: str, because: Said, place: Place, codebook: Codebook) -> Said:
    messages = {
        "comment": N_("%(answer)s needs a comment: write why for claim %(n)s."),
        "speaker_text": N_("%(answer)s needs the words used in the sentence. Type them for claim %(n)s."),
        "note": N_("%(answer)s needs a note: add one to claim %(n)s."),
    }
    if field in messages:
        return Said(messages[field], answer=because, n=place.n)
    return Said(
        "%(answer)s needs an answer to %(question)s in claim %(n)s.",
        answer=because,
        question=field_name(codebook, field),
        n=place.n,
    )


def _mismatched(claim: Claim, place: Place, codebook: Codebook) -> Iterator[tuple[str | None, Said]]:
    """A proposition belongs to one side, or to a position several sides share."""
    label = stance_label(claim, codebook)
    if label is None:
        return
    by_position = {side.id: frozenset({side.id}) for side in codebook.sides}
    for other in codebook.labels("stance"):
        by_position.setdefault(other.id, frozenset(other.sides or ()))
    for proposition in codebook.propositions:
        if proposition.id not in claim.propositions:
            continue
        sides = by_position.get(proposition.side, frozenset())
        if sides != frozenset(label.sides or ()):
            theirs = next((x for x in codebook.labels("stance") if frozenset(x.sides or ()) == sides), None)
            name = called(codebook, "stance", theirs.id if theirs else proposition.side)
            yield (
                "propositions",
                Said(
                    "%(id)s is on the list “%(list)s”, but claim %(n)s says “%(answer)s”.",
                    id=proposition.id,
                    list=name,
                    n=place.n,
                    answer=called(codebook, "stance", label.id),
                ),
            )


def _because(rule: Constraint, claim: Claim, codebook: Codebook) -> Said:
    """The answers that brought the rule into play, as the screen calls them."""
    named = [
        Said("“%(answer)s”", answer=called(codebook, field, value))
        for field, words in rule.when.items()
        for value in values(claim, field)
        if field != "comment" and (value in words or "*" in words)
    ]
    return _with(named[:3])


def _with(words: list[Said]) -> Said:
    if len(words) < 2:
        return words[0] if words else Said("This answer")
    return Said("%(one)s with %(other)s", one=_with(words[:-1]), other=words[-1])


def _message(rule: Constraint) -> Said:
    return worded(rule.message or {})
