"""Every request: the signed-in person, requests from elsewhere, and headers on every answer."""

from __future__ import annotations

import contextlib
import datetime
import secrets
import threading
import weakref
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, redirect, request, session, url_for
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask.typing import ResponseReturnValue

from annotator.model import Forbidden, Missing, Person, Unavailable
from annotator.project import Project
from annotator.web import permissions
from annotator.web.attempts import Attempts
from annotator.web.bearers import by_program, holder
from annotator.web.problems import tell_problem

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}
PASSED_ON = ("Forwarded", "Via", "X-Real-Ip", "Cf-Connecting-Ip", "True-Client-Ip")
LOOPBACK = ("127.0.0.1", "::1")
READING = ("GET", "HEAD", "OPTIONS")
OPEN_TO_ALL = ("static", "healthz")


class _Sessions(SecureCookieSessionInterface):
    """Sessions in cookies, prolonged by pages only: a file with a cookie would be fetched for each anew."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if request.endpoint not in OPEN_TO_ALL and not by_program():
            super().save_session(app, session, response)


def guard(app: Flask, path: Path) -> None:
    """Put every request of `app` under the rules of this module."""
    app.session_interface = _Sessions()
    app.extensions["attempts"] = Attempts()
    app.extensions["wrong_tokens"] = Attempts()
    opened = threading.local()  # a connection crosses no thread; opening one anew costs a checkpoint

    @app.before_request
    def check_request() -> None:
        g.person = None
        # A program sends no cookie that another site could make use of.
        if request.method not in READING and not by_program() and not comes_from_here():
            raise Forbidden(
                "This came from another site, so it was not done. Open the page again and repeat it."
            )
        if request.endpoint in OPEN_TO_ALL:
            return
        if not hasattr(opened, "project"):
            opened.project = Project.open(path)
            # Its thread has no last word of its own: the connection closes when the thread lets go of it.
            weakref.finalize(opened.project, opened.project.db.close).atexit = False
        g.project = opened.project
        if by_program():
            g.person = holder() if permissions.for_tokens(request.endpoint) else None
        else:
            g.person = signed_in_person()
        if g.person and not by_program():
            # Here, before anything is refused: that is told in the person's language too. And only once:
            # a page that tells of a broken project file must not have to read it.
            g.language = g.project.language(g.person)
            _note_day(g.person)
        if request.endpoint:
            permissions.check(request.endpoint, g.person)

    @app.errorhandler(permissions.SignInFirst)
    def ask_to_sign_in(problem: permissions.SignInFirst) -> ResponseReturnValue:
        if request.method not in READING:
            return tell_problem(problem)  # a redirect would throw away what was typed
        here = request.full_path if request.query_string else request.path
        return redirect(url_for("sessions.sign_in", next=here), 303)

    @app.after_request
    def add_headers(response: Response) -> Response:
        response.headers.update(HEADERS)
        if request.endpoint == "static":
            fixed = "v" in request.args
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if fixed else "no-cache"
        else:
            response.headers["Cache-Control"] = "no-store"
            response.vary.update(("HX-Request", "HX-Target", "Accept-Language", "Cookie"))
        return response


def comes_from_here() -> bool:
    """Whether a page of ours sent this. Plain-http networks send no Sec-Fetch headers, only Origin."""
    fetch_site = request.headers.get("Sec-Fetch-Site")
    if fetch_site is not None:
        return fetch_site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc == request.host


# ------------------------------------------------------------------ the session


def begin_session(person: Person) -> None:
    """Start afresh, so that nobody can hand over a session they know."""
    _clear_session()
    session.permanent = True
    session["person"] = person.name
    session["stamp"] = g.project.session_stamp(person.name)

    session["id"] = secrets.token_hex(16)
    session["day"] = _today()
    with _unless_full():
        g.project.arrive(person, session["id"])


def end_session() -> None:
    if g.person and "id" in session:
        with _unless_full():
            g.project.leave(g.person, session["id"])
    _clear_session()


def _clear_session() -> None:
    """Who chose a language at the door keeps it, on either side."""
    kept = {name: session[name] for name in ("language", "language_of") if name in session}
    session.clear()
    session.update(kept)


def signed_in_person() -> Person | None:
    """The person of this session, unless they were changed or removed since it began."""
    name, stamp = session.get("person"), session.get("stamp")
    if not name or not stamp or g.project.session_stamp(name) != stamp:
        return None
    try:
        person: Person = g.project.person(name)
    except Missing:
        return None
    return person


def _note_day(person: Person) -> None:
    """Once a day, so that the lead sees when somebody was last here."""
    if session.get("day") == _today():
        return
    session["day"] = _today()
    session.setdefault("id", secrets.token_hex(16))
    with _unless_full():
        g.project.stay(person, session["id"])


def _today() -> str:
    return datetime.datetime.now(datetime.UTC).date().isoformat()


def _unless_full() -> contextlib.suppress:
    """Nobody is kept from reading because the disk is full: then a visit goes unnoticed."""
    return contextlib.suppress(Unavailable)


def address() -> str:
    """Where the request comes from; behind a proxy of ours, what the proxy says."""
    own = request.remote_addr or ""
    passed_on = request.headers.get("X-Forwarded-For", "")
    ours = own in LOOPBACK or current_app.config["ADDRESS"]
    return passed_on.rpartition(",")[2].strip() if passed_on and ours else own


def link(endpoint: str, **values: Any) -> str:
    """The whole address of a page, to be sent to somebody: a proxy knows others than we do."""
    public: str | None = current_app.config["ADDRESS"]
    if public:
        return public.rstrip("/") + url_for(endpoint, _external=False, **values)
    return url_for(endpoint, _external=True, **values)


def on_this_computer() -> bool:
    """Whether the request was made on the machine that serves it, not passed on by a proxy."""
    passed_on = any(name in PASSED_ON or name.startswith("X-Forwarded-") for name, _ in request.headers)
    return request.remote_addr in LOOPBACK and not passed_on and not current_app.config["ADDRESS"]


# ------------------------------------------------------------------ addresses


def local_address(address: str | None) -> str | None:
    """`address` if it leads to a page of ours.

    >>> local_address("/codebook#stance-ru"), local_address("//elsewhere.example")
    ('/codebook#stance-ru', None)
    """
    if not address or not address.startswith("/") or address.startswith("//"):
        return None
    if "\\" in address or any(ord(c) < 0x21 or ord(c) == 0x7F for c in address):
        return None  # browsers read a backslash as a slash, and drop tabs and line ends
    return address
