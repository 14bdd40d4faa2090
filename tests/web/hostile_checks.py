"""What no page, drawing, file or header may hold, whatever people typed."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from urllib.parse import unquote

from lxml import etree, html
from werkzeug.datastructures import Headers

from tests.web.hostile import COMPUTED, THEIRS

FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
ADDRESSES = (
    "href",
    "src",
    "action",
    "formaction",
    "hx-get",
    "hx-post",
    "poster",
    "data",
    "srcset",
    "xlink:href",
)
_GOOD = re.compile(r"(?:/(?!/)|[?#]|https?://(?!q7)|data:image/png|data:,)|\Z")
_INLINE = frozenset(
    ("span", "a", "b", "strong", "em", "i", "small", "mark", "code", "label", "abbr", "s", "u", "sub", "sup")
)


def page_faults(page: str) -> Iterator[str]:
    """Elements, attributes and addresses that no template of ours wrote."""
    if COMPUTED in page:
        yield "a template was filled in by what somebody typed"
    root = html.document_fromstring(page)
    for element in root.iter(etree.Element):
        tag = str(element.tag)
        if "q7" in tag or tag in ("iframe", "object", "embed", "base", "applet", "style", "marquee"):
            yield f"an element <{tag}>"
        if tag == "script" and (
            (element.text or "").strip() or not element.get("src", "").startswith("/static/")
        ):
            yield f"a script: {element.text!r} {element.get('src')!r}"
        for name, value in element.attrib.items():
            if (
                str(name).startswith("on")
                or "q7" in str(name)
                or name == "style"
                or str(name).startswith(("'", '"'))
            ):
                yield f"an attribute {name}={value!r} of <{tag}>"
            if name in ADDRESSES and not _GOOD.match(re.sub(r"[\s\x00-\x20]", "", str(value))):
                yield f"an address {name}={value!r} of <{tag}>"


def turned(page: str) -> Iterator[str]:
    """Words in whose own line a sign of somebody turns what is not theirs."""
    root = html.document_fromstring(page)
    for element in root.iter(etree.Element):
        if element.tag in ("script", "template"):
            continue
        for words in (element.text, *(child.tail for child in element)):
            if words and TURNING.search(words) and not _balanced(words) and not _alone(element, words):
                yield f"<{element.tag}> {words.strip()!r}"
        for name in ("title", "placeholder", "alt"):
            words = element.get(name, "")
            if TURNING.search(words) and not _balanced(words):
                yield f"{name} of <{element.tag}> {words!r}"


def _balanced(words: str) -> bool:
    """Whether everything that is opened in the words is closed there: nothing behind is turned."""
    open: list[str] = []
    for sign in TURNING.findall(words):
        if sign == "\u2069":
            if "\u2066" not in open:
                return False
            del open[open.index("\u2066") :]
        elif sign == "\u202c":
            if not open or open[-1] == "\u2066":
                continue
            open.pop()
        else:
            open.append("\u2066" if sign in "\u2066\u2067\u2068" else sign)
    return not open


def _alone(element: etree._Element, words: str) -> bool:
    """Whether an element of their own holds the words, with a direction of its own or a block."""
    here: etree._Element | None = element
    while here is not None and (not isinstance(here.tag, str) or here.tag in _INLINE):
        if here.get("dir") or here.tag == "bdi":
            return True
        if here.tail and here.tail.strip():
            return False
        here = here.getparent()
    if here is None:
        return False
    return (
        here.tag in ("bdi", "option", "textarea", "pre", "text") or "dir" in here.attrib or _only(here, words)
    )


def _only(block: etree._Element, words: str) -> bool:
    """Whether a block says nothing but what somebody typed."""
    return not re.search(r"\w", THEIRS.sub("", "".join(map(str, block.itertext()))))


# ------------------------------------------------------------------ files and headers


def header_faults(headers: Headers) -> Iterator[str]:
    for name, value in headers:
        if any(ord(sign) < 0x20 or ord(sign) == 0x7F for sign in name + value):
            yield f"{name}: {value!r}"
        if name.lower() == "x-q7" or (name == "Set-Cookie" and "q7" in value.partition("=")[0]):
            yield f"a header of theirs: {name}"
        if name == "Content-Disposition" and re.search(r"[/\\]", unquote(re.sub(r'\\(["\\])', r"\1", value))):
            yield f"a path in {value!r}"


def csv_faults(data: bytes) -> Iterator[str]:
    for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")):
        for cell in row:
            if cell.startswith(FORMULAS) and not _number(cell):
                yield f"the cell {cell[:40]!r}"


def _number(cell: str) -> bool:
    return re.fullmatch(r"[-+−]?\d+(?:[.,]\d+)?(?:e[-+]?\d+)?%?", cell) is not None


def xml_faults(data: bytes) -> Iterator[str]:
    try:
        root = etree.fromstring(
            data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
        )
    except etree.XMLSyntaxError as error:
        yield f"no XML: {error}"
        return
    for element in root.iter(etree.Element):
        tag = etree.QName(element).localname
        if "q7" in tag or tag.lower() in ("script", "foreignobject"):
            yield f"an element <{tag}>"
        for name, value in element.attrib.items():
            if "q7" in str(name) or (str(name).startswith("on") and "svg" in str(element.tag)):
                yield f"an attribute {name}={value!r}"
            if etree.QName(name).localname == "href" and str(value).lower().startswith(
                ("javascript:", "data:text")
            ):
                yield f"an address {value!r}"


def zip_faults(data: bytes) -> Iterator[str]:
    """Names that would be unpacked elsewhere, or that no system takes; and the members by their kind."""
    reserved = re.compile(r"(?i)(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|\Z)")
    with zipfile.ZipFile(io.BytesIO(data)) as zipped:
        names = zipped.namelist()
        if len(set(map(str.casefold, names))) < len(names):
            yield "two members of one name"
        for name in names:
            parts = name.split("/")
            if (
                name.startswith("/")
                or {"..", ".", ""} & set(parts)
                or re.search(r'[\\:*?"<>|\x00-\x1f\x7f]', name)
            ):
                yield f"the member {name!r}"
            if any(
                reserved.match(part) or part.endswith((".", " ")) or len(part.encode()) > 255
                for part in parts
            ):
                yield f"the member {name!r}, which no Windows takes"
            if not name.startswith("files/"):  # which came in as they are, and leave so
                yield from (f"{name}: {fault}" for fault in file_faults(name, zipped.read(name)))


def file_faults(name: str, data: bytes) -> Iterator[str]:
    ending = name.rpartition(".")[2].lower()
    if data.startswith(b"PK"):
        yield from zip_faults(data)
    elif ending == "csv":
        yield from csv_faults(data)
    elif ending in ("xml", "xmi", "svg", "graphml", "gexf", "qde", "qdc", "rels"):
        yield from xml_faults(data)
    elif ending == "json":
        json.loads(data)
    elif ending == "jsonl":
        for line in data.splitlines():
            json.loads(line)
