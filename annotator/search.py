"""Looking for words as people type them, whatever their spelling, and where they stand in a text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from annotator.filter import Filter
from annotator.model import Answer, Claim, Span
from annotator.speakers.folding import LETTERS

WHERE = ("text", "remarks")
"""In the sentences, or in the comments and notes that people left on them."""

MOST_WORDS = 12

_ASKED = re.compile(r'["“”«»„]([^"“”«»„]*)["“”«»„]|(\S+)')


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for; nothing given finds nothing. `words` are folded; all of them must be there."""

    words: tuple[str, ...] = ()
    where: str = WHERE[0]
    flagged: bool = False
    commented: bool = False
    filter: Filter = Filter()

    @property
    def of_answers(self) -> bool:
        """Whether only sentences count that somebody answered so."""
        asked = self.filter.people or self.filter.statuses or self.filter.labels
        return bool(asked) or self.flagged or self.commented

    @property
    def empty(self) -> bool:
        return not (self.words or self.of_answers or self.filter.documents or self.filter.round)


class _Folded(dict[str, str]):
    """What each character becomes. Filled as characters come: a project has a few hundred of them."""

    def __missing__(self, character: str) -> str:
        plain = unicodedata.normalize("NFKD", character)
        plain = "".join(c for c in plain if not unicodedata.category(c).startswith(("M", "Cf"))).lower()
        found = "".join(" " if c.isspace() else LETTERS.get(c, c) for c in plain)
        self[character] = found
        if found == character:
            _SAME.add(character)
        return found


_SAME: set[str] = set()
_FOLDED = _Folded()


def folded(text: str) -> str:
    """The same as for names of speakers, character by character, so that places can be found again.

    >>> folded("إلى  القاهرةِ ") == folded("الي القاهره"), folded("İstanbul’da")
    (True, "istanbul'da")
    """
    # Few characters of a text change, and what they become stays as it is: quicker than one by one.
    for character in set(text) - _SAME:
        plain = _FOLDED[character]
        if plain != character:
            text = text.replace(character, plain)
    return " ".join(text.split())


def words(typed: str) -> tuple[str, ...]:
    """What was typed, folded: words, and in quotation marks phrases.

    >>> words('وقف “إطلاق النار” , ')
    ('وقف', 'اطلاق النار', ',')
    """
    found = (folded(phrase or word) for phrase, word in _ASKED.findall(typed))
    return tuple(dict.fromkeys(one for one in found if one))[:MOST_WORDS]


def spans(text: str, words: Sequence[str]) -> list[Span]:
    """Where the words stand in the text, with their vowel marks, as stretches that do not touch.

    >>> text = "قال: إلى القاهرةِ"
    >>> [text[start:end] for start, end in spans(text, words("القاهره الى"))]
    ['إلى', 'القاهرةِ']
    """
    plain, places = _placed(text)
    found: list[Span] = []
    for word in words:
        at = plain.find(word)
        while at >= 0:
            found.append((places[at], places[at + len(word)] if at + len(word) < len(places) else len(text)))
            at = plain.find(word, at + 1)
    return _apart(text, found)


def _placed(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its characters where it stands in the text."""
    plain: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for one in _FOLDED[character]:
            if one == " " and (not plain or plain[-1] == " "):
                continue
            plain.append(one)
            places.append(place)
    return "".join(plain), places


def _apart(text: str, found: Sequence[Span]) -> list[Span]:
    apart: list[Span] = []
    for start, end in sorted(found):
        while end > start and text[end - 1].isspace():
            end -= 1
        if apart and start <= apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        elif end > start:
            apart.append((start, end))
    return apart


# ------------------------------------------------------------------ answers


def fits(search: Search, person: str, answer: Answer) -> bool:
    """Whether an answer is one that was looked for."""
    if search.filter.people and person not in search.filter.people:
        return False
    if search.filter.statuses and answer.status not in search.filter.statuses:
        return False
    if (search.flagged and not answer.hard) or (search.commented and not remarks(answer)):
        return False
    if search.filter.labels and not any(takes(search.filter.labels, claim) for claim in answer.claims):
        return False
    if search.where == "remarks" and search.words:
        said = folded("\n".join(remarks(answer)))
        return all(word in said for word in search.words)
    return True


def remarks(answer: Answer) -> list[str]:
    """What a person wrote beside their labels: the comment, and the notes on claims."""
    return [words for words in (answer.comment, *(claim.note for claim in answer.claims)) if words]


def takes(labels: Mapping[str, tuple[str, ...]], claim: Claim) -> bool:
    """Whether a claim has one of the ids of every field."""
    return all(not set(ids).isdisjoint(_values(claim, field)) for field, ids in labels.items())


def _values(claim: Claim, field: str) -> tuple[str | None, ...]:
    found = getattr(claim, field)
    return found if isinstance(found, tuple) else (found,)
