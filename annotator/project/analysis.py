"""Analysing: the claims of a filter, how sure each is, and everything that is counted of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from annotator import export
from annotator.agreement import align
from annotator.analysis import Analysis, Name, Sure, stated, sureness
from annotator.filter import Filter, Record
from annotator.model import Claim, Status
from annotator.outputs import flat
from annotator.project.exporting import Exporting
from annotator.store import sentences, settlements

FINAL = "\0final"
"""Takes part in an alignment beside the readers; nobody can have this name."""

Sentence = tuple[str, str]
"""Document and id."""


class Analysing(Exporting):
    def analysis(self, filter: Filter, *, others: bool = True, blind: Sequence[str] = ()) -> Analysis:
        """The claims of an export with this filter. `others`: whether other people's readings may show,
        in all documents but the `blind` ones."""
        answers = filter if filter.statuses else replace(filter, statuses=(Status.CLAIMS,))
        records = [record for record in self.records_of(answers) if record["claims"]]
        open_to = [record for record in records if record["doc_id"] not in blind]
        sure = self._sureness(open_to) if others else {}
        lengths = sentences.lengths(self.db)
        return Analysis(stated(flat.rows(records), self.codebook(), lengths, sure), self.codebook())

    def last_analysis(self) -> tuple[int, ...]:
        """As long as this stays the same, so does every analysis."""
        return (*self.last_change(), settlements.last_change(self.db))

    def _sureness(self, records: Sequence[Record]) -> dict[Name, Sure]:
        """How far those who finished a sentence agree on each claim in it.

        Claims are put side by side as agreement does: by their words, then by speaker, then by order.
        Sentences of kinds that are not queued are not compared.
        """
        wanted = {_sentence(record) for record in records}
        documents = list(dict.fromkeys(document for document, _ in wanted))
        found: dict[Name, Sure] = {}
        if not wanted:
            return found
        # All of their claims, whatever the filter chose: one left out could be taken for another.
        settled = any(record["role"] == export.FINAL for record in records)
        final_records = self.records(documents=documents, layer="final") if settled else ()
        final = {_sentence(record): _claims(record) for record in final_records}
        kinds = self.codebook().queue_units
        finished = self.records(documents=documents, statuses=("claims", "no_claim"))
        asked = (record for record in finished if record["unit"] in kinds)
        for sentence, together in groupby(asked, _sentence):
            answers = list(together) if sentence in wanted else []
            if answers:
                votes = {record["annotator"]: _claims(record) for record in answers}
                text = answers[0]["text"]
                found.update(_of_votes(sentence, votes, text))
                if sentence in final:
                    found.update(_of_final(sentence, final[sentence], votes, text))
        return found


def _sentence(record: Record) -> Sentence:
    return record["doc_id"], record["sent_id"]


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
    sentence: Sentence, settled: Sequence[Claim], votes: Mapping[str, Sequence[Claim]], text: str
) -> Iterable[tuple[Name, Sure]]:
    """Of settled claims: who of the readers has them, and has them so."""
    for cluster in align({**votes, FINAL: settled}, text):
        members = dict(cluster.members)
        place = members.pop(FINAL, None)
        if place is not None:
            yield (*sentence, export.FINAL, place + 1), sureness(members, votes, len(votes), settled[place])


def _claims(record: Record) -> tuple[Claim, ...]:
    """As much of its claims as an alignment looks at."""
    return tuple(
        Claim(
            speaker=tuple(claim["speaker"]),
            stance=claim["stance"],
            polarity=claim["polarity"],
            attribution=claim["attribution"]["type"],
            content_spans=tuple((start, end) for start, end in claim["content_spans"]),
        )
        for claim in record["claims"]
    )
