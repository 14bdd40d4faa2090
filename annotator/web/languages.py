"""The language of the interface: everybody's own choice, whatever language they annotate in."""

from __future__ import annotations

import functools

from flask import Blueprint, Flask, g, has_request_context, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import Babel
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from annotator.model import Invalid
from annotator.web import security

bp = Blueprint("languages", __name__)

LANGUAGES = {"en": "English", "ar": "العربية", "ru": "Русский", "tr": "Türkçe"}
"""Each by its own name; the first is what the sentences in the code are written in."""
FIRST = next(iter(LANGUAGES))
RIGHT_TO_LEFT = ("ar", "fa", "he", "ur")


class Interface:
    """What templates ask about the language of the page: `ui.lang`, `ui.dir`, `ui.languages`."""

    languages = LANGUAGES

    @property
    def lang(self) -> str:
        return reader()

    @property
    def dir(self) -> str:
        return direction(reader())

    @property
    def next(self) -> str:
        """Where to go on once another language was chosen."""
        return security.here() if request.method == "GET" else url_for("documents.index")


def furnish(app: Flask) -> None:
    """Answer every request in its reader's language."""
    Babel(app, locale_selector=reader, configure_jinja=False)
    app.jinja_env.globals.update(ui=Interface(), direction=direction)


@bp.post("/language")
def choose() -> ResponseReturnValue:
    lang = request.form.get("lang", "")
    if lang not in LANGUAGES:
        raise Invalid("The interface does not speak this language. Choose one from the list.")
    session["language"], session["language_of"] = lang, g.person.name if g.person else None
    if g.person is not None:
        g.project.choose_language(g.person, lang)
    return redirect(security.local_address(request.form.get("next")) or url_for("documents.index"), 303)


def reader() -> str:
    """The language of this request: the person's choice, this browser's, what it asks for, English."""
    if not has_request_context():
        return FIRST
    known: str | None = g.get("reader")
    if known is None:
        known = _wanted()
        if "language" in g:  # who is asking is known by now, and stays who they are
            g.reader = known
    return known


def _wanted() -> str:
    chosen = (g.get("language"), _of_this_browser())
    found = next((lang for lang in chosen if lang in LANGUAGES), None)
    return found or _asked(request.headers.get("Accept-Language", ""))


@functools.lru_cache(maxsize=256)
def _asked(header: str) -> str:
    """What a browser asks for, of what there is: all of a team's browsers say one of a few things.

    >>> _asked("en-GB, ar;q=0.5"), _asked("ku, tr;q=0.5"), _asked("")
    ('en', 'tr', 'en')
    """
    # A reader of British English first and Arabic second wants English, however exactly "ar" is ours.
    tags = parse_accept_header(header, LanguageAccept)
    asked = (tag.partition("-")[0].lower() for tag, quality in tags if quality)
    return next((lang for lang in asked if lang in LANGUAGES), FIRST)


def _of_this_browser() -> str | None:
    """What was chosen here at the door; somebody else's own choice is not this person's."""
    person, whose = g.get("person"), session.get("language_of")
    return None if person and whose not in (None, person.name) else session.get("language")


def direction(lang: str | None) -> str:
    """For `dir`: of text in this language, or left to the browser where unknown.

    >>> direction("ar"), direction("tr"), direction(None)
    ('rtl', 'ltr', 'auto')
    """
    if not lang:
        return "auto"
    return "rtl" if lang.split("-")[0] in RIGHT_TO_LEFT else "ltr"
