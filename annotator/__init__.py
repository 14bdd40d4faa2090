"""Qawl: who says what, whose position it is, and how it is attributed."""

from typing import Any

__version__ = "0.1.0"


def create_app(path: Any, **options: Any) -> Any:
    """The web application. Imported late: the set-up runs before Flask is installed."""
    from annotator.web import create_app

    return create_app(path, **options)
