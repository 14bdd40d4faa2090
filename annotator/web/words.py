"""What the interface says: each sentence in the language of the person who reads it."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from babel import Locale, numbers
from babel.support import NullTranslations
from flask import g, has_request_context
from flask_babel import format_decimal, get_locale, get_translations
from markupsafe import Markup, escape

from annotator.model import Counted, Figure, Problem, Said, upright, wording
from annotator.web import languages


def _(message: str, **values: Any) -> Markup:
    """The message in the reader's language, its values put in and escaped.

    >>> _("%(title)s by %(name)s", title="<b>", name="Ana")
    Markup('&lt;b&gt; by Ana')
    """
    # "" is where a catalogue keeps what it says of itself.
    return _filled(_translations().ugettext(message) if message else "", values)


def _n(one: str, many: str, n: int, **values: Any) -> Markup:
    """The form of the message that this number asks for; `n` is among its values.

    >>> _n("%(n)s claim", "%(n)s claims", 1), _n("%(n)s claim", "%(n)s claims", 3)
    (Markup('1 claim'), Markup('3 claims'))
    """
    return _filled(_translations().ungettext(one, many, n), {"n": n, **values})


def N_(message: str) -> str:
    """Marks a sentence for the translators where it is written; `_` says it later."""
    return message


def told(given: Problem | str) -> Markup:
    """What the other floors say, in the reader's language; a plain text stays as it is.

    >>> told(Problem("There is no %(thing)s “%(id)s”.", thing=Said("speaker"), id="<b>"))
    Markup('There is no speaker “&lt;b&gt;”.')
    """
    sentence = given.said if isinstance(given, Problem) else given
    if not isinstance(sentence, Said):
        return escape(sentence)
    if isinstance(sentence, Counted):
        message = _translations().ungettext(sentence.one, sentence.message, sentence.n)
    else:
        message = _translations().ugettext(sentence.message) if sentence.message else ""
    # The message may be a codebook's own: unlike those of the pages it is escaped too.
    if not sentence.values:
        return escape(message)
    return escape(message) % {name: _value(value) for name, value in sentence.values.items()}


def spoken(value: Any) -> Any:
    """What a template puts out: sentences and figures of the other floors in the reader's language."""
    if isinstance(value, Figure):
        return _written(value)
    return told(value) if isinstance(value, Said | Problem) else value


def _written(figure: Figure) -> str:
    """With the comma or point of the language, and the sign that figures have for less than nothing."""
    decimals = len(figure.partition(".")[2])
    pattern = "0." + "0" * decimals if decimals else "0"
    written = _in_digits(figure.replace("−", "-"), pattern, get_locale())
    if not written.startswith("-"):
        return written
    # Among Arabic words the sign would move behind its number.
    mark = "\u200e" if languages.direction(languages.reader()) == "rtl" else ""
    return written.replace("-", f"{mark}−")


@lru_cache(maxsize=4096)
def _in_digits(figure: str, pattern: str, locale: Locale | None) -> str:
    """A page of figures says many of them more than once."""
    return str(numbers.format_decimal(Decimal(figure), format=pattern, locale=locale))


def titled(title: str) -> Markup:
    """The title of a page, which has no walls for the names in it.

    >>> titled(Markup("a\u202e&lt;b – Qawl"))
    Markup('a&lt;b – Qawl')
    """
    return Markup(upright(str(escape(title))))


def enumerated(*parts: Any) -> Markup:
    """Words one after the other, without those that say nothing.

    >>> enumerated(Markup("Sentence 3"), "", Markup("done"))
    Markup('Sentence 3, done')
    """
    return _(", ").join(part for part in parts if part)


def forms(one: str, many: str) -> str:
    """All forms of a message for a script, by the names that browsers give them; # stands for the number.

    >>> forms("%(n)s found", "%(n)s found")
    '{"other": "# found", "one": "# found"}'
    """
    named = Locale.parse(languages.reader()).plural_form
    found: dict[str, str] = {}
    for n in (0, 1, 2, 3, 5, 11, 100):
        found.setdefault(named(n), _translations().ungettext(one, many, n) % {"n": "#"})
    return json.dumps(found, ensure_ascii=False)


def _translations() -> NullTranslations:
    """Looked up once a request: a page says hundreds of sentences, and their language stays."""
    found: NullTranslations | None = g.get("translations") if has_request_context() else None
    if found is None:
        found = get_translations()
        if has_request_context():
            g.translations = found
    return found


def _value(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return _(", ").join(_value(one) for one in value)
    if isinstance(value, Mapping):
        return _apart(wording(value, languages.reader()))
    return format_decimal(value) if isinstance(value, int) else _apart(spoken(value))


def _filled(message: str, values: dict[str, Any]) -> Markup:
    if not values:
        return Markup(message)
    return Markup(message) % {name: _apart(spoken(value)) for name, value in values.items()}


def _apart(value: Any) -> Any:
    """A name that runs the other way than the sentence gets walls, so that it cannot turn its neighbours.

    Attributes and titles hold no <bdi>; these two signs do the same and are not seen.
    """
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    value = upright(value)  # it must not break the walls from within
    other = {"L"} if languages.direction(languages.reader()) == "rtl" else {"R", "AL"}
    turned = any(unicodedata.bidirectional(sign) in other for sign in value)
    return f"\u2068{value}\u2069" if turned else value
