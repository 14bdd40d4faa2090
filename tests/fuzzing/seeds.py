"""Honest inputs to begin from: the article, what the writers of tests make, and our own exports."""

# ruff: noqa: E501 - requests stand as they are sent

from __future__ import annotations

import csv
import functools
import io
import json
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from annotator import codebook, demo
from annotator.filter import Filter
from annotator.project import Project
from tests.conftest import sample
from tests.formats import pdf_files
from tests.formats.written import TEXTS

SHORT = (
    "Городская библиотека снова открыта. «Мы рады», сказал директор.\n\nحكومة قالت إنّها ستبقى في إدلب 12.5%."
)
ROWS = [
    {"id": f"a{number}", "title": f"Title {number}", "date": "2019-03-14", "text": text[:300]}
    for number, text in enumerate((*TEXTS.values(), SHORT))
]


def texts() -> list[bytes]:
    encoded = [TEXTS["ar"].encode("cp1256", "ignore"), TEXTS["ru"].encode("koi8-r", "ignore")]
    wide = [b"\xff\xfe" + SHORT.encode("utf-16-le"), SHORT.encode("utf-16-be")]
    return [sample("idlib-article.txt")[:6000], SHORT.encode(), TEXTS["tr"].encode()[:1500], *wide,
            *(one[:1500] for one in encoded)]  # fmt: skip


def pdfs() -> list[bytes]:
    page = pdf_files.shown("The library of the town is open again, said the mayor.")
    return [pdf_files.pages([page, page]), pdf_files.pages([pdf_files.PICTURE]), pdf_files.locked(),
            pdf_files.wrongly_mapped("The council met again."), pdf_files.bomb(1)]  # fmt: skip


def pages() -> list[bytes]:
    paragraphs = "".join(f"<p>{block}</p>" for block in TEXTS["en"][:2000].split("\n\n"))
    head = '<meta charset="utf-8"><title>T</title><meta name="author" content="A">'
    table = "<table><tr><td>1</td><td>2</td></tr></table><ul><li>one<li>two</ul><br/><!-- saved from url=(1)http://a -->"
    return [f"<!doctype html><html lang=en><head>{head}</head><body><article><h1>T</h1>{paragraphs}{table}"
            "</article></body></html>".encode(),
            b"<html><body>" + TEXTS["ar"][:800].encode() + b"</body></html>"]  # fmt: skip


def word() -> list[bytes]:
    import docx

    document = docx.Document()
    document.add_heading("Heading", 1)
    document.add_paragraph(SHORT)
    document.add_table(1, 2).cell(0, 0).text = "cell"
    written = io.BytesIO()
    document.save(written)
    return [written.getvalue()]


def _only(data: bytes, kept: tuple[str, ...]) -> bytes:
    """A document without its pictures and themes, which are most of its bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as whole, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as less:
        for entry in whole.infolist():
            if entry.filename.endswith(kept):
                less.writestr(entry.filename, whole.read(entry))
    return out.getvalue()


def csvs() -> list[bytes]:
    written = io.StringIO()
    table = csv.DictWriter(written, list(ROWS[0]))
    table.writeheader()
    table.writerows(ROWS)
    return [written.getvalue().encode(), written.getvalue().replace(",", ";").encode("utf-16"),
            b"text\n=1+1\n\"a\nb\"\n", b"id\ttext\n1\tOne.\n1\tTwo.\n"]  # fmt: skip


def excel() -> list[bytes]:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(ROWS[0]))
    for row in ROWS:
        sheet.append([str(cell) for cell in row.values()])
    sheet.append([1, 2.5, None, "=A1"])
    written = io.BytesIO()
    book.save(written)
    return [_only(written.getvalue(), (".xml", ".rels"))]


def json_lines() -> list[bytes]:
    return ["\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS).encode(), b'{"text":"One."}\n']


def codebooks() -> list[bytes]:
    return [codebook.bundled(id).encode() for id in codebook.bundled_ids()]


def readings() -> list[bytes]:
    whole = json.loads(sample("idlib-article.json"))
    return [json.dumps(whole, ensure_ascii=False).encode()]


def records() -> list[bytes]:
    return [b"\n".join(sample("idlib-claims.jsonl").splitlines()[:12]), *_exports("claims-jsonl", lines=6)]


def bundles() -> list[bytes]:
    return [_of_demo(lambda project: b"".join(project.bundle()))]


def brat_text() -> bytes:
    """The text that the places in our own brat files count in."""
    with zipfile.ZipFile(io.BytesIO(_exported("brat"))) as zipped:
        return zipped.read(next(name for name in zipped.namelist() if name.endswith(".txt")))


def brat() -> list[bytes]:
    with zipfile.ZipFile(io.BytesIO(_exported("brat"))) as zipped:
        ann = next(name for name in zipped.namelist() if name.endswith(".ann"))
        whole = zipped.read(ann)
    return [
        b"\n".join(whole.splitlines()[:30]),
        b"T1\tContent 0 5\txxxxx\nE1\tContent:T1\n#1\tAnnotatorNotes E1\tx\n",
    ]


def label_studio() -> list[bytes]:
    tasks = [one for one in json.loads(_exported("label-studio")) if one.get("annotations")]
    return [json.dumps(tasks[:4], ensure_ascii=False).encode()]


def doccano() -> list[bytes]:
    return _exports("doccano", lines=8)


def forms() -> list[bytes]:
    return [
        b"action=save&claim=new&speaker=putin&stance=ru&attribution=quoted&content_spans=%5B%5B0%2C5%5D%5D&comment=a&hard=1",
        b"speaker=usa&speaker=unnamed&stance=unclear&attribution=ascribed&via=the_author&note=x&comment=why&letters=1"
        b"&cue_spans=%5B%5B2%2C4%5D%5D&source_spans=%5B%5B0%2C3%5D%2C%5B5%2C7%5D%5D&hedged=on&vouch=neutral&claim_type=fact",
        b"action=no_claim", b"action=skip&comment=", b"action=delete&claim=1", b"claim=1&polarity=support&propositions=p1",
    ]  # fmt: skip


def addresses() -> list[bytes]:
    document = "/documents/9d8f5d389fa7129b"
    asked = (
        "/", "/search?q=%D8%B4&in=text&flag=1&comment=1&label=stance:ru&person=Ana&round=1&after=3",
        "/export?document=9d8f5d389fa7129b&status=claims&layer=both&own_voice=0", "/export/files/csv?layer=final",
        "/agreement?round=1&question=stance", "/agreement/sentences?number=1", "/analysis?view=positions&document=x",
        "/analysis/positions.svg", "/analysis/brief", "/codebook/versions/0.1.0", f"{document}/sentences/s1?claim=new",
        f"{document}/chunks/0", f"{document}/text?line=1&from=2", f"{document}/sentences", "/speakers/putin", "/settle?by=stance",
        "/sign-in?next=/team", "/account", "/team", "/invitations/MQ.abc", "/api/v1/documents?limit=2&after=1",
        "/static/styles.css?v=1", "/import/tables/00ff", "/again", "/history",
    )  # fmt: skip
    headers = (
        "Cookie: qawl=x; session=a.b.c\nAuthorization: Bearer qawl_abc\nAccept-Language: ar;q=0.8, tr\nHX-Request: true\n"
        "HX-Target: panel\nHX-Current-URL: http://localhost/documents/9d8f5d389fa7129b/sentences/s2\nX-Text: 3 0 1\n"
        "X-Person: Cleo\nOrigin: http://localhost\nReferer: http://localhost/team\nX-Forwarded-For: 1.2.3.4\nX-Speakers: 2\n"
        "If-None-Match: x\nRange: bytes=0-4\nAccept-Encoding: gzip"
    )
    posted = (
        f"POST {document}/sentences/s1\nX-Kept: 1\n\naction=save&speaker=putin&stance=ru&attribution=quoted&seen=&shown=&token=t&seconds=1.5",
        f"POST {document}/sentences/s2/compare\nX-Kept: 1\n\ncontent_spans=%5B%5B0,2%5D%5D&speaker=usa&seen=1&comment=c",
        f"POST {document}/undo\n\nof=1", "POST /sign-in\n\nname=Ana&password=x&next=%2Fteam",
        "POST /speakers\n\nname=Agency&en=x&side=russia&seen=0", "POST /language\n\nlanguage=ar&next=/account",
        "POST /import\n\ntitle=T&text=One.%0A%0ATwo.", "POST /team/rounds\n\nname=A&person=Ana&document=9d8f5d389fa7129b",
        "POST /account/tokens\n\nname=t&days=7", "POST /team/invitations\n\nname=Eva&role=annotator&days=7",
        f"POST {document}/describe\n\ntitle=x&author=y&url=z&date=2019-01-01", "POST /account/password\n\nold=a&new=b&again=c",
    )  # fmt: skip
    return [*(f"GET {one}".encode() for one in asked), f"GET {document}/sentences/s3\n{headers}".encode(),
            *(one.encode() for one in posted)]  # fmt: skip


# ------------------------------------------------------------------ our own exports


def _exports(format: str, lines: int) -> list[bytes]:
    return [b"\n".join(_exported(format).splitlines()[:lines])]


@functools.cache
def _exported(format: str) -> bytes:
    return _of_demo(lambda project: b"".join(project.export(format, Filter())))


def _of_demo(made: Callable[[Project], bytes]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "demo.db"
        demo.build(path)
        with Project.open(path) as project:
            return made(project)
