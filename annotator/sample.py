"""The sample's answers: the reference annotation, and two annotators made from it by rule.

The two are called simulated wherever they are shown. They exist so that a first look at the agreement
page has something to show; they say nothing about how well people agree on this text.

The rule. A simulated annotator goes through the queued sentences and starts from the reference. Then,
in this order, with the chances of RATES (half as much again where the reference calls the sentence or
the claim a hard case):

1. A claim is missed. The author's own claims are missed much more often.
2. Two claims of one speaker are taken for one: the first one's labels, the words of both.
3. The position is confused. Labels near each other in the codebook are confused more often (weight 1 by
   distance), labels without a side in common four times less. A label that asks for a comment gets one.
4. A rejection is taken for a statement, or for a claim about no side.
5. The attribution is confused with its neighbour in the codebook.
6. The speaker is confused with another actor of the same side, a person with a state first;
   or only one of two speakers is kept.
7. The relay is overlooked.
8. Content words are left unmarked or lose their first or last word; cue and source words are left
   unmarked; a proposition is overlooked.
9. Where there is no claim, one of the author's is seen.

A mistake that the codebook's constraints would refuse is not made. Fields that the codebook does not ask
for stay empty. Every chance is a hash of the annotator's name, the sentence, the claim and the kind of
mistake: the same names give the same answers everywhere. SERIES was chosen among thirty so that the two
agree about as much as trained annotators usually do.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from importlib import resources
from typing import Any, TypeVar

from annotator.model import Answer, Claim, Codebook, Label, Role, Sentence, Span, Status

T = TypeVar("T")

REFERENCE = "Reference"
SIMULATED = ("Simulated A", "Simulated B")
PEOPLE = ((REFERENCE, Role.ANNOTATOR), *((name, Role.SIMULATED) for name in SIMULATED))

SERIES = "23"

RATES: Mapping[str, float] = {
    "miss": 0.06,
    "miss own voice": 0.25,
    "merge": 0.25,
    "stance": 0.08,
    "rejection": 0.12,
    "attribution": 0.12,
    "speaker": 0.06,
    "second speaker": 0.10,
    "relay": 0.30,
    "content": 0.08,
    "content words": 0.22,
    "cue": 0.12,
    "source": 0.12,
    "proposition": 0.15,
    "imagine": 0.10,
}

UNSETTLED = "The sentence and its context do not settle this."

SPAN_FIELDS = ("content", "cue", "source")


# ------------------------------------------------------------------ reference


def reference() -> Mapping[str, Answer]:
    """The reference annotation of the sample article, by sentence id."""
    path = resources.files("annotator") / "samples" / "idlib-claims.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines()
    return {entry["sent_id"]: _answer(entry) for entry in map(json.loads, lines)}


def _answer(entry: Mapping[str, Any]) -> Answer:
    return Answer(
        status=Status(entry["status"]),
        claims=tuple(_claim(claim) for claim in entry["claims"]),
        comment=entry["note"],
        hard=entry["hard"],
        duplicate_of=entry["duplicate_of"],
    )


def _claim(entry: Mapping[str, Any]) -> Claim:
    attribution = entry["attribution"]
    return Claim(
        speaker=tuple(sorted(entry["speaker"])),
        stance=entry["stance"],
        polarity=entry["polarity"],
        attribution=attribution["type"],
        via=tuple(attribution["via"]),
        speaker_text=entry["speaker_text"],
        content_spans=_spans(entry["content_spans"]),
        cue_spans=_spans(attribution["cue_spans"]),
        source_spans=_spans(attribution["source_spans"]),
        propositions=tuple(entry["propositions"]),
        claim_type=entry["claim_type"],
        vouch=attribution["vouch"],
        hedged=entry["hedged"],
        hard=entry["hard"],
        note=entry["note"],
    )


def _spans(pairs: Iterable[Sequence[int]]) -> tuple[Span, ...]:
    return tuple((start, end) for start, end in pairs)


# ------------------------------------------------------------------ simulated


def simulated(seed: str, codebook: Codebook, sentences: Iterable[Sentence]) -> Mapping[str, Answer]:
    """What the annotator named `seed` would have answered, for each queued sentence of the sample."""
    known = reference()
    return {
        sentence.id: _Reader(seed, codebook, sentence, known[sentence.id].hard).answer(known[sentence.id])
        for sentence in sentences
        if sentence.kind in codebook.queue_units and sentence.id in known
    }


@dataclass(frozen=True, slots=True)
class _Reader:
    """One simulated annotator in front of one sentence."""

    seed: str
    codebook: Codebook
    sentence: Sentence
    hard: bool

    def answer(self, reference: Answer) -> Answer:
        asked = [_only_asked(claim, self.codebook) for claim in reference.claims]
        kept = [claim for n, claim in enumerate(asked) if not self.misses(n, claim)]
        claims = [self.mistaken(n, claim) for n, claim in enumerate(self.merged(kept))]
        if not reference.claims and self.happens("imagine"):
            claims = [claim for claim in [_own_voice(self.codebook)] if claim]
        claims = _distinct(claims)
        unsettled = any("comment" in _required(claim, self.codebook) for claim in claims)
        return Answer(
            status=Status.CLAIMS if claims else Status.NO_CLAIM,
            claims=tuple(replace(claim, hard=False, note=None) for claim in claims),
            comment=UNSETTLED if unsettled else None,
        )

    # -------------------------------------------------------------- chances

    def draw(self, *where: object) -> float:
        """An even number from 0 up to 1, always the same for the same annotator, sentence and place."""
        words = (SERIES, self.seed, self.sentence.id, *map(str, where))
        digest = blake2b("\x1f".join(words).encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big") / 2**64

    def happens(self, mistake: str, n: int = 0, *, hard: bool = False) -> bool:
        harder = 1.5 if hard or self.hard else 1.0
        return self.draw(mistake, n) < RATES[mistake] * harder

    def pick(self, weighted: Sequence[tuple[T, float]], mistake: str, n: int) -> T:
        rest = self.draw("pick", mistake, n) * sum(weight for _, weight in weighted)
        for option, weight in weighted:
            rest -= weight
            if rest < 0:
                return option
        return weighted[-1][0]

    # -------------------------------------------------------------- claims

    def misses(self, n: int, claim: Claim) -> bool:
        mistake = "miss own voice" if _is_own(claim, self.codebook) else "miss"
        return self.happens(mistake, n, hard=claim.hard)

    def merged(self, claims: Sequence[Claim]) -> list[Claim]:
        found: list[Claim] = []
        for n, claim in enumerate(claims):
            twin = next((i for i, other in enumerate(found) if other.speaker == claim.speaker), None)
            if twin is not None and self.happens("merge", n, hard=claim.hard):
                found[twin] = _union(found[twin], claim)
            else:
                found.append(claim)
        return found

    def mistaken(self, n: int, claim: Claim) -> Claim:
        """The claim after its mistakes, each made only where the codebook allows the outcome."""
        for mistake, change in (
            ("stance", self.other_stance),
            ("rejection", self.without_rejection),
            ("attribution", self.other_attribution),
            ("speaker", self.other_speaker),
            ("second speaker", self.one_speaker),
            ("relay", self.without_relay),
            ("content", self.without_content),
            ("content words", self.shorter_content),
            ("cue", self.without_cue),
            ("source", self.without_source),
            ("proposition", self.fewer_propositions),
        ):
            if self.happens(mistake, n, hard=claim.hard):
                changed = change(n, claim)
                claim = changed if _fits(changed, self.sentence, self.codebook) else claim
        return claim

    # -------------------------------------------------------------- mistakes

    def other_stance(self, n: int, claim: Claim) -> Claim:
        labels = self.codebook.labels("stance")
        here = next((i for i, label in enumerate(labels) if label.id == claim.stance), None)
        if here is None or len(labels) < 2:
            return claim
        weighted = [
            (label, _kinship(labels[here], label) / abs(i - here))
            for i, label in enumerate(labels)
            if i != here
        ]
        return _with_stance(claim, self.pick(weighted, "stance", n), self.codebook)

    def without_rejection(self, n: int, claim: Claim) -> Claim:
        if claim.polarity != "oppose":
            return claim
        stated = replace(claim, polarity="support")
        sideless = [label for label in self.codebook.labels("stance") if label.sides == ()]
        neutral = [(_with_stance(claim, label, self.codebook), 2.0) for label in sideless[:1]]
        return self.pick([(stated, 1.0), *neutral], "rejection", n)

    def other_attribution(self, n: int, claim: Claim) -> Claim:
        ids = [label.id for label in self.codebook.labels("attribution")]
        if claim.attribution not in ids or _is_own(claim, self.codebook):
            return claim
        here = ids.index(claim.attribution)
        beside = [(ids[i], 1.0) for i in (here - 1, here + 1) if 0 <= i < len(ids)]
        options = [(replace(claim, attribution=id), weight) for id, weight in beside]
        allowed = [option for option in options if _fits(option[0], self.sentence, self.codebook)]
        return self.pick(allowed, "attribution", n) if allowed else claim

    def other_speaker(self, n: int, claim: Claim) -> Claim:
        speakers = {self.counterpart(n, id) for id in claim.speaker}
        return replace(claim, speaker=tuple(sorted(speakers)))

    def counterpart(self, n: int, id: str) -> str:
        actor = self.codebook.actor(id)
        if actor is None or actor.side is None:
            return id
        weighted = [
            (other.id, 1.0 if other.type == actor.type else 3.0)
            for other in self.codebook.actors
            if other.side == actor.side and other.id != id
        ]
        return self.pick(weighted, f"speaker {id}", n) if weighted else id

    def one_speaker(self, n: int, claim: Claim) -> Claim:
        return replace(claim, speaker=(self.pick([(id, 1.0) for id in claim.speaker], "second speaker", n),))

    def without_relay(self, n: int, claim: Claim) -> Claim:
        return replace(claim, via=())

    def without_content(self, n: int, claim: Claim) -> Claim:
        return replace(claim, content_spans=())

    def shorter_content(self, n: int, claim: Claim) -> Claim:
        if not claim.content_spans:
            return claim
        *before, (start, end) = claim.content_spans
        words = self.sentence.text[start:end].split()
        if len(words) < 2:
            return claim
        shorter = (
            (start, end - len(words[-1]) - 1)
            if self.draw("last", n) < 0.5
            else (
                start + len(words[0]) + 1,
                end,
            )
        )
        return replace(claim, content_spans=(*before, shorter))

    def without_cue(self, n: int, claim: Claim) -> Claim:
        return replace(claim, cue_spans=())

    def without_source(self, n: int, claim: Claim) -> Claim:
        # Where the codebook wants the words of a source, they were typed instead of marked.
        typed = claim.speaker_text if "speaker_text" in _required(claim, self.codebook) else None
        return replace(claim, source_spans=(), speaker_text=typed)

    def fewer_propositions(self, n: int, claim: Claim) -> Claim:
        return replace(claim, propositions=claim.propositions[:-1])


# ------------------------------------------------------------------ what the codebook asks for


def _only_asked(claim: Claim, codebook: Codebook) -> Claim:
    """The claim without the optional fields that this codebook leaves out."""
    empty: dict[str, Any] = {}
    for name in ("via", "propositions", "claim_type", "vouch", "hedged", *SPAN_FIELDS):
        field = codebook.field(name)
        if field is None or not field.enabled:
            attribute = f"{name}_spans" if name in SPAN_FIELDS else name
            empty[attribute] = None if name in ("claim_type", "vouch", "hedged") else ()
    return replace(claim, **empty)


def _values(claim: Claim, field: str) -> tuple[str, ...]:
    value = getattr(claim, f"{field}_spans" if field in SPAN_FIELDS else field, None)
    if value is None or value == ():
        return ()
    return tuple(map(str, value)) if isinstance(value, tuple) else (str(value),)


def _applies(when: Mapping[str, tuple[str, ...]], claim: Claim) -> bool:
    return all(
        any("*" in wanted or value in wanted for value in _values(claim, field))
        for field, wanted in when.items()
    )


def _required(claim: Claim, codebook: Codebook) -> set[str]:
    blocking = [rule for rule in codebook.constraints if rule.level == "error" and _applies(rule.when, claim)]
    return {field for rule in blocking for field in rule.require}


def _fits(claim: Claim, sentence: Sentence, codebook: Codebook) -> bool:
    """Whether no constraint would refuse, change or question the claim."""
    for rule in codebook.constraints:
        if not _applies(rule.when, claim):
            continue
        if rule.require_text and not re.search(rule.require_text, sentence.text):
            return False
        if rule.level != "error":
            continue
        if any(_values(claim, field) != values for field, values in rule.set.items()):
            return False
        if any(_values(claim, field) for field in rule.forbid):
            return False
        if any(not _values(claim, field) for field in rule.require if field != "comment"):
            return False
    return bool(claim.speaker)


def _is_own(claim: Claim, codebook: Codebook) -> bool:
    """Whether the attribution alone settles the speaker: the author's own voice."""
    return any("speaker" in rule.set and _applies(rule.when, claim) for rule in codebook.constraints)


def _own_voice(codebook: Codebook) -> Claim | None:
    """A claim of the author's own about no side, where the codebook has such claims."""
    for rule in codebook.constraints:
        if "speaker" in rule.set and tuple(rule.when) == ("attribution",):
            sideless = (label.id for label in codebook.labels("stance") if label.sides == ())
            return Claim(
                speaker=rule.set["speaker"],
                stance=next(sideless, None),
                attribution=rule.when["attribution"][0],
            )
    return None


# ------------------------------------------------------------------ labels and spans


def _kinship(label: Label, other: Label) -> float:
    ours, theirs = set(label.sides or ()), set(other.sides or ())
    return 0.25 if ours and theirs and not ours & theirs else 1.0


def _with_stance(claim: Claim, label: Label, codebook: Codebook) -> Claim:
    modifier = codebook.field("polarity")
    default = modifier.default if modifier else None
    polarity = (claim.polarity or default) if label.sides else None
    return replace(claim, stance=label.id, polarity=polarity, propositions=())


def _union(claim: Claim, other: Claim) -> Claim:
    whole = not claim.content_spans or not other.content_spans
    return replace(
        claim,
        content_spans=() if whole else _joined(claim.content_spans, other.content_spans),
        cue_spans=_joined(claim.cue_spans, other.cue_spans),
        propositions=tuple(dict.fromkeys((*claim.propositions, *other.propositions))),
    )


def _joined(spans: Iterable[Span], others: Iterable[Span]) -> tuple[Span, ...]:
    found: list[Span] = []
    for start, end in sorted((*spans, *others)):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return tuple(found)


def _distinct(claims: Iterable[Claim]) -> list[Claim]:
    """Claims that became the same by a mistake, taken for one."""
    found: dict[tuple[object, ...], Claim] = {}
    for claim in claims:
        known = found.get(claim.identity)
        found[claim.identity] = _union(known, claim) if known else claim
    return list(found.values())
