"""python -m tests.walk --steps 5000 --seed 1"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import tomllib
from pathlib import Path

from playwright.sync_api import sync_playwright

from annotator import codebook
from annotator.model import Role
from annotator.project import Project
from annotator.setup import browser as browsers
from tests.conftest import Live, enter, password, sample
from tests.walk.server import Server
from tests.walk.walk import Difference, Walk, timed

PERSON = "Ana"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.walk", description=__doc__)
    parser.add_argument("--steps", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    chosen = parser.parse_args()
    found = browsers.find()
    if found is None:
        print(browsers.REMEDY)
        return 2
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(build(Path(folder) / "walk.db"))
        server.start()
        browser = playwright.chromium.launch(**browsers.launch_options(found))  # type: ignore[arg-type]
        try:
            context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
            enter(context.new_page(), Live(server.url, server.project), PERSON)
            walk = Walk(context, server, server.project, PERSON, chosen.seed)
            took = timed(walk, chosen.steps)
        except Difference as difference:
            print(difference)
            return 1
        except Exception:
            print("\n".join([f"seed {chosen.seed}, the last actions:", *walk.told]))
            raise
        finally:
            browser.close()
            server.stop()
    told = ", ".join(
        f"{count} {what}" for what, count in sorted(walk.counts.items(), key=lambda one: -one[1])
    )
    print(f"seed {chosen.seed}: {walk.steps} actions in {took:.0f} s, {len(walk.book.rows)} answers stored,")
    print(f"no difference and no word on the console. {told}")
    return 0


def build(path: Path) -> Path:
    """A project with the bundled article and one person."""
    described = dict(tomllib.loads(sample("demo.toml").decode("utf-8"))["document"])
    with Project.create(path, codebook.bundled("idlib-2019")) as project:
        project.add_person(PERSON, Role.ANNOTATOR, password(PERSON))
        project.import_file(
            "idlib-article.txt",
            sample("idlib-article.txt"),
            lang=described.pop("lang"),
            reading=sample("idlib-article.json").decode("utf-8"),
            fields=described,
        )
    return path


if __name__ == "__main__":
    sys.exit(main())
