"""The policy in force: its version, parameters, ladder and clauses (policy.md 6.1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin.domain.calendar import local_day
from admin.domain.grades import Grade as LadderGrade
from admin.domain.grades import Ladder, make_ladder
from admin.domain.refusals import N_, Refusal, Refused
from admin.models import Cycle, Grade, ParameterConfirmation, PolicyVersion
from admin.rulebook.loader import Rulebook, from_dict
from config import current


def version_in_force(session: Session) -> PolicyVersion:
    """The promulgated version that applies now; raises `Refused` (6.1) where there is none."""
    version = session.scalars(select(PolicyVersion).where(PolicyVersion.stage == "in_force")).first()
    if version is None:
        raise Refused(Refusal("6.1", N_("No policy version is in force yet.")))
    return version


def rulebook_of(version: PolicyVersion) -> Rulebook:
    """The version's content as a rulebook; read once per hash."""
    return _rulebook(version.sha256, _Content(version.content))


class _Content:
    """Keeps the content out of the cache's key: the hash identifies it."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self.content = content

    def __hash__(self) -> int:
        return 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Content)


@lru_cache(maxsize=32)
def _rulebook(sha256: str, content: _Content) -> Rulebook:
    return from_dict(dict(content.content))


def parameters_of(version: PolicyVersion, on: date) -> dict[str, Any]:
    """Every parameter's value on a day, by id."""
    rulebook = rulebook_of(version)
    return {parameter.id: parameter.value(on) for parameter in rulebook.parameters}


def cycle_parameters(cycle: Cycle, today: date) -> dict[str, Any]:
    """The parameters of the cycle's pinned version, as on its opening in company time; today before it opens (1.3.1).

    A single case that assesses a year again is opened after it and stands under that year's rules (6.3-a).
    """
    day = local_day(cycle.opened_at, current().portal_tz) if cycle.opened_at else today
    return parameters_of(cycle.policy_version, min(day, cycle.period_to) if cycle.kind == "single" else day)


def provisional_of(session: Session, version: PolicyVersion) -> set[str]:
    """Parameters of a version that HR has not confirmed yet."""
    confirmed = set(
        session.scalars(select(ParameterConfirmation.parameter).where(ParameterConfirmation.version_id == version.id))
    )
    return {parameter.id for parameter in rulebook_of(version).parameters} - confirmed


def ladder_of(session: Session, parameters: Mapping[str, Any]) -> Ladder:
    """The ladder, lowest grade first."""
    rows = session.scalars(select(Grade).order_by(Grade.order))
    return make_ladder((LadderGrade(row.code, row.level, row.step) for row in rows), str(parameters["step_order"]))


def grades_by_code(session: Session) -> dict[str, Grade]:
    """Grade rows by their code."""
    return {row.code: row for row in session.scalars(select(Grade).order_by(Grade.order))}
