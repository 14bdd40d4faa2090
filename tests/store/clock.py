"""A server under a clock that a test can set: `at_work.started(…, command=clock.command(file))`.

The clock is the system's, moved by as many seconds as the file says. Nothing of ours is replaced.
"""

from __future__ import annotations

import sys
from pathlib import Path

DAY = 86_400
_MOVED = """
import datetime, sys, time
real, moved = time.time, datetime.datetime
def ahead():
    return float(open({place!r}).read() or 0)
class Clock(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return moved.now(tz) + datetime.timedelta(seconds=ahead())
    @classmethod
    def utcnow(cls):
        return cls.now(datetime.timezone.utc).replace(tzinfo=None)
time.time = lambda: real() + ahead()
datetime.datetime = Clock
from annotator.cli import main
main(prog_name="qawl")
"""


def command(place: Path) -> list[str]:
    place.write_text("0")
    return [sys.executable, "-c", _MOVED.format(place=str(place))]
