"""Passages that a document prints twice: what makes a block a pull quote, and of which sentences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from annotator.text.lines import Line

Triple = tuple[str, str, str]

FAR = 1  # lines; a block does not repeat itself
SHARE = 0.6  # of the three-word sequences of a line


def triples(words: Sequence[str]) -> Iterator[Triple]:
    return zip(words, words[1:], words[2:], strict=False)


class Passages:
    """Where every three-word sequence of a document stands, across the ends of its lines."""

    def __init__(self, lines: Sequence[Line]):
        self.places: dict[Triple, list[int]] = defaultdict(list)
        words: list[tuple[str, int]] = []
        for place, line in enumerate(lines):
            if not line.is_url:
                words.extend((word, place) for word in line.words)
        for (a, place), (b, _), (c, _) in zip(words, words[1:], words[2:], strict=False):
            self.places[a, b, c].append(place)

    def elsewhere(self, triple: Triple, first: int, last: int) -> bool:
        """Whether the sequence also stands before line `first` or after `last`."""
        return any(place <= first - FAR or place >= last + FAR for place in self.places.get(triple, ()))

    def repeated(self, lines: Sequence[Line], places: Sequence[int]) -> bool:
        """Whether every line at `places` is for the most part said elsewhere too."""
        first, last = places[0], places[-1]
        found = False
        for place in places:
            sequences = list(triples(lines[place].words))
            if not sequences:
                continue
            known = sum(self.elsewhere(sequence, first, last) for sequence in sequences)
            if known < SHARE * len(sequences):
                return False
            found = found or len(sequences) >= 2
        return found

    def goes_on(self, lines: Sequence[Line], places: Sequence[int], then: int) -> bool:
        """Whether the words across the seam between the last of `places` and line `then` stand elsewhere."""
        before = lines[places[-1]].words[-2:]
        after = lines[then].words[:2]
        seam = list(triples([*before, *after]))
        return any(self.elsewhere(sequence, places[0], then) for sequence in seam)

    def stops_inside(self, lines: Sequence[Line], places: Sequence[int]) -> bool:
        """Whether the last words at `places` stand elsewhere: those of a quote do."""
        words = [word for place in places[-2:] for word in lines[place].words][-3:]
        return any(self.elsewhere(sequence, places[0], places[-1]) for sequence in triples(words))


def repeated_sentences(
    quote: Sequence[str], sentences: Sequence[tuple[str, Sequence[str]]]
) -> tuple[str, ...]:
    """The ids of the sentences a pull quote repeats, of (id, words) in reading order."""
    wanted = set(triples(quote))
    if not wanted:
        return ()
    shares: dict[str, float] = {}
    inside: dict[str, float] = {}
    for id, words in sentences:
        own = set(triples(words))
        both = len(own & wanted)
        shares[id] = both / len(wanted)
        inside[id] = both / len(own) if own else 0.0
    return tuple(id for id, share in shares.items() if share >= 0.4 or (share > 0 and inside[id] >= 0.7))
