"""Courses, the dates on which they are given, and who takes them (5.2.1)."""

import sqlalchemy as sa
from alembic import op

revision = "0053_courses"
down_revision = "0052_served_appeals"
branch_labels = None
depends_on = None

IN_IT = sa.text("stage <> 'withdrawn'")
STAGES = "'enrolled', 'waiting', 'attended', 'absent', 'completed', 'missed', 'withdrawn'"


def upgrade() -> None:
    op.create_table(
        "courses",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("code", sa.String(40), nullable=False, unique=True),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("dimension", sa.String(20), nullable=True),
        sa.Column("criterion", sa.String(40), nullable=True),
        sa.Column("lowest_grade_id", sa.Integer(), sa.ForeignKey("grades.id"), nullable=True),
        sa.Column("highest_grade_id", sa.Integer(), sa.ForeignKey("grades.id"), nullable=True),
        sa.Column("brings", sa.String(20), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("cost_centre", sa.String(40), nullable=True),
        sa.Column("offered", sa.Boolean(), nullable=False),
        sa.CheckConstraint("brings IN ('training', 'certificate')", name="ck_course_brings"),
        sa.CheckConstraint(
            "dimension IN ('performance', 'ability', 'attitude', 'seniority')", name="ck_course_dimension"
        ),
        sa.CheckConstraint("hours > 0", name="ck_course_hours"),
    )
    op.create_index("ix_courses_title", "courses", ["title"])
    op.create_table(
        "course_sessions",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("code", sa.String(40), nullable=False, unique=True),
        sa.Column("course_id", sa.Integer(), sa.ForeignKey("courses.id"), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("from_hour", sa.String(5), nullable=False),
        sa.Column("to_hour", sa.String(5), nullable=False),
        sa.Column("place", sa.String(200), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("enrol_until", sa.Date(), nullable=True),
        sa.Column("stage", sa.String(20), nullable=False),
        sa.CheckConstraint("stage IN ('open', 'held', 'cancelled')", name="ck_course_session_stage"),
        sa.CheckConstraint("places > 0", name="ck_course_session_places"),
        sa.CheckConstraint("ends_on >= begins_on", name="ck_course_session_order"),
    )
    op.create_index("ix_course_sessions_course_id", "course_sessions", ["course_id"])
    op.create_index("ix_course_session_stage_day", "course_sessions", ["stage", "begins_on"])
    op.create_table(
        "enrolments",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("session_id", sa.Integer(), sa.ForeignKey("course_sessions.id"), nullable=False),
        sa.Column("employee_id", sa.Integer(), sa.ForeignKey("employees.id"), nullable=False),
        sa.Column("stage", sa.String(20), nullable=False),
        sa.Column("enrolled_by", sa.String(20), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("training_id", sa.Integer(), sa.ForeignKey("employee_records.id"), nullable=True),
        sa.Column("certificate_id", sa.Integer(), sa.ForeignKey("employee_records.id"), nullable=True),
        sa.CheckConstraint(f"stage IN ({STAGES})", name="ck_enrolment_stage"),
        sa.CheckConstraint("enrolled_by IN ('self', 'superior', 'head', 'hr')", name="ck_enrolment_by"),
    )
    op.create_index("ix_enrolments_session_id", "enrolments", ["session_id"])
    op.create_index("ix_enrolment_employee", "enrolments", ["employee_id", "stage"])
    op.create_index(
        "uq_enrolment", "enrolments", ["session_id", "employee_id"], unique=True, sqlite_where=IN_IT,
        postgresql_where=IN_IT,
    )  # fmt: skip


def downgrade() -> None:
    for table in ("enrolments", "course_sessions", "courses"):
        op.drop_table(table)
