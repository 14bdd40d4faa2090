"""Checked readings: the article's passes whole, every tampering is refused by name."""

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from annotator import text
from annotator.model import Invalid

SAMPLES = Path(text.__file__).parents[1] / "samples"
RAW = (SAMPLES / "idlib-article.txt").read_bytes().decode()
GOLD: dict[str, Any] = json.loads((SAMPLES / "idlib-article.json").read_text("utf-8"))


def unit(reading: dict[str, Any], id: str) -> dict[str, Any]:
    return next(given for given in reading["units"] if given["id"] == id)


def test_takes_all_46_units_as_they_are():
    reading = text.checked(RAW, GOLD)
    assert reading.method == "checked"
    assert [u.id for u in reading.units] == [given["id"] for given in GOLD["units"]]
    for made, given in zip(reading.units, GOLD["units"], strict=True):
        assert made.text == given["text"]
        assert [list(span) for span in made.spans] == given["spans"]
        assert made.paragraph == given.get("para")
        assert list(made.lost_at) == given.get("lost_digits_at", [])
        assert list(made.repeats) == given.get("repeats", [])
        assert list(made.flags) == given["repairs"]
    text.verify(RAW, reading)


def test_maps_its_text_to_the_file():
    for made in text.checked(RAW, GOLD).units:
        for at, source, length in made.runs:
            for shown, stored in zip(made.text[at : at + length], RAW[source : source + length], strict=True):
                assert shown == stored or stored in "”″" or stored.isspace()
        missing = len(made.text) - sum(length for _, _, length in made.runs)
        assert missing <= len(made.joins) + 1


def change(id: str, /, **new: Any) -> Callable[[dict[str, Any]], None]:
    return lambda reading: unit(reading, id).update(new)


def word_changed(reading: dict[str, Any]) -> None:
    unit(reading, "s5")["text"] = unit(reading, "s5")["text"].replace("واشنطن", "موسكو", 1)


def digit_invented(reading: dict[str, Any]) -> None:
    unit(reading, "s2")["text"] = unit(reading, "s2")["text"].replace("سوخوي ", "سوخوي 57", 1)


def unit_left_out(reading: dict[str, Any]) -> None:
    reading["units"].remove(unit(reading, "s6"))


def unit_twice(reading: dict[str, Any]) -> None:
    reading["units"].append({**unit(reading, "h1"), "id": "h9"})


def end_cut_off(reading: dict[str, Any]) -> None:
    unit(reading, "s6")["text"] = unit(reading, "s6")["text"][:-5]


def repair_dropped(reading: dict[str, Any]) -> None:
    unit(reading, "s5")["repairs"].remove("tatweel")


def order_unnamed(reading: dict[str, Any]) -> None:
    unit(reading, "s8")["repairs"].remove("line-rotation")


TAMPERINGS = [
    (word_changed, "Unit s5: the text at character"),
    (digit_invented, "Unit s2: the text at character 38"),
    (unit_left_out, "is in no unit"),
    (unit_twice, "is in h1 and in h9"),
    (end_cut_off, "Unit s6: the text ends"),
    (repair_dropped, "Unit s5: the text at character"),
    (order_unnamed, "Unit s8: its spans are not in the order"),
    (change("s6", spans=[[2063, 20630]], joins=[]), "Unit s6: the span"),
    (change("s6", joins=[" "]), "Unit s6: 3 spans need 2 joins"),
    (change("s6", joins=[" ", "x"]), "Unit s6: a join"),
    (change("s6", kind="poem"), "Unit s6: “kind”"),
    (change("s6", kind=["body"]), "Unit s6: “kind”"),
    (change("s6", id="s5"), "Two units have the id s5"),
    (change("s6", text=None), "Unit s6 has no “text”"),
    (change("s6", spans="none"), "Unit s6 has no “spans”"),
    (change("s6", spans=[[1, "2"]]), "Unit s6: every span"),
    (change("s6", repairs=["magic"]), "Unit s6: “magic” is no repair"),
    (change("q1", repeats=["s99"]), "q1 repeats s99"),
    (change("s2", lost_digits_at=[9999]), "Unit s2: a number is said to be lost"),
    (lambda reading: reading.update(codepoints=3), "a file with 3 characters"),
    (lambda reading: reading.pop("units"), "no list “units”"),
]


@pytest.mark.parametrize(("tamper", "words"), TAMPERINGS)
def test_refuses_a_tampered_reading(tamper, words):
    reading = copy.deepcopy(GOLD)
    tamper(reading)
    with pytest.raises(Invalid, match=words):
        text.checked(RAW, reading)


def test_refuses_a_reading_of_another_file():
    with pytest.raises(Invalid):
        text.checked(RAW.replace("بوتين", "لافروف"), GOLD)


def test_verifies_what_it_reads_and_nothing_else():
    reading = text.read(RAW)
    text.verify(RAW, reading)
    first = reading.units[0]
    for wrong in (
        replace(first, text=first.text + "!"),
        replace(first, runs=first.runs[:-1]),
        replace(first, spans=first.spans[:1], joins=(), text="لقاء"),
    ):
        with pytest.raises(Invalid, match="Unit t1"):
            text.verify(RAW, replace(reading, units=(wrong, *reading.units[1:])))
    with pytest.raises(Invalid, match="in no unit"):
        text.verify(RAW, replace(reading, units=reading.units[1:]))
