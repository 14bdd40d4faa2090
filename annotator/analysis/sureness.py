"""How sure a claim is: whether everybody who finished its sentence reads it that way."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence

from annotator.analysis.claims import Sure
from annotator.model import Claim

READ: Mapping[str, Callable[[Claim], Hashable]] = {
    "speaker": lambda claim: claim.speaker,
    "stance": lambda claim: (claim.stance, claim.polarity),
    "attribution": lambda claim: claim.attribution,
}
"""What must be the same for a claim to be undisputed."""


def sureness(found: Sequence[Claim], readers: int, own: Claim) -> Sure:
    """Of one claim: `found` are those of readers that are the same one, of `readers` who finished the
    sentence; `own` is the claim that is asked about."""
    differs = tuple(id for id, read in READ.items() if any(read(one) != read(own) for one in found))
    return Sure(len(found), readers, differs)
