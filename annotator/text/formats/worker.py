"""The process that reads files apart: takes a file, gives its text back, until its input ends."""

from __future__ import annotations

import logging
import os
import sys
import warnings
from typing import Any

import orjson

from annotator.model import Invalid, Said, as_json
from annotator.text.formats.apart import receive, send
from annotator.text.formats.source import Source

MEMORY = 1_500_000_000
"""Bytes of address space, where the system lets a process limit itself (not Windows)."""


def read(method: str, data: bytes, encoding: str | None) -> Source:
    if method == "pdf":
        from annotator.text.formats import pdf

        return pdf.read(data)
    if method == "docx":
        from annotator.text.formats import word

        return word.read(data)
    from annotator.text.formats import html

    return html.read(data, encoding)


def answered(method: str, data: bytes, encoding: str | None) -> dict[str, Any]:
    try:
        source = read(method, data, encoding)
        return {"source": source, "warnings": [as_json(warning) for warning in source.warnings]}
    except Invalid as problem:
        return {"invalid": as_json(problem.said)}
    except MemoryError:
        needed = f"{MEMORY / 1e9:.1f}"
        sentence = Said(
            "Reading the file needs more than %(size)s GB of memory. It was not read.", size=needed
        )
    except RecursionError:
        sentence = Said("The file refers to itself without end. Print it to a new file and add that.")
    except Exception:
        # Three libraries meet files made to break them; whatever they raise means the same to the person.
        sentence = Said("The file is damaged and cannot be read. Save or print it anew and add that.")
    return {"invalid": as_json(sentence)}


def limit_memory() -> None:
    try:
        import resource
    except ImportError:
        return
    _, highest = resource.getrlimit(resource.RLIMIT_AS)
    if sys.platform == "linux":  # elsewhere the limit is refused or means something else
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, highest))


def main() -> None:
    limit_memory()
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    # Whatever a library prints must not end up between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    while True:
        try:
            asked = orjson.loads(receive(sys.stdin.buffer))
            data = receive(sys.stdin.buffer)
        except EOFError:
            return
        send(answers, orjson.dumps(answered(asked["method"], data, asked["encoding"])))


if __name__ == "__main__":
    main()
