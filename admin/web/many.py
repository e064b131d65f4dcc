"""An act on many rows from a page: what a few rows came to in words, and for many the page on which they are followed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from admin.domain.refusals import Refusal
from admin.operations import acts
from admin.web.acting import actor
from admin.web.clock import now
from admin.web.texts import refusal_text

NAMED = 5  # so many refused rows are named in the answer itself
Rows = Mapping[str, Any]


def on_many(
    process: str,
    record_id: int,
    action: str,
    data: Mapping[str, Any],
    told: Callable[[Rows], None],
    back: str | Callable[[Rows], str],
    *,
    name_refused: bool = True,
) -> Response:
    """Carry the act out: few rows at once, told by `told` on the page that `back` leads to; many are followed on their own.

    `name_refused`: not where that page, or `told`, names them itself.
    """
    rows = acts.perform(process, record_id, action, data, actor=actor(), now=now())["rows"]
    if rows["id"] is not None:
        return followed(rows)
    told(rows)
    if name_refused:
        _tell_refused(rows)
    return redirect(back if isinstance(back, str) else back(rows), 303)


def followed(rows: Rows) -> Response:
    """To the page on which rows are followed that the worker carries out."""
    if not rows["ended"]:
        flash(_("The portal carries it out now; this page says how far it is."), "success")
    return redirect(url_for("LongWorkView.show", work_id=rows["id"]), 303)


def refusals_in(rows: Rows) -> dict[int, Refusal]:
    """Of rows that were carried out at once, which were refused with what."""
    return {each["key"]: Refusal(each["clause"], each["reason"], each["facts"]) for each in rows["refusals"]}


def _tell_refused(rows: Rows) -> None:
    """Name the rows that were refused; where they are many the first of them, and how many more."""
    for each in rows["refusals"][:NAMED]:
        why = refusal_text(Refusal(each["clause"], each["reason"], each["facts"]))
        flash(
            _("Left out: %(number)s. %(why)s (%(clause)s)", number=each["name"], why=why, clause=each["clause"]),
            "warning",
        )
    if (more := len(rows["refusals"]) - NAMED) > 0:
        flash(_("%(count)s more were left out.", count=more), "warning")
