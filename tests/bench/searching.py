"""How long a search takes among 100,000 sentences that two people answered.

Run: python -m tests.bench.searching [SENTENCES]

Searches the project of the agreement page's bench as its lead: once for the first time, which folds every
sentence, then each question several times, of which it tells the middle one.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

from annotator import search
from annotator.filter import Filter
from annotator.model import Person
from annotator.project import Project
from annotator.search import Search
from tests.bench.dashboard import make

TIMES = 5
QUESTIONS = {
    "a word in every sentence": Search(words=search.words("القوات")),
    "a word in no sentence": Search(words=search.words("زنجبار")),
    "a speaker": Search(filter=Filter(labels={"speaker": ("putin",)})),
    "two labels and a word": Search(
        words=search.words("القوات"), filter=Filter(labels={"speaker": ("putin",), "stance": ("off",)})
    ),
    "flagged": Search(flagged=True),
    "a word in the comments": Search(words=search.words("زنجبار"), where="remarks"),
}


def measure(sentences: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "many.db"
        make(path, sentences, marked=False)
        with Project.open(path) as project:
            lead = project.person("Cleo")
            first = _seconds(project, Search(words=("x",)), lead)
            print(f"{sentences:,} sentences; the first search: {first:.2f} s")
            for words, asked in QUESTIONS.items():
                middle = statistics.median(_seconds(project, asked, lead) for _ in range(TIMES))
                print(f"{words:26} {project.search(asked, lead).count:5} found {1000 * middle:6.0f} ms")


def _seconds(project: Project, asked: Search, lead: Person) -> float:
    start = time.perf_counter()
    project.search(asked, lead)
    return time.perf_counter() - start


if __name__ == "__main__":
    measure(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
