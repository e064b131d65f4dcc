"""A bare Flask application that writes, for each request, the rows that one submission or one saved draft writes."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from flask import Flask, request

from tests.benchmarks.bare import Bare
from tests.benchmarks.floors import Changes, Written

ROWS = "floor.json"
BY_THE_WORKER = ("audit_seals", "heartbeats", "jobs")  # what a serving portal writes meanwhile
SALTS, APART = "audit_salts", 1_000  # of two texts of one kind of record no two stand under one number


def kept(folder: Path, written: Written) -> None:
    """Put down what is written, for a server in another process."""
    theirs = [each for each in written.changes if each.table not in BY_THE_WORKER]
    rows = [[each.table, each.columns, each.new, each.changed] for each in theirs]
    (folder / ROWS).write_text(json.dumps(rows))


def make() -> Flask:
    """The application over the database that FLOOR_URL names, with the rows in the folder FLOOR."""
    rows = json.loads((Path(os.environ["FLOOR"]) / ROWS).read_text())
    return application(os.environ["FLOOR_URL"], [Changes(*each) for each in rows])


def application(url: str, changes: list[Changes]) -> Flask:
    """The same over one connection a process, made after the fork.

    A submission adds its rows under the case's own number and moves the case; a draft is saved over what stands there.
    """
    app, opened = Flask("floor"), []

    def connection() -> Bare:
        if not opened:
            opened.append(Bare(url))
        return opened[0]

    @app.get("/health")
    def health() -> str:
        return "ok"

    @app.post("/submit/<int:review_id>")
    def submit(review_id: int) -> str:
        request.get_json()
        own = connection()
        with own.transaction():
            for each in changes:
                _add(own, each, review_id)
            own.run("UPDATE reviews SET stage = 'rating', version = version + 1 WHERE id = ?", review_id)
        return "ok"

    @app.post("/save/<int:review_id>")
    def save(review_id: int) -> dict[str, Any]:
        given, own = request.get_json(), connection()
        with own.transaction():
            ((version, stage),) = own.rows(
                "SELECT s.version, r.stage FROM self_assessments s JOIN reviews r ON r.id = s.review_id WHERE r.id = ?",
                review_id,
            )
            for each in changes:
                _add(own, each, review_id)
                if each.changed and each.table != "self_assessments":
                    Changes(each.table, each.columns, [], each.changed).write(own)
            own.run(
                "UPDATE self_assessments SET summary = ?, version = ? WHERE review_id = ?",
                given["summary"], version + 1, review_id,
            )  # fmt: skip
        return {"version": version + 1, "stage": stage}

    return app


def _add(own: Bare, changes: Changes, review_id: int) -> None:
    """The rows once more, under numbers of their own, of the case with this number."""
    names = [name for name in changes.columns if name != "id"]
    rows = []
    for place, row in enumerate(changes.new):
        values = dict(zip(changes.columns, row, strict=True)) | {"review_id": review_id}
        if changes.table == SALTS:
            values["record_id"] = review_id * APART + place
        rows.append([values[name] for name in names])
    if rows:
        own.insert(changes.table, names, rows)
