"""Session cookies as somebody would make, keep or change them."""

from __future__ import annotations

import time
from typing import Any, cast

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask.testing import FlaskClient

from annotator.project import Project

DAY = 24 * 3600


def signed(app: Flask, fields: dict[str, Any], *, age: float = 0, secret: str | None = None) -> str:
    """A cookie with this in it, signed so many seconds ago: with the application's secret, or another."""
    was, app.secret_key = app.secret_key, secret or app.secret_key
    serializer = cast(SecureCookieSessionInterface, app.session_interface).get_signing_serializer(app)
    app.secret_key = was
    assert serializer is not None
    plain = cast(type, serializer.signer)
    serializer.signer = type("Then", (plain,), {"get_timestamp": lambda self: int(time.time() - age)})
    return str(serializer.dumps(fields))


def of(project: Project, name: str, **more: Any) -> dict[str, Any]:
    """What the cookie of somebody who signed in just now holds."""
    return {
        "_permanent": True,
        "person": name,
        "stamp": project.session_stamp(name),
        "began": int(time.time()),
        "id": f"session of {name}",
        **more,
    }


def visitor(app: Flask, cookie: str | None = None, **environment: str) -> FlaskClient:
    """A browser of its own, with this cookie."""
    client = app.test_client()
    client.environ_base["HTTP_ORIGIN"] = "http://localhost"
    client.environ_base.update(environment)
    if cookie is not None:
        client.set_cookie(str(app.config["SESSION_COOKIE_NAME"]), cookie)
    return client


def held(client: FlaskClient) -> str:
    """The cookie that this browser has, as a thief would copy it."""
    found = client.get_cookie(str(client.application.config["SESSION_COOKIE_NAME"]))
    assert found
    return found.value
