"""The web application: its blueprints, its settings, and the one place they meet."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from htmx_flask import Htmx
from werkzeug.routing import IntegerConverter, Map

from annotator.project import Project
from annotator.web import (
    again,
    agreement,
    analysis,
    annotate,
    annotate_hint,
    api,
    backups,
    blindness,
    bundles,
    codebook,
    codebook_edit,
    compression,
    documents,
    export,
    fragments,
    health,
    history,
    homecoming,
    imports,
    imports_check,
    imports_sentences,
    invitations,
    languages,
    layout,
    logs,
    people,
    problems,
    rounds,
    search,
    security,
    sessions,
    settle,
    speakers,
    tokens,
    turns,
)

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
MEGABYTE = 1_000_000
PAGES = (
    sessions,
    languages,
    documents,
    imports,
    imports_check,
    imports_sentences,
    homecoming,
    codebook,
    codebook_edit,
    annotate,
    annotate_hint,
    again,
    history,
    agreement,
    settle,
    analysis,
    export,
    search,
    speakers,
    people,
    rounds,
    invitations,
    tokens,
    backups,
    api,
)


class _Application(Flask):
    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Nothing here is asynchronous. Flask would look for it in a dozen functions at every request."""
        return func


class RowNumber(IntegerConverter):
    """A number in an address, no larger than the project file can look up."""

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=2**63 - 1)


def create_app(
    path: str | os.PathLike[str],
    *,
    testing: bool = False,
    trusted_hosts: Sequence[str] | None = None,
    address: str | None = None,
    proxies: Sequence[str] = (),
    place: str = "",
) -> Flask:
    """The application on one project file. Requests must name one of the `trusted_hosts`.

    `address` is what people type, where a proxy passes their requests on. `proxies` are the IP addresses of
    those on other computers, which are believed when they say where a request came from. `place` is the path
    that it is served under, where it has neighbours: "/pilot".
    """
    public = urlsplit(address or "")
    encrypted = public.scheme == "https"
    app = _Application(
        "annotator", static_folder=_beside_or_inside("static"), template_folder=_beside_or_inside("templates")
    )
    with Project.open(path) as project:
        secret, first = project.secret(), project.first_secret()
    app.config.update(
        TESTING=testing,
        SECRET_KEY=secret,
        SESSION_COOKIE_NAME=_cookie_name(first, encrypted, place),
        SESSION_COOKIE_PATH=place or "/",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(days=14),
        SESSION_COOKIE_SECURE=encrypted,
        TRUSTED_HOSTS=[*(trusted_hosts or LOOPBACK), *filter(None, [public.hostname])],
        ADDRESS=address,
        PROXIES=tuple(proxies),
        MAX_CONTENT_LENGTH=11 * MEGABYTE,  # importing allows more
        MAX_FORM_MEMORY_SIZE=2 * MEGABYTE,
    )
    app.url_map.converters["int"] = RowNumber
    Htmx(app)
    turns.take_turns(app)
    security.guard(app, Path(path))
    problems.handle(app)
    languages.furnish(app)
    bundles.serve_bundles(app)
    layout.furnish(app)
    fragments.furnish(app)
    blindness.furnish(app)
    compression.compress_pages(app)
    for page in PAGES:
        app.register_blueprint(page.bp)
    health.furnish(app, Path(path))
    logs.listen(app, secret)
    return app


def _cookie_name(secret: str, encrypted: bool, place: str) -> str:
    """Cookies ignore ports: two projects on one computer need two names, that last as long as the projects.

    Browsers let nobody without TLS set a name that begins with __Secure-, and with __Host- nobody who is
    merely below the same domain; but that is for the whole site, where a project has neighbours of its own.
    """
    guard = ("__Secure-" if place else "__Host-") if encrypted else ""
    return f"{guard}qawl-{hashlib.sha256(secret.encode()).hexdigest()[:8]}"


def _beside_or_inside(folder: str) -> str:
    """`templates/` and `static/` lie inside the package in a wheel and beside it in a checkout."""
    package = Path(__file__).resolve().parents[1]
    inside = package / folder
    return str(inside if inside.is_dir() else package.parent / folder)
