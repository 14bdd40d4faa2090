"""False repairs on clean Arabic: python tests/bench/clean_arabic.py FOLDER.

The text is what Arabic translators wrote for programs and manuals in Debian 12: whole sentences by
many hands, wrapped at 90 characters. Unpack the packages into FOLDER first:

    apt-get download mediawiki wordpress-l10n libreoffice-l10n-ar firefox-esr-l10n-ar \\
        thunderbird-l10n-ar cinnamon-l10n evolution-common gnucash-common vlc-l10n phpmyadmin orca \\
        gimp-data mate-user-guide digikam-data kdenlive-data
    for package in *.deb; do dpkg -x "$package" FOLDER; done

Every proposal is printed with its words, so that a reader can tell the false ones from blanks that
a translator really forgot.
"""

from __future__ import annotations

import gettext
import json
import re
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from annotator import text
from annotator.model import Repair
from tests.core.test_text_reading import wrapped

WIDTH = 90
LEAST = 4  # words of a sentence
PARAGRAPHS = 40  # messages to a document: about as long as a report
GUESSED = ("turned-line", "broken-word", "missing-blank", "closing-mark", "lost-number", "furniture")

_MARKUP = re.compile(r"[<>{}\[\]|%$#=~&\\^*]|__|''")  # a value goes there: the wording alone is no prose
_ARABIC = re.compile("[\u0621-\u064a]")


def messages(folder: Path) -> Iterator[str]:
    for catalogue in sorted(folder.rglob("*.mo")):
        if "ar" in catalogue.parts or catalogue.stem in ("ar", "admin-ar", "admin-network-ar"):
            with catalogue.open("rb") as file:
                yield from map(str, gettext.GNUTranslations(file)._catalog.values())  # type: ignore[attr-defined]
    for manual in sorted(folder.rglob("help/ar/**/*.xml")):
        paragraphs = re.findall(r"<para>(.*?)</para>", manual.read_text("utf-8"), re.DOTALL)
        yield from (" ".join(re.sub(r"</?\w+[^>]*>", "", paragraph).split()) for paragraph in paragraphs)
    for wording in sorted(folder.rglob("ar.json")):
        yield from (
            value for value in json.loads(wording.read_text("utf-8")).values() if isinstance(value, str)
        )
    for packed in sorted(folder.rglob("*.xpi")):
        with zipfile.ZipFile(packed) as archive:
            for name in archive.namelist():
                if name.endswith((".ftl", ".properties")):
                    lines = archive.read(name).decode("utf-8", "replace").splitlines()
                    yield from (line.partition("=")[2] for line in lines if "=" in line)


def prose(folder: Path) -> list[str]:
    """Messages of at least four words, mostly Arabic letters, each once."""
    found: dict[str, None] = {}
    for message in messages(folder):
        for paragraph in message.split("\n"):
            words = " ".join(paragraph.split())
            if (
                len(words.split()) >= LEAST
                and not _MARKUP.search(words)
                and len(_ARABIC.findall(words)) > 0.6 * len(words)
            ):
                found[words] = None
    return list(found)


def main(folder: Path) -> None:
    paragraphs = prose(folder)
    lines = 0
    found: list[Repair] = []
    for start in range(0, len(paragraphs), PARAGRAPHS):
        raw = "\n\n".join(wrapped(paragraph, WIDTH) for paragraph in paragraphs[start : start + PARAGRAPHS])
        lines += sum(bool(line.strip()) for line in raw.splitlines())
        found += text.read(raw, "ar").repairs
    kinds = Counter(repair.kind for repair in found)
    print(f"{len(paragraphs)} paragraphs, {lines} lines")
    for kind, count in kinds.most_common():
        print(f"{kind:20} {count}")
    for repair in found:
        if repair.kind in GUESSED:
            print(f"  {repair.kind}: {repair.before!r} -> {repair.after!r}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
