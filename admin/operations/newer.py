"""Two windows, one text: whoever saves on what is old writes nothing, and is shown both."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from admin.domain.refusals import N_, Refusal, Refused

Pairs = tuple[tuple[str, str], ...]


class NewerVersion(Refused):
    """Another window has saved meanwhile: nothing was written. `fields` is what it saved, by the names of the form (1.3.1)."""

    def __init__(self, version: int | str, saved_at: datetime, fields: Pairs) -> None:
        facts = {"at": saved_at.isoformat(timespec="minutes"), "version": version}
        super().__init__(Refusal("1.3.1", N_("A newer version was saved in another window at %(at)s."), facts))
        self.version, self.saved_at, self.fields = version, saved_at, fields


def answer_fields(answers: Mapping[str, Mapping[str, Any]]) -> Pairs:
    """Answers by criterion as the fields of a form (admin.forms.self_assessment reads them)."""
    return tuple(
        pair
        for code, each in sorted(answers.items())
        for pair in ((f"value.{code}", str(each.get("value") or "")), (f"text.{code}", str(each.get("text") or "")))
    )
