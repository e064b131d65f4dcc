"""What a result rests on, and who may change it: columns that one person of HR does not change alone (6.1-a).

`BASIS` names them by table; `ONCE` names the operations that write them without a second person of HR, each with the reason.
An operation that is in neither is found by `tests/house/test_basis.py` and by the second pair of eyes of the tests.
"""

from __future__ import annotations

from collections.abc import Mapping

CLAUSE = "6.1-a"

BASIS: Mapping[str, tuple[str, ...]] = {
    "reviews": ("present_grade_id", "superior_id", "head_id", "department_id", "post", "queue", "target_grade_id"),
    "metrics": ("value",),
    "committee_members": (
        "employee_id", "constituency", "office", "on_panel", "panel_chair", "term_from", "term_to",
    ),
    "notice_rows": ("department", "printed_name"),
    "appeals": ("kind", "ground", "addressee", "filer_id", "text"),
    "self_assessments": ("entered_by_proxy",),
}  # fmt: skip
PEOPLE = frozenset({"employee_id", "superior_id", "head_id", "filer_id"})  # columns that name an employee
