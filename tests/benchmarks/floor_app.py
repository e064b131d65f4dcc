"""A bare Flask application that writes, for each request, the rows that one submission writes."""

from __future__ import annotations

import json
import os
import re
import sqlite3
from pathlib import Path

from flask import Flask, request

from tests.benchmarks.floors import connected

COLUMNS = re.compile(r"\((.*?)\) VALUES")
BUSY_SECONDS = 60


def make() -> Flask:
    """The application over the database in the folder that FLOOR names."""
    folder = Path(os.environ["FLOOR"])
    inserts = [(text, _columns(text), rows) for text, rows in json.loads((folder / "floor.json").read_text())]
    app = Flask("floor")
    kept: list[sqlite3.Connection] = []

    def connection() -> sqlite3.Connection:
        if not kept:  # one a process, made after the fork
            kept.append(connected(folder / "portal.sqlite3"))
            kept[0].execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
        return kept[0]

    @app.get("/health")
    def health() -> str:
        return "ok"

    @app.post("/submit/<int:review_id>")
    def submit(review_id: int) -> str:
        request.get_json()
        changed = {"id": None, "review_id": review_id}
        own = connection()
        own.execute("BEGIN IMMEDIATE")
        for text, columns, rows in inserts:
            own.executemany(
                text, [[changed.get(name, value) for name, value in zip(columns, row, strict=True)] for row in rows]
            )
        own.execute("UPDATE reviews SET stage = 'rating', version = version + 1 WHERE id = ?", (review_id,))
        own.execute("COMMIT")
        return "ok"

    return app


def _columns(statement: str) -> list[str]:
    found = COLUMNS.search(statement)
    assert found is not None
    return [name.strip('" ') for name in found.group(1).split(",")]
