"""Other bytes from given ones: changed, cut, repeated, spliced, or changed as the JSON or zip they are."""

# ruff: noqa: E501 - tables of tricks

from __future__ import annotations

import io
import json
import random
import warnings
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

LONGEST = 200_000

TRICKS = (
    b"\0", b"\xff", b"\xef\xbb\xbf", b"\xff\xfe", b"\xed\xa0\x80", b"\xc0\x80", b"\r", b"\n", b"\r\n", b"\x1a",
    "\u202e".encode(), "\u2066".encode(), "\u200f".encode(), "\u2028".encode(), "\u0085".encode(),
    "\u0661".encode(), "\u0640".encode() * 40, "\ufdfa".encode(), "\u0130".encode(), "😀".encode(), "e\u0301".encode(),
    b"-1", b"0", b"1e309", b"9" * 30, b"9" * 5000, b"0x" + b"f" * 4000, b"NaN", b"null", b"true", b"{}", b"[]", b'""',
    b"[" * 3000, b'{"a":' * 3000, b"\\ud800", b"%00", b"%ff", b"..", b"/", b"\\", b"\t", b" " * 300, b"=", b"&", b";",
    b"'", b'"', b"<", b">", b"<!--", b"]]>", b"a" * 2000,
)  # fmt: skip

ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**31, 2**53, 2**63 - 1, 2**63, 2**64 - 1, 0.5, 1e300, "", "x", "0", "\0", "\u202ex",
    "=1+1", "x" * 300, "a/b", "..", [], {}, [[]], [None], [0, 1], {"a": {}}, ["x"], [[0, 1]], [[-1, 5]], [[0, 2**40]],
    [[5, 1]], "final", "Ana", "Cleo",
)  # fmt: skip


def mutated(data: bytes, others: Sequence[bytes], draw: random.Random) -> bytes:
    """`data` after one to six changes; `others` are what pieces are taken from."""
    for change in draw.choices(_CHANGES, k=draw.choice((1, 1, 2, 3, 6))):
        try:
            data = change(data, others, draw)
        except Exception:  # no such JSON or zip any more: then as bytes
            data = _bytes_changed(data, others, draw)
    return data[:LONGEST]


def _bytes_changed(data: bytes, others: Sequence[bytes], draw: random.Random) -> bytes:
    changed = bytearray(data or b"x")
    for _ in range(draw.choice((1, 1, 2, 8))):
        changed[draw.randrange(len(changed))] = draw.randrange(256)
    return bytes(changed)


def _cut(data: bytes, others: Sequence[bytes], draw: random.Random) -> bytes:
    low, high = _stretch(data, draw)
    return data[:low] + data[high:]


def _repeated(data: bytes, others: Sequence[bytes], draw: random.Random) -> bytes:
    low, high = _stretch(data, draw)
    return (data[:high] + data[low:high] * draw.choice((1, 2, 50)) + data[high:])[:LONGEST]


def _trick(data: bytes, others: Sequence[bytes], draw: random.Random) -> bytes:
    low, high = _stretch(data, draw)
    return data[:low] + draw.choice(TRICKS) + data[draw.choice((low, high)) :]


def _spliced(data: bytes, others: Sequence[bytes], draw: random.Random) -> bytes:
    other = draw.choice(others)
    low, high = _stretch(other, draw)
    at = draw.randint(0, len(data))
    return data[:at] + other[low:high] + data[draw.choice((at, min(len(data), at + high - low))) :]


def _lines_moved(data: bytes, others: Sequence[bytes], draw: random.Random) -> bytes:
    lines = data.split(b"\n")
    one, other = draw.randrange(len(lines)), draw.randrange(len(lines))
    lines[one], lines[other] = lines[other], draw.choice((lines[one], lines[other], b""))
    return b"\n".join(lines)


def _stretch(data: bytes, draw: random.Random) -> tuple[int, int]:
    low = draw.randint(0, len(data))
    return low, min(len(data), low + draw.choice((1, 2, 5, 20, 100, 1000)))


# ------------------------------------------------------------------ as what it is


def _inside(data: bytes, others: Sequence[bytes], draw: random.Random) -> bytes:
    """A value of the JSON, or of one of its lines, exchanged, or a member of the zip mutated."""
    if data.startswith(b"PK"):
        return _rezipped(data, others, draw)
    try:
        return _dumped(_exchanged(json.loads(data), draw))
    except ValueError:
        lines = data.split(b"\n")
        at = draw.randrange(len(lines))
        lines[at] = _dumped(_exchanged(json.loads(lines[at]), draw))
        return b"\n".join(lines)


def _dumped(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _exchanged(value: Any, draw: random.Random) -> Any:
    places: list[tuple[Any, Any]] = []

    def gather(inside: Any) -> None:
        for key in inside if isinstance(inside, dict) else range(len(inside)):
            places.append((inside, key))
            if isinstance(inside[key], dict | list):
                gather(inside[key])

    if not isinstance(value, dict | list) or not value:
        return draw.choice(ODD)
    gather(value)
    inside, key = draw.choice(places)
    what = draw.random()
    if what < 0.2:
        del inside[key]
    elif what < 0.4:
        other, from_key = draw.choice(places)
        inside[key] = other.get(from_key) if isinstance(other, dict) else draw.choice(other or [None])
        json.dumps(value)  # a loop, made by putting a thing into itself: ValueError
    else:
        inside[key] = draw.choice(ODD)
    return value


def _rezipped(data: bytes, others: Sequence[bytes], draw: random.Random) -> bytes:
    """With one member mutated, renamed, doubled or gone; a manifest of ours told about it half the time."""
    with zipfile.ZipFile(io.BytesIO(data)) as zipped:
        members = [(entry.filename, zipped.read(entry)) for entry in zipped.infolist()[:200]]
    at = draw.randrange(len(members))
    name, content = members[at]
    what = draw.random()
    if what < 0.7:
        members[at] = (name, mutated(content, [other for _, other in members], draw))
    elif what < 0.8:
        members[at] = (
            draw.choice(("../x", "/x", "x\\y", "con", name + "\0", name.upper(), "a" * 300)),
            content,
        )
    elif what < 0.9:
        members.append((name, content[: draw.randint(0, 50)]))
    else:
        del members[at]
    if draw.random() < 0.7:
        members = _told_to_manifest(members)
    out = io.BytesIO()
    with (
        warnings.catch_warnings(),
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as zipped,
    ):
        warnings.simplefilter("ignore")  # two members of one name, on purpose
        for name, content in members:
            zipped.writestr(name, content)
    return out.getvalue()


def _told_to_manifest(members: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    import hashlib

    held = dict(members)
    if "manifest.json" not in held:
        return members
    manifest = json.loads(held["manifest.json"])
    manifest["members"] = {
        name: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in members
        if name != "manifest.json"
    }
    return [(name, _dumped(manifest) if name == "manifest.json" else content) for name, content in members]


_CHANGES: tuple[Callable[[bytes, Sequence[bytes], random.Random], bytes], ...] = (
    _bytes_changed, _cut, _repeated, _trick, _trick, _spliced, _lines_moved, _inside, _inside, _inside,
)  # fmt: skip
