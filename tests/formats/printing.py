"""Texts printed to PDF: by Chromium with the fonts in tests/fonts, and by LibreOffice."""

from __future__ import annotations

import base64
import shutil
import subprocess
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

FONTS = Path(__file__).parents[1] / "fonts"
FONT_NAMES = ("amiri", "noto-naskh-arabic", "noto-sans-arabic", "scheherazade-new")

STYLES = {
    "plain": "font-size: 12pt; line-height: 1.7",
    "justified": "font-size: 14pt; line-height: 1.9; text-align: justify",
}


def web_page(text: str, lang: str, font: str | None = None, style: str = "plain", title: str = "") -> str:
    """The text as a page: its first paragraph a heading, the others paragraphs."""
    head, *paragraphs = [part for part in text.strip().split("\n\n") if part]
    face = ""
    if font:
        woff = base64.b64encode((FONTS / f"{font}.woff2").read_bytes()).decode()
        face = f"@font-face {{ font-family: Own; src: url(data:font/woff2;base64,{woff}) }}"
    body = "\n".join(f"<p>{escape(part)}</p>" for part in paragraphs)
    direction = "rtl" if lang == "ar" else "ltr"
    return f"""<!doctype html><html lang="{lang}" dir="{direction}"><head><meta charset="utf-8">
<title>{escape(title or head)}</title><style>{face} @page {{ size: A4; margin: 2.5cm }}
body {{ font-family: Own, serif; {STYLES[style]} }}</style></head>
<body><article><h1>{escape(head)}</h1>
{body}
</article></body></html>"""


def chromium(page: Page, html: str) -> bytes:
    page.set_content(html)
    page.evaluate("document.fonts.ready.then(() => true)")
    return page.pdf(prefer_css_page_size=True)


def libreoffice(folder: Path, document: Path) -> bytes:
    """The document as LibreOffice prints it, its settings kept in the folder."""
    command = [
        str(shutil.which("soffice")),
        "--headless",
        f"-env:UserInstallation={(folder / 'settings').as_uri()}",
        "--convert-to",
        "pdf",
        "--outdir",
        str(folder),
        str(document),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return (folder / f"{document.stem}.pdf").read_bytes()


def amiri_document(path: Path, text: str) -> None:
    """A Word document set in Amiri from right to left."""
    from docx import Document
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    document = Document()
    for part in text.strip().split("\n\n"):
        paragraph = document.add_paragraph()
        paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))
        run = paragraph.add_run(part)
        properties = run._r.get_or_add_rPr()
        fonts = properties.get_or_add_rFonts()
        for name in ("w:ascii", "w:hAnsi", "w:cs"):
            fonts.set(qn(name), "Amiri")
        properties.append(OxmlElement("w:rtl"))
    document.save(str(path))
