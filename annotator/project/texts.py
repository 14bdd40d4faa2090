"""A text that many work on: its units, held as long as it stays the same."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Sequence

from annotator.model import Kind, Sentence

SHORT = 300
"""Units of the longest text that is held whole."""


class Text:
    """All units of a document in reading order."""

    def __init__(self, sentences: Sequence[Sentence]):
        self.sentences = tuple(sentences)
        self._at = {sentence.id: at for at, sentence in enumerate(self.sentences)}
        self._positions = [sentence.position for sentence in self.sentences]

    def __len__(self) -> int:
        return len(self.sentences)

    def get(self, sid: str) -> Sentence | None:
        at = self._at.get(sid)
        return None if at is None else self.sentences[at]

    def before(self, position: float, kinds: Collection[Kind], most: int) -> list[Sentence]:
        """Up to `most` units of these kinds that stand before, the nearest first."""
        found: list[Sentence] = []
        for at in reversed(range(bisect_left(self._positions, position))):
            if len(found) == most:
                break
            if self.sentences[at].kind in kinds:
                found.append(self.sentences[at])
        return found

    def after(self, position: float, kinds: Collection[Kind]) -> Sentence | None:
        """The next unit of these kinds."""
        later = self.sentences[bisect_left(self._positions, position) :]
        return next((one for one in later if one.position > position and one.kind in kinds), None)

    def stretch(self, first: float, last: float) -> tuple[Sentence, ...]:
        """The units from one position to another, both with them."""
        start, end = bisect_left(self._positions, first), bisect_left(self._positions, last)
        return self.sentences[start : end + 1]
