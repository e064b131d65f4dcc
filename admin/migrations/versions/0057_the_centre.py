"""Work by grade, follow-up notes after a change of grade, the policy read and asked about (6.2)."""

import sqlalchemy as sa
from alembic import op

revision = "0057_the_centre"
down_revision = "0056_hearings_signed"
branch_labels = None
depends_on = None


def _key(name: str, table: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.Integer(), sa.ForeignKey(f"{table}.id"), nullable=null)


def upgrade() -> None:
    op.create_table(
        "work_tasks",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        _key("lowest_grade_id", "grades", null=True),
        _key("highest_grade_id", "grades", null=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.UniqueConstraint("code", "valid_from", name="uq_work_task_from"),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="ck_work_task_order"),
    )
    op.create_table(
        "follow_ups",
        sa.Column("id", sa.Integer(), primary_key=True),
        _key("grade_change_id", "grade_changes"),
        _key("employee_id", "employees"),
        sa.Column("after_days", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.UniqueConstraint("grade_change_id", "after_days", name="uq_follow_up"),
        sa.CheckConstraint("after_days > 0", name="ck_follow_up_days"),
    )
    op.create_index("ix_follow_ups_employee_id", "follow_ups", ["employee_id"])
    op.create_index("ix_follow_ups_due_on", "follow_ups", ["due_on"])
    op.create_table(
        "follow_up_notes",
        sa.Column("id", sa.Integer(), primary_key=True),
        _key("follow_up_id", "follow_ups"),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        _key("written_by_id", "ab_user"),
        sa.Column("written_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("outcome IN ('well', 'support', 'difficult')", name="ck_follow_up_outcome"),
    )
    op.create_index("ix_follow_up_notes_follow_up_id", "follow_up_notes", ["follow_up_id"])
    op.create_index("ix_grade_change_effective", "grade_changes", ["effective_on"])
    op.create_index("ix_notification_record", "notifications", ["record_id", "process"])


def downgrade() -> None:
    op.drop_index("ix_notification_record", "notifications")
    op.drop_index("ix_grade_change_effective", "grade_changes")
    for table in ("follow_up_notes", "follow_ups", "work_tasks"):
        op.drop_table(table)
