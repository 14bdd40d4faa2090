"""The lists of a codebook that need no field: sides, actors, issues, propositions."""

from __future__ import annotations

from annotator.codebook import keys
from annotator.codebook.table import Table, once
from annotator.model import Actor, Issue, Proposition, Said, Side

ACTOR_LETTERS = 12
ACTOR_TYPES = (
    "author",
    "person",
    "state",
    "organisation",
    "armed-group",
    "media",
    "collective",
    "unnamed",
)


def color(table: Table) -> str | None:
    return table.matching("color", r"#[0-9A-Fa-f]{6}", Said("write a colour like #0072B2"))


def sides(root: Table) -> tuple[Side, ...]:
    tables = root.tables("side")
    once(tables)
    found = []
    for table in tables:
        found.append(
            Side(
                id=table.id(),
                name=table.names("name"),
                color=color(table),
                note=table.names("note", required=False),
            )
        )
        table.close()
    return tuple(found)


def actors(root: Table, side_ids: list[str]) -> tuple[Actor, ...]:
    tables = root.tables("actor", required=True)
    once(tables)
    found = tuple(_actor(table, side_ids) for table in tables)
    keys.unique(tables, [actor.key for actor in found])
    return found


def _actor(table: Table, side_ids: list[str]) -> Actor:
    id = table.id()
    type_ = table.choice("type", ACTOR_TYPES, Said("a type of speaker"))
    if not table.has("type"):
        table.wrong("type", Said("is missing"), Said("use one of %(types)s", types=ACTOR_TYPES))
    name = table.names("name")
    actor = Actor(
        id=id,
        type=type_ or "person",
        name=name,
        short=table.short(name, ACTOR_LETTERS),
        side=table.choice("side", side_ids, Said("the id of a side")),
        key=keys.read_key(table, keys.DIGITS),
        aliases=_aliases(table.table("aliases", required=False)),
        wikidata=table.matching("wikidata", r"Q[1-9][0-9]*", Said("write a Wikidata id like Q7747")),
    )
    table.close()
    return actor


def _aliases(table: Table) -> dict[str, tuple[str, ...]]:
    """Other words for a speaker, by the language of the texts."""
    known = list(dict.fromkeys((*table.notes.text_languages, *table.notes.ui_languages)))
    found = {}
    for lang in table.values:
        if lang not in known:
            table.notes.unknown(table.at(lang), lang, Said("a language of this codebook"), known)
        found[lang] = table.texts(lang) or ()
    return found


def issues(root: Table) -> tuple[Issue, ...]:
    tables = root.tables("issue")
    once(tables)
    found = []
    for table in tables:
        found.append(Issue(id=table.id(), text=table.names("text")))
        table.close()
    return tuple(found)


def propositions(root: Table, positions: list[str], issue_ids: list[str]) -> tuple[Proposition, ...]:
    """`positions`: what a proposition can belong to, a side or a position that several sides share."""
    tables = root.tables("proposition")
    once(tables)
    found = []
    for table in tables:
        id = table.id()
        side = table.choice("side", positions, Said("a side, or a position that sides share"))
        if not table.has("side"):
            table.wrong("side", Said("is missing"), Said("say whose position it is"))
        found.append(
            Proposition(
                id=id,
                side=side or "",
                text=table.names("text"),
                issue=table.choice("issue", issue_ids, Said("the id of an issue")),
                pole=table.choice("pole", ("+", "-"), Said("a pole")),
                seen=table.texts("seen") or (),
                yes=table.texts("yes") or (),
                retired=table.flag("retired", False),
            )
        )
        if table.has("pole") and not table.has("issue"):
            table.wrong(
                "pole", Said("stands without an issue"), Said("name the issue, or leave the pole out")
            )
        table.close()
    return tuple(found)
