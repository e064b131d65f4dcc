"""Migrations: they make what the models say, on either database."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask

from admin.models import Model, db


def test_the_migrations_make_exactly_the_tables_of_the_models(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        differences = compare_metadata(context, Model.metadata)
    assert [difference for difference in differences if "alembic_version" not in str(difference)] == []


def test_the_database_is_at_the_newest_migration(app: Flask) -> None:
    assert app.test_client().get("/health").json["migrations"] == "ok"
