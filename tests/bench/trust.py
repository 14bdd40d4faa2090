"""Whether Qawl is fast and small enough for a team: every figure, what was wanted of it, whether it is met.

Run: python -m tests.bench.trust [FOLDER]

Saving beside the floor (tests.bench.load), the cost of growth (tests.bench.growth), and an installed copy at
rest (tests.bench.rest), on a machine that does nothing else meanwhile; a quarter of an hour. FOLDER keeps the
large project and the environment for the next run. The status is 1 unless all are met.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.bench import growth, load, rest
from tests.bench.figures import Figure, machine, table


def measured(folder: Path) -> list[Figure]:
    with tempfile.TemporaryDirectory(dir=folder) as aside:
        found = load.measured(Path(aside))
    return [*found, *growth.measured(folder), *rest.measured(folder / "environment")]


def main() -> int:
    print(machine())
    if len(sys.argv) > 1:
        found = measured(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as folder:
            found = measured(Path(folder))
    print(f"\n{table(found)}\n{machine()}")
    return 0 if all(one.met for one in found) else 1


if __name__ == "__main__":
    sys.exit(main())
