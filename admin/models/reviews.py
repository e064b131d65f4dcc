"""A case and what people put into it: self-assessment, ratings, proposals, determinations (3.3)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from admin.domain.codes import Body, CaseKind, CaseStage, PredecessorForm, RaterKind, RatingState
from admin.models.base import Entity, UtcDateTime, one_of
from admin.models.cycles import Cycle
from admin.models.grades import Grade
from admin.models.people import Department, Employee


class Review(Entity):
    """One employee's case, with the snapshot taken when it was opened and what it has come to."""

    __tablename__ = "reviews"
    __table_args__ = (
        one_of("kind", CaseKind, name="ck_review_kind"),
        one_of("stage", CaseStage, name="ck_review_stage"),
        # With the kind: a case that assesses another one again belongs to proceedings of its own.
        UniqueConstraint("cycle_id", "employee_id", "kind", name="uq_review_cycle_employee"),
        # A document that names no grade could never be undone: refused here whatever way leads to it.
        CheckConstraint("stage <> 'issued' OR determined_grade_id IS NOT NULL", name="ck_review_issued_has_grade"),
        # Three different people judge (3.3-f): the last guard behind forms, imports and re-assessments.
        CheckConstraint("head_id IS NULL OR head_id <> superior_id", name="ck_review_head_is_not_superior"),
        CheckConstraint("superior_id IS NULL OR superior_id <> employee_id", name="ck_review_not_own_superior"),
        # Only a re-assessment may point back: the pointer decides by which figures and rules a case is judged.
        CheckConstraint("reassesses_id IS NULL OR kind = 'reassessment'", name="ck_review_reassesses"),
        # The board counts each cycle by stage on every page that shows it.
        # The list of all cases stands in this order.
        Index("ix_review_stage_since", "stage_since", "id"),
        Index("ix_review_cycle_stage", "cycle_id", "stage"),
        Index("ix_review_department_stage", "department_id", "stage"),
    )

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycles.id"))
    employee_id: Mapped[int] = mapped_column(ForeignKey("employees.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20), default="annual")
    stage: Mapped[str] = mapped_column(String(20), default="self_assessment", index=True)
    outcome_clause: Mapped[str | None] = mapped_column(String(20))
    outcome_reason: Mapped[str | None] = mapped_column(Text)
    # the snapshot
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    superior_id: Mapped[int | None] = mapped_column(ForeignKey("employees.id"), index=True)
    head_id: Mapped[int | None] = mapped_column(ForeignKey("employees.id"), index=True)
    # In whose place superior and head stand here, while they do (3.3-c).
    superior_for_id: Mapped[int | None] = mapped_column(ForeignKey("employees.id"), index=True)
    head_for_id: Mapped[int | None] = mapped_column(ForeignKey("employees.id"), index=True)
    post: Mapped[str] = mapped_column(String(100), default="")
    queue: Mapped[str | None] = mapped_column(String(60))
    present_grade_id: Mapped[int | None] = mapped_column(ForeignKey("grades.id"))
    # what was asked for and what it came to
    target_grade_id: Mapped[int | None] = mapped_column(ForeignKey("grades.id"))
    applied_ground: Mapped[str | None] = mapped_column(String(20))
    application_withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    self_assessment_missing: Mapped[bool] = mapped_column(default=False)
    peer_time_over_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    score: Mapped[Decimal | None] = mapped_column(Numeric(6, 2))
    suggested_grade_id: Mapped[int | None] = mapped_column(ForeignKey("grades.id"))
    proposed_grade_id: Mapped[int | None] = mapped_column(ForeignKey("grades.id"))
    determined_grade_id: Mapped[int | None] = mapped_column(ForeignKey("grades.id"))
    individual_reasons: Mapped[list[str]] = mapped_column(JSON, default=list)
    demotion_ground: Mapped[str | None] = mapped_column(String(20))
    remitted: Mapped[bool] = mapped_column(default=False)
    reassesses_id: Mapped[int | None] = mapped_column(ForeignKey("reviews.id"), index=True)
    stage_since: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    cycle: Mapped[Cycle] = relationship()
    employee: Mapped[Employee] = relationship(foreign_keys=[employee_id])
    department: Mapped[Department] = relationship()
    superior: Mapped[Employee | None] = relationship(foreign_keys=[superior_id])
    head: Mapped[Employee | None] = relationship(foreign_keys=[head_id])
    superior_for: Mapped[Employee | None] = relationship(foreign_keys=[superior_for_id])
    head_for: Mapped[Employee | None] = relationship(foreign_keys=[head_for_id])
    present_grade: Mapped[Grade | None] = relationship(foreign_keys=[present_grade_id])
    target_grade: Mapped[Grade | None] = relationship(foreign_keys=[target_grade_id])
    suggested_grade: Mapped[Grade | None] = relationship(foreign_keys=[suggested_grade_id])
    proposed_grade: Mapped[Grade | None] = relationship(foreign_keys=[proposed_grade_id])
    determined_grade: Mapped[Grade | None] = relationship(foreign_keys=[determined_grade_id])
    reassesses: Mapped[Review | None] = relationship(remote_side="Review.id")
    self_assessment: Mapped[SelfAssessment | None] = relationship(back_populates="review", uselist=False)
    ratings: Mapped[list[Rating]] = relationship(back_populates="review", order_by="Rating.id")
    explanation: Mapped[ReviewScore | None] = relationship(back_populates="review", uselist=False)

    @validates("superior_id", "head_id")
    def _in_their_own_place(self, name: str, value: int | None) -> int | None:
        # Whoever is newly named stands in nobody's place, whatever names them; a deputy says so afterwards.
        if value != getattr(self, name):
            setattr(self, f"{name.removesuffix('_id')}_for_id", None)
        return value

    @property
    def line(self) -> dict[str, Employee | None]:
        """Superior and head of the case, whoever stands in their places now (3.3-c)."""
        return {"superior": self.superior_for or self.superior, "head": self.head_for or self.head}


class SelfAssessment(Entity):
    """The employee's own view of the year; evidence, never scored (3.3.1, 3.2-a).

    `answers` maps a criterion's code to {"value": 1-5, "text": …}.
    """

    __tablename__ = "self_assessments"

    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"), unique=True)
    answers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    summary: Mapped[str] = mapped_column(Text, default="")
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    entered_by_proxy: Mapped[bool] = mapped_column(default=False)
    signature: Mapped[str | None] = mapped_column(String(64))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    review: Mapped[Review] = relationship(back_populates="self_assessment")


class Evidence(Entity):
    """A file that somebody attached to a case; its bytes stand under VAR_DIR by their hash."""

    __tablename__ = "evidence"
    __table_args__ = (Index("ix_evidence_review", "review_id"),)

    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"))
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"))
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    filename: Mapped[str] = mapped_column(String(255))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))

    review: Mapped[Review] = relationship()


class Rating(Entity):
    """What a superior or a colleague judged, criterion by criterion, and the signature over it (3.2.3, 3.3.2).

    `values` maps a criterion's code to {"value": 1-5, "text": …}; `signature` is the SHA-256 of the canonical form;
    `mean` is the mean of the signed values, by which outlying raters are found (3.3.4-c).
    """

    __tablename__ = "ratings"
    __table_args__ = (
        # With the kind: whoever rated as a colleague and then became the superior has a rating of each.
        UniqueConstraint("review_id", "rater_id", "kind", name="uq_rating_rater"),
        one_of("kind", RaterKind, name="ck_rating_kind"),
        one_of("state", RatingState, name="ck_rating_state"),
        # What counts was signed; an unsigned one must not reach a score by any statement.
        CheckConstraint("state <> 'submitted' OR signature IS NOT NULL", name="ck_rating_signed"),
        Index("ix_rating_rater_state", "rater_id", "state"),
    )

    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"))
    rater_id: Mapped[int] = mapped_column(ForeignKey("employees.id"))
    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20), default="asked")
    values: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    opinion: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str | None] = mapped_column(Text)
    saved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    signature: Mapped[str | None] = mapped_column(String(64))
    mean: Mapped[Decimal | None] = mapped_column(Numeric(8, 6))
    in_place_of_id: Mapped[int | None] = mapped_column(ForeignKey("employees.id"))
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}

    review: Mapped[Review] = relationship(back_populates="ratings")
    rater: Mapped[Employee] = relationship(foreign_keys=[rater_id])
    in_place_of: Mapped[Employee | None] = relationship(foreign_keys=[in_place_of_id])


class ReviewScore(Entity):
    """The score's explanation as stored: per criterion the input, rule, weight, points and clause (1.3.1)."""

    __tablename__ = "review_scores"

    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"), unique=True)
    total: Mapped[Decimal | None] = mapped_column(Numeric(6, 2))
    explanation: Mapped[dict[str, Any]] = mapped_column(JSON)
    computed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    review: Mapped[Review] = relationship(back_populates="explanation")


class Proposal(Entity):
    """The department head's proposed grade, with the reason where it departs (3.3.3)."""

    __tablename__ = "proposals"
    # Two windows that send at once would else both be "the last proposal".
    __table_args__ = (UniqueConstraint("review_id", "seq", name="uq_proposal_seq"),)

    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"), index=True)
    seq: Mapped[int]
    head_id: Mapped[int] = mapped_column(ForeignKey("employees.id"))
    grade_id: Mapped[int] = mapped_column(ForeignKey("grades.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    signature: Mapped[str] = mapped_column(String(64))
    in_place_of_id: Mapped[int | None] = mapped_column(ForeignKey("employees.id"))

    review: Mapped[Review] = relationship()
    head: Mapped[Employee] = relationship(foreign_keys=[head_id])
    in_place_of: Mapped[Employee | None] = relationship(foreign_keys=[in_place_of_id])
    grade: Mapped[Grade] = relationship()


class ProposalDraft(Entity):
    """What the head has put into the department's table and not sent yet; the latest of a case counts, undo drops it."""

    __tablename__ = "proposal_drafts"

    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"), index=True)
    head_id: Mapped[int] = mapped_column(ForeignKey("employees.id"), index=True)
    grade_id: Mapped[int] = mapped_column(ForeignKey("grades.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)

    review: Mapped[Review] = relationship()
    grade: Mapped[Grade] = relationship()


class DemotionWaiver(Entity):
    """Why somebody who meets ground (1) of 4.2.1 is not proposed for demotion: the duty's written exception."""

    __tablename__ = "demotion_waivers"

    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"), unique=True)
    reason: Mapped[str] = mapped_column(Text)
    recorded_by_id: Mapped[int]
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)

    review: Mapped[Review] = relationship()


class PredecessorStatement(Entity):
    """What the superior before says of a case whose superior is new, or why it could not be had (3.3-f).

    `disowned_at`: since when its author says, with the reason, that it is not theirs; then another is needed.
    """

    __tablename__ = "predecessor_statements"
    __table_args__ = (one_of("form", PredecessorForm, name="ck_predecessor_statement_form"),)

    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"), unique=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("employees.id"))
    form: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    recorded_by_id: Mapped[int | None]
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    disowned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(Text, default="", server_default="")

    review: Mapped[Review] = relationship()
    author: Mapped[Employee | None] = relationship()


class Hearing(Entity):
    """The employee heard before a demotion: a statement, an interview, or the offer not taken up (4.2-a).

    `text` is what was written down of it, `statement` what the employee has added to that in their own words. `until` is the
    last day of the offer, after which the case goes on by itself (`lapsed_at`). Of an interview both sign what was written
    down, the employee with an objection or without one.
    """

    __tablename__ = "hearings"

    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"), index=True)
    form: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text, default="")
    offered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    recorded_by_id: Mapped[int | None]
    statement: Mapped[str] = mapped_column(Text, default="", server_default="")
    stated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    until: Mapped[date | None]
    lapsed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    recorder_signature: Mapped[str | None] = mapped_column(String(64))
    employee_signature: Mapped[str | None] = mapped_column(String(64))
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    objection: Mapped[str] = mapped_column(Text, default="", server_default="")

    review: Mapped[Review] = relationship()


class Determination(Entity):
    """A grade fixed by the committee or the panel: the effect of closing a ballot, never of typing (3.3.4-b)."""

    __tablename__ = "determinations"
    __table_args__ = (
        # Of two ballots closed at once on one case the second is refused.
        UniqueConstraint("review_id", "seq", name="uq_determination_seq"),
        one_of("body", Body, name="ck_determination_body"),
    )

    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"), index=True)
    seq: Mapped[int]
    body: Mapped[str] = mapped_column(String(20))
    grade_id: Mapped[int] = mapped_column(ForeignKey("grades.id"))
    motion_id: Mapped[int | None] = mapped_column(ForeignKey("motions.id"))
    appeal_id: Mapped[int | None] = mapped_column(ForeignKey("appeals.id"))
    clause: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text, default="")
    determined_at: Mapped[datetime] = mapped_column(UtcDateTime)
    checked_by_id: Mapped[int | None]
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    review: Mapped[Review] = relationship()
    grade: Mapped[Grade] = relationship()
