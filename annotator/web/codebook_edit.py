"""Changing the codebook: an edit or an uploaded file, its differences, and the new version."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from annotator.codebook import edits
from annotator.codebook.edits import Place
from annotator.model import Codebook, Field, Invalid, Label, Missing, Names
from annotator.project import Held
from annotator.web import security
from annotator.web.layout import codebook
from annotator.web.words import _

bp = Blueprint("codebook_edit", __name__)

LONGEST = 20_000  # letters of one wording


@dataclass(frozen=True, slots=True)
class Part:
    """One thing to fill in: wordings by language, a list of texts, or one of several."""

    key: str
    kind: str  # "line", "prose": by language; "list": one a line; "choice", "choices": ids
    value: Names | tuple[str, ...] | str
    options: Mapping[str, Names] | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the page of one place shows."""

    place: Place
    parts: tuple[Part, ...]
    title: Names
    label: Label | None = None
    retired: bool = False
    new: bool = False


# ------------------------------------------------------------------ one place


@bp.get("/codebook/edit/<thing>")
@bp.get("/codebook/edit/<thing>/<id>")
@bp.get("/codebook/edit/<thing>/<field>/<id>")
def edit(thing: str, id: str = "", field: str = "") -> ResponseReturnValue:
    book = _written()
    sheet = _sheet(book, Place(thing, id, field))
    answers = field if thing == "label" else "propositions" if thing == "proposition" else ""
    return render_template(
        "codebook/edit.html",
        book=book,
        sheet=sheet,
        fallback=book.ui_languages[0],
        held=_held(answers, id) if answers else None,
        actions=_actions(sheet),
        asked=book.field(field) if field else None,
    )


@bp.post("/codebook/edit/<thing>")
@bp.post("/codebook/edit/<thing>/<id>")
@bp.post("/codebook/edit/<thing>/<field>/<id>")
def review(thing: str, id: str = "", field: str = "") -> ResponseReturnValue:
    """The differences an edit makes, before anything is saved."""
    sheet = _sheet(_written(), Place(thing, id, field))
    return _reviewed(_edited(sheet, request.form), back=security.here())


def _held(answers: str, id: str) -> Held:
    """How much answers hold of something, as far as the reader may see them."""
    found: dict[str, Held] = g.project.codebook_uses(answers, g.project.blind_in(g.person))
    return found.get(id, Held())


def _edited(sheet: Sheet, form: MultiDict[str, str]) -> str:
    """The codebook's text with what the form says."""
    source: str = g.project.codebook_source()
    actions: Mapping[str, Callable[[], str]] = {
        "change": lambda: edits.change(source, sheet.place, _filled(sheet.parts, form)),
        "retire": lambda: edits.retire(source, sheet.place),
        "merge": lambda: edits.merge(source, sheet.place, form.get("into", "")),
        "restore": lambda: edits.restore(source, sheet.place),
        "add": lambda: edits.add(source, _named(sheet.place, form), _filled(sheet.parts, form)),
    }
    action = form.get("action", "")
    if action not in _actions(sheet):
        raise Invalid("This page is out of date. Reload it and try again.")
    if action == "merge" and not form.get("into"):
        raise Invalid("Choose the answer it is merged into.", field="into")
    return actions[action]()


def _actions(sheet: Sheet) -> tuple[str, ...]:
    """What can be done in this place: only answers and propositions can go."""
    if sheet.new:
        return ("add",)
    if sheet.label is not None:
        return ("change", "retire", "merge", "restore")
    return ("change", "retire", "restore") if sheet.place.thing == "proposition" else ("change",)


def _named(place: Place, form: MultiDict[str, str]) -> Place:
    id = form.get("id", "").strip()
    if not id:
        raise Invalid("Give it an id, like “shared”: Latin letters and digits.", field="id")
    return Place(place.thing, id, place.field)


def _filled(parts: tuple[Part, ...], form: MultiDict[str, str]) -> edits.Values:
    return {part.key: _value(part, form) for part in parts}


def _value(part: Part, form: MultiDict[str, str]) -> edits.Value:
    if isinstance(part.value, Mapping):
        # Only what was typed anew: a short name that is not in the file follows the name.
        before = {lang: part.value.get(lang, "").strip() for lang in codebook().ui_languages}
        typed = {lang: _clean(form.get(f"{part.key}.{lang}", words)) for lang, words in before.items()}
        return {lang: words for lang, words in typed.items() if words != before[lang]}
    if part.kind == "choices":
        return form.getlist(part.key)
    if part.key not in form:
        return part.value
    text = _clean(form[part.key])
    return [line.strip() for line in text.split("\n") if line.strip()] if part.kind == "list" else text


def _clean(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > LONGEST:
        raise Invalid(
            "This text has %(count)s characters. Shorten it to %(limit)s.", count=len(text), limit=LONGEST
        )
    return "".join(char for char in text if char in "\n\t" or char.isprintable() or char > "\x9f").strip()


# ------------------------------------------------------------------ what can be filled in


def _written() -> Codebook:
    """The codebook as its file has it, without what people added elsewhere."""
    current: Codebook = g.project.codebook_version(codebook().version)[1]
    return current


def _sheet(book: Codebook, place: Place) -> Sheet:
    new = place.id == "new"
    if place.thing == "page" and not place.id:
        return Sheet(place, (Part("page", "prose", book.page),), {"en": ""})
    if place.thing == "codebook" and not place.id:
        return Sheet(
            place, (Part("title", "line", book.title), Part("question", "line", book.question)), book.title
        )
    if place.thing == "field" and (field := book.field(place.id)):
        return Sheet(
            place, (Part("name", "line", field.name), Part("guide", "prose", field.guide)), field.name
        )
    if place.thing == "ruling":
        return _ruling(book, place, new)
    if place.thing == "proposition":
        return _proposition(book, place, new)
    asked = book.field(place.field)
    if place.thing == "label" and asked and asked.labels:
        return _label(book, place, asked, new)
    raise Missing("There is no such part of the codebook. Look for it in the codebook’s contents.")


def _label(book: Codebook, place: Place, field: Field, new: bool) -> Sheet:
    found = next((one for one in (*field.labels, *field.former) if one.id == place.id), None)
    if found is None and not new:
        raise Missing("There is no answer “%(id)s” to this question.", id=place.id)
    label = found or Label(id="", name={}, short={})
    parts = [
        Part("name", "line", label.name),
        Part("short", "line", label.short),
        Part("guide", "prose", label.guide),
        Part("yes", "list", label.yes),
        Part("no", "list", label.no),
    ]
    if found is None and field.id == "stance":
        sides = {side.id: side.name for side in book.sides}
        parts.insert(2, Part("sides", "choices", (), sides))
    gone = bool(found and (found.retired or found.merged_into))
    leaves = found if field.kind == "choice" else None
    return Sheet(place, tuple(parts), label.name, leaves, gone, new=found is None)


def _proposition(book: Codebook, place: Place, new: bool) -> Sheet:
    everything = (*book.propositions, *book.former_propositions)
    found = next((one for one in everything if one.id == place.id), None)
    if found is not None:
        worded = (Part("text", "prose", found.text), Part("yes", "list", found.yes))
        return Sheet(place, worded, found.text, retired=found.retired)
    if not new or not book.field("propositions"):
        raise Missing("There is no proposition “%(id)s” in this codebook.", id=place.id)
    shared = {one.id: one.name for one in book.labels("stance") if one.sides and len(one.sides) > 1}
    parts = (
        Part("text", "prose", {}),
        Part("side", "choice", "", {side.id: side.name for side in book.sides} | shared),
        Part("issue", "choice", "", {issue.id: issue.text for issue in book.issues}),
        Part("pole", "choice", "", {"+": {"en": "+"}, "-": {"en": "−"}}),
        Part("yes", "list", ()),
    )
    return Sheet(place, parts, {"en": ""}, new=True)


def _ruling(book: Codebook, place: Place, new: bool) -> Sheet:
    found = next((one for one in book.rulings if one.id == place.id), None)
    if found is None and not new:
        raise Missing("There is no ruling “%(id)s” in this codebook.", id=place.id)
    parts = [Part("text", "prose", found.text if found else {})]
    if found is None:
        parts.append(Part("field", "choice", "", {field.id: field.name for field in book.fields}))
    return Sheet(place, tuple(parts), {"en": found.id if found else ""}, new=found is None)


# ------------------------------------------------------------------ a whole file


@bp.get("/codebook/upload")
def upload() -> ResponseReturnValue:
    return render_template("codebook/upload.html", book=codebook())


@bp.post("/codebook/upload")
def take() -> ResponseReturnValue:
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Invalid("Choose the edited TOML file first.", field="file")
    try:
        source = file.stream.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid("This file is not UTF-8 text. Save it as UTF-8 and try again.", field="file") from None
    return _reviewed(source, back=security.here(), name=file.filename)


# ------------------------------------------------------------------ the new version


def _reviewed(source: str, back: str, name: str = "codebook") -> ResponseReturnValue:
    proposal = g.project.propose_codebook(source, name, but=g.project.blind_in(g.person))
    chosen = proposal.version
    if name != "codebook":
        chosen = proposal.book.version
        if chosen == proposal.before.version:
            raise Invalid(
                "Version %(chosen)s is in force already with other content. Raise the version in the "
                "file to %(version)s or higher.",
                chosen=chosen,
                version=proposal.version,
                field="file",
            )
    return render_template(
        "codebook/review.html",
        proposal=proposal,
        version=chosen,
        source=json.dumps(proposal.source, ensure_ascii=False),  # forms would change its line ends
        back=back,
    )


@bp.post("/codebook/versions")
def save() -> ResponseReturnValue:
    try:
        source = json.loads(request.form.get("source", ""))
    except (ValueError, RecursionError):
        source = None
    if not isinstance(source, str):
        raise Invalid("This page is out of date. Begin the change again.")
    version = request.form.get("version", "").strip()
    book = g.project.update_codebook(source, g.person, version=version, seen=request.form.get("seen", ""))
    flash(_("Version %(version)s is in force.", version=book.version))
    return redirect(url_for("codebook.show"), 303)


@bp.get("/codebook/versions")
def versions() -> ResponseReturnValue:
    found = g.project.codebook_versions()
    return render_template("codebook/versions.html", versions=found, book=codebook())


@bp.get("/codebook/versions/<version>/file")
def download(version: str) -> ResponseReturnValue:
    source, book = g.project.codebook_version(version)
    name = f"{book.id}-{book.version}.toml"
    headers = {"Content-Type": "application/toml", "Content-Disposition": f'attachment; filename="{name}"'}
    return source.encode("utf-8"), headers


@bp.post("/codebook/read")
def read() -> ResponseReturnValue:
    """Put the notice of a change away."""
    g.project.read_codebook_news(g.person)
    if "HX-Request" in request.headers:
        return render_template("annotate/_codebook_read.html")
    return redirect(url_for("documents.resume"), 303)


@bp.app_context_processor
def _news() -> dict[str, Callable[[], object]]:
    return {"codebook_news": lambda: g.project.codebook_news(g.person)}
