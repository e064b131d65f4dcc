"""Policy versions as they stand: which one is in force on a day, its content, what HR has confirmed of it (6.1, 6.1-c)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from admin.domain.codes import VersionStage
from admin.domain.refusals import N_, Refusal, Refused
from admin.models import Grade, ParameterConfirmation, PolicyVersion, Scorecard
from admin.rulebook.cases import CaseFailure, failures
from admin.rulebook.content import Parameter
from admin.rulebook.editing import faults_of
from admin.rulebook.faults import RulebookFault
from admin.rulebook.loader import Rulebook, stored

T = TypeVar("T")
KEPT_BOOKS = 32  # as read, by the hash of their content
_BOOKS: dict[str, Rulebook] = {}
_JUDGED: dict[str, Judgement] = {}


@dataclass(frozen=True)
class Judgement:
    """What keeps a version from being law: its faults, and the worked cases that do not come out as they say."""

    faults: tuple[RulebookFault, ...]
    failing: tuple[CaseFailure, ...]


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
    # Its hash stands for a content for ever, also of a draft, which has another after each change; the content is long.
    return _kept(_BOOKS, version.sha256, lambda: stored(version.content))


def judged(version: PolicyVersion) -> Judgement:
    """What is wrong with a version by what this release asks of one; found once per hash."""
    book = rulebook_of(version)
    return _kept(_JUDGED, version.sha256, lambda: Judgement(faults_of(book), tuple(failures(book))))


def _kept(kept: dict[str, T], key: str, make: Callable[[], T]) -> T:
    if key not in kept:
        while len(kept) >= KEPT_BOOKS:
            kept.pop(next(iter(kept)), None)
        kept[key] = make()
    return kept[key]


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
