"""Flask-Migrate, loaded when somebody migrates: whoever serves people has no use for Alembic and for what it brings along."""

from __future__ import annotations

from functools import cache, partial
from typing import Any

from flask import Flask
from flask.cli import AppGroup
from werkzeug.local import LocalProxy

from admin.models import db


class Late(AppGroup):
    """`flask db …`: Flask-Migrate's own group of commands stands in as soon as it is called."""

    def make_context(self, *args: Any, **given: Any) -> Any:
        """The context of a call, which is the group's own."""
        from flask_migrate.cli import db as commands

        return commands.make_context(*args, **given)


def register(app: Flask, directory: str) -> None:
    """Have the migrations of this directory carried out on our database, by commands and by code."""
    app.extensions["migrate"] = LocalProxy(cache(partial(_made, app, directory)))
    app.cli.add_command(Late("db", help="Perform database migrations."))


def _made(app: Flask, directory: str) -> Any:
    from flask_migrate import Migrate

    Migrate(app, db, directory=directory, render_as_batch=True)
    return app.extensions["migrate"]
