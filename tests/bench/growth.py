"""What daily work costs in a project of 10,000 sentences, and in one of 1,000,000.

Run: python -m tests.bench.growth [FOLDER]

Both are made by rule: documents of 40 sentences, each answered by two people, given to them in rounds, with
a larger team in the larger project, so that everybody has as much of their own in both. FOLDER keeps them for
the next run; the large one takes some minutes and some gigabytes. Each request is measured by the clock and
by the processor, the two projects in turns.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from annotator.web import create_app
from tests.bench import crowd
from tests.bench.figures import Figure, at_most, machine, median, table

SIZES = (10_000, 1_000_000)
EACH = 5_000  # sentences of everybody
TIMES = 100
MOST = 1.5


@dataclass(frozen=True, slots=True)
class Cost:
    clock: float  # milliseconds
    processor: float


class Project:
    def __init__(self, folder: Path, sentences: int):
        self.path = folder / f"growth-{sentences}.db"
        documents = sentences // crowd.LENGTH
        people = max(4, documents * crowd.PEOPLE_EACH * crowd.LENGTH // EACH)
        if not self.path.exists():
            start = time.perf_counter()
            unfinished = self.path.with_suffix(".part")
            unfinished.unlink(missing_ok=True)
            crowd.make(unfinished, documents, people, to_do=1)
            unfinished.rename(self.path)
            taken, size = time.perf_counter() - start, self.path.stat().st_size / 1e6
            print(f"{sentences:,} sentences made in {taken:.0f} s: {size:,.0f} MB", flush=True)
        # Somebody from the middle of the list: neither first nor last in any index.
        self._person = people // 2
        self._to_do: Iterator[tuple[str, str, int]] = (
            sentence
            for given in crowd.add(self.path, TIMES // crowd.LENGTH + 2, self._person)
            for sentence in given.sentences()
        )
        app = create_app(self.path)
        self._annotator = _signed_in(app.test_client(), crowd.named(self._person))
        self._lead = _signed_in(app.test_client(), crowd.LEAD)
        self._given = crowd.to_do(documents, people, self._person, 1)[0]

    def acts(self) -> dict[str, Callable[[], object]]:
        return {
            "saving": self._save,
            "next sentence": self._move,
            "documents page, of the lead": lambda: _sure(self._lead.get("/"), 200),
            "own progress": lambda: _sure(self._annotator.get("/"), 200),
        }

    def _save(self) -> None:
        document, sid, row = next(self._to_do)
        place = f"/documents/{document}/sentences/{sid}"
        form = {"action": "no_claim", "seen": "", "shown": str(row), "token": f"{time.time_ns()}"}
        _sure(self._annotator.post(place, data=form, headers=_moving(place)), 200)

    def _move(self) -> None:
        """To what the document's link leads to, as a page that has the text already shows it."""
        found = _sure(self._annotator.get(f"/documents/{self._given.document}"), 303)
        place = found.headers["Location"]
        _sure(self._annotator.get(place, headers=_moving(place)), 200)


def _moving(place: str) -> dict[str, str]:
    return {
        "HX-Request": "true",
        "HX-Target": "panel",
        "HX-Current-URL": f"http://localhost{place}",
        "X-Text": "0",
        "X-Speakers": "0",
    }


def _signed_in(client: FlaskClient, name: str) -> FlaskClient:
    client.environ_base["HTTP_ORIGIN"] = "http://localhost"
    _sure(client.post("/sign-in", data={"name": name, "password": crowd.PASSWORD}), 303)
    return client


def _sure(found: TestResponse, status: int) -> TestResponse:
    if found.status_code != status:
        raise SystemExit(f"{found.request.path} answered {found.status_code}.")
    return found


def measured(folder: Path) -> list[Figure]:
    projects = [Project(folder, sentences) for sentences in SIZES]
    figures = []
    for what in projects[0].acts():
        acts = [project.acts()[what] for project in projects]
        for act in (*acts, *acts):
            act()
        costs: list[list[Cost]] = [[], []]
        for _ in range(TIMES):
            for found, act in zip(costs, acts, strict=True):
                found.append(_cost(act))
        small, large = (
            Cost(median([c.clock for c in found]), median([c.processor for c in found])) for found in costs
        )
        for name in ("clock", "processor"):
            before, after = getattr(small, name), getattr(large, name)
            figures.append(
                at_most(f"{what}, {name}", after / before, MOST, "×", f" ({before:.1f} → {after:.1f} ms)")
            )
    return figures


def _cost(act: Callable[[], object]) -> Cost:
    clock, processor = time.perf_counter(), time.process_time()
    act()
    return Cost(1000 * (time.perf_counter() - clock), 1000 * (time.process_time() - processor))


def main() -> None:
    print(machine())
    if len(sys.argv) > 1:
        print(table(measured(Path(sys.argv[1]))))
        return
    with tempfile.TemporaryDirectory() as folder:
        print(table(measured(Path(folder))))


if __name__ == "__main__":
    main()
