"""What a durable answer costs at least: a bare Flask handler with one SQLite insert, behind the same server.

Run: python -m tests.bench.floor FILE

Nothing is checked, nobody is known, nothing is shown: the rest is what Qawl adds.
"""

from __future__ import annotations

import logging
import sqlite3
import sys
import threading

from flask import Flask, request

from annotator import serve
from annotator.web import wire


def make(path: str) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("pragma journal_mode = wal")
        connection.execute("create table answers (id integer primary key, token text, answer text) strict")


def app_on(path: str) -> Flask:
    app, opened = Flask("floor"), threading.local()

    @app.post("/<path:address>")
    def save(address: str) -> str:
        if not hasattr(opened, "connection"):
            opened.connection = sqlite3.connect(path, timeout=30, isolation_level=None)
            opened.connection.execute("pragma synchronous = full")
        connection, form = opened.connection, request.form
        connection.execute("begin immediate")
        connection.execute(
            "insert into answers (token, answer) values (?, ?)", (form["token"], form["action"])
        )
        connection.execute("commit")
        return "saved"

    return app


def main() -> None:
    path = sys.argv[1]
    make(path)
    server = wire.create(app_on(path), host="127.0.0.1", port=0, **serve.CAPACITY)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    print(f"http://127.0.0.1:{server.effective_port}/", flush=True)
    server.run()


if __name__ == "__main__":
    main()
