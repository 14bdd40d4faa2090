"""Passwords: which are taken, and how they are kept.

Any characters, any length from 8 on, no rules of composition and no expiry, as NIST SP 800-63B and OWASP ASVS
5.0 (6.2) ask. What is refused is what guessers try first: the commonest passwords, and one's own name.
"""

from __future__ import annotations

import functools
import gzip
import threading
from importlib import resources

from werkzeug.security import check_password_hash, generate_password_hash

from annotator.model import Invalid

SHORTEST = 8
METHOD = "scrypt:32768:8:3"  # 32 MB, three times: the least that OWASP's cheat sheet on storage asks for
OF_THE_PLACE = ("qawl", "annotator", "lead", "password")
"""Words that belong to every project, and so to every guesser."""

_together = threading.BoundedSemaphore(1)  # each takes 32 MB: strangers at the door must not fill the memory


def checked_password(password: str, name: str = "") -> str:
    """`password`, if `name` may have it."""
    if len(password) < SHORTEST:
        raise Invalid("A password has at least 8 characters.")
    if password.casefold() in _common():
        raise Invalid("This password is one of the first that guessers try. Choose another.")
    if _left(password.casefold(), [*name.casefold().split(), *OF_THE_PLACE]):
        raise Invalid("This password is little more than a name. Add words to it that nobody expects.")
    return password


def hashed(password: str) -> str:
    with _together:
        return generate_password_hash(password, METHOD)


def fits(kept: str | None, password: str) -> bool:
    """Whether this is the password. Where nobody is, it takes as long: names cannot be found out."""
    nobodys = f"{METHOD}${'0' * 16}${'0' * 128}"
    with _together:
        return check_password_hash(kept or nobodys, password) and kept is not None


def outdated(kept: str) -> bool:
    """Whether it was kept in a way that is easier to guess."""
    return not kept.startswith(f"{METHOD}$")


def _left(password: str, words: list[str]) -> bool:
    """Whether next to nothing is left without these words.

    >>> [_left(one, ["ana"]) for one in ("ana12345", "ana-ana-ana", "secret-ana", "7b2f01c4e9ana")]
    [True, True, False, False]
    """
    rest = password
    for word in sorted(words, key=len, reverse=True):
        if len(word) > 2:
            rest = rest.replace(word, "")
    letters = sum(one.isalpha() for one in rest)
    return rest != password and letters < 4 and len(rest) < SHORTEST


@functools.cache
def _common() -> frozenset[str]:
    """The commonest of 8 characters and more, of the passwords that Django ships (its licence is beside)."""
    packed = (resources.files("annotator.project") / "common-passwords.txt.gz").read_bytes()
    return frozenset(gzip.decompress(packed).decode("utf-8").split("\n"))
