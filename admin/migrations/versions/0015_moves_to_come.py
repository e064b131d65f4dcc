"""Moves to a coming day, until timed work carries them out."""

import sqlalchemy as sa
from alembic import op

revision = "0015_moves_to_come"
down_revision = "0014_frozen_figures"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "coming_moves",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("employee_id", sa.Integer(), nullable=False),
        sa.Column("moves_on", sa.Date(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("superior_id", sa.Integer(), nullable=True),
        sa.Column("post", sa.String(length=100), nullable=True),
        sa.Column("queue", sa.String(length=60), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["employee_id"], ["employees.id"]),
        sa.ForeignKeyConstraint(["department_id"], ["departments.id"]),
        sa.ForeignKeyConstraint(["superior_id"], ["employees.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("employee_id", "moves_on", name="uq_coming_move"),
    )
    op.create_index("ix_coming_moves_moves_on", "coming_moves", ["moves_on"])
    op.create_index("ix_coming_moves_superior_id", "coming_moves", ["superior_id"])


def downgrade() -> None:
    op.drop_table("coming_moves")
