"""Policy versions as they stand: which one is in force on a day, its content, what HR has confirmed of it (6.1, 6.1-c)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from admin.domain.codes import VersionStage
from admin.domain.refusals import N_, Refusal, Refused
from admin.models import Grade, ParameterConfirmation, PolicyVersion, Scorecard
from admin.rulebook.content import Parameter
from admin.rulebook.loader import Rulebook, stored

KEPT_BOOKS = 32  # as read, by the hash of their content
_BOOKS: dict[str, Rulebook] = {}


def version_on(session: Session, day: date) -> PolicyVersion:
    """The promulgated version in force on a day, by its effective date; raises `Refused` (6.1) where there is none."""
    version: PolicyVersion | None = session.scalars(promulgated().where(PolicyVersion.effective_from <= day)).first()
    if version is None:
        raise Refused(Refusal("6.1", N_("No policy version is in force yet.")))
    return version


def promulgated() -> Select[Any]:
    """Every promulgated version, the one that begins last first; of two of one day the later one counts (6.1-c)."""
    query = select(PolicyVersion).where(PolicyVersion.stage == VersionStage.PROMULGATED)
    return query.order_by(PolicyVersion.effective_from.desc(), PolicyVersion.number.desc())


def scorecard_row_of(session: Session, version: PolicyVersion) -> Scorecard | None:
    """The scorecard that belongs to a version (3.2.5)."""
    query = select(Scorecard).where(Scorecard.policy_version_id == version.id)
    return session.scalars(query.order_by(Scorecard.id.desc())).first()


def rulebook_of(version: PolicyVersion) -> Rulebook:
    """The version's content as a rulebook; read once per hash."""
    # A version's content never changes, so its hash may stand for it for ever; the content is long and not read again.
    if version.sha256 not in _BOOKS:
        while len(_BOOKS) >= KEPT_BOOKS:
            _BOOKS.pop(next(iter(_BOOKS)), None)
        _BOOKS[version.sha256] = stored(version.content)
    return _BOOKS[version.sha256]


def provisional_of(session: Session, version: PolicyVersion, on: date) -> set[str]:
    """Parameters of a version whose value of a day HR has not confirmed: its word holds for the value it was given for."""
    given, day = confirmations_of(session, version), max(on, version.effective_from)
    return {each.id for each in rulebook_of(version).parameters if not _confirmed(given, each, day)}


def confirmations_of(session: Session, version: PolicyVersion) -> dict[str, ParameterConfirmation]:
    """HR's word on the values of a version, by parameter."""
    rows = session.scalars(select(ParameterConfirmation).where(ParameterConfirmation.version_id == version.id))
    return {row.parameter: row for row in rows}


def _confirmed(given: Mapping[str, ParameterConfirmation], parameter: Parameter, day: date) -> bool:
    return parameter.id in given and given[parameter.id].value == parameter.value(day)


def grades_by_code(session: Session) -> dict[str, Grade]:
    """Grade rows by their code."""
    return {row.code: row for row in session.scalars(select(Grade).order_by(Grade.order))}
