"""What a dropped file is: a roster, present grades, metrics, ratings or a contact log, by its headers and its name."""

from __future__ import annotations

from admin.domain.codes import ImportKind
from admin.domain.import_order import IN_ORDER
from admin.files.proposing import propose
from admin.files.tables import Table

# What people call such a file; the name decides where the headers say little, as on a table with a column for each month.
NAMES = {
    ImportKind.EMPLOYEES: (
        "名冊",
        "名册",
        "花名",
        "員工",
        "员工",
        "人員",
        "人员",
        "roster",
        "staff",
        "employee",
        "headcount",
    ),
    ImportKind.GRADES: ("職級", "职级", "職等", "职等", "grade"),
    ImportKind.RATINGS: ("考績", "考绩", "考核", "等第", "等次", "rating", "appraisal"),
    ImportKind.METRICS: ("績效", "绩效", "kpi", "指標", "指标", "metric", "performance", "更正"),
    ImportKind.CONTACTS: ("話務", "话务", "通話", "通话", "進線", "进线", "contact", "call log", "tickets"),
}
BY_NAME, BY_MISSING = 3, 2  # how much a name says beside a known header, and a field that is needed and missing


def recognised(table: Table, filename: str) -> ImportKind:
    """The kind that a table is most likely of; HR sees it and may say otherwise."""
    return max(IN_ORDER, key=lambda kind: _likely(table, filename.casefold(), kind))


def _likely(table: Table, filename: str, kind: ImportKind) -> int:
    mapping = propose(table, kind)
    known = len(mapping.fields) + len(mapping.options.get("wide", {}))
    named = any(each in filename for each in NAMES[kind])
    return known + BY_NAME * named - BY_MISSING * len(mapping.missing())
