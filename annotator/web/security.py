"""Every request: the signed-in person, requests from elsewhere, and headers on every answer."""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import secrets
import threading
import time
import weakref
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Request, Response, current_app, g, redirect, request, session, url_for
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask.typing import ResponseReturnValue
from itsdangerous import SignatureExpired, TimestampSigner, URLSafeTimedSerializer, want_bytes
from itsdangerous.encoding import base64_decode, bytes_to_int

from annotator.model import Forbidden, Person, Unavailable
from annotator.project import Place, Project
from annotator.web import permissions, whence
from annotator.web.attempts import Attempts
from annotator.web.bearers import by_program, holder
from annotator.web.problems import tell_problem
from annotator.web.turns import has_turn

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
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
ENCRYPTED = {"Strict-Transport-Security": "max-age=31536000"}
"""Where the address is https. Whether other names below it are too, only its owner knows."""

PASSED_ON = ("Forwarded", "Via", "X-Real-Ip", "Cf-Connecting-Ip", "True-Client-Ip")
READING = ("GET", "HEAD", "OPTIONS")
SET_BACK = datetime.timedelta(days=1)  # by so much a clock may be put right without anybody noticing
PROLONGED = 3600  # seconds: a younger cookie stays as it is
VERIFIED = 1_000  # cookies
LONGEST_SESSION = datetime.timedelta(days=30)  # however much it is used: a stolen cookie does not last
VARY = ("HX-Request", "HX-Target", "Accept-Language", "Cookie")
OPEN_TO_ALL = ("static", "healthz")
KEPT = ("agreement", "analysis", "export", "settle")
"""Results that were worked out before, and rest on numbers that rows had."""


class _Signer(TimestampSigner):
    """Takes what was signed by a clock that was set back since: that is no reason to sign people out."""

    def unsign(
        self, signed_value: str | bytes, max_age: int | None = None, return_timestamp: bool = False
    ) -> Any:
        try:
            return super().unsign(signed_value, max_age, return_timestamp)  # type: ignore[call-overload]
        except SignatureExpired as error:
            now = datetime.datetime.now(datetime.UTC)
            if error.date_signed is None or not now < error.date_signed < now + SET_BACK:
                raise
        return super().unsign(signed_value, None, return_timestamp)  # type: ignore[call-overload]


class _Sessions(SecureCookieSessionInterface):
    """Sessions in cookies, prolonged by pages only: a file with a cookie would be fetched for each anew."""

    digest_method = staticmethod(hashlib.sha256)  # Flask's own is SHA-1

    def __init__(self) -> None:
        self._verified: dict[tuple[str, str], dict[str, Any]] = {}

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """What was verified not long ago, letter for letter and under the same secret, is so again."""
        g.secret = app.secret_key
        cookie = request.cookies.get(self.get_cookie_name(app), "")
        known = self._verified.get((g.secret, cookie))
        if known is not None and _is_young(cookie):
            return self.session_class(known)  # a copy
        found = super().open_session(app, request)
        if found and all(isinstance(value, str | int) for value in found.values()):
            if len(self._verified) >= VERIFIED:
                self._verified.clear()
            self._verified[g.secret, cookie] = dict(found)
        return found

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        serializer = super().get_signing_serializer(app)
        if serializer is not None:
            serializer.signer = _Signer
            # Who asks while somebody goes back to a copy gets no session of the new one.
            if g and "secret" in g:
                serializer.secret_keys = [want_bytes(g.secret)]
        return serializer

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if request.endpoint in OPEN_TO_ALL or by_program():
            return
        if not session or self.should_set_cookie(app, session):  # every answer varies with the cookie anyway
            super().save_session(app, session, response)

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        """Signing costs as much as looking up a sentence: who saves all day is prolonged once an hour."""
        if session.modified or not super().should_set_cookie(app, session):
            return session.modified
        # Opening the session has verified it.
        return not _is_young(request.cookies.get(self.get_cookie_name(app), ""))


def _is_young(cookie: str) -> bool:
    """Whether a cookie that was verified once was signed so lately that it stays as it is."""
    signed = cookie.split(".")
    return len(signed) >= 3 and 0 <= time.time() - bytes_to_int(base64_decode(signed[-2])) < PROLONGED


class _Opened:
    """A project with its connection, which serves one at a time; opening one costs a checkpoint."""

    secret = ""
    _project: Project

    def project(self, path: Path) -> Project:
        """It remembers what it read, so after a restore it is opened anew."""
        if not self.secret or self._project.secret() != self.secret:
            self._project = Project.open(path)
            self.secret = self._project.secret()
            # A thread has no last word of its own: the connection closes when it is let go of.
            weakref.finalize(self._project, self._project.db.close).atexit = False
        return self._project


class _OpenedByThread(_Opened, threading.local):
    """One for each thread."""


def guard(app: Flask, path: Path) -> None:
    """Put every request of `app` under the rules of this module."""
    app.session_interface = _Sessions()
    app.extensions["attempts"] = Attempts()
    app.extensions["wrong_tokens"] = Attempts()
    of_thread, of_turn = _OpenedByThread(), _Opened()
    place = Place.of(path)

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
        place.check()  # a thread that opens it only now would find another file
        # Who saves has the turn, one after the other. By a connection of their own, eight threads would each
        # read from the file again what the others wrote.
        opened = of_turn if has_turn() else of_thread
        g.project = opened.project(path)
        if opened.secret != g.secret:
            begin_anew(app)  # this or another server of this project went back to a copy
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
        return redirect(url_for("sessions.sign_in", next=here()), 303)

    @app.after_request
    def add_headers(response: Response) -> Response:
        protect(response)
        if request.endpoint == "static":
            fixed = "v" in request.args
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if fixed else "no-cache"
        else:
            response.headers["Cache-Control"] = "no-store"
            _vary(response)
        return response


def _vary(response: Response) -> None:
    before = response.headers.get("Vary")
    if before in (None, "Accept-Encoding"):  # nearly always, and then nothing need be taken apart
        response.headers["Vary"] = ", ".join(filter(None, (before, *VARY)))
    else:
        response.vary.update(VARY)


def protect(response: Response) -> None:
    """What every answer carries, whatever became of the request."""
    response.headers.update(HEADERS)
    if urlsplit(current_app.config["ADDRESS"] or "").scheme == "https":
        response.headers.update(ENCRYPTED)


def comes_from_here() -> bool:
    """Whether a page of ours sent this. Plain-http networks send no Sec-Fetch headers, only Origin."""
    fetch_site = request.headers.get("Sec-Fetch-Site")
    if fetch_site is not None:
        return fetch_site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc == request.host


# ------------------------------------------------------------------ the session


def begin_session(person: Person) -> None:
    """Start afresh, so that nobody can hand over a session they know; the one before ends."""
    end_session()
    session.permanent = True
    session["person"] = person.name
    session["stamp"] = g.project.session_stamp(person.name)
    session["began"] = int(time.time())
    session["id"] = secrets.token_hex(16)
    session["day"] = _today()
    with _unless_full():
        g.project.arrive(person, session["id"])


def begin_anew(app: Flask, person: Person | None = None) -> None:
    """After somebody went back to a copy every session ends: whom a lead removed since, or signed out, must
    not come back by an old one. Who did it stays, where the copy knows them as a lead."""
    app.secret_key = g.secret = g.project.secret()
    for name in KEPT:
        app.extensions.pop(name, None)
    g.person = None
    _clear_session()
    known = [one for one in g.project.people() if person and one.name == person.name]
    if known and known[0].leads and not known[0].removed:
        begin_session(known[0])


def end_session() -> None:
    """Over for everybody who has its cookie, not only in this browser."""
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
    """The person of this session, as long as it lasts."""
    name, stamp = session.get("person"), session.get("stamp")
    if not name or not stamp:
        return None
    began = session.setdefault("began", int(time.time()))  # those of earlier versions did not say
    if time.time() - began > LONGEST_SESSION.total_seconds():
        return None
    person: Person | None = g.project.in_session(name, stamp, session.get("id", ""))
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


def link(endpoint: str, **values: Any) -> str:
    """The whole address of a page, to be sent to somebody: a proxy knows others than we do."""
    public: str | None = current_app.config["ADDRESS"]
    if public:
        # The path below it, where there is one, every address of ours begins with anyway.
        return "{0.scheme}://{0.netloc}".format(urlsplit(public)) + url_for(endpoint, **values)
    return url_for(endpoint, _external=True, **values)


def on_this_computer() -> bool:
    """Whether the request was made on the machine that serves it, not passed on by a proxy."""
    passed_on = any(name in PASSED_ON or name.startswith("X-Forwarded-") for name, _ in request.headers)
    return request.remote_addr in whence.LOOPBACK and not passed_on and not current_app.config["ADDRESS"]


# ------------------------------------------------------------------ addresses


def here() -> str:
    """The address of this request as its page has it, below the path where the project is served."""
    asked = request.full_path if request.query_string else request.path
    return request.root_path + asked


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
