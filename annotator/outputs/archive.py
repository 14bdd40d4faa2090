"""Zip archives that leave while they are written: the memory they need is that of one file's chunk."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator

File = tuple[str, Iterable[bytes]]
"""A path inside the archive, and its contents in chunks."""

OLDEST = (1980, 1, 1, 0, 0, 0)
"""The same contents give the same bytes, so no file has a time of its own."""

UNSAFE = re.compile(
    r'[\\/:*?"<>|%\x00-\x1f\x7f]|^[. ]|[. ]$'
    r"|^(?=(?i:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:[. ]|$))."  # these are devices to Windows
)


class _Sent:
    """What the zip has written since somebody looked. It cannot go back, so the zip never tries."""

    def __init__(self) -> None:
        self._written: list[bytes] = []

    def write(self, chunk: bytes) -> int:
        self._written.append(bytes(chunk))
        return len(chunk)

    def flush(self) -> None:
        """Nothing waits here."""

    def close(self) -> None:
        """Nothing is open."""

    def take(self) -> bytes:
        taken = b"".join(self._written)
        self._written.clear()
        return taken


def archive(files: Iterable[File], *, large: bool = False) -> Iterator[bytes]:
    """The files as one zip; `large` where one may have 2 GB or more, which old readers do not take."""
    sent = _Sent()
    with zipfile.ZipFile(sent, "w") as zipped:
        for path, chunks in files:
            about = zipfile.ZipInfo(path, OLDEST)
            about.compress_type = zipfile.ZIP_DEFLATED
            about.external_attr = 0o644 << 16
            with zipped.open(about, "w", force_zip64=large) as file:
                for chunk in chunks:
                    file.write(chunk)
                    yield sent.take()
            yield sent.take()
    yield sent.take()


def folder(name: str) -> str:
    """A person's name as a folder that every system takes; two names never give the same one.

    >>> folder("Ana"), folder("عمر"), folder("A: 50%"), folder(".."), folder("Con"), folder("Conny")
    ('Ana', 'عمر', 'A%3A 50%25', '%2E%2E', '%43on', 'Conny')
    """
    return UNSAFE.sub(lambda found: f"%{ord(found[0]):02X}", name)
