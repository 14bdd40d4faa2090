"""The language of the interface: everybody's own choice, whatever language they annotate in."""

from __future__ import annotations

from flask import Blueprint, Flask, g, has_request_context, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import Babel

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
    # A reader of British English first and Arabic second wants English, however exactly "ar" is ours.
    asked = (tag.partition("-")[0].lower() for tag, quality in request.accept_languages if quality)
    wanted = (g.get("language"), _of_this_browser(), *asked)
    return next((lang for lang in wanted if lang in LANGUAGES), FIRST)


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
