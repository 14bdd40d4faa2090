"""Projects drawn at random: every status, empty and missing fields, emoji, direction marks, long comments.

Answers are stored as they are drawn, whatever the codebook would say to them: what leaves must come back.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from annotator.model import Answer, Claim, Codebook, Sentence, Span, Status
from annotator.project import Project
from annotator.store import annotations, settlements
from annotator.store.annotations import Draft
from annotator.store.file import write

WORDS = [
    "قال",
    "الرئيس",
    "إنّ",
    "القوات",
    "“ستبقى”",
    "\u200fهنا\u200e",
    "😀",
    "👨‍👩‍👧",
    "said",
    "a,b;c",
    "=1+1",
    "é",
]
TYPED = [
    "", "قول", "=cmd|' /C calc'!A0", "+1", "-1", "@x", "\tx", "a\u2028b\u2029c\u0085d", 'q"uo\'te\\',
    "😀 \u200f", "a\nb",
    '"},{"speaker":["x"],"content_spans":[[0,1]]', "x" * 10_000, " … ", "'apostrophe", "\u202eback",
]  # fmt: skip
WHO = ("Ana", "Ben", "Cleo")


def fill(project: Project, seed: int, documents: int = 2, sentences: int = 12) -> None:
    """Take in some documents, and answer their sentences, some more than once; settle some."""
    draw = random.Random(seed)
    book = project.codebook()
    for number in range(documents):
        lines = [" ".join(draw.choices(WORDS[:6], k=draw.randint(3, 12))) + "." for _ in range(sentences)]
        text = f"عنوان {seed} {number}\n\n" + "\n\n".join(
            f"{line} {draw.choice(WORDS)} قال." for line in lines
        )
        document = project.import_file(f"drawn-{seed}-{number}.txt", text.encode(), lang="ar")
        with write(project.db):
            for sentence in project.sentences(document.id):
                _answer(project, draw, book, sentence)


def _answer(project: Project, draw: random.Random, book: Codebook, sentence: Sentence) -> None:
    row, _ = project._codebook_in_force()
    given = []
    for person in WHO:
        for _ in range(draw.choice([0, 1, 1, 1, 2, 3])):
            at = f"2026-01-{draw.randint(1, 28):02}T09:00:00.{draw.randint(0, 999):03}Z"
            seconds = draw.choice([None, 0.0, 12.25, 41.2])
            draft = Draft(sentence, person, answer(draw, book, sentence), row, seconds=seconds, at=at)
            given.append(annotations.append(project.db, draft))
    if len(given) > 1 and draw.random() < 0.4 and sentence.order is not None:
        final = answer(draw, book, sentence)
        final = final if final.status in (Status.CLAIMS, Status.NO_CLAIM) else Answer(Status.NO_CLAIM)
        kind, reason = draw.choice([("unanimous", None), ("settled", "text"), ("settled", None)])
        settlements.append(
            project.db,
            settlements.Draft(sentence, final, kind, reason, _typed(draw), tuple(given), row, "Cleo"),
        )


def answer(draw: random.Random, book: Codebook, sentence: Sentence) -> Answer:
    """Any answer that can be stored."""
    status = draw.choice(
        [Status.CLAIMS] * 5 + [Status.NO_CLAIM, Status.SKIPPED, Status.DUPLICATE, Status.TODO]
    )
    claims = tuple(claim(draw, book, sentence.text) for _ in range(draw.randint(1, 4)))
    return Answer(
        status,
        claims if status is Status.CLAIMS else (),
        _typed(draw),
        draw.random() < 0.2,
        "s1" if status is Status.DUPLICATE else None,
    )


def claim(draw: random.Random, book: Codebook, text: str) -> Claim:
    actors = [actor.id for actor in book.actors]

    def label(field: str) -> str | None:
        return draw.choice([None, *(one.id for one in book.labels(field))])

    return Claim(
        speaker=tuple(sorted(draw.sample(actors, draw.choice([0, 1, 1, 1, 2])))),
        stance=label("stance"),
        polarity=draw.choice([None, "support", "oppose"]),
        attribution=label("attribution"),
        via=tuple(draw.sample(actors, draw.choice([0, 0, 1, 2]))),
        speaker_text=_typed(draw),
        content_spans=_spans(draw, text),
        cue_spans=_spans(draw, text),
        source_spans=_spans(draw, text),
        propositions=tuple(draw.sample([one.id for one in book.propositions], draw.choice([0, 0, 1, 2]))),
        claim_type=label("claim_type"),
        vouch=label("vouch"),
        hedged=draw.choice([None, True, False]),
        hard=draw.random() < 0.2,
        note=_typed(draw),
    )


def _spans(draw: random.Random, text: str) -> Sequence[Span]:
    cuts = sorted(draw.sample(range(len(text) + 1), 2 * draw.choice([0, 1, 1, 2]))) if len(text) > 4 else []
    return tuple(zip(cuts[::2], cuts[1::2], strict=True))


def _typed(draw: random.Random) -> str | None:
    return draw.choice(TYPED) if draw.random() < 0.3 else None
