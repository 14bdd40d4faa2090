"""What every template can use: the layout, words, addresses of files, icons."""

from __future__ import annotations

import datetime
import functools
import re
import time
from collections.abc import Sequence
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.dates import format_skeleton
from babel.lists import format_list
from flask import Flask, g, get_template_attribute, url_for
from flask import request as http
from htmx_flask import request
from markupsafe import Markup

from annotator import model
from annotator.model import Codebook, Label, Names, Person
from annotator.web import bundles, languages, words

said = words._


def furnish(app: Flask) -> None:
    """Give the templates their globals, and every page the layout its request asks for."""
    static = Path(str(app.static_folder))
    app.jinja_env.globals.update(
        _=words._,
        _n=words._n,
        apart=apart,
        asset=functools.partial(asset, static),
        codebook=codebook,
        dated=dated,
        enumerated=words.enumerated,
        forms=words.forms,
        glyph=glyph,
        icon=functools.partial(icon, static),
        initials=initials,
        language_name=language_name,
        labelled=labelled,
        speakers_listed=speakers_listed,
        told=words.told,
        wording=wording,
        wording_lang=wording_lang,
        # Styles and scripts of all pages come with the first one: a boosted link brings no <head>.
        stylesheets=[bundles.STYLES],
        scripts=[bundles.HTMX, bundles.SCRIPTS],
    )
    app.jinja_env.finalize = words.spoken
    app.jinja_env.filters["titled"] = words.titled
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(lambda: {"layout": _layout()})


def _layout() -> str:
    partial = request.htmx and not request.htmx.history_restore_request
    return "layout_fragment.html" if partial else "layout.html"


def wording(names: Names) -> str:
    """A codebook's wording in the interface language."""
    return model.wording(names, languages.reader())


def labelled(names: Names) -> Markup:
    """The same for a page: kept apart from the text around it, and with its language when it is another."""
    lang = wording_lang(names)
    if lang in ("", languages.reader()):
        return Markup("<bdi>{}</bdi>").format(names.get(lang, ""))
    return Markup('<bdi lang="{}">{}</bdi>').format(lang, names[lang])


def wording_lang(names: Names) -> str:
    """The language that a wording is found in."""
    return next((lang for lang in (languages.reader(), *names) if names.get(lang)), "")


def apart(text: str | None) -> Markup:
    """A name or title that may run the other way than the text around it; nothing where there is none."""
    return Markup("<bdi>{}</bdi>").format(text) if text else Markup()


def speakers_listed(codebook: Codebook, ids: Sequence[str]) -> Markup:
    """Speakers by their short names, as the language lists them."""
    found = ((codebook.actor(id), id) for id in ids)
    names = [labelled(actor.short) if actor else apart(id) for actor, id in found]
    return Markup(format_list(names, locale=languages.reader()))  # each is escaped already


def dated(date: str | None) -> str:
    """A date as people write it; whatever is no date as it is.

    >>> dated("2019-08"), dated("2019-08-28"), dated("autumn 2019")
    ('Aug 2019', '28 Aug 2019', 'autumn 2019')
    """
    found = re.fullmatch(r"(\d{4})-(\d\d)(?:-(\d\d))?", date or "")
    try:
        day = datetime.date(*(int(part or 1) for part in found.groups())) if found else None
    except ValueError:
        day = None
    if not found or not day:
        return date or ""
    # "en" alone would be American: the month first.
    locale = {"en": "en_GB"}.get(languages.reader(), languages.reader())
    return format_skeleton("yMMMd" if found[3] else "yMMM", day, locale=locale)


def language_name(lang: str | None) -> str:
    """What the interface calls a language.

    >>> language_name("ar"), language_name("??")
    ('Arabic', '??')
    """
    try:
        return Locale.parse(languages.reader()).languages.get(lang or "") or lang or ""
    except UnknownLocaleError:
        return lang or ""


def initials(person: Person) -> str:
    """Two letters for the corner.

    >>> initials(Person("Layla Haddad", model.Role.LEAD, has_password=True))
    'LH'
    """
    words = person.name.split()
    two = words[0][0] + words[-1][0] if len(words) > 1 else person.name[:2]
    return two.upper()


def codebook() -> Codebook:
    """The codebook in force, read once a request."""
    if "codebook" not in g:
        g.codebook = g.project.codebook()
    found: Codebook = g.codebook
    return found


def glyph(label: Label, polarity: str | None = None, *, alone: bool = False) -> Markup:
    """The position as dots. `alone` where no word stands beside it: then it says its own."""
    macro = get_template_attribute("_glyph.html", "glyph")
    return Markup(macro(label, [side.id for side in codebook().sides], polarity, alone))


def icon(static: Path, name: str) -> Markup:
    """A line icon. It says nothing to assistive technology: the word beside it does."""
    # A page has dozens; the file behind them is looked at once a second.
    return _icon(static, name, http.script_root, int(time.monotonic()))


@functools.lru_cache(maxsize=256)
def _icon(static: Path, name: str, _root: str, _second: int) -> Markup:
    return Markup('<svg class="icon icon-{0}" aria-hidden="true"><use href="{1}#{0}"></use></svg>').format(
        name, asset(static, "icons.svg")
    )


def asset(static: Path, name: str) -> str:
    """The address of a static file; it changes with the content, so it may be kept for ever."""
    return url_for("static", filename=name, v=bundles.version(static, name))
