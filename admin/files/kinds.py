"""One door for all kinds of import: a table and its mapping become typed rows and faults."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from admin.files.contacts import read_contacts
from admin.files.employees import read_employees
from admin.files.grades import read_grades
from admin.files.mapping import Mapping
from admin.files.metrics import read_metrics
from admin.files.ratings import read_ratings
from admin.files.reading import Context, Parsed
from admin.files.tables import Table

READERS: dict[str, Callable[[Table, Mapping, Context], Parsed[Any]]] = {
    "employees": read_employees,
    "grades": read_grades,
    "metrics": read_metrics,
    "contacts": read_contacts,
    "ratings": read_ratings,
}
