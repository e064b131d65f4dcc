"""What HR types to take a document back, or to correct it (1.2-f)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from admin.domain.calendar import NO_DAY, day_named
from admin.domain.refusals import Invalid
from admin.operations.outcome.withdrawals import WithdrawalInput


def withdrawal_of(form: Mapping[str, str]) -> WithdrawalInput:
    """What was typed; raises `Invalid` for a day that is none. Numbers stand one a line, or with spaces or commas between."""
    try:
        day = day_named(form.get("effective_on", ""))
    except ValueError:
        raise Invalid({"effective_on": NO_DAY}) from None
    numbers = tuple(dict.fromkeys(filter(None, re.split(r"[\s,，、;；]+", form.get("numbers", "")))))
    return WithdrawalInput(
        form.get("kind", ""), day, form.get("reason", ""), numbers, form.get("grade", "").strip().upper()
    )
