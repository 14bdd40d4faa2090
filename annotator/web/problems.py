"""The one place where the web tells a problem: which status, which sentence, which way on."""

from __future__ import annotations

from flask import Flask, Response, make_response, render_template, request
from htmx_flask import request as htmx_request
from werkzeug.exceptions import HTTPException, InternalServerError, RequestEntityTooLarge, SecurityError

from annotator.model import Forbidden, Invalid, Missing, Problem, Stale, Unavailable
from annotator.project import Failure
from annotator.project import told as plain
from annotator.web import bearers
from annotator.web.attempts import TooSoon
from annotator.web.permissions import TokenFirst
from annotator.web.words import N_, _, told

STATUS = {
    TokenFirst: 401,
    TooSoon: 429,
    Invalid: 422,
    Missing: 404,
    Forbidden: 403,
    Stale: 409,
    Unavailable: 503,
}
TITLES = {
    400: N_("This request cannot be read."),
    403: N_("You may not do that."),
    404: N_("This page is not here."),
    405: N_("This address does not work that way."),
    409: N_("Somebody was first."),
    413: N_("This is too large."),
    422: N_("This cannot be saved yet."),
    500: N_("Something broke on our side."),
    503: N_("The project file cannot be used."),
}
WORDS = {
    404: N_("The address may be mistyped, or the document was never imported."),
    405: N_("Go to the documents and start from there."),
    413: N_("A file may have up to 20 MB, and all files of one import 200 MB. Add fewer at once."),
    500: N_("What was saved before is safe. Try again, and tell the project’s lead if it breaks again."),
}
OF_PROGRAMS = {
    404: "Nothing is at this address. The addresses are in /api/v1/openapi.json.",
    405: "Programs only read here: use GET.",
}


def handle(app: Flask) -> None:
    app.register_error_handler(Problem, tell_problem)
    app.register_error_handler(Failure, lambda error: tell_problem(plain(error)))
    app.register_error_handler(HTTPException, tell_refusal)
    app.register_error_handler(InternalServerError, tell_refusal)


def tell_problem(problem: Problem) -> Response:
    if bearers.by_program():
        return bearers.told(status_of(problem), str(problem), problem)
    return _answer(status_of(problem), told(problem), problem)


def status_of(problem: Problem) -> int:
    return next((code for kind, code in STATUS.items() if isinstance(problem, kind)), 422)


def tell_refusal(error: HTTPException) -> Response:
    if isinstance(error, SecurityError):
        # The request names a host that is not ours: no page of ours can be built for it.
        way = _("Open this project at the address the server printed.")
        return make_response(f"{way}\n", 400, {"Content-Type": "text/plain"})
    status = error.code or 500
    if status < 400:
        return make_response(error.get_response())
    if isinstance(error, RequestEntityTooLarge):
        status = 413
    if bearers.by_program():
        answer = bearers.told(status, OF_PROGRAMS.get(status, WORDS.get(status, TITLES[400])))
    else:
        answer = _answer(status, _(WORDS[status]) if status in WORDS else "", None)
    answer.headers.update({name: value for name, value in error.get_headers() if name == "Allow"})
    return answer


def _answer(status: int, words: str, problem: Problem | None) -> Response:
    """A place on the page after a form, so that what was typed stays; a page of its own otherwise."""
    said = {"status": status, "title": _(TITLES.get(status, TITLES[400])), "words": words, "problem": problem}
    beside_form = bool(htmx_request.htmx) and request.method != "GET"
    response = make_response(
        render_template("problem/_problem.html" if beside_form else "problem/page.html", **said), status
    )
    if beside_form:
        response.headers["HX-Retarget"] = "#problem"
        response.headers["HX-Reswap"] = "innerHTML"
        response.headers["HX-Push-Url"] = "false"
    return response
