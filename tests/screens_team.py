"""A team at work, for the pictures: rounds, disagreements, settled ones, open links, second answers due."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from werkzeug.datastructures import MultiDict

from annotator import codebook, sample
from annotator.demo import PASSWORD
from annotator.model import Answer, Claim, Document, Person, Role, Status
from annotator.project import Project
from annotator.project.settling import votes_seen
from tests.conftest import ARTICLE
from tests.conftest import sample as sample_file

TEAM = {
    "Lead": Role.LEAD,
    "Rana Haddad": Role.ANNOTATOR,
    "Виктор Орлов": Role.ANNOTATOR,
    "ليلى سعد": Role.ANNOTATOR,
    "Yusuf": Role.ANNOTATOR,
}
READERS = ("Rana Haddad", "Виктор Орлов", "ليلى سعد")  # in the pilot; Yusuf has begun nothing
DAYS = ("2026-01-12", "2026-01-14", "2026-02-03")

TEXTS = {
    "talks.txt": (
        "en",
        "Talks on the truce go on",
        "Moscow said the truce holds. Ankara called the shelling a breach of the agreement. "
        "Both sides blamed the armed groups. The envoy spoke of a fragile calm. "
        "A witness said the road was open again. Nobody knows for how long.",
    ),
    "ateşkes.txt": (
        "tr",
        "İdlib’de ateşkes görüşmeleri sürüyor",
        "Bakanlık ateşkesin sürdüğünü söyledi. Ankara saldırıları anlaşmanın ihlali olarak niteledi. "
        "Moskova silahlı grupları suçladı. Yetkililer yolun açık olduğunu söyledi. "
        "Kimse ne olacağını bilmiyor.",
    ),
    "перемирие.txt": (
        "ru",
        "Стороны обсудили соблюдение перемирия в провинции Идлиб",
        "Москва заявила, что перемирие соблюдается. Анкара назвала обстрелы нарушением договорённостей. "
        "Стороны обвинили вооружённые группировки. Посланник говорил о затишье. "
        "Дорога снова открыта.",
    ),
}
ANSWERS = (("russia", "ru"), ("turkey", "tr"), ("turkey", "both"), ("un", "neither"), ("unnamed", "ru"))


def build(path: Path) -> dict[str, str]:
    """Makes the project; what stands for a part of an address in the pictures' paths."""
    with Project.create(path, codebook.bundled("idlib-2019")) as project:
        for name, role in TEAM.items():
            project.add_person(name, role, PASSWORD)
        lead = project.person("Lead")
        texts = _import(project)
        first = project.make_round("Pilot", 2, documents=[ARTICLE, texts[0].id], people=READERS, by="Lead")
        project.assign(first.id, [(doc, name) for doc in first.documents for name in READERS], by="Lead")
        project.plan_repeats(first.id, 20, 7, by="Lead")
        _answer(project, texts[0])
        for name in READERS[:2]:
            project.finish(ARTICLE, project.person(name))
        annotators = [name for name in TEAM if name != "Lead"]
        project.make_round("March", 2, people=annotators, due="2027-03-31", spread=True, by="Lead")
        _look_again(project, project.person(READERS[0]))
        settled = _settle(project, lead)
        named = project.invite("Selin Yılmaz", days=30, by="Lead")
        anybody = project.invite(days=7, by="Lead")
        password = project.invite_to_new_password("Yusuf", by="Lead")
        project.finish(texts[0].id, project.person(READERS[1]))
        project.reopen(texts[0].id, READERS[1], "The rule for “says that” was changed.", by="Lead")
        again = next(one for one in project.repeats(project.person(READERS[0])) if not one.done)
        many = max(project.queue(lead).open, key=lambda case: (len(case.votes), len(case.rows)))
        return {
            "MANY": f"{many.document}/{many.sentence}",
            "SETTLED": settled,
            "QUEUED": "/".join(project.queue(lead).open[-1].key),
            "NAMED": project.token(named),
            "ANYBODY": project.token(anybody),
            "PASSWORD": project.token(password),
            "AGAIN": f"{again.document}/{again.sid}",
            "ENGLISH": texts[0].id,
        }


def _import(project: Project) -> list[Document]:
    reading = sample_file("idlib-article.json").decode("utf-8")
    described = dict(tomllib.loads(sample_file("demo.toml").decode("utf-8"))["document"])
    lang = described.pop("lang")
    article = sample_file("idlib-article.txt")
    project.import_file("idlib-article.txt", article, lang=lang, reading=reading, fields=described)
    made = []
    for name, (lang, title, text) in TEXTS.items():
        raw = f"{title}\n\n{text}\n".encode()
        made.append(project.import_file(name, raw, lang=lang, fields={"title": title}))
    return made


def _answer(project: Project, english: Document) -> None:
    """The article by three people who differ, one of them half-way; a short text by two."""
    book, sentences = project.codebook(), project.sentences(ARTICLE)
    read: Mapping[str, Answer] = sample.reference()
    answers = [
        read,
        sample.simulated("Simulated A", book, sentences),
        sample.simulated("Simulated B", book, sentences),
    ]
    queued = project.desk(ARTICLE, project.person(READERS[0])).queued
    for place, (name, given) in enumerate(zip(READERS, answers, strict=True)):
        some = {sid: given[sid] for sid in (queued if place < 2 else queued[:17])}
        if place == 1:
            some[queued[4]] = replace(some[queued[4]], comment="Who speaks here? قال مصدر", hard=True)
        project.take_answers(ARTICLE, project.person(name), some, f"{DAYS[place]}T09:00:00.000Z")
    for place, name in enumerate(READERS[:2]):
        person = project.person(name)
        short = {
            sid: _claim(*ANSWERS[(n + place * (n % 3 == 0)) % len(ANSWERS)])
            for n, sid in enumerate(project.desk(english.id, person).queued)
        }
        project.take_answers(english.id, person, short, f"{DAYS[2]}T10:0{place}:00.000Z")


def _claim(speaker: str, stance: str) -> Answer:
    claim = Claim(
        speaker=(speaker,),
        stance=stance,
        polarity=None if stance == "neither" else "support",
        attribution="ascribed",
        speaker_text="The envoy" if speaker == "unnamed" else None,
    )
    return Answer(Status.CLAIMS, (claim,))


def _look_again(project: Project, person: Person) -> None:
    """Half of what is due a second time."""
    due = project.repeats(person)
    for one in due[: len(due) // 2]:
        form = MultiDict({"action": "no_claim", "claim": "new"})
        project.answer_again(one.document, one.sid, person, form, seen=None, token=one.sid)


def _settle(project: Project, lead: Person) -> str:
    """Three disagreements, with a reason each, and what was unanimous; one answer is changed afterwards."""
    cases = project.queue(lead).open[2:5]
    for case, reason in zip(cases, ("rule", "text", "difference"), strict=True):
        item = project.to_settle(case.document, case.sentence, lead)
        form = MultiDict({"action": "no_claim", "reason": reason, "note": "See the rule on reported speech."})
        votes = votes_seen(item.case)
        project.settle(case.document, case.sentence, lead, form, seen=item.seen, votes=votes)
    project.settle_unanimous(lead)
    late = project.person(READERS[2])
    voted = [case for case in cases if READERS[2] in {vote.person for vote in case.votes}]
    changed = Answer(Status.NO_CLAIM, comment="I read it again.")
    project.take_answers(voted[0].document, late, {voted[0].sentence: changed}, f"{DAYS[2]}T11:00:00.000Z")
    return f"{voted[0].document}/{voted[0].sentence}"
