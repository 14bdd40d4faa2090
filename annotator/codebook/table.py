"""One TOML table read value by value; what does not fit is noted with its key, and reading goes on."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from annotator.model import Names, Said

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")


def one_of(known: Iterable[str], given: str = "") -> Said:
    """What to write instead, and what may have been meant.

    >>> one_of(["pro", "con"]), one_of(["speaker", "stance"], "stanse")
    ('use pro or con', 'use speaker or stance; did you mean “stance”?')
    """
    listed = list(known)
    if not listed:
        return Said("there are none in this codebook")
    right = Said("use %(id)s", id=listed[0])
    if len(listed) > 1:
        right = Said("use %(ids)s or %(last)s", ids=listed[:-1], last=listed[-1])
    return meant(right, given, listed) if given else right


def meant(right: Said, given: str, known: Iterable[str]) -> Said:
    exact = {one.lower(): one for one in known}
    close = difflib.get_close_matches(given.lower(), exact, n=1, cutoff=0.6)
    if not close:
        return right
    return Said("%(right)s; did you mean “%(near)s”?", right=right, near=exact[close[0]])


def letters(text: str) -> int:
    """Letters as a reader counts them: marks above and below take no room."""
    return sum(not unicodedata.combining(char) for char in text)


class Notes:
    """The problems found so far, and the languages that every table's wordings are checked against."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Said] = []
        self.ui_languages: tuple[str, ...] = ()
        self.text_languages: tuple[str, ...] = ()

    def add(self, key: str, wrong: Said, right: Said) -> None:
        self.problems.append(
            Said("%(file)s: %(key)s: %(wrong)s; %(right)s", file=self.file, key=key, wrong=wrong, right=right)
        )

    def unknown(self, key: str, value: str, what: Said, known: Iterable[str]) -> None:
        known = list(known)
        self.add(key, Said("“%(value)s” is not %(what)s", value=value, what=what), one_of(known, value))


class Table:
    """Values are taken by key and type; `close` reports the keys nobody asked for."""

    def __init__(self, values: Mapping[str, Any], path: str, notes: Notes) -> None:
        self.values = values
        self.path = path
        self.notes = notes
        self._asked: list[str] = []

    def at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def wrong(self, key: str, wrong: Said, right: Said) -> None:
        self.notes.add(self.at(key), wrong, right)

    def _take(self, key: str, type_: type, right: Said, *, required: bool) -> Any:
        self._asked.append(key)
        value = self.values.get(key)
        if value is None:
            if required:
                self.wrong(key, Said("is missing"), right)
            return None
        if not isinstance(value, type_) or (type_ is int and isinstance(value, bool)):
            self.wrong(key, Said("%(value)s does not fit here", value=_shown(value)), right)
            return None
        return value

    def has(self, key: str) -> bool:
        return key in self.values

    def text(self, key: str) -> str:
        value = self._take(key, str, Said("write some text in quotation marks"), required=True)
        if value is not None and not value.strip():
            self.wrong(key, Said("is empty"), Said("write some text in quotation marks"))
        return str(value or "")

    def maybe_text(self, key: str) -> str | None:
        value: str | None = self._take(key, str, Said("write text in quotation marks"), required=False)
        return value

    def id(self) -> str:
        value = self._take("id", str, Said('give it an id, like id = "pro"'), required=True)
        if value is not None and not ID.fullmatch(value):
            self.wrong(
                "id",
                Said("“%(value)s” cannot be an id", value=value),
                Said("use at most 40 Latin letters, digits, - and _, beginning with a letter or digit"),
            )
        return str(value or "")

    def flag(self, key: str, default: bool) -> bool:
        value = self._take(key, bool, Said("use true or false, without quotation marks"), required=False)
        return default if value is None else bool(value)

    def count(self, key: str, default: int) -> int:
        value = self._take(key, int, Said("use a whole number from 0 to 9"), required=False)
        if value is not None and not 0 <= value <= 9:
            self.wrong(
                key,
                Said("%(value)s is out of range", value=_shown(value)),
                Said("use a whole number from 0 to 9"),
            )
        return default if value is None else int(value)

    def texts(self, key: str) -> tuple[str, ...] | None:
        right = Said('use a list of texts, like ["pro", "con"]')
        value = self._take(key, list, right, required=False)
        if value is None:
            return None
        for item in value:
            if not isinstance(item, str):
                self.wrong(key, Said("%(value)s does not fit here", value=_shown(item)), right)
                return ()
        return tuple(value)

    def choice(self, key: str, known: Iterable[str], what: Said, default: str | None = None) -> str | None:
        known = list(known)
        value: str | None = self._take(key, str, one_of(known), required=False)
        if value is not None and value not in known:
            self.notes.unknown(self.at(key), value, what, known)
            return default
        return default if value is None else value

    def matching(self, key: str, pattern: str, right: Said) -> str | None:
        value = self.maybe_text(key)
        if value is not None and not re.fullmatch(pattern, value):
            self.wrong(key, Said("“%(value)s” does not fit here", value=value), right)
        return value

    def names(self, key: str, *, required: bool = True) -> dict[str, str]:
        """Wordings by language, the fallback language first."""
        first = self.notes.ui_languages[0] if self.notes.ui_languages else "en"
        right = Said('give one wording a language, like { %(lang)s = "…" }', lang=first)
        value = self._take(key, dict, right, required=required)
        if value is None:
            return {}
        for lang, words in value.items():
            if lang not in self.notes.ui_languages:
                self.notes.unknown(
                    f"{self.at(key)}.{lang}",
                    lang,
                    Said("one of codebook.ui_languages"),
                    self.notes.ui_languages,
                )
            if not isinstance(words, str) or not words.strip():
                self.wrong(f"{key}.{lang}", Said("has no wording"), right)
        if first not in value:
            self.wrong(
                key,
                Said("has no wording in “%(first)s”, which the other languages fall back on", first=first),
                right,
            )
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
                    Said("“%(short)s” has %(count)s letters", short=found[lang], count=size)
                    if lang in given
                    else Said(
                        "is missing, and the name “%(name)s” is too long to stand in for it", name=name[lang]
                    )
                )
                self.wrong(f"short.{lang}", wrong, Said("use at most %(limit)s letters", limit=limit))
        return found

    def table(self, key: str, *, required: bool = True) -> Table:
        value = self._take(key, dict, Said("write a [%(key)s] table", key=self.at(key)), required=required)
        return Table(value or {}, self.at(key), self.notes)

    def tables(self, key: str, *, required: bool = False) -> list[Table]:
        """The tables of a list, named from 1: `field[2].label[1]`."""
        right = Said("write each as a [[%(key)s]] table", key=re.sub(r"[^a-z.]", "", self.at(key)))
        value = self._take(key, list, right, required=required) or []
        for item in value:
            if not isinstance(item, dict):
                self.wrong(key, Said("%(value)s does not fit here", value=_shown(item)), right)
                return []
        return [Table(item, f"{self.at(key)}[{n}]", self.notes) for n, item in enumerate(value, 1)]

    def close(self) -> None:
        for key in self.values:
            if key not in self._asked:
                known = list(dict.fromkeys(self._asked))
                self.wrong(key, Said("is not known here"), one_of(known, key))


def once(tables: Iterable[Table]) -> None:
    """Note every id that was used before."""
    seen: dict[str, str] = {}
    for table in tables:
        id = table.values.get("id")
        if not isinstance(id, str):
            continue
        if id in seen:
            table.wrong(
                "id",
                Said("“%(id)s” is already the id of %(other)s", id=id, other=seen[id]),
                Said("give it an id of its own"),
            )
        seen.setdefault(id, table.path)


def _shown(value: object) -> Said:
    if isinstance(value, bool):
        return Said("true") if value else Said("false")
    if isinstance(value, dict):
        return Said("a table")
    if isinstance(value, list):
        return Said("a list")
    if isinstance(value, int) and abs(value) >= 10**15:
        return Said("a number of many digits")
    text = str(value)
    return Said("“%(text)s”", text=text if len(text) <= 40 else f"{text[:40]}…")
