"""Small PDF files written by hand: what programs never write, and people who mean harm do."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence

FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"


def assembled(objects: Sequence[bytes], trailer: bytes = b"") -> bytes:
    """A PDF of the objects, numbered from 1; the first is the catalogue."""
    written = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(written)
    written += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    written += b"".join(b"%010d 00000 n \n" % place for place in places)
    written += b"trailer << /Size %d /Root 1 0 R %s >>\n" % (len(objects) + 1, trailer)
    return bytes(written + b"startxref\n%d\n%%%%EOF\n" % table)


def stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), entries, content)


def pages(contents: Sequence[bytes], *, font: bytes = FONT, more: Mapping[str, bytes] | None = None) -> bytes:
    """One page for each content stream object; `more` are further resources as they stand in the file."""
    resources = b"/Font << /F1 3 0 R >> " + b" ".join(
        b"/%s %s" % (name.encode(), value) for name, value in (more or {}).items()
    )
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"", font]
    kids = []
    for content in contents:
        objects.append(content)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << %s >> /Contents %d 0 R >>"
            % (resources, len(objects))
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    return assembled(objects)


def bomb(megabytes: int) -> bytes:
    """A page whose content is that many million NUL bytes, in a thousandth of the size."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(bytes(1_000_000)) + packer.flush(zlib.Z_FULL_FLUSH)
    checksum = (megabytes * 1_000_000 % 65_521 << 16) | 1  # Adler-32 of NUL bytes
    content = b"\x78\x9c" + block * megabytes + b"\x03\x00" + checksum.to_bytes(4, "big")
    return pages([stream(content, b"/Filter /FlateDecode")])


def locked() -> bytes:
    """A file that opens with a password only."""
    seal = b"<" + b"5a" * 32 + b">"
    return assembled(
        [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>"],
        b"/ID [<00> <00>] /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O %s /U %s >>" % (seal, seal),
    )


def shown(text: str) -> bytes:
    """The content of a page with one line of Latin text."""
    return stream(b"BT /F1 12 Tf 72 720 Td (%s) Tj ET" % text.encode("latin-1"))


PICTURE = stream(
    b"q 500 0 0 700 40 40 cm BI /W 1 /H 1 /BPC 8 /CS /G ID \x80 EI Q",
)


def wrongly_mapped(text: str) -> bytes:
    """A PDF that shows `text` but whose character map says the next letter of the alphabet everywhere."""
    letters = sorted(set(text))
    codes = {letter: number for number, letter in enumerate(letters, 1)}
    rows = "".join(
        f"<{codes[letter]:02x}> <{ord(letter) + letter.isalpha():04x}>\n"
        for letter in letters
        if letter != "\n"
    )
    mapping = (
        "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <ff> endcodespacerange\n"
        f"{len(letters)} beginbfchar\n{rows}endbfchar endcmap end"
    )
    lines = text.strip().splitlines()
    content = "BT /F1 10 Tf 14 TL 50 800 Td\n"
    for line in lines:
        for start in range(0, len(line), 90):
            content += f"<{''.join(f'{codes[letter]:02x}' for letter in line[start : start + 90])}> Tj T*\n"
    font = (
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /FirstChar 0 /LastChar 255 "
        b"/Widths [%s] /ToUnicode 6 0 R >>" % (b"500 " * 256)
    )
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [5 0 R] /Count 1 >>",
        font,
        stream(content.encode() + b"ET"),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
        b"/Resources << /Font << /F1 3 0 R >> >> /Contents 4 0 R >>",
        stream(mapping.encode()),
    ]
    return assembled(objects)
