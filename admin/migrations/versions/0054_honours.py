"""Honours, and nominations for management posts (5.2.2, 5.2.3)."""

import sqlalchemy as sa
from alembic import op

revision = "0054_honours"
down_revision = "0053_courses"
branch_labels = None
depends_on = None


def _decided() -> list[sa.Column]:
    return [
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("grade_id", sa.Integer(), sa.ForeignKey("grades.id"), nullable=False),
        sa.Column("stage", sa.String(20), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), sa.ForeignKey("ab_user.id"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), sa.ForeignKey("ab_user.id"), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
    ]


def upgrade() -> None:
    op.create_table(
        "honours",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("employee_id", sa.Integer(), sa.ForeignKey("employees.id"), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(100), nullable=False),
        sa.Column("printed_name", sa.String(100), nullable=False),
        *_decided(),
        sa.CheckConstraint(
            "stage IN ('nominated', 'awarded', 'consented', 'rejected', 'withdrawn')", name="ck_honour_stage"
        ),
        sa.CheckConstraint("decided_by_id IS NULL OR decided_by_id <> recorded_by_id", name="ck_honour_two_people"),
    )
    op.create_index("ix_honours_employee_id", "honours", ["employee_id"])
    op.create_index("ix_honour_year", "honours", ["year", "stage"])
    op.create_table(
        "candidates",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("employee_id", sa.Integer(), sa.ForeignKey("employees.id"), nullable=False),
        sa.Column("post", sa.String(20), nullable=False),
        *_decided(),
        sa.CheckConstraint("stage IN ('nominated', 'chosen', 'not_chosen', 'withdrawn')", name="ck_candidate_stage"),
        sa.CheckConstraint("post IN ('supervisor', 'manager')", name="ck_candidate_post"),
        sa.CheckConstraint("decided_by_id IS NULL OR decided_by_id <> recorded_by_id", name="ck_candidate_two_people"),
    )
    op.create_index("ix_candidates_employee_id", "candidates", ["employee_id"])
    op.create_index("ix_candidates_stage", "candidates", ["stage"])


def downgrade() -> None:
    for table in ("candidates", "honours"):
        op.drop_table(table)
