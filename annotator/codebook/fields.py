"""The questions of a codebook and their answers."""

from __future__ import annotations

from annotator.codebook import former, keys
from annotator.codebook.parts import color
from annotator.codebook.table import Table, once
from annotator.model import Field, Label, Said

LABEL_LETTERS = 9
KINDS = {
    "speaker": "actors",
    "stance": "choice",
    "polarity": "modifier",
    "attribution": "choice",
    "propositions": "propositions",
    "content": "span",
    "cue": "span",
    "source": "span",
    "via": "actors",
    "claim_type": "choice",
    "vouch": "choice",
    "hedged": "flag",
    "hard": "flag",
    "comment": "text",
}
"""Every question a claim can be asked, since an exported record has exactly these columns."""

VOUCH = ("neutral", "endorsed", "distanced")
CLAIM_TYPES = ("fact", "evaluation", "demand", "commitment", "prediction")
POLARITY = ("support", "oppose")
FIXED = {"vouch": VOUCH, "claim_type": CLAIM_TYPES, "polarity": POLARITY}
"""Answers the exported record allows, where a codebook may not invent its own."""

GLYPHS = ("dots", "dashed", "barred")


def fields(root: Table, side_ids: list[str]) -> tuple[Field, ...]:
    tables = root.tables("field", required=True)
    once(tables)
    labels: list[Table] = []
    found = tuple(_field(table, side_ids, labels) for table in tables)
    offered = [table for table in labels if not former.left(table)]
    keys.unique(offered, [_key(table) for table in offered])
    given = [field.id for field in found]
    if tables and "speaker" not in given:
        root.wrong(
            "field", Said("there is no “speaker” field"), Said('add one with kind = "actors" and core = true')
        )
    for table, field in zip(tables, found, strict=True):
        if field.id == "speaker" and not field.core:
            table.wrong("core", Said("every claim needs its speaker"), Said("use core = true"))
        if field.kind == "modifier" and field.of not in given:
            table.notes.unknown(table.at("of"), field.of or "", Said("the id of a field"), given)
    return tuple(former.apart(field) for field in keys.assign(found))


def _key(table: Table) -> str | None:
    key = table.values.get("key")
    return key if key in keys.LETTERS else None


def _field(table: Table, side_ids: list[str], all_labels: list[Table]) -> Field:
    id = table.id()
    if id and id not in KINDS:
        table.notes.unknown(table.at("id"), id, Said("a question Qawl can ask"), KINDS)
    kind = table.choice("kind", sorted(set(KINDS.values())), Said("a kind of field")) or KINDS.get(id, "text")
    if id in KINDS and kind != KINDS[id]:
        table.wrong(
            "kind",
            Said("“%(kind)s” does not fit the field “%(id)s”", kind=kind, id=id),
            Said('use kind = "%(kind)s"', kind=KINDS[id]),
        )
    tables = table.tables("label", required=kind in ("choice", "modifier"))
    once(tables)
    all_labels += tables
    labels = tuple(_label(label, id, side_ids) for label in tables)
    former.check(table, tables, labels)
    if tables and kind not in ("choice", "modifier"):
        table.wrong(
            "label", Said("a field of kind “%(kind)s” has no labels", kind=kind), Said("take them out")
        )
    field = Field(
        id=id,
        kind=kind,
        name=table.names("name"),
        core=table.flag("core", False),
        enabled=table.flag("enabled", True),
        multiple=table.flag("multiple", False),
        default=_default(table, kind, [label.id for label in labels if not former.gone(label)]),
        of=table.maybe_text("of"),
        guide=table.names("guide", required=False),
        labels=labels,
        discontinuous=table.flag("discontinuous", False),
        ordered=table.flag("ordered", False),
    )
    if field.core and not field.enabled:
        table.wrong(
            "enabled",
            Said("a core field cannot be switched off"),
            Said("use core = false, or enabled = true"),
        )
    table.close()
    return field


def _default(table: Table, kind: str, label_ids: list[str]) -> str | None:
    if kind == "span":
        return table.choice("default", ("sentence",), Said("a default for marked words"))
    if kind in ("choice", "modifier"):
        return table.choice("default", label_ids, Said("a label of this field"))
    default = table.maybe_text("default")
    if default is not None:
        table.wrong(
            "default", Said("a field of kind “%(kind)s” has no default", kind=kind), Said("take it out")
        )
    return None


def _label(table: Table, field: str, side_ids: list[str]) -> Label:
    id = table.id()
    if field in FIXED and id not in FIXED[field]:
        table.notes.unknown(table.at("id"), id, Said("an answer to “%(field)s”", field=field), FIXED[field])
    name = table.names("name")
    sides = table.texts("sides")
    if sides is not None and field != "stance":
        table.wrong("sides", Said("only the labels of the stance field have sides"), Said("take it out"))
    for side in sides or ():
        if side not in side_ids:
            table.notes.unknown(table.at("sides"), side, Said("the id of a side"), side_ids)
    if sides and len(set(sides)) < len(sides):
        table.wrong("sides", Said("names a side twice"), Said("name each side once"))
    glyph = table.choice("glyph", GLYPHS, Said("a glyph"))
    label = Label(
        id=id,
        name=name,
        short=table.short(name, LABEL_LETTERS),
        key=keys.read_key(table, keys.LETTERS),
        sides=sides,
        color=color(table),
        guide=table.names("guide", required=False),
        yes=table.texts("yes") or (),
        no=table.texts("no") or (),
        glyph=(glyph or ("dashed" if sides is None else "dots")) if field == "stance" else glyph,
        modifier=table.choice("modifier", ("shift",), Said("a key to hold down")),
        badge=table.maybe_text("badge"),
        retired=table.flag("retired", False),
        merged_into=table.maybe_text("merged_into"),
    )
    table.close()
    return label
