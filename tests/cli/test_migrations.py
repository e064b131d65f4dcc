"""Migrations: they make what the models say, on either database, to the types and the defaults."""

from __future__ import annotations

from flask import Flask
from flask_migrate import check

from admin.cli.setup import MIGRATIONS
from admin.jobs.queue import make_queue


def test_flask_db_check_finds_that_the_migrations_make_exactly_what_the_models_say(app: Flask) -> None:
    make_queue(
        app.config["PORTAL"]
    ).storage.close()  # its tables are in the same database on PostgreSQL, and its own affair
    with app.app_context():
        check(str(MIGRATIONS))


def test_the_database_is_at_the_newest_migration(app: Flask) -> None:
    assert app.test_client().get("/health").json["migrations"] == "ok"
