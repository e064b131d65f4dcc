"""The sums of whole queues, month by month: kept beside the figures that they are the sums of (3.2-c)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import delete, func, insert, select

from admin.models import Metric, QueueTotal
from admin.operations.transaction import Operation

FIGURES, TOTALS = Metric.__table__, QueueTotal.__table__
KEY = ("month", "queue", "code")


def follow_figures(op: Operation, months: Iterable[date]) -> None:
    """Sum these months anew: whatever changes a figure does so in the same transaction."""
    changed = sorted(set(months))
    if not changed:
        return
    op.session.flush()
    connection, key = op.session.connection(), [FIGURES.c[name] for name in KEY]
    connection.execute(delete(QueueTotal).where(TOTALS.c.month.in_(changed)))
    sums = select(*key, func.sum(FIGURES.c.value)).where(FIGURES.c.month.in_(changed)).group_by(*key)
    connection.execute(insert(TOTALS).from_select([*KEY, "value"], sums))
