"""Which answers, and which of their claims, somebody asks for: the same for pages and commands."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from annotator.model import Codebook, Invalid, Missing, Status

LAYERS = ("votes", "final", "both")
STATUSES = (Status.CLAIMS, Status.NO_CLAIM, Status.SKIPPED, Status.DUPLICATE)
FIELDS = ("speaker", "via", "stance", "polarity", "attribution", "propositions", "claim_type", "vouch")
"""What claims can be chosen by. The rest of a claim is words, flags and notes."""

ACTORS = ("speaker", "via")

Record = dict[str, Any]
Claim = Mapping[str, Any]
Values = Callable[[Claim, str], Iterable[str | None]]


class Args(Protocol):
    """What an address carries; werkzeug's MultiDict is one."""

    def getlist(self, key: str) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True)
class Filter:
    """Nothing given is all of it. `round`: its documents and people. `labels` (field → ids) and
    `own_voice` choose claims: any of the ids of a field, and every field given."""

    round: int | None = None
    documents: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    layer: str = "votes"
    statuses: tuple[str, ...] = ()
    labels: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict, hash=False)
    own_voice: bool = True  # whether the author's own claims are in it
    but: tuple[str, ...] = ()  # documents left out, whatever is asked for; no address says them

    @property
    def chooses_claims(self) -> bool:
        return bool(self.labels) or not self.own_voice

    @property
    def narrowed(self) -> bool:
        return self != Filter(layer=self.layer, but=self.but)

    def as_args(self) -> dict[str, list[str]]:
        """The filter as an address carries it, without what is not asked for."""
        own = () if self.own_voice else ("0",)
        args = {
            "layer": () if self.layer == LAYERS[0] else (self.layer,),
            "round": () if self.round is None else (str(self.round),),
            "document": self.documents,
            "person": self.people,
            "status": self.statuses,
            "label": tuple(self.label_words()),
            "own_voice": own,
        }
        return {name: list(values) for name, values in args.items() if values}

    def as_options(self) -> list[str]:
        """The filter as words of a command.

        >>> Filter(people=("Ana",), labels={"stance": ("ru",)}, own_voice=False).as_options()
        ['--person', 'Ana', '--label', 'stance:ru', '--no-own-voice']
        """
        words = []
        for option in ("document", "person", "status", "round", "label", "layer"):
            for value in self.as_args().get(option, ()):
                words += [f"--{option}", value]
        return words if self.own_voice else [*words, "--no-own-voice"]

    def label_words(self) -> Iterator[str]:
        for name, ids in self.labels.items():
            yield from (f"{name}:{id}" for id in ids)


def from_args(args: Args) -> Filter:
    """What an address asks for; Invalid where it could not mean anything."""

    def last(name: str, otherwise: str) -> str:
        found = args.getlist(name)
        return found[-1] if found and found[-1] else otherwise

    voices = args.getlist("own_voice")
    if not set(voices) <= {"0", "1"}:
        raise Invalid("own_voice is 1 or 0, not “%(voice)s”.", voice=voices[-1])
    return made(
        round=_round(last("round", "")),
        documents=args.getlist("document"),
        people=args.getlist("person"),
        layer=last("layer", LAYERS[0]),
        statuses=args.getlist("status"),
        labels=args.getlist("label"),
        own_voice="0" not in voices,
    )


def made(
    *,
    round: int | None = None,
    documents: Iterable[str] = (),
    people: Iterable[str] = (),
    layer: str = LAYERS[0],
    statuses: Iterable[str] = (),
    labels: Iterable[str] = (),
    own_voice: bool = True,
) -> Filter:
    """A filter from the words people gave, labels as `field:id`."""
    statuses = tuple(dict.fromkeys(statuses))
    for status in statuses:
        if status not in STATUSES:
            raise Invalid(
                "“%(status)s” is not a status. Choose from %(choices)s.",
                status=status,
                choices=list(STATUSES),
            )
    if layer not in LAYERS:
        raise Invalid(
            "“%(layer)s” is not a layer. Choose from %(choices)s.", layer=layer, choices=list(LAYERS)
        )
    return Filter(
        round, tuple(dict.fromkeys(documents)), tuple(dict.fromkeys(people)), layer, statuses,
        _labels(labels), own_voice,
    )  # fmt: skip


def check_labels(filter: Filter, codebook: Codebook) -> None:
    """Refuse labels that the codebook does not have: they would look like an empty result."""
    for name, ids in filter.labels.items():
        known = known_ids(codebook, name)
        for id in ids:
            if id not in known:
                raise Missing(
                    "“%(label)s” is no label of this codebook. Labels of %(field)s: %(known)s.",
                    label=f"{name}:{id}",
                    field=name,
                    known=known,
                )


def known_ids(codebook: Codebook, name: str) -> list[str]:
    """Every id that a claim may give for a field, those no longer offered too."""
    if name in ACTORS:
        return [actor.id for actor in codebook.actors]
    if name == "propositions":
        return [one.id for one in (*codebook.propositions, *codebook.former_propositions)]
    found = codebook.field(name)
    ids = [label.id for label in (*found.labels, *found.former)] if found else []
    return list(dict.fromkeys([*ids, "support", "oppose"] if name == "polarity" else ids))


def authors(codebook: Codebook) -> frozenset[str]:
    """Who speaks where the text speaks in its own voice."""
    return frozenset(actor.id for actor in codebook.actors if actor.type == "author")


# ------------------------------------------------------------------ choosing claims


def taking(filter: Filter, own: frozenset[str], values: Values | None = None) -> Callable[[Claim], bool]:
    """What says whether a claim is asked for; `own` are the authors. Claims are those of export records,
    or such as `values` can read."""
    wanted = [(name, frozenset(ids)) for name, ids in filter.labels.items()]
    values = values or _values

    def takes(claim: Claim) -> bool:
        if not filter.own_voice and not own.isdisjoint(claim["speaker"]):
            return False
        return all(not ids.isdisjoint(values(claim, name)) for name, ids in wanted)

    return takes


def with_claims_chosen(records: Iterable[Record], filter: Filter, own: frozenset[str]) -> Iterator[Record]:
    """The records with only the claims asked for; those with none of them are left out."""
    if not filter.chooses_claims:
        yield from records
        return
    takes = taking(filter, own)
    for record in records:
        claims = [claim for claim in record["claims"] if takes(claim)]
        if claims:
            yield {**record, "claims": claims}


def with_any_claim_chosen(records: Iterable[Record], filter: Filter, own: frozenset[str]) -> Iterator[Record]:
    """The whole records that have at least one claim asked for."""
    if not filter.chooses_claims:
        yield from records
        return
    takes = taking(filter, own)
    for record in records:
        if any(takes(claim) for claim in record["claims"]):
            yield record


def _values(claim: Claim, name: str) -> Iterable[str | None]:
    if name in ("speaker", "propositions"):
        found: Sequence[str] = claim[name]
        return found
    attribution = claim["attribution"]
    if name == "via":
        return list(attribution["via"])
    if name == "attribution":
        return (attribution["type"],)
    return (attribution["vouch"],) if name == "vouch" else (claim[name],)


def as_stored(claim: Claim, name: str) -> Iterable[str | None]:
    """The values of a claim that is stored; a key that was not there then has none."""
    found = claim.get(name)
    return found if isinstance(found, list) else (found,)


def _labels(words: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for word in dict.fromkeys(words):
        name, colon, id = word.partition(":")
        if not colon or not id or name not in FIELDS:
            raise Invalid(
                "“%(label)s” is no label. Write a field and an id, as in stance:unclear. Fields: %(fields)s.",
                label=word,
                fields=list(FIELDS),
            )
        found.setdefault(name, []).append(id)
    return {name: tuple(ids) for name, ids in found.items()}


def _round(asked: str) -> int | None:
    if not asked:
        return None
    if not asked.isascii() or not asked.isdecimal() or len(asked) > 9:
        raise Missing("There is no round %(id)s in this project.", id=asked[:40])
    return int(asked)
