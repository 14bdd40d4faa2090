"""Makes a kept project file with the code of an earlier version: run it there, not here.

    git worktree add OLD COMMIT
    PYTHONPATH=OLD python tests/kept/making.py tests/kept/NAME

Everything that version could keep is in the project: answers changed and taken back, sentences joined,
speakers added and merged, and, as far as there were any, rounds, finished documents, final answers, links,
languages and tokens. Beside the file stands what that version itself exported of it.
"""

from __future__ import annotations

import gzip
import itertools
import sqlite3
import sys
from importlib import resources
from pathlib import Path
from typing import Any

from werkzeug.datastructures import MultiDict

from annotator import codebook, sample
from annotator.model import Role
from annotator.project import Project

TURKISH = (
    "Bakan görüşmeyi anlattı\n\nBakan, müzakerelerin sürdüğünü söyledi. “Anlaşmaya bağlıyız” dedi. "
    "Sözcü bunu yalanladı. Bölgeden ses gelmedi. Muhalefet bunun bir bahane olduğunu savunuyor.\n"
)
CLAIM = {"stance": "tr", "attribution": "ascribed", "speaker": "turkey"}
_tokens = itertools.count(1)


def main(target: Path) -> None:
    path = target.with_suffix(".db")
    with Project.create(path, codebook.bundled("idlib-2019")) as project:
        fill(project)
        with gzip.GzipFile(target.with_suffix(".jsonl.gz"), "wb", mtime=0) as export:
            export.write(b"".join(project.export_jsonl()))
        assert all(not one.difference for one in project.verify())
    with sqlite3.connect(path, isolation_level=None) as db:
        db.execute("pragma journal_mode = delete")
        db.execute("vacuum")
    with gzip.GzipFile(target.with_suffix(".db.gz"), "wb", mtime=0) as kept:
        kept.write(path.read_bytes())
    path.unlink()


def fill(project: Any) -> None:
    for name, role in {"Ana": "annotator", "Ben": "annotator", "Cleo": "lead", "Dan": "annotator"}.items():
        project.add_person(name, Role(role), f"secret-{name.lower()}")
    project.remove_person("Dan")
    reading = (resources.files("annotator") / "samples" / "idlib-article.json").read_text("utf-8")
    data = (resources.files("annotator") / "samples" / "idlib-article.txt").read_bytes()
    article = project.import_file("idlib-article.txt", data, lang="ar", reading=reading).id
    turkish = project.import_file("görüşme.txt", TURKISH.encode(), lang="tr").id
    people = {person.name: person for person in project.people()}
    project.take_answers(article, people["Ana"], sample.reference(), "2026-03-01T09:00:00.000Z")
    for name in ("Ana", "Ben"):
        annotate(project, turkish, people[name])
    change(project, turkish, people)
    if hasattr(project, "make_round"):
        work_in_rounds(project, article, turkish, people)
    if hasattr(project, "invite"):
        project.invite("Eve", days=30, by="Cleo")
        project.choose_language(people["Ana"], "tr")
    if hasattr(project, "add_token"):
        project.add_token("nightly", people["Cleo"])


def annotate(project: Any, doc_id: str, person: Any) -> None:
    """An answer to each sentence, one changed, one taken back and one given again."""
    sids = [one.id for one in project.sentences(doc_id) if one.kind == "body"]
    for sid in sids:
        answer(project, doc_id, sid, person, "no_claim" if sid == sids[-1] else "save", **CLAIM)
    other = {**CLAIM, "stance": "ru"} if person.name == "Ben" else CLAIM
    answer(project, doc_id, sids[0], person, "save", claim="1", note="“not”, =sure\n1", **other)
    answer(project, doc_id, sids[1], person, "delete", claim="1")
    project.undo(doc_id, person)
    answer(project, doc_id, sids[2], person, "save", claim="1", comment="a comment", hard="1", **CLAIM)


def answer(project: Any, doc_id: str, sid: str, person: Any, action: str, **form: str) -> None:
    desk = project.desk(doc_id, person)
    current = desk.annotations.get(sid)
    filled = MultiDict({"action": action, "claim": form.pop("claim", "new"), **form})
    token = f"{person.name}-{next(_tokens)}"
    project.record(doc_id, sid, person, filled, seen=current.id if current else None, token=token)


def change(project: Any, doc_id: str, people: Any) -> None:
    lead = people["Cleo"]
    second = [one.id for one in project.sentences(doc_id) if one.kind == "body"][1]
    project.merge(doc_id, second, lead)  # with the one before it
    if hasattr(project, "add_speaker"):
        added = project.add_speaker("Sözcü Yılmaz", people["Ana"], "tr")
        last = [one.id for one in project.sentences(doc_id) if one.kind == "body"][-2]
        answer(project, doc_id, last, people["Ana"], "save", **{**CLAIM, "speaker": added.id})
        project.merge_speakers(added.id, "turkey", lead, seen=project.speakers_version())


def work_in_rounds(project: Any, article: str, turkish: str, people: Any) -> None:
    from annotator.project.settling import votes_seen

    made = project.make_round("Pilot", 2, people=["Ana", "Ben"], spread=True, by="Cleo")
    for name in ("Ana", "Ben"):
        for sentence in project.sentences(turkish):
            if sentence.kind == "body" and not done(project, turkish, sentence.id, people[name]):
                answer(project, turkish, sentence.id, people[name], "no_claim")
        project.finish(turkish, people[name])
    project.plan_repeats(made.id, 100, 1, by="Cleo")
    project.settle_unanimous(people["Cleo"], [turkish])
    for case in project.queue(people["Cleo"], [turkish]).open:
        item = project.to_settle(turkish, case.sentence, people["Cleo"])
        form = MultiDict({"action": "no_claim", "reason": "rule", "note": "as the rule says"})
        seen = {"seen": item.seen, "votes": votes_seen(item.case)}
        project.settle(turkish, case.sentence, people["Cleo"], form, **seen)


def done(project: Any, doc_id: str, sid: str, person: Any) -> bool:
    current = project.desk(doc_id, person).annotations.get(sid)
    return current is not None and current.answer.status != "todo"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
