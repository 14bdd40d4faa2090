"""The problems that every floor of the house can report; taken from model, beside the nouns."""

from __future__ import annotations


class Problem(Exception):
    """Something a person can mend; its text is a sentence for that person."""


class Invalid(Problem):
    """What was given does not fit. `claim` (from 1) and `field` say where to look."""

    def __init__(self, message: str, *, field: str | None = None, claim: int | None = None):
        super().__init__(message)
        self.field = field
        self.claim = claim


class Missing(Problem):
    """What was asked for is not there."""


class Forbidden(Problem):
    """This person may not do that."""


class Stale(Problem):
    """Somebody, or another window, changed it since it was shown."""


class Unavailable(Problem):
    """The project file cannot be read or written just now: a full disk, a read-only folder."""
