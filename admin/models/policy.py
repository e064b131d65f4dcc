"""Policy versions, what HR has confirmed of them, and scorecards (3.2.5, 6.1)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from admin.domain.codes import Dimension, Source, VersionStage
from admin.models.base import Entity, UtcDateTime, one_of
from admin.models.grades import Grade


class PolicyVersion(Entity):
    """A version of the policy: its content as loaded from the rulebook, and the hash it was promulgated under.

    From `effective_from` on a promulgated version is in force, until the next one's day (6.1-c); no column says so.
    """

    __tablename__ = "policy_versions"
    __table_args__ = (one_of("stage", VersionStage, name="ck_policy_version_stage"),)

    number: Mapped[int] = mapped_column(unique=True)
    stage: Mapped[str] = mapped_column(String(20), default="draft")
    effective_from: Mapped[date]
    # Long, and read once for each hash: a row of a version is asked for many times a page.
    content: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    sha256: Mapped[str] = mapped_column(String(64))
    note: Mapped[str] = mapped_column(Text, default="")
    submitted_by_id: Mapped[int | None]
    promulgated_by_id: Mapped[int | None]
    promulgated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    def __str__(self) -> str:
        return str(self.number)

    confirmations: Mapped[list[ParameterConfirmation]] = relationship(
        back_populates="version",
        order_by="ParameterConfirmation.id",
        foreign_keys="ParameterConfirmation.version_id",
    )


class ParameterConfirmation(Entity):
    """HR's word that a parameter's value is the company's own: a record beside the version, for the value it names.

    `carried_from` is the version before, where the word was given for the same value and carried over.
    """

    __tablename__ = "parameter_confirmations"
    __table_args__ = (UniqueConstraint("version_id", "parameter", name="uq_parameter_confirmation"),)

    version_id: Mapped[int] = mapped_column(ForeignKey("policy_versions.id"))
    parameter: Mapped[str] = mapped_column(String(60))
    value: Mapped[Any] = mapped_column(JSON)
    confirmed_by_id: Mapped[int]
    confirmed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    carried_from_id: Mapped[int | None] = mapped_column(
        ForeignKey("policy_versions.id", name="fk_confirmation_carried_from")
    )

    version: Mapped[PolicyVersion] = relationship(back_populates="confirmations", foreign_keys=[version_id])


class Scorecard(Entity):
    """The measured standard of a policy version, made from its content when it is promulgated; a cycle pins one (3.2.5)."""

    __tablename__ = "scorecards"

    code: Mapped[str] = mapped_column(String(40), unique=True)
    name_zh_hant: Mapped[str] = mapped_column(String(100))
    name_zh_hans: Mapped[str] = mapped_column(String(100))
    name_en: Mapped[str] = mapped_column(String(100))
    policy_version_id: Mapped[int] = mapped_column(ForeignKey("policy_versions.id"))

    policy_version: Mapped[PolicyVersion] = relationship()
    criteria: Mapped[list[Criterion]] = relationship(back_populates="scorecard", order_by="Criterion.position")
    thresholds: Mapped[list[GradeThreshold]] = relationship(back_populates="scorecard", order_by="GradeThreshold.id")

    def __str__(self) -> str:
        return self.name_zh_hant


class Criterion(Entity):
    """What is measured, from which source, with which weight and by which points (3.2.1-3.2.4).

    `points` is text that HR can read and edit: "value: percent of the weight" pairs, one a line, linear between them;
    for rated criteria the rating is the value. `per` scales a rate (100: percent, 1000: per thousand). What superior and
    colleagues both rate stands as two criteria that share the weight. `texts` holds unit, help and behaviour anchors in
    three languages.
    """

    __tablename__ = "criteria"
    __table_args__ = (
        UniqueConstraint("scorecard_id", "code", name="uq_criterion_code"),
        one_of("dimension", Dimension, name="ck_criterion_dimension"),
        one_of("source", Source, name="ck_criterion_source"),
        CheckConstraint("weight > 0 AND weight <= 100", name="ck_criterion_weight"),
    )

    scorecard_id: Mapped[int] = mapped_column(ForeignKey("scorecards.id"))
    code: Mapped[str] = mapped_column(String(40))
    position: Mapped[int]
    dimension: Mapped[str] = mapped_column(String(20))
    name_zh_hant: Mapped[str] = mapped_column(String(100))
    name_zh_hans: Mapped[str] = mapped_column(String(100))
    name_en: Mapped[str] = mapped_column(String(100))
    weight: Mapped[Any] = mapped_column(Numeric(5, 2))
    source: Mapped[str] = mapped_column(String(20))
    measure: Mapped[str] = mapped_column(String(20), default="value")
    direction: Mapped[str] = mapped_column(String(10), default="higher")
    per: Mapped[int] = mapped_column(default=1)
    points: Mapped[str] = mapped_column(Text, default="")
    minimum_sample: Mapped[int] = mapped_column(default=1)
    prior_strength: Mapped[int] = mapped_column(default=0)
    clause: Mapped[str] = mapped_column(String(20))
    texts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    scorecard: Mapped[Scorecard] = relationship(back_populates="criteria")

    def __str__(self) -> str:
        return self.name_zh_hant


class GradeThreshold(Entity):
    """The score that a promotion to a grade asks for (3.3.3-a)."""

    __tablename__ = "grade_thresholds"
    __table_args__ = (UniqueConstraint("scorecard_id", "grade_id", name="uq_grade_threshold"),)

    scorecard_id: Mapped[int] = mapped_column(ForeignKey("scorecards.id"))
    grade_id: Mapped[int] = mapped_column(ForeignKey("grades.id"))
    score: Mapped[Any] = mapped_column(Numeric(5, 2))

    scorecard: Mapped[Scorecard] = relationship(back_populates="thresholds")
    grade: Mapped[Grade] = relationship(lazy="joined", innerjoin=True)  # a threshold is never read without it
