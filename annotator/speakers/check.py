"""Is this a speaker? What a person typed as one, or what to mend."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace

from annotator.model import Actor, Codebook, Invalid, upright
from annotator.speakers.found import exactly
from annotator.speakers.registry import TYPES

LONGEST = 100
LONGEST_SHORT = 12
MOST_ALIASES = 100
_WIKIDATA = re.compile(r"(?:https?://www\.wikidata\.org/(?:wiki|entity)/)?(Q[1-9]\d{0,11})", re.IGNORECASE)
_SCRIPTS = {"ARABIC": ("ar", "fa", "ur"), "CYRILLIC": ("ru", "uk", "bg")}


def languages(codebook: Codebook) -> tuple[str, ...]:
    """The languages a speaker can have names in; the first is the fallback."""
    return tuple(dict.fromkeys((*codebook.ui_languages, *codebook.text_languages)))


def added(name: str, codebook: Codebook, lang: str) -> Actor:
    """A new speaker out of a name typed beside a text in `lang`: a person of no side so far."""
    name = _line(name, "name")
    if not name:
        raise Invalid("Type the name of the new speaker first.", field="name")
    if not any(c.isalnum() for c in name):
        raise Invalid("A name has at least one letter or digit.", field="name")
    written = _language(name, lang, languages(codebook))
    return Actor(id="", type="person", name={written: name}, short={written: _short(name)})


def checked(one: Actor, form: Mapping[str, str], codebook: Codebook) -> Actor:
    """The speaker as the form describes it: name-LANG, short-LANG, aliases-LANG, type, side, wikidata."""
    names = _names(one.name, form, "name", LONGEST, codebook)
    if not names:
        raise Invalid("A speaker has a name in at least one language.", field="name")
    others = [other for other in codebook.actors if other.id != one.id]
    for lang, name in names.items():
        same = exactly(others, name) if name != one.name.get(lang) else None
        if same:
            raise Invalid(
                "“%(name)s” is already a name of %(other)s. Merge the two instead.",
                name=name,
                other=same.name,
                field=f"name-{lang}",
            )
    shorts = _names(one.short, form, "short", LONGEST_SHORT, codebook)
    return replace(
        one,
        type=_type(one, form.get("type", one.type)),
        side=_side(form.get("side", ""), codebook),
        name=names,
        short={lang: shorts.get(lang) or _short(name) for lang, name in names.items()},
        aliases=_aliases(one, form, codebook),
        wikidata=_wikidata(form.get("wikidata", ""), others),
    )


def _names(
    before: Mapping[str, str], form: Mapping[str, str], key: str, longest: int, codebook: Codebook
) -> dict[str, str]:
    """Names by language; those in a language the form does not show stay."""
    known = languages(codebook)
    found = {lang: _line(form.get(f"{key}-{lang}", ""), f"{key}-{lang}", longest) for lang in known}
    found |= {lang: name for lang, name in before.items() if lang not in known}
    return {lang: name for lang, name in found.items() if name}


def _aliases(one: Actor, form: Mapping[str, str], codebook: Codebook) -> dict[str, tuple[str, ...]]:
    known = languages(codebook)
    found = {lang: words for lang, words in one.aliases.items() if lang not in known}
    for lang in known:
        key = f"aliases-{lang}"
        typed = (_line(line, key) for line in form.get(key, "").splitlines())
        words = tuple(dict.fromkeys(line for line in typed if line))
        if len(words) > MOST_ALIASES:
            raise Invalid(
                "A speaker has up to %(most)s other names in a language.", most=MOST_ALIASES, field=key
            )
        if words:
            found[lang] = words
    return found


def _type(one: Actor, wanted: str) -> str:
    if wanted == one.type:
        return wanted
    if one.type not in TYPES:
        raise Invalid("The codebook’s rules depend on what this speaker is, so that stays.", field="type")
    if wanted not in TYPES:
        raise Invalid(
            "“%(wanted)s” is no kind of speaker. Choose one of the list.", wanted=wanted[:40], field="type"
        )
    return wanted


def _side(wanted: str, codebook: Codebook) -> str | None:
    if wanted and wanted not in {side.id for side in codebook.sides}:
        raise Invalid(
            "“%(wanted)s” is no side of this codebook. Choose one of the list.",
            wanted=wanted[:40],
            field="side",
        )
    return wanted or None


def _wikidata(typed: str, others: Iterable[Actor]) -> str | None:
    typed = typed.strip()
    if not typed:
        return None
    found = _WIKIDATA.fullmatch(typed)
    if not found:
        raise Invalid(
            "“%(typed)s” is not a Wikidata id. Write one like Q7747.", typed=typed[:40], field="wikidata"
        )
    id = found[1].upper()
    same = next((other for other in others if other.wikidata == id), None)
    if same:
        raise Invalid(
            "%(id)s is already the Wikidata id of %(other)s. Merge the two, or correct it.",
            id=id,
            other=same.name,
            field="wikidata",
        )
    return id


def _line(typed: str, field: str, longest: int = LONGEST) -> str:
    """One line of text without invisible characters."""
    plain = unicodedata.normalize("NFC", typed)
    line = " ".join("".join(c if unicodedata.category(c) not in ("Cc", "Cs") else " " for c in plain).split())
    line = upright(line)
    if len(line) > longest:
        raise Invalid(
            "“%(line)s…” has %(count)s letters. Shorten it to %(limit)s.",
            line=line[:20],
            count=len(line),
            limit=longest,
            field=field,
        )
    return line


def _short(name: str) -> str:
    """A name for the answer rows.

    >>> _short("Hulusi Akar"), _short("Mevlüt Çavuşoğlu"), _short("Port officials")
    ('Hulusi Akar', 'Çavuşoğlu', 'Port offici…')
    """
    words = name.split()
    if len(name) <= LONGEST_SHORT:
        return name
    person = len(words) == 2 and not any(word[0].islower() for word in words)
    if person and len(words[1]) <= LONGEST_SHORT:
        return words[1]
    return name[: LONGEST_SHORT - 1].rstrip() + "…"


def _language(name: str, lang: str, known: tuple[str, ...]) -> str:
    """The language of these that is written the way the name begins; the text's own first."""
    letter = next((c for c in name if c.isalpha()), "A")
    script = unicodedata.name(letter, "LATIN").split()[0]
    others = {code for codes in _SCRIPTS.values() for code in codes}

    def fits(code: str) -> bool:
        plain = code.split("-")[0]
        return plain in _SCRIPTS[script] if script in _SCRIPTS else plain not in others

    return next((code for code in (lang, *known) if code in known and fits(code)), known[0])
