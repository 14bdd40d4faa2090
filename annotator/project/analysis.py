"""Analysing: the claims of a filter, how sure each is, and everything that is counted of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from annotator.agreement import align
from annotator.analysis import Analysis, Name, Sure, stated, sureness
from annotator.filter import Filter
from annotator.model import Claim
from annotator.outputs import flat
from annotator.project.exporting import Exporting
from annotator.project.results import chosen
from annotator.store import settlements

FINAL = "\0final"
"""Takes part in an alignment beside the readers; nobody can have this name."""

Sentence = tuple[str, str]


class Analysing(Exporting):
    def analysis(self, filter: Filter, *, others: bool = True) -> Analysis:
        """The claims of an export with this filter. `others`: whether other people's readings may show."""
        rows = [row for row in flat.rows(self.records_of(filter)) if row["claim_n"]]
        documents = list(dict.fromkeys(row["doc_id"] for row in rows))
        lengths = {id: sum(one.order is not None for one in self.sentences(id)) for id in documents}
        sure = self._sureness(rows, documents) if others else {}
        return Analysis(stated(rows, self.codebook(), lengths, sure), self.codebook())

    def last_analysis(self) -> tuple[int, ...]:
        """As long as this stays the same, so does every analysis."""
        return (*self.last_change(), settlements.last_change(self.db))

    def _sureness(self, rows: Sequence[Mapping[str, Any]], documents: Collection[str]) -> dict[Name, Sure]:
        """How far those who finished a sentence agree on each claim in it.

        Claims are put side by side as agreement does: by their words, then by speaker, then by order.
        Sentences of kinds that are not queued are not compared.
        """
        final: dict[Sentence, list[tuple[Name, Claim]]] = {}
        names = set()
        for row in rows:
            name = (row["doc_id"], row["sent_id"], row["annotator"], row["claim_n"])
            names.add(name)
            if row["role"] == "final":
                final.setdefault(name[:2], []).append((name, _claim(row)))
        wanted = {name[:2] for name in names}
        found: dict[Name, Sure] = {}
        if not wanted:
            return found
        for rated in self._rated(chosen(documents, None, ("claims", "no_claim"))):
            sentence = (rated.document, rated.sentence_id)
            if sentence in wanted:
                votes = {name: answer.claims for name, answer in rated.answers.items()}
                found.update(_of_votes(sentence, votes, rated.text))
                if sentence in final:
                    found.update(_of_final(final[sentence], votes, rated.text))
        return {name: sure for name, sure in found.items() if name in names}


def _of_votes(
    sentence: Sentence, votes: Mapping[str, Sequence[Claim]], text: str
) -> Iterable[tuple[Name, Sure]]:
    alike = len(set(votes.values())) == 1  # then there is nothing to align
    for cluster in () if alike else align(votes, text):
        for person, place in cluster.members.items():
            sure = sureness(cluster.members, votes, len(votes), votes[person][place])
            yield (*sentence, person, place + 1), sure
    for person, claims in votes.items() if alike else ():
        for n in range(len(claims)):
            yield (*sentence, person, n + 1), Sure(len(votes), len(votes))


def _of_final(
    final: Sequence[tuple[Name, Claim]], votes: Mapping[str, Sequence[Claim]], text: str
) -> Iterable[tuple[Name, Sure]]:
    """Of settled claims: who of the readers has them, and has them so."""
    settled = [claim for _, claim in final]
    for cluster in align({**votes, FINAL: settled}, text):
        members = dict(cluster.members)
        place = members.pop(FINAL, None)
        if place is not None:
            yield final[place][0], sureness(members, votes, len(votes), settled[place])


def _claim(row: Mapping[str, Any]) -> Claim:
    """As much of a claim as an alignment looks at."""
    return Claim(
        speaker=tuple(row["speaker"]),
        stance=row["stance"],
        polarity=row["polarity"],
        attribution=row["attribution"],
        content_spans=tuple((start, end) for start, end in row["content_spans"]),
    )
