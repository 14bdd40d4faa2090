"""What the interface says: each sentence in the language of the person who reads it."""

from __future__ import annotations

from typing import Any

from flask_babel import get_translations
from markupsafe import Markup


def _(message: str, **values: Any) -> Markup:
    """The message in the reader's language, its values put in and escaped.

    >>> _("%(title)s by %(name)s", title="<b>", name="Ana")
    Markup('&lt;b&gt; by Ana')
    """
    return _filled(get_translations().ugettext(message), values)


def _n(one: str, many: str, n: int, **values: Any) -> Markup:
    """The form of the message that this number asks for; `n` is among its values.

    >>> _n("%(n)s claim", "%(n)s claims", 1), _n("%(n)s claim", "%(n)s claims", 3)
    (Markup('1 claim'), Markup('3 claims'))
    """
    return _filled(get_translations().ungettext(one, many, n), {"n": n, **values})


def N_(message: str) -> str:
    """Marks a sentence for the translators where it is written; `_` says it later."""
    return message


def _filled(message: str, values: dict[str, Any]) -> Markup:
    return Markup(message) % values if values else Markup(message)
