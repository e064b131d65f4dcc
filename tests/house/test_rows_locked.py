"""Rows that are read in order to be changed are read under a lock, and anew, in one place: `Operation.find` and `locked`."""

from __future__ import annotations

from config import ROOT

LOCKING = "admin/operations/locking.py"


def test_rows_are_locked_in_one_place_that_reads_them_anew() -> None:
    found = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "admin").rglob("*.py")
        if "with_for_update" in path.read_text("utf-8")
    }
    # What the session holds from before the lock is old by then: a ballot was counted on an appeal that had been decided.
    assert found == {LOCKING}
    text = (ROOT / LOCKING).read_text("utf-8")
    assert text.count("with_for_update") == text.count("populate_existing=True") == 2
