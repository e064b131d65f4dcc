"""Views decide nothing and read nothing by themselves: a page asks a query, a form calls an operation."""

from __future__ import annotations

import re

from tests.house.test_layout import our_files, relative

READS = re.compile(r"\bselect\(|\bacting_as\(|session\.(?:scalar|scalars|execute|get)\(")


def test_no_view_reads_tables_or_acts_as_somebody_else() -> None:
    found = [
        f"{relative(path)}:{number}"
        for path in our_files("admin/views/*.py")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if READS.search(line)
    ]
    assert found == []
