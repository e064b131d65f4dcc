"""In which order HR's files are applied: whom a row names has to be there first."""

from __future__ import annotations

from admin.domain.codes import ImportKind

IN_ORDER = (ImportKind.EMPLOYEES, ImportKind.GRADES, ImportKind.RATINGS, ImportKind.METRICS, ImportKind.CONTACTS)
