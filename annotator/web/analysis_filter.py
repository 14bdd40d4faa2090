"""What the address of the analysis asks for, and the analysis of it, kept while nothing changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import current_app, g, request

from annotator import analysis
from annotator.analysis import Analysis, Choice
from annotator.filter import Filter, from_args
from annotator.model import Invalid, Missing
from annotator.web.kept import Kept

FINAL, VOTES = "final", "votes"
MOST = 3  # analyses that are kept


def chosen() -> Filter:
    """What the address asks for. An annotator gets their own answers whatever it says.

    A lead who has not said gets the final answers, once there are some.
    """
    asked = from_args(request.args)
    if not g.person.leads:
        return replace(asked, layer=VOTES, people=(g.person.name,), round=None)
    if asked.layer not in (FINAL, VOTES):
        raise Invalid(
            "An analysis counts the final answers or people's own, not both: choose %(final)s or %(votes)s.",
            final=FINAL,
            votes=VOTES,
        )
    unsaid = "layer" not in request.args and not asked.people
    final = unsaid and g.project.count_records(layer=FINAL)
    seen: Filter = g.project.what_is_seen(replace(asked, layer=FINAL) if final else asked, g.person)
    return seen


def analysed(filter: Filter) -> Analysis:
    """The analysis for a filter, made unless nothing changed since. Readings of others are the leads'."""
    kept: Kept[Analysis] = current_app.extensions.setdefault("analysis", Kept(MOST))
    others = bool(g.person.leads)
    blind = g.project.blind_in(g.person) if others else ()
    key = (str(g.project.path), g.secret, g.project.last_analysis(), filter, others, blind)
    return kept.get(key) or kept.keep(key, g.project.analysis(filter, others=others, blind=blind))


def choices() -> tuple[Choice, ...]:
    """The number whose claims the address asks for, as in of=speaker:author&of=stance:neither."""
    found = []
    for asked in request.args.getlist("of"):
        kind, colon, value = asked.partition(":")
        if not colon or not analysis.known(kind):
            raise Missing("There is no number “%(asked)s” here.", asked=asked[:80])
        found.append((kind, value))
    return tuple(found)


def as_choices(of: Sequence[Choice]) -> list[str]:
    return [f"{kind}:{value}" for kind, value in of]


def address(filter: Filter, **more: Any) -> dict[str, Any]:
    """The filter as an address carries it, always with its layer: what an export page takes too."""
    layer = {"layer": [filter.layer]} if g.person.leads else {}
    query: dict[str, Any] = {**filter.as_args(), **layer, **more}
    if not g.person.leads:
        query.pop("person", None)
        query.pop("layer", None)
    return {key: value for key, value in query.items() if value not in (None, [], ())}
