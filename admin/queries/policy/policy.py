"""Policy versions as they stand: which one is in force on a day, its content, what HR has confirmed of it (6.1, 6.1-c)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from admin.domain.refusals import N_, Refusal, Refused
from admin.models import Grade, ParameterConfirmation, PolicyVersion, Scorecard
from admin.rulebook.loader import Rulebook, from_dict

PROMULGATED = ("in_force", "superseded")


def version_on(session: Session, day: date) -> PolicyVersion:
    """The promulgated version in force on a day, by its effective date; raises `Refused` (6.1) where there is none."""
    version: PolicyVersion | None = session.scalars(promulgated().where(PolicyVersion.effective_from <= day)).first()
    if version is None:
        raise Refused(Refusal("6.1", N_("No policy version is in force yet.")))
    return version


def promulgated() -> Select[Any]:
    """Every promulgated version, the one that begins last first; of two of one day the later one counts (6.1-c)."""
    query = select(PolicyVersion).where(PolicyVersion.stage.in_(PROMULGATED))
    return query.order_by(PolicyVersion.effective_from.desc(), PolicyVersion.number.desc())


def scorecard_row_of(session: Session, version: PolicyVersion) -> Scorecard | None:
    """The scorecard that belongs to a version (3.2.5)."""
    query = select(Scorecard).where(Scorecard.policy_version_id == version.id, Scorecard.stage == "in_force")
    return session.scalars(query.order_by(Scorecard.id.desc())).first()


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


def provisional_of(session: Session, version: PolicyVersion) -> set[str]:
    """Parameters of a version that HR has not confirmed yet."""
    confirmed = set(
        session.scalars(select(ParameterConfirmation.parameter).where(ParameterConfirmation.version_id == version.id))
    )
    return {parameter.id for parameter in rulebook_of(version).parameters} - confirmed


def grades_by_code(session: Session) -> dict[str, Grade]:
    """Grade rows by their code."""
    return {row.code: row for row in session.scalars(select(Grade).order_by(Grade.order))}
