"""What cannot be taken back says so before it is done: every act that ends something has its words."""

from __future__ import annotations

import pytest

from admin.domain.workflow.labels import CONSEQUENCES
from admin.domain.workflow.transitions import ENDS, TABLE

ENDING = sorted({(row.process, row.action) for row in TABLE if row.offered and row.to in ENDS.get(row.process, ())})


@pytest.mark.parametrize(("process", "action"), ENDING)
def test_an_act_that_ends_something_says_what_follows(process, action):
    assert CONSEQUENCES.get((process, action)), (
        f"admin/domain/workflow/labels.py: say what follows from {process}.{action}"
    )


def test_no_words_are_kept_for_an_act_that_is_gone():
    assert set(CONSEQUENCES) <= {(row.process, row.action) for row in TABLE}
