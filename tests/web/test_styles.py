"""All styles come with the first page, so no page may style what is another's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
PAGES = sorted(
    path.stem for path in (CHECKOUT / "static").glob("*.css") if path.stem not in ("base", "fonts")
)


def styled(page: str) -> set[str]:
    """The classes that a page's style sheet names."""
    css = re.sub(r"/\*.*?\*/", "", (CHECKOUT / "static" / f"{page}.css").read_text("utf-8"), flags=re.DOTALL)
    return {
        name
        for selector in re.findall(r"[^{};]+(?=\{)", css)
        for name in re.findall(r"\.([a-z][\w-]*)", selector)
    }


def used(page: str) -> set[str]:
    """The classes that a page's templates use."""
    found: set[str] = set()
    for template in (CHECKOUT / "templates" / page).glob("*.html"):
        for value in re.findall(r'class="([^"]*(?:"[\w-]+"[^"]*)*)"', template.read_text("utf-8")):
            found |= set(re.findall(r"[a-z][\w-]*", re.sub(r"\{%.*?%\}|\{\{.*?\}\}", " ", value)))
    return found


@pytest.mark.parametrize("page", [*PAGES, "base"])
def test_asks_nothing_of_all_the_page(page: str) -> None:
    """What html or body :has() is looked for at every key, and much of the page styled anew."""
    css = (CHECKOUT / "static" / f"{page}.css").read_text("utf-8")
    assert not re.findall(r"(?:html|body|:root|main|#work|\.desk|\.text-pane):has\(", css)


@pytest.mark.parametrize("page", PAGES)
def test_leaves_the_classes_of_other_pages_alone(page: str) -> None:
    own = styled(page) - styled("base")
    # A page may have several style sheets: what follows a hyphen names the part.
    folder = page.partition("-")[0]
    others = {other: own & used(other) for other in PAGES if other != folder}
    assert {other: names for other, names in others.items() if names} == {}
