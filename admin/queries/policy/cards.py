"""The scorecard that a cycle pinned, kept in the process: a promulgated version's is never changed (3.2.5, 6.1-c)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, object_session

from admin.models import Criterion, Cycle, Grade, GradeThreshold, Scorecard

MOST = 32  # scorecards


@dataclass(frozen=True)
class KeptCriterion:
    """A criterion as its row has it; nobody can write it."""

    code: str
    position: int
    dimension: str
    name_zh_hant: str
    name_zh_hans: str
    name_en: str
    weight: Decimal
    source: str
    measure: str
    direction: str
    per: int
    points: str
    minimum_sample: int
    prior_strength: int
    clause: str
    texts: Mapping[str, Any]

    def __str__(self) -> str:
        return self.name_zh_hant


@dataclass(frozen=True)
class Card:
    """A scorecard: its criteria in their order, and the score that a promotion to each grade asks for, by its code."""

    id: int
    code: str
    criteria: tuple[KeptCriterion, ...]
    thresholds: Mapping[str, Decimal]


# By the hash of the version that the rows were made of, which stands for it for ever, and the scorecard's number.
_CARDS: dict[tuple[str, int], Card] = {}


def card_of(cycle: Cycle) -> Card:
    """The scorecard that a cycle pinned; read once in a process."""
    key = cycle.policy_version.sha256, cycle.scorecard_id
    if key not in _CARDS:
        session = object_session(cycle)
        assert session is not None
        while len(_CARDS) >= MOST:
            _CARDS.pop(next(iter(_CARDS)), None)
        _CARDS[key] = read_card(session, cycle.scorecard_id)
    return _CARDS[key]


def read_card(session: Session, key: int) -> Card:
    """The scorecard with this number as its rows stand."""
    criteria, thresholds = Criterion.__table__, GradeThreshold.__table__
    names = [each.name for each in fields(KeptCriterion)]
    asked = select(*(criteria.c[name] for name in names)).where(criteria.c.scorecard_id == key)
    rows = session.execute(asked.order_by(criteria.c.position))
    scores = (
        select(Grade.code, thresholds.c.score)
        .join(Grade, Grade.id == thresholds.c.grade_id)
        .where(thresholds.c.scorecard_id == key)
        .order_by(thresholds.c.id)
    )
    code = session.execute(select(Scorecard.code).where(Scorecard.id == key)).scalar_one()
    return Card(key, code, tuple(KeptCriterion(*row) for row in rows), dict(session.execute(scores).all()))
