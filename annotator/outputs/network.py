"""The network of actors and issues as GraphML and GEXF, for Gephi, Cytoscape, igraph and networkx."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any

from annotator.model import N_, Codebook, wording
from annotator.outputs.format import Context, Format, Record
from annotator.outputs.places import in_xml, language
from annotator.outputs.statements import statements

if TYPE_CHECKING:
    import networkx


def graph(records: Iterable[Record], codebook: Codebook) -> networkx.Graph:
    """Actors and issues; an edge counts the claims of the actor that affirm and that deny the issue."""
    import networkx  # half a second to import, and only these formats need it

    counted = Counter(_stands(records, codebook))
    found = networkx.Graph(name=in_xml(wording(codebook.title, language(codebook))))
    for actor, issue in sorted({(actor, issue) for actor, issue, _ in counted}):
        affirm, deny = counted[actor, issue, True], counted[actor, issue, False]
        found.add_node(f"actor:{actor}", **_actor(actor, codebook))
        found.add_node(f"issue:{issue}", **_issue(issue, codebook))
        counts = {"affirm": affirm, "deny": deny, "net": affirm - deny, "weight": affirm + deny}
        found.add_edge(f"actor:{actor}", f"issue:{issue}", **counts)
    return found


def _stands(records: Iterable[Record], codebook: Codebook) -> Iterator[tuple[str, str, bool]]:
    """Who affirms or denies what, once a claim, however many of its propositions say so."""
    by_claim = groupby(
        statements(records, codebook), key=lambda one: (one.row["record_id"], one.row["claim_n"])
    )
    for _, of_claim in by_claim:
        yield from {(one.actor, one.issue, one.affirms) for one in of_claim}


def _actor(id: str, codebook: Codebook) -> dict[str, Any]:
    actor = codebook.actor(id)
    label = wording(actor.name, language(codebook)) if actor else id
    kind, side = (actor.type, actor.side) if actor else ("", None)
    return {"label": in_xml(label), "kind": "actor", "type": kind, "side": side or "", "bipartite": 0}


def _issue(id: str, codebook: Codebook) -> dict[str, Any]:
    text = next((wording(issue.text, language(codebook)) for issue in codebook.issues if issue.id == id), id)
    return {"label": in_xml(text), "kind": "issue", "type": "", "side": "", "bipartite": 1}


def write_graphml(records: Iterable[Record], context: Context) -> Iterator[bytes]:
    import networkx

    file = io.BytesIO()
    networkx.write_graphml_xml(graph(records, context.codebook), file)
    yield file.getvalue()


def write_gexf(records: Iterable[Record], context: Context) -> Iterator[bytes]:
    import networkx

    file = io.BytesIO()
    networkx.write_gexf(graph(records, context.codebook), file, version="1.2draft")
    yield _undated(file.getvalue())


def _undated(gexf: bytes) -> bytes:
    """Without the day of writing, so that the same claims give the same bytes."""
    from lxml import etree

    root = etree.fromstring(gexf)
    for meta in root.iterfind("{*}meta"):
        meta.attrib.pop("lastmodifieddate", "")
    written: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


HOLDS = N_("Who affirms and who denies which issue: actors and issues, tied by the number of claims.")
LOSES = N_(
    "Only numbers: no texts, no single claims, no attribution and no dates. Claims without a proposition or "
    "without a side are not counted."
)
FIELDS = ("label", "kind", "type", "side", "bipartite", "affirm", "deny", "net", "weight")

GRAPHML = Format(
    id="graphml",
    name="GraphML",
    extension="graphml",
    media_type="application/graphml+xml",
    unit="claim",
    holds=HOLDS,
    loses=LOSES,
    fields=FIELDS,
    write=write_graphml,
)
GEXF = Format(
    id="gexf",
    name="GEXF",
    extension="gexf",
    media_type="application/gexf+xml",
    unit="claim",
    holds=HOLDS,
    loses=LOSES,
    fields=FIELDS,
    write=write_gexf,
)
