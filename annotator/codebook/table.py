"""One TOML table read value by value; what does not fit is noted with its key, and reading goes on."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from annotator.model import Names

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
_NOT_GIVEN = "is missing"


def near(word: str, known: Iterable[str]) -> str:
    """What may have been meant, as the end of a message.

    >>> near("stanse", ["speaker", "stance"])
    '; did you mean “stance”?'
    """
    close = difflib.get_close_matches(word.lower(), {k.lower(): k for k in known}, n=1, cutoff=0.6)
    exact = {k.lower(): k for k in known}
    return f"; did you mean “{exact[close[0]]}”?" if close else ""


def one_of(known: Iterable[str]) -> str:
    """
    >>> one_of(["pro", "con"])
    'use pro or con'
    """
    listed = list(known)
    if not listed:
        return "there are none in this codebook"
    return f"use {', '.join(listed[:-1])} or {listed[-1]}" if len(listed) > 1 else f"use {listed[0]}"


def letters(text: str) -> int:
    """Letters as a reader counts them: marks above and below take no room."""
    return sum(not unicodedata.combining(char) for char in text)


class Notes:
    """The problems found so far, and the languages that every table's wordings are checked against."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[str] = []
        self.ui_languages: tuple[str, ...] = ()
        self.text_languages: tuple[str, ...] = ()

    def add(self, key: str, wrong: str, right: str) -> None:
        self.problems.append(f"{self.file}: {key}: {wrong}; {right}")

    def unknown(self, key: str, value: str, what: str, known: Iterable[str]) -> None:
        known = list(known)
        self.add(key, f"“{value}” is not {what}", one_of(known) + near(value, known))


class Table:
    """Values are taken by key and type; `close` reports the keys nobody asked for."""

    def __init__(self, values: Mapping[str, Any], path: str, notes: Notes) -> None:
        self.values = values
        self.path = path
        self.notes = notes
        self._asked: list[str] = []

    def at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def wrong(self, key: str, wrong: str, right: str) -> None:
        self.notes.add(self.at(key), wrong, right)

    def _take(self, key: str, type_: type, right: str, *, required: bool) -> Any:
        self._asked.append(key)
        value = self.values.get(key)
        if value is None:
            if required:
                self.wrong(key, _NOT_GIVEN, right)
            return None
        if not isinstance(value, type_) or (type_ is int and isinstance(value, bool)):
            self.wrong(key, f"{_shown(value)} does not fit here", right)
            return None
        return value

    def has(self, key: str) -> bool:
        return key in self.values

    def text(self, key: str) -> str:
        value = self._take(key, str, "write some text in quotation marks", required=True)
        if value is not None and not value.strip():
            self.wrong(key, "is empty", "write some text in quotation marks")
        return str(value or "")

    def maybe_text(self, key: str) -> str | None:
        value: str | None = self._take(key, str, "write text in quotation marks", required=False)
        return value

    def id(self) -> str:
        value = self._take("id", str, 'give it an id, like id = "pro"', required=True)
        if value is not None and not ID.fullmatch(value):
            self.wrong(
                "id",
                f"“{value}” cannot be an id",
                "use at most 40 Latin letters, digits, - and _, beginning with a letter or digit",
            )
        return str(value or "")

    def flag(self, key: str, default: bool) -> bool:
        value = self._take(key, bool, "use true or false, without quotation marks", required=False)
        return default if value is None else bool(value)

    def count(self, key: str, default: int) -> int:
        value = self._take(key, int, "use a whole number from 0 to 9", required=False)
        if value is not None and not 0 <= value <= 9:
            self.wrong(key, f"{value} is out of range", "use a whole number from 0 to 9")
        return default if value is None else int(value)

    def texts(self, key: str) -> tuple[str, ...] | None:
        right = 'use a list of texts, like ["pro", "con"]'
        value = self._take(key, list, right, required=False)
        if value is None:
            return None
        for item in value:
            if not isinstance(item, str):
                self.wrong(key, f"{_shown(item)} does not fit here", right)
                return ()
        return tuple(value)

    def choice(self, key: str, known: Iterable[str], what: str, default: str | None = None) -> str | None:
        known = list(known)
        value: str | None = self._take(key, str, one_of(known), required=False)
        if value is not None and value not in known:
            self.notes.unknown(self.at(key), value, what, known)
            return default
        return default if value is None else value

    def matching(self, key: str, pattern: str, right: str) -> str | None:
        value = self.maybe_text(key)
        if value is not None and not re.fullmatch(pattern, value):
            self.wrong(key, f"“{value}” does not fit here", right)
        return value

    def names(self, key: str, *, required: bool = True) -> dict[str, str]:
        """Wordings by language, the fallback language first."""
        first = self.notes.ui_languages[0] if self.notes.ui_languages else "en"
        right = f'give one wording a language, like {{ {first} = "…" }}'
        value = self._take(key, dict, right, required=required)
        if value is None:
            return {}
        for lang, words in value.items():
            if lang not in self.notes.ui_languages:
                self.notes.unknown(
                    f"{self.at(key)}.{lang}", lang, "one of codebook.ui_languages", self.notes.ui_languages
                )
            if not isinstance(words, str) or not words.strip():
                self.wrong(f"{key}.{lang}", "has no wording", right)
        if first not in value:
            self.wrong(key, f"has no wording in “{first}”, which the other languages fall back on", right)
        return {lang: str(value[lang]) for lang in self.notes.ui_languages if lang in value}

    def short(self, name: Names, limit: int) -> dict[str, str]:
        """A short name for each language: the one given, or the name where it fits."""
        given = self.names("short", required=False) if self.has("short") else {}
        self._asked.append("short")
        found = {}
        for lang in name:
            found[lang] = given.get(lang, name[lang])
            size = letters(found[lang])
            if size > limit:
                wrong = (
                    f"“{found[lang]}” has {size} letters"
                    if lang in given
                    else f"is missing, and the name “{name[lang]}” is too long to stand in for it"
                )
                self.wrong(f"short.{lang}", wrong, f"use at most {limit} letters")
        return found

    def table(self, key: str, *, required: bool = True) -> Table:
        value = self._take(key, dict, f"write a [{self.at(key)}] table", required=required)
        return Table(value or {}, self.at(key), self.notes)

    def tables(self, key: str, *, required: bool = False) -> list[Table]:
        """The tables of a list, named from 1: `field[2].label[1]`."""
        right = f"write each as a [[{re.sub(r'[^a-z.]', '', self.at(key))}]] table"
        value = self._take(key, list, right, required=required) or []
        for item in value:
            if not isinstance(item, dict):
                self.wrong(key, f"{_shown(item)} does not fit here", right)
                return []
        return [Table(item, f"{self.at(key)}[{n}]", self.notes) for n, item in enumerate(value, 1)]

    def close(self) -> None:
        for key in self.values:
            if key not in self._asked:
                known = list(dict.fromkeys(self._asked))
                self.wrong(key, "is not known here", one_of(known) + near(key, known))


def once(tables: Iterable[Table], what: str) -> None:
    """Note every id that was used before."""
    seen: dict[str, str] = {}
    for table in tables:
        id = table.values.get("id")
        if not isinstance(id, str):
            continue
        if id in seen:
            table.wrong("id", f"“{id}” is already the id of {seen[id]}", f"give this {what} an id of its own")
        seen.setdefault(id, table.path)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list"
    text = str(value)
    return f"“{text}”" if len(text) <= 40 else f"“{text[:40]}…”"
