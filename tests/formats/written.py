"""Short texts written for these tests, in the four languages, with numbers of every kind."""

from __future__ import annotations

from pathlib import Path

_FOLDER = Path(__file__).parent / "texts"

ARABIC = tuple((_FOLDER / f"ar-{number}.txt").read_text(encoding="utf-8") for number in (1, 2, 3))

TEXTS = {
    "ar": ARABIC[0],
    **{lang: (_FOLDER / f"{lang}.txt").read_text(encoding="utf-8") for lang in ("ru", "tr", "en")},
}
