"""Figures as they stood at a cycle's lock, a rehearsal's departments, reasons of dated changes."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0014_frozen_figures"
down_revision = "0013_grade_file"
branch_labels = None
depends_on = None

LOCKED = "SELECT id, period_from, period_to FROM cycles WHERE metrics_frozen_at IS NOT NULL"
SUMS = "SELECT queue, code, SUM(value) FROM metrics WHERE month >= :first AND month <= :last GROUP BY queue, code"
KEEP = "UPDATE cycles SET frozen_queues = :sums WHERE id = :key"


def upgrade() -> None:
    op.create_table(
        "cycle_departments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"]),
        sa.ForeignKeyConstraint(["department_id"], ["departments.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("cycle_id", "department_id", name="uq_cycle_department"),
    )
    op.add_column("employee_changes", sa.Column("reason", sa.Text(), nullable=True))
    op.add_column("cycles", sa.Column("frozen_queues", sa.JSON(), nullable=True))
    connection = op.get_bind()
    for key, first, last in connection.execute(sa.text(LOCKED)).all():
        found: dict[str, dict[str, str]] = {}
        for queue, code, value in connection.execute(sa.text(SUMS), {"first": first, "last": last}):
            found.setdefault(queue, {})[code] = str(value)
        connection.execute(sa.text(KEEP), {"sums": json.dumps(found), "key": key})


def downgrade() -> None:
    with op.batch_alter_table("employee_changes") as table:
        table.drop_column("reason")
    op.drop_table("cycle_departments")
    with op.batch_alter_table("cycles") as table:
        table.drop_column("frozen_queues")
