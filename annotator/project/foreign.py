"""Annotations from other tools as somebody's answers; what is not a whole answer becomes a comment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath

import orjson

from annotator import annotate
from annotator.export import FINAL
from annotator.homecoming import brat, doccano, label_studio
from annotator.homecoming.records import Given
from annotator.homecoming.statements import Places, Read, Statement, Stretch, files
from annotator.model import Answer, Invalid, Kind, Said, Sentence, Status
from annotator.outputs.brat import BREAKS
from annotator.project.homecoming import Agreed, Homecoming, Report, Taking, whatever
from annotator.store import documents, file
from annotator.store.file import now

LONGEST_COMMENT = 10_000
NAMED_TEXT = 80  # signs of a text that is named


class Foreign(Homecoming):
    def take_annotations(
        self,
        format: str,
        source: Path,
        *,
        name: str | None = None,
        by: str | None = None,
        dry_run: bool = False,
        agreed: Agreed = whatever,
    ) -> Report:
        """Take in what brat, Label Studio or doccano holds about documents that are here.

        An answer must be whole, so a claim without a speaker, position or attribution, or one that breaks
        a rule, is not taken as one: its words stand as a comment on the sentence, which stays to be answered.
        """
        try:
            read = READERS[format]
        except KeyError:
            raise Invalid(
                "“%(format)s” cannot be imported. Choose from %(choices)s.",
                format=format, choices=list(READERS),
            ) from None  # fmt: skip
        with file.rehearsed(self.db) if dry_run else file.write(self.db):
            report = Report()
            taking = Taking(self, report, self._merging(), name, by)
            taking.take(self._as_given(read(self, source), name, report))
            agreed(report)
        return report

    def _as_given(self, answers: Iterable[Read], name: str | None, report: Report) -> Iterator[Given]:
        known = _Known(self)
        moment, codebook = now(), self.codebook().name
        for number, read in enumerate(answers, start=1):
            person = name or read.person
            if person is None:
                raise Invalid(
                    "The file does not say whose answers these are. Give the name they are to stand under.",
                    field="as",
                )
            sentence = known.sentence(read)
            given = Given(
                number, read.document or "", {}, read.sentence or "", 0, "body", read.text, person,
                "annotator", codebook, read.status, "[]", None, False, None, None, moment, moment, None, None,
            )  # fmt: skip
            if sentence is None:
                report.meet(given)
                words = read.text[:NAMED_TEXT]
                report.leave(given, Said("no sentence of this project has the text “%(text)s”", text=words))
            elif read.person == FINAL:
                report.meet(given)
                report.leave(given, Said("a final answer is nobody’s own"))
            else:
                answer = self._answer(read, sentence)
                report.unfinished += answer.status is Status.TODO
                yield given._replace(
                    document=sentence.document, sentence=sentence.id, text=sentence.text,
                    status=answer.status.value, claims=orjson.dumps(answer.claims).decode(),
                    comment=answer.comment, hard=answer.hard, duplicate_of=answer.duplicate_of,
                )  # fmt: skip

    def _answer(self, read: Read, sentence: Sentence) -> Answer:
        claims = tuple(one.claim(sentence.text) for one in read.statements)
        status = Status(read.status) if read.status in set(Status) else Status.CLAIMS
        answer = Answer(
            status=status,
            claims=claims if status is Status.CLAIMS else (),
            comment=read.comment,
            hard=read.hard,
            duplicate_of=read.duplicate_of,
        )
        open_before = sentence.kind is Kind.BODY and self._quote_open(sentence)
        try:
            whole, _ = annotate.check(answer, sentence, self.codebook(), quote_open=open_before)
        except Invalid as problem:
            words = [
                read.comment or "",
                str(problem.said),
                *(_words(one, sentence) for one in read.statements),
            ]
            comment = "\n".join(filter(None, words))[:LONGEST_COMMENT]
            return Answer(Status.TODO, comment=comment, hard=read.hard)
        return whole


class _Known:
    """Finds the sentence that somebody's text is."""

    def __init__(self, project: Homecoming):
        self._project = project
        self._documents = [one.id for one in documents.all(project.db)]
        self._by_id: dict[str, dict[str, Sentence]] = {}
        self._by_text: dict[str, list[Sentence]] | None = None

    def sentence(self, read: Read) -> Sentence | None:
        if read.document in self._documents and read.sentence:
            found = self._of(read.document).get(read.sentence)
            return found if found and found.text == read.text else None
        alike = self._alike().get(read.text, [])
        return alike[0] if len(alike) == 1 else None

    def _of(self, document: str) -> dict[str, Sentence]:
        if document not in self._by_id:
            self._by_id[document] = {one.id: one for one in self._project.sentences(document)}
        return self._by_id[document]

    def _alike(self) -> dict[str, list[Sentence]]:
        if self._by_text is None:
            self._by_text = {}
            for document in self._documents:
                for one in self._of(document).values():
                    self._by_text.setdefault(one.text, []).append(one)
        return self._by_text


def _words(one: Statement, sentence: Sentence) -> str:
    """What is marked, in words, and what was chosen: for whoever completes it."""
    marked = (("content", one.content), ("cue", one.cue), ("source", one.source))
    said = [
        f"{role}: " + " … ".join(sentence.text[start:end] for start, end in spans)
        for role, spans in marked if spans
    ]  # fmt: skip
    said += [f"{name}: {value if isinstance(value, str) else ', '.join(map(str, value))}"
             for name, value in one.labels.items() if isinstance(value, str | tuple) and value]  # fmt: skip
    return "; ".join(said)


# ------------------------------------------------------------------ the formats


def _from_brat(project: Homecoming, source: Path) -> Iterator[Read]:
    texts: dict[str, str] = {}
    found: dict[str, bytes] = {}
    for path, data in files(source, (".ann", ".txt")):
        try:
            if path.endswith(".txt"):
                texts[path] = data.decode()
            else:
                found[path] = data
        except UnicodeDecodeError as error:
            raise Invalid("%(path)s is not UTF-8 text. Save it as UTF-8 and try again.", path=path) from error
    if not found:
        raise Invalid("There is no .ann file in %(path)s.", path=source)
    for path, data in found.items():
        yield from _from_ann(project, path, data.decode(errors="replace"), texts)


def _from_ann(project: Homecoming, path: str, ann: str, texts: Mapping[str, str]) -> Iterator[Read]:
    stem = brat.unescaped(PurePosixPath(path).stem)
    document = _document(project, stem)
    folder = PurePosixPath(path).parent.name
    person = brat.unescaped(folder) if folder else None
    own = texts.get(path.removesuffix(".ann") + ".txt")
    text, places, sentences = _counted(project, document, own, path)
    gathered: dict[str, list[Statement]] = {}
    for statement in brat.statements(ann, text, path):
        for sid, part in places.by_sentence(statement).items():
            gathered.setdefault(sid, []).append(part)
    for sid, parts in gathered.items():
        yield Read(document, sid, sentences[sid].text, person, "claims", tuple(parts))


def _document(project: Homecoming, stem: str) -> str:
    """The document a file is about: by its id, or by the name it was imported under.

    Where the names of several begin as the file's does, it is the longest.
    """
    names = {one.id: PurePosixPath(one.filename).stem for one in documents.all(project.db)}
    for id, name in sorted(names.items(), key=lambda one: (one[0] == stem, len(one[1])), reverse=True):
        if stem in (id, name) or stem.startswith(name + "_"):
            return id
    raise Invalid(
        "%(name)s.ann is about no document of this project. Import its text under the same name first.",
        name=stem,
    )


def _counted(
    project: Homecoming, document: str, own: str | None, path: str
) -> tuple[str, Places, dict[str, Sentence]]:
    """The text that the places count in: that of our exports, or that of the imported file."""
    sentences = {one.id: one for one in project.sentences(document)}
    words = {id: one.text for id, one in sentences.items()}
    whole = project.outputs_context().texts(document)
    joined = BREAKS.sub(lambda found: "".join("\n" if one == "\n" else " " for one in found[0]), whole.text)
    raw = project.text_of(document).text
    if own == joined:
        at = whole.starts
        stretches = [Stretch(at[id], at[id] + len(text), id, 0) for id, text in words.items()]
        return joined, Places(stretches, words), sentences
    if own not in (None, raw):  # alone, as in PolNeAR, it counts in the file that was imported
        raise Invalid("The text beside %(path)s is not that of the document here.", path=path)
    stretches = [
        Stretch(start, start + length, id, at)
        for id, one in sentences.items()
        for at, start, length in one.unit.runs
    ]
    return raw, Places(stretches, words), sentences


def _from_label_studio(project: Homecoming, source: Path) -> Iterator[Read]:
    return label_studio.read(_whole(source))


def _from_doccano(project: Homecoming, source: Path) -> Iterator[Read]:
    return doccano.read(_whole(source))


def _whole(source: Path) -> bytes:
    if source.is_dir():
        raise Invalid("%(path)s is a folder. Give the file that the tool exported.", path=source)
    return source.read_bytes()


READERS: dict[str, Callable[[Homecoming, Path], Iterator[Read]]] = {
    "brat": _from_brat,
    "label-studio": _from_label_studio,
    "doccano": _from_doccano,
}
