"""Two windows, one text: whoever saves on what is old writes nothing, and is shown both."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from admin.domain.refusals import N_, Refusal, Refused

Pairs = tuple[tuple[str, str], ...]
STATE = N_("State")  # what stands under this label is a message id itself


class NewerVersion(Refused):
    """Another window has saved meanwhile: nothing was written. `fields` is what it saved, by the names of the form (1.3.1).

    `shown` is what the page showed instead, where the form carries none of it and only carries it on: a button that sends
    what was saved before. Both are then by their labels (message ids), and what was sent stands nowhere else.
    """

    def __init__(self, version: int | str, saved_at: datetime, fields: Pairs, shown: Pairs | None = None) -> None:
        facts = {"at": saved_at.isoformat(timespec="minutes"), "version": version}
        reason = N_("A newer version was saved in another window at %(at)s.")
        if shown is not None:
            reason = N_("Since %(at)s it says “%(now)s”; this page showed “%(shown)s”. Look at it, then send it again.")
            facts |= {"now": _line(fields), "shown": _line(shown)}
        super().__init__(Refusal("1.3.1", reason, facts))
        self.version, self.saved_at, self.fields, self.shown = version, saved_at, fields, shown


def _line(pairs: Pairs) -> str:
    return " · ".join(value for _name, value in pairs if value) or "—"


def answer_fields(answers: Mapping[str, Mapping[str, Any]]) -> Pairs:
    """Answers by criterion as the fields of a form (admin.forms.self_assessment reads them)."""
    return tuple(
        pair
        for code, each in sorted(answers.items())
        for pair in ((f"value.{code}", str(each.get("value") or "")), (f"text.{code}", str(each.get("text") or "")))
    )
