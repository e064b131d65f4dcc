"""Who has read which version of the policy, and questions about it (6.2)."""

import sqlalchemy as sa
from alembic import op

revision = "0058_policy_read"
down_revision = "0057_the_centre"
branch_labels = None
depends_on = None


def _key(name: str, table: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.Integer(), sa.ForeignKey(f"{table}.id"), nullable=null)


def upgrade() -> None:
    op.create_table(
        "policy_readings",
        sa.Column("id", sa.Integer(), primary_key=True),
        _key("version_id", "policy_versions"),
        _key("employee_id", "employees"),
        sa.Column("read_at", sa.DateTime(), nullable=False),
        sa.UniqueConstraint("version_id", "employee_id", name="uq_policy_reading"),
    )
    op.create_index("ix_policy_readings_employee_id", "policy_readings", ["employee_id"])
    op.create_table(
        "reading_requests",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("version_id", sa.Integer(), sa.ForeignKey("policy_versions.id"), nullable=False, unique=True),
        _key("asked_by_id", "ab_user"),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
    )
    op.create_table(
        "policy_questions",
        sa.Column("id", sa.Integer(), primary_key=True),
        _key("employee_id", "employees"),
        sa.Column("clause", sa.String(20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        _key("answered_by_id", "ab_user", null=True),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("published_question", sa.Text(), nullable=True),
        sa.Column("published_answer", sa.Text(), nullable=True),
        sa.Column("published_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("published_at IS NULL OR answered_at IS NOT NULL", name="ck_policy_question_answered"),
    )
    op.create_index("ix_policy_questions_employee_id", "policy_questions", ["employee_id"])
    op.create_index("ix_policy_question_published", "policy_questions", ["published_at"])


def downgrade() -> None:
    for table in ("policy_questions", "reading_requests", "policy_readings"):
        op.drop_table(table)
