"""Which cycles count for nothing: the rehearsals (1.2-e)."""

from __future__ import annotations

from sqlalchemy import select

from admin.domain.codes import CycleKind
from admin.models import Cycle

REHEARSED = select(Cycle.__table__.c.id).where(Cycle.__table__.c.kind == CycleKind.REHEARSAL.value)
