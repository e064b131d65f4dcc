"""What was put down for a second person: a page says so where the form stood, a program is told as what it waits (6.1-a)."""

from __future__ import annotations

from flask import Flask, flash, jsonify, redirect
from flask.typing import ResponseReturnValue

from admin.operations.seconding import NOTHING_DONE, Proposed
from admin.web.errors import came_from, wants_json
from admin.web.texts import translated


def register(app: Flask) -> None:
    """Answer for every door through which something is put down."""
    app.register_error_handler(Proposed, proposed)


def proposed(waits: Proposed) -> ResponseReturnValue:
    """Nothing has changed yet, and who changes it: 202 for a program."""
    if wants_json():
        return jsonify(waits.state), 202
    flash(translated(NOTHING_DONE), "info")
    return redirect(came_from(), 303)
