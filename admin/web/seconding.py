"""What was put down for a second person: a page says so where the form stood, a program is told as what it waits (6.1-a)."""

from __future__ import annotations

from flask import Flask, flash, jsonify, redirect, url_for
from flask.typing import ResponseReturnValue

from admin.access.permissions import shown_to
from admin.operations.seconding import NOTHING_DONE, Proposed
from admin.web.acting import actor
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
    # Where they read it they are shown what waits, with its difference and the way back; elsewhere the page that they came from.
    if shown_to("confirmation", actor().roles):
        return redirect(url_for("ConfirmationView.show", key=waits.confirmation_id), 303)
    return redirect(came_from(), 303)
