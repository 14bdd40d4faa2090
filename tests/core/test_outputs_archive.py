"""Archives leave a piece at a time; places are counted as the readers count them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

import pytest

from annotator.outputs.archive import archive, folder
from annotator.outputs.places import in_xml, pieces, utf16


def test_archives_whole_files_that_leave_in_pieces() -> None:
    made = 0

    def chunks() -> Iterator[bytes]:
        nonlocal made
        for number in range(200):
            made += 1
            yield number.to_bytes(2, "big") * 50_000

    sent = archive([("folder/one.bin", chunks()), ("نص.txt", [b"two"])])
    first = next(sent)
    assert made == 1
    zipped = zipfile.ZipFile(io.BytesIO(first + b"".join(sent)))
    assert zipped.testzip() is None
    assert zipped.namelist() == ["folder/one.bin", "نص.txt"]
    assert zipped.read("folder/one.bin") == b"".join(n.to_bytes(2, "big") * 50_000 for n in range(200))


def test_gives_the_same_bytes_each_time() -> None:
    assert b"".join(archive([("a", [b"1"])])) == b"".join(archive([("a", [b"1"])]))


def test_leaves_nothing_open_when_nobody_wants_the_rest() -> None:
    sent = archive([("a", iter([b"1", b"2", b"3"]))])
    next(sent)
    sent.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["a/b", "a\\b", "a:b", "..", ".a", "a.", "a ", "50%", "a\nb", 'a"b'])
def test_names_folders_so_that_every_system_takes_them(name: str) -> None:
    made = folder(name)
    assert made != name
    assert not set('\\/:*?"<>|\n') & set(made)
    assert made[0] not in ". "
    assert made[-1] not in ". "


@pytest.mark.parametrize("text", ["", "abc", "قالُّ", "a😀b𝔘", "🧑🏽‍🚒 x"])
def test_counts_places_as_java_and_javascript_do(text: str) -> None:
    at = utf16(text)
    units = text.encode("utf-16-le")
    for place in range(len(text) + 1):
        assert units[: 2 * at(place)].decode("utf-16-le") == text[:place]


def test_shows_what_xml_cannot_hold_and_moves_nothing() -> None:
    everything = "".join(map(chr, range(0x100))) + "\ud800\ufffe\uffff\u2028\u200f😀"
    shown = in_xml(everything)
    assert len(shown) == len(everything)
    changed = [a for a, b in zip(everything, shown, strict=True) if a != b]
    kept = {0x09, 0x0A, 0x0D}
    assert changed == [chr(c) for c in range(0x20) if c not in kept] + ["\ud800", "\ufffe", "\uffff"]
    assert in_xml("\x00\x1f") == "␀␟"


def test_takes_the_whole_text_where_nothing_is_marked() -> None:
    assert pieces([], "abc", 10) == [(10, 13)]
    assert pieces([[0, 1], [2, 3]], "abc", 10) == [(10, 11), (12, 13)]
