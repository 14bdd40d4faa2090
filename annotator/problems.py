"""Sentences for people, and the problems that every floor of the house can report with them.

A sentence stays in one piece until somebody reads it: a constant message in English, and the values that
stand in its places. The command line prints the English; the web says it in the reader's language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import PurePath
from typing import Any, Self

TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Signs that turn all that stands behind them, up to the end of the line; no name needs one."""

_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def upright(text: str) -> str:
    """A name as it can stand among other words, on a page as on a terminal that takes commands.

    >>> upright("report\u202efdp.\x1b[2Jexe")
    'reportfdp.\ufffd[2Jexe'
    """
    return _UNSEEN.sub("\ufffd", TURNING.sub("", text))


def one_line(name: object) -> str:
    """The name of a file: some systems take any sign in one, and it must not look like a line of ours.

    >>> one_line("a.txt\\nImported 1 document.")
    'a.txt\\\\nImported 1 document.'
    """
    return upright(str(name).replace("\n", "\\n").replace("\t", "\\t"))


class Said(str):
    """A sentence in English that knows its message and values, so that it can be said in other languages.

    A whole number is grouped as the language does (an id, a line or a port goes in as text); a list stands
    with commas; a codebook's wording goes in with all its languages; a word of ours is `Said` itself.

    >>> Said("The table has more than %(rows)s rows.", rows=5000)
    'The table has more than 5,000 rows.'
    """

    message: str
    values: Mapping[str, object]

    def __new__(cls, message: str, /, **values: object) -> Self:
        said = super().__new__(cls, _filled(message, values))
        said.message, said.values = message, values
        return said

    def __deepcopy__(self, memo: object) -> Self:
        return self  # nobody changes it


class Counted(Said):
    """A sentence that depends on a number, which is its value `n`.

    >>> Counted("%(n)s claim", "%(n)s claims", 2)
    '2 claims'
    """

    one: str
    n: int

    def __new__(cls, one: str, many: str, n: int, /, **values: object) -> Self:
        said = super().__new__(cls, one if n == 1 else many, n=n, **values)
        said.one, said.message, said.n = one, many, n
        return said


class Figure(str):
    """A number with its decimals as English writes it. Pages write it as their language does.

    >>> Said("α = %(value)s", value=Figure("0.74"))
    'α = 0.74'
    """

    __slots__ = ()


def N_(message: str) -> str:
    """Marks a message for the translators where it is not written as a sentence or problem at once."""
    return message


def several(sentences: Iterable[str], between: str = "\n") -> Said:
    """Sentences one after the other, each still to be said in other languages.

    >>> several([Said("Here."), Said("There.")], between=" ")
    'Here. There.'
    """
    parts = {f"part_{number}": sentence for number, sentence in enumerate(sentences, 1)}
    return Said(between.join(f"%({name})s" for name in parts), **parts)


def worded(names: Mapping[str, str]) -> Said:
    """What a codebook says itself, in one of its languages.

    >>> worded({"en": "Ask twice.", "ar": "اسأل مرتين."})
    'Ask twice.'
    """
    message = "%(words)s"
    return Said(message, words=names)


def as_json(sentence: object) -> Any:
    """A form to be kept or sent as JSON, from which `from_json` makes the same sentence.

    >>> as_json(Said("The file is %(what)s.", what=Said("a PDF")))
    {'message': 'The file is %(what)s.', 'values': {'what': {'message': 'a PDF', 'values': {}}}}
    """
    if not isinstance(sentence, Said):
        return str(sentence)
    form = {"message": sentence.message, "values": {key: _form(one) for key, one in sentence.values.items()}}
    return form | {"one": sentence.one, "n": sentence.n} if isinstance(sentence, Counted) else form


def from_json(form: Any) -> str:
    """
    >>> from_json({"message": "%(n)s claims", "one": "%(n)s claim", "n": 1, "values": {}})
    '1 claim'
    """
    if not isinstance(form, Mapping):
        return str(form)
    values = {key: _formed(one) for key, one in form["values"].items()}
    if "one" in form:
        values.pop("n", None)
        return Counted(form["one"], form["message"], form["n"], **values)
    return Said(form["message"], **values)


def _form(value: object) -> object:
    if isinstance(value, list | tuple):
        return [_form(one) for one in value]
    if isinstance(value, Mapping):
        return {"names": dict(value)}
    return value if isinstance(value, int) else as_json(value)


def _formed(value: object) -> object:
    if isinstance(value, list):
        return [_formed(one) for one in value]
    if isinstance(value, Mapping) and "names" in value:
        return value["names"]
    return value if isinstance(value, int) else from_json(value)


def _filled(message: str, values: Mapping[str, object]) -> str:
    return message % {name: _english(value) for name, value in values.items()} if values else message


def _english(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_english(one) for one in value)
    if isinstance(value, Mapping):
        return str(value.get("en") or next(iter(value.values()), ""))
    if isinstance(value, int):
        return _digits(value)
    if isinstance(value, PurePath):
        return one_line(value)
    return str(value) if isinstance(value, Said) else upright(str(value))


def _digits(value: int) -> str:
    """
    >>> _digits(12345), _digits(10**5000)
    ('12,345', '1e+4,300 or more')
    """
    return f"{value:,}" if value.bit_length() < 14_000 else "1e+4,300 or more"


class Problem(Exception):
    """Something a person can mend; its text is a sentence for that person."""

    def __init__(self, message: str, /, **values: object):
        self.said = message if isinstance(message, Said) else Said(message, **values)
        super().__init__(str(self.said))

    @property
    def message(self) -> str:
        """The sentence with the places of its values: %(name)s."""
        return self.said.message

    @property
    def values(self) -> Mapping[str, object]:
        return self.said.values


class Invalid(Problem):
    """What was given does not fit. `claim` (from 1) and `field` say where to look."""

    def __init__(
        self, message: str, /, *, field: str | None = None, claim: int | None = None, **values: object
    ):
        super().__init__(message, **values)
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
