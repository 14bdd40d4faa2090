"""What every template can use: the layout, words, addresses of files, icons."""

from __future__ import annotations

import functools
import hashlib
import re
from pathlib import Path

from flask import Flask, g, get_template_attribute, url_for
from htmx_flask import request
from markupsafe import Markup

from annotator import model
from annotator.model import Codebook, Label, Names, Person
from annotator.web import words

RIGHT_TO_LEFT = ("ar", "fa", "he", "ur")
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
HTMX = "htmx-2.0.11.min.js"
INTERFACE = "en"  # until people choose theirs
said = words._


def furnish(app: Flask) -> None:
    """Give the templates their globals, and every page the layout its request asks for."""
    static = Path(str(app.static_folder))
    app.jinja_env.globals.update(
        _=words._,
        _n=words._n,
        asset=functools.partial(asset, static),
        codebook=codebook,
        dated=dated,
        direction=direction,
        glyph=glyph,
        icon=functools.partial(icon, static),
        initials=initials,
        ui={"lang": INTERFACE, "dir": direction(INTERFACE)},
        wording=wording,
        # Styles and scripts of all pages come with the first one: a boosted link brings no <head>.
        stylesheets=_files(static, "*.css", first=("fonts.css", "base.css")),
        scripts=_files(static, "*.js", first=("theme.js", HTMX))[1:],  # the layout's own <script> is theme.js
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(lambda: {"layout": _layout()})


def _layout() -> str:
    partial = request.htmx and not request.htmx.history_restore_request
    return "layout_fragment.html" if partial else "layout.html"


def _files(static: Path, pattern: str, first: tuple[str, ...]) -> list[str]:
    return [*first, *sorted(path.name for path in static.glob(pattern) if path.name not in first)]


def wording(names: Names) -> str:
    """A codebook's wording in the interface language."""
    return model.wording(names, INTERFACE)


def direction(lang: str | None) -> str:
    """For `dir`: of text in this language, or left to the browser where unknown.

    >>> direction("ar"), direction("tr"), direction(None)
    ('rtl', 'ltr', 'auto')
    """
    if not lang:
        return "auto"
    return "rtl" if lang.split("-")[0] in RIGHT_TO_LEFT else "ltr"


def dated(date: str | None) -> str:
    """A date as people write it; whatever is no date as it is.

    >>> dated("2019-08"), dated("2019-08-28"), dated("autumn 2019")
    ('Aug 2019', '28 Aug 2019', 'autumn 2019')
    """
    found = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])(?:-(\d\d))?", date or "")
    if not found:
        return date or ""
    year, month, day = found.groups()
    return " ".join([*([str(int(day))] if day else []), MONTHS[int(month) - 1], year])


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
    return Markup('<svg class="icon icon-{0}" aria-hidden="true"><use href="{1}#{0}"></use></svg>').format(
        name, asset(static, "icons.svg")
    )


def asset(static: Path, name: str) -> str:
    """The address of a static file; it changes with the content, so it may be kept for ever."""
    return url_for("static", filename=name, v=_version(static / name, (static / name).stat().st_mtime_ns))


@functools.lru_cache(maxsize=256)
def _version(path: Path, _changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
