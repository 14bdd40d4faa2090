"""What the values of an analysis, its views and its drawings are called in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from flask import url_for
from markupsafe import Markup

from annotator.analysis import NONE, Choice, Legend, Sure, Word, pair
from annotator.filter import Filter
from annotator.model import Names
from annotator.web import languages, layout
from annotator.web.analysis_filter import address, as_choices
from annotator.web.words import N_, _, _n

TITLES: Mapping[str, str] = {
    "positions": N_("Speaker by position"),
    "issues": N_("Positions by issue"),
    "propositions": N_("Positions by proposition"),
    "text": N_("Through the text"),
    "time": N_("Through time"),
    "attribution": N_("How speakers are quoted"),
    "affiliation": N_("Who affirms and who denies"),
    "ties": N_("Who stands with whom"),
}

LEGENDS: Mapping[str, str] = {
    "bubbles": N_(
        "The larger the circle, the more claims. ×: so many reject the position. Dashed: some are disputed."
    ),
    "strip": N_(
        "Each mark is a position at its sentence. A cross rejects that position. Dashed line below: disputed."
    ),
    "bars": N_("The higher the bar, the more claims. The hollow part is disputed."),
    "affiliation": N_(
        "Solid: affirms the issue. Dashed: denies it. The broader, the more claims."
        " A hollow dot: all of them are disputed."
    ),
    "ties": N_(
        "Solid: congruence, the same stand. Dashed: conflict, the opposite one. The broader, the more issues."
        " A hollow dot: all of it rests on disputed claims. In the circle: number of claims."
    ),
}  # fmt: skip

QUESTIONS: Mapping[str, str] = {
    "speaker": N_("the speaker"),
    "stance": N_("the position"),
    "attribution": N_("the attribution"),
}


def name(kind: str, id: str) -> Word:
    """A value in the interface's language, or in the first its codebook has."""
    if id == NONE:
        return _said(_("none"))
    names = _names(kind, id)
    if names is not None:
        lang = layout.wording_lang(names)
        return Word(names.get(lang, id), languages.direction(lang) == "rtl", lang)
    if kind == "period":
        return Word(layout.dated(id), _rtl(), languages.reader())
    if kind == "part":
        return Word(f"{(int(id) - 1) * 10}–{int(id) * 10}") if id.isdecimal() else Word(id)
    return Word(id)


def _names(kind: str, id: str) -> Names | None:
    book = layout.codebook()
    if kind == "speaker":
        actor = book.actor(id)
        return actor.short if actor else None
    if kind in ("stance", "attribution"):
        field = book.field(kind)
        label = field.label(id) if field else None
        return label.short if label else None
    if kind == "issue":
        return next((one.text for one in book.issues if one.id == id), None)
    if kind == "proposition":
        lists = (*book.propositions, *book.former_propositions)
        return next((one.text for one in lists if one.id == id), None)
    return None


def named(kind: str, id: str) -> Markup:
    """The same for a page, apart from the words around it."""
    names = _names(kind, id)
    return layout.labelled(names) if names is not None and id != NONE else layout.apart(name(kind, id).text)


def told_choice(kind: str, value: str) -> Markup:
    """One part of what was chosen, as a heading says it."""
    if kind == "stand":
        issue, _colon, sign = value.rpartition(":")
        if sign == "+":
            return _("affirms: %(issue)s", issue=named("issue", issue))
        return _("denies: %(issue)s", issue=named("issue", issue))
    if kind in ("congruence", "conflict"):
        one, other = (named("speaker", id) for id in pair(value))
        if kind == "congruence":
            return _("%(one)s and %(other)s: same stand", one=one, other=other)
        return _("%(one)s and %(other)s: opposite stands", one=one, other=other)
    if kind == "disputed":
        return _("disputed") if value == "1" else _("not disputed")
    if kind == "polarity":
        return _("rejects") if value == "oppose" else _("supports")
    return named(kind, value)


def how_sure(sure: Sure | None) -> Markup:
    """How far the readers of the sentence agree on a claim."""
    if sure is None:
        return _("not compared")
    if sure.of < 2:
        return _("read by one person")
    if not sure.disputed:
        return _n("all %(n)s reader agrees", "all %(n)s readers agree", sure.of)
    found = _("found by %(found)s of %(of)s", found=sure.found, of=sure.of)
    differs = [_(QUESTIONS[id]) for id in sure.differs]
    if not differs:
        return _("disputed: %(found)s", found=found)
    return _("disputed: %(found)s; read otherwise: %(what)s", found=found, what=_(", ").join(differs))


def count_words(n: int, disputed: int) -> Markup:
    claims = _n("%(n)s claim", "%(n)s claims", n)
    return _("%(claims)s, %(n)s disputed", claims=claims, n=disputed) if disputed else claims


def legend(view: str, shape: str, filter: Filter, *, linked: bool, explained: bool) -> Legend:
    """How a drawing of this view speaks; `linked` on a page, `explained` in a file."""

    def to(of: Sequence[Choice]) -> str:
        return url_for("analysis.show", **address(filter, of=as_choices(of))) + "#claims"

    def said(kind: str, id: str, n: int) -> str:
        return plain(_("%(name)s: %(claims)s", name=name(kind, id).text, claims=count_words(n, 0)))

    where: Callable[[Sequence[Choice]], str] | None = to if linked else None
    return Legend(_said(_(TITLES[view])), plain(_(LEGENDS[shape])), name, said, where, _rtl(), explained)


def plain(words: Markup) -> str:
    """Without the signs of a page."""
    return words.unescape()


def _said(words: Markup) -> Word:
    return Word(plain(words), _rtl(), languages.reader())


def _rtl() -> bool:
    return languages.direction(languages.reader()) == "rtl"
