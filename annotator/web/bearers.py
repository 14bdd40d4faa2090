"""Programs at the door: the token they send, and the plain answers they get."""

from __future__ import annotations

from http import HTTPStatus

import orjson
from flask import Response, current_app, g, request

from annotator.model import Forbidden, Invalid, Person, Problem
from annotator.web import whence
from annotator.web.attempts import Attempts, TooSoon
from annotator.web.permissions import TokenFirst

ADDRESSES = "/api/"
PROBLEM = "application/problem+json"


def by_program() -> bool:
    """Whether this request is for a program: it carries a token or nothing, and no cookie counts."""
    return request.path.startswith(ADDRESSES)


def holder() -> Person | None:
    """The person whose token this request carries, or None where it carries none.

    A right token always works: nobody can keep a program out by sending wrong ones from the same office.
    """
    kind, _, words = request.headers.get("Authorization", "").partition(" ")
    if not kind:
        return None
    if kind.lower() != "bearer" or not words.strip():
        raise TokenFirst("Send the token as a header: Authorization: Bearer TOKEN")
    try:
        person: Person = g.project.bearer(words.strip())
    except Forbidden as problem:
        address = whence.address()
        failed().begin(address, address)
        raise TokenFirst(problem.said) from problem
    return person


def failed() -> Attempts:
    """Tokens that did not work, apart from sign-ins that failed."""
    made: Attempts = current_app.extensions["wrong_tokens"]
    return made


def told(status: int, sentence: str, problem: Problem | None = None) -> Response:
    """A problem as RFC 9457 has it, in English: programs pass it on as it is."""
    body: dict[str, object] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": sentence,
    }
    if isinstance(problem, Invalid) and problem.field:
        body["field"] = problem.field
    answer = Response(orjson.dumps(body) + b"\n", status, content_type=PROBLEM)
    answer.headers["Content-Language"] = "en"
    if isinstance(problem, TokenFirst):
        answer.headers["WWW-Authenticate"] = "Bearer"
    if isinstance(problem, TooSoon):
        answer.headers["Retry-After"] = str(problem.seconds)
    return answer
