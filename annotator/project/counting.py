"""Counting what an export would hold, without making it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson

from annotator import outputs
from annotator.filter import LAYERS, Filter, as_stored, authors, taking
from annotator.model import Status
from annotator.project.exporting import Exporting
from annotator.project.results import chosen
from annotator.store import records as record_rows

SAMPLE = 200  # records that the size of a file is guessed from


@dataclass(frozen=True, slots=True)
class Count:
    records: int  # sentences × annotators
    claims: int
    documents: tuple[str, ...] = ()  # where claims were chosen: those that the first records are in


class Counting(Exporting):
    def answers_ever(self) -> int:
        """How many answers were ever given, superseded ones too: known at once, however many."""
        return record_rows.newest(self.db)

    def count_read(self, filter: Filter) -> int:
        """How many records an export looks at, before it chooses claims."""
        return self.count_records(**self._asked(filter))

    def first_of(self, filter: Filter, count: Count, *, unit: str = "claim") -> Iterator[dict[str, Any]]:
        """The first of the records that were counted, without looking for them through all others."""
        if not count.records:
            return iter(())
        some = replace(filter, documents=count.documents) if filter.chooses_claims else filter
        return itertools.islice(self.records_of(some, unit=unit), SAMPLE)

    def size_of(self, format_id: str, filter: Filter, count: Count) -> int:
        """About how many bytes a file will have, by its first records."""
        format = outputs.get(format_id)
        some = list(self.first_of(filter, count, unit=format.unit))
        size = sum(map(len, format.write(iter(some), self.outputs_context())))
        return size * count.records // len(some) if some else size

    def count_of(self, filter: Filter) -> Count:
        """How many records and claims `records_of` gives; with claims chosen, those of both kinds."""
        self.check_filter(filter)
        if filter.chooses_claims:
            return self._counted_by_claims(filter)
        documents, people = self._documents_and_people(filter)
        asked = chosen(documents, people, filter.statuses or None)
        counts = []
        if filter.layer != "final":
            counts.append(record_rows.count(self.db, asked))
        if filter.layer != "votes":
            counts.append(record_rows.count_finals(self.db, asked))
        claims = sum(claims for _, claims in counts) - self._made_one(filter)
        return Count(sum(records for records, _ in counts), claims)

    def _made_one(self, filter: Filter) -> int:
        """How many claims fewer are read than stored: two that a merge of speakers makes alike are one."""
        merged = self._merging()
        if merged is None or (filter.statuses and Status.CLAIMS not in filter.statuses):
            return 0
        documents, people = self._documents_and_people(filter)
        fewer = 0
        for layer in LAYERS[:2] if filter.layer == "both" else (filter.layer,):
            for document in self._documents(documents):
                for stored in self._stored_claims(document.id, people, final=layer == "final"):
                    found = merged(stored)
                    if found is not stored:
                        fewer += len(orjson.loads(stored)) - len(orjson.loads(found))
        return fewer

    def _counted_by_claims(self, filter: Filter) -> Count:
        """The same as counting `records_of`, from the stored claims alone."""
        if filter.statuses and Status.CLAIMS not in filter.statuses:
            return Count(0, 0)
        documents, people = self._documents_and_people(filter)
        every = self._documents(documents)
        taken = self._counting(filter)
        records = claims = 0
        first: dict[str, None] = {}
        for layer in LAYERS[:2] if filter.layer == "both" else (filter.layer,):
            for document in every:
                answers = self._stored_claims(document.id, people, final=layer == "final")
                numbers = [number for number in map(taken, answers) if number]
                if numbers and records < SAMPLE:
                    first[document.id] = None
                records += len(numbers)
                claims += sum(numbers)
        return Count(records, claims, tuple(first))

    def _stored_claims(self, document: str, people: Sequence[str] | None, *, final: bool) -> Iterator[bytes]:
        if final:
            return record_rows.final_claims(self.db, document)
        return record_rows.claims(self.db, document, chosen(None, people, None))

    def _counting(self, filter: Filter) -> Callable[[bytes], int]:
        """How many claims of a stored answer are asked for."""
        merged = self._merging()
        takes = taking(filter, authors(self.codebook()), as_stored)
        words = [[f'"{id}"'.encode() for id in ids] for ids in filter.labels.values()]

        def number(stored: bytes) -> int:
            found = merged(stored) if merged else stored
            # To look for the ids takes a tenth of the time of reading the claims.
            if not all(any(word in found for word in either) for either in words):
                return 0
            return sum(map(takes, orjson.loads(found)))

        return number
