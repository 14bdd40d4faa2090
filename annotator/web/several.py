"""Several projects behind one door: each under a path of its own, and a page that names them.

Each is the whole application it is alone: its own people, sessions, secrets and slowed-down guessing. They
share the process and, to a browser, the site.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Flask, Response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from htmx_flask import Htmx
from werkzeug.exceptions import NotFound
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from annotator.model import Invalid, Missing, Names, Problem
from annotator.project import Failure, Project
from annotator.web import bundles, health, languages, layout, logs, security

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

ALIKE = ("TRUSTED_HOSTS", "ADDRESS", "PROXIES")
FORMER = re.compile(r"^\.|\.before-\d+(-\d+)?$|\.\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ(\.[a-z-]+)?$")
TAKEN = ("static", "healthz", "language")  # what the first page itself answers to


def project_files(paths: Sequence[Path]) -> list[Path]:
    """These files, and every project file in these folders; not copies of one, nor what an
    upgrade left beside it as it was, or a restore because it was damaged."""
    found: list[Path] = []
    for path in paths:
        inside = [path]
        if path.is_dir():
            inside = [one for one in sorted(path.glob("*.db")) if not FORMER.search(one.stem)]
        if not inside:
            raise Missing("There is no project file in the folder %(folder)s.", folder=path)
        found += inside
    return found


def named(paths: Sequence[Path]) -> dict[str, Path]:
    """Every project by the path it gets; it hangs on the name of the file alone, so that links stay right.

    >>> list(named([Path("Pilot 2019.db"), Path("المشروع.db")]))
    ['pilot-2019', 'project-7eb84d']
    """
    found: dict[str, Path] = {}
    for path in paths:
        name = slug(path.stem)
        if name in found or name in TAKEN:
            raise Invalid(
                "%(path)s would be served as /%(name)s/, which is taken. Rename one of the files.",
                path=path,
                name=name,
            )
        found[name] = path
    return found


def slug(stem: str) -> str:
    """Letters, digits and hyphens: the same on every system, whichever way it writes accents and capitals."""
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if slug:
        return slug
    return "project-" + hashlib.sha256(unicodedata.normalize("NFC", stem).encode()).hexdigest()[:6]


def application(
    paths: Sequence[Path],
    *,
    trusted_hosts: Sequence[str] | None = None,
    address: str | None = None,
    proxies: Sequence[str] = (),
    unserved: Mapping[Path, Problem] = {},
) -> WSGIApplication:
    """What the server runs: the project's own application, or all of them behind one first page.

    A folder of projects has that page even where there is one in it: links must not change with the second.
    Where those `unserved` would be, that page says that they are not.
    """
    from annotator.web import create_app

    below = urlsplit(address or "").path.rstrip("/")
    alone = len(paths) == 1 and not paths[0].is_dir()
    make = functools.partial(create_app, trusted_hosts=trusted_hosts, address=address, proxies=proxies)
    if alone and not below:
        return make(paths[0])
    files = project_files(paths)
    places = {below: files[0]} if alone else {f"{below}/{name}": path for name, path in named(files).items()}
    apps = {place: make(path, place=place) for place, path in places.items() if path not in unserved}
    closed = {place: (path, unserved[path]) for place, path in places.items() if path in unserved}
    front = _front({place: (app, places[place]) for place, app in apps.items()}, closed, alone)
    mounts: dict[str, WSGIApplication] = dict(apps)
    if below and below not in mounts:
        mounts[below] = front
    return DispatcherMiddleware(front, mounts)


def _front(
    projects: Mapping[str, tuple[Flask, Path]], closed: Mapping[str, tuple[Path, Problem]], alone: bool
) -> Flask:
    """The page at the root. It opens the projects' files for their titles, and knows nobody."""
    one = next(app for app, _ in projects.values())
    front = Flask("annotator", static_folder=one.static_folder, template_folder=one.template_folder)
    front.config.update({name: one.config[name] for name in ALIKE if name in one.config})
    Htmx(front)
    bundles.serve_bundles(front)
    languages.furnish(front)
    layout.furnish(front)

    @front.get("/")
    def index() -> ResponseReturnValue:
        if alone:
            return redirect(next(iter(projects)) + "/", 303)
        return _index(projects, closed)

    @front.errorhandler(NotFound)
    def not_found(error: NotFound) -> ResponseReturnValue:
        asked = request.root_path + request.path + "/"
        if any(asked.startswith(place + "/") for place in closed):
            return _index(projects, closed), 503
        return error.get_response()

    @front.get("/healthz")
    def healthz() -> Response:
        found = {place: app.extensions["health"].found() for place, (app, _) in projects.items()}
        found |= {place: health.Found(str(why)) for place, (_, why) in closed.items()}
        return health.told(found, security.on_this_computer())

    @front.after_request
    def add_headers(response: Response) -> Response:
        security.protect(response)
        if request.endpoint != "static":
            response.headers["Cache-Control"] = "no-store"
            response.vary.add("Accept-Language")
        return response

    logs.listen(front, "".join(str(app.secret_key) for app, _ in projects.values()))
    return front


def _index(projects: Mapping[str, tuple[Flask, Path]], closed: Mapping[str, tuple[Path, Problem]]) -> str:
    """What is wrong with a file is for who runs the server: anybody may open this page."""
    told = security.on_this_computer()
    return render_template(
        "several/index.html",
        projects=_titles(projects),
        unserved=[(path.stem, problem if told else None) for path, problem in closed.values()],
    )


def _titles(projects: Mapping[str, tuple[Flask, Path]]) -> list[tuple[str, str, Names]]:
    """Where each project is, the name of its file, and what its codebook is called."""
    found = []
    for place, (_, path) in projects.items():
        title: Names = {}
        # What is wrong with one is told on its own pages; the others are found from here all the same.
        with contextlib.suppress(Problem, Failure), Project.open(path) as project:
            title = project.codebook().title
        found.append((place + "/", path.stem, title))
    return found
