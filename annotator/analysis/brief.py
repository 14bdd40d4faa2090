"""What goes on one page: the quotations that show best who says what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from annotator.analysis.claims import Stated

MOST = 6  # quotations
LETTERS = 1200  # of all quotations together
LONGEST = 320  # a longer sentence is shown only where a claim has words marked in it


@dataclass(frozen=True, slots=True)
class Quotation:
    """One claim in its words: those marked as its content, or the whole sentence."""

    claim: Stated
    words: str
    whole: bool
    alike: int  # how many claims say the same: this speaker, this position


def quotations(
    claims: Sequence[Stated], forms: Sequence[str], left_out: Iterable[str] = ()
) -> tuple[Quotation, ...]:
    """At most one for each speaker and position, the most frequent first, as many as fit on a page.

    Of each: what several read alike, then what nobody else has read, then what is disputed; the more literal
    form first (`forms`: attributions in the order of the codebook), then the first in the text. `left_out`:
    speakers who are not quoted.
    """
    silent = frozenset(left_out)
    groups: dict[tuple[tuple[str, ...], str | None, bool], list[Stated]] = {}
    for claim in claims:
        if not silent.issuperset(claim.speakers):
            groups.setdefault((claim.speakers, claim.stance, claim.rejects), []).append(claim)
    found: list[Quotation] = []
    room = LETTERS
    for group in sorted(groups.values(), key=len, reverse=True):
        best = min(group, key=_preferred(forms))
        words, whole = quoted(best)
        if len(words) <= min(room, LONGEST):
            room -= len(words)
            found.append(Quotation(best, words, whole, len(group)))
        if len(found) == MOST:
            break
    return tuple(found)


def quoted(claim: Stated) -> tuple[str, bool]:
    """The words of a claim, and whether they are the whole sentence."""
    pieces = [claim.text[start:end] for start, end in claim.content_spans]
    return (" … ".join(pieces), False) if pieces else (claim.text, True)


def _doubt(claim: Stated) -> int:
    """0: several read it alike; 1: nobody else has read it; 2: disputed."""
    compared = claim.sure is not None and claim.sure.of > 1
    return 2 if claim.disputed else 0 if compared else 1


def _preferred(forms: Sequence[str]) -> Callable[[Stated], tuple[object, ...]]:
    places = {form: n for n, form in enumerate(forms)}

    def order(claim: Stated) -> tuple[object, ...]:
        fits = len(quoted(claim)[0]) <= LONGEST
        form = places.get(claim.attribution or "", len(places))
        return (
            not fits,
            _doubt(claim),
            form,
            claim.source.date or "",
            claim.source.id,
            claim.order,
            claim.name,
        )

    return order
