"""Passages that a document prints twice: what makes a block a pull quote, and of which sentences."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property

from annotator.text.lines import Line

Triple = tuple[str, str, str]

SHARE = 0.6  # of the three-word sequences of a line
COMMON = 50  # a sequence in more sentences than this tells nothing


def triples(words: Sequence[str]) -> Iterator[Triple]:
    return zip(words, words[1:], words[2:], strict=False)


class Passages:
    """Where every three-word sequence of a document stands, across the ends of its lines."""

    def __init__(self, lines: Sequence[Line]):
        self.lines = lines

    @cached_property
    def places(self) -> dict[Triple, tuple[int, int]]:
        """The first and the last line on which each sequence starts."""
        found: dict[Triple, tuple[int, int]] = {}
        words = [
            (word, place) for place, line in enumerate(self.lines) if not line.is_url for word in line.words
        ]
        for (a, place), (b, _), (c, _) in zip(words, words[1:], words[2:], strict=False):
            first, _ = found.get((a, b, c), (place, place))
            found[a, b, c] = (first, place)
        return found

    def elsewhere(self, triple: Triple, first: int, last: int) -> bool:
        """Whether the sequence also stands before line `first` or after `last`."""
        if triple not in self.places:
            return False
        earliest, latest = self.places[triple]
        return earliest < first or latest > last

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


class Sources:
    """Which sentences say a three-word sequence."""

    def __init__(self, sentences: Sequence[tuple[str, Sequence[str]]]):
        """`sentences` as (id, words) in reading order."""
        self.ids = [id for id, _ in sentences]
        self.sizes = [len(set(triples(words))) for _, words in sentences]
        self.saying: dict[Triple, list[int]] = defaultdict(list)
        for number, (_, words) in enumerate(sentences):
            for sequence in set(triples(words)):
                self.saying[sequence].append(number)

    def repeated(self, quote: Sequence[str]) -> tuple[str, ...]:
        """The ids of the sentences that a pull quote repeats."""
        wanted = set(triples(quote))
        shared = Counter(
            number
            for sequence in wanted
            if len(self.saying.get(sequence, ())) <= COMMON
            for number in self.saying.get(sequence, ())
        )
        return tuple(
            self.ids[number]
            for number, count in sorted(shared.items())
            if count >= 0.4 * len(wanted) or count >= 0.7 * self.sizes[number]
        )
