"""How fast and in how much memory files come in: splitting alone, and whole documents.

    python tests/bench/importing.py [DOCUMENTS]

Makes that many different documents (10,000 unless told otherwise) from the bundled article, as damaged
as it is, imports them with one command into one project, and prints the rate and the peak of memory
after a tenth of them and after all of them: constant memory means the two are alike.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from importlib import resources
from pathlib import Path

from annotator import codebook
from annotator.project import Project
from annotator.text.sentences import ends

ARTICLE = (resources.files("annotator") / "samples" / "idlib-article.txt").read_bytes()


def splitting() -> float:
    """Megabytes a second of clean text cut into sentences on one core."""
    whole = " ".join(ARTICLE.decode().split()) + " "
    text = whole * 40
    began = time.perf_counter()
    list(ends(text, "ar"))
    return len(text.encode()) / 1e6 / (time.perf_counter() - began)


def importing(folder: Path, count: int) -> tuple[float, float]:
    """(documents a second, peak megabytes) of one import command."""
    texts = folder / f"texts-{count}"
    texts.mkdir()
    for number in range(count):
        (texts / f"{number:05}.txt").write_bytes(ARTICLE + f"\n\nرقم {number}.\n".encode())
    project = folder / f"{count}.db"
    Project.create(project, codebook.bundled("idlib-2019")).close()
    command = [sys.executable, "-m", "annotator.cli", "import", str(project), str(texts), "--lang", "ar"]
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return count / seconds, peak


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    print(f"splitting: {splitting():.1f} MB/s")
    with tempfile.TemporaryDirectory() as folder:
        for some in (max(1, count // 10), count):
            rate, peak = importing(Path(folder), some)
            print(f"{some:>6} documents: {rate:.1f} a second, {peak:.0f} MB at the most")


if __name__ == "__main__":
    main()
