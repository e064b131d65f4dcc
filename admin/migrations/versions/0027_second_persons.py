"""Roles of the workflow, and codes of accounts that have rights, are proposed by one person and confirmed by another."""

import sqlalchemy as sa
from alembic import op

revision = "0027_second_persons"
down_revision = "0026_result_statements"
branch_labels = None
depends_on = None

OPEN = sa.text("stage = 'proposed'")


def upgrade() -> None:
    op.create_table(
        "confirmations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("employee_id", sa.Integer(), nullable=True),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("printed_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("kind IN ('give_role', 'take_role', 'new_code')", name="ck_confirmation_kind"),
        sa.CheckConstraint("stage IN ('proposed', 'confirmed', 'rejected', 'withdrawn')", name="ck_confirmation_stage"),
        sa.CheckConstraint(
            "stage <> 'confirmed' OR decided_by_id <> recorded_by_id", name="ck_confirmation_two_people"
        ),
        sa.CheckConstraint("(kind = 'new_code') = (role = '')", name="ck_confirmation_role"),
        sa.ForeignKeyConstraint(["decided_by_id"], ["ab_user.id"]),
        sa.ForeignKeyConstraint(["employee_id"], ["employees.id"]),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["ab_user.id"]),
        sa.ForeignKeyConstraint(["user_id"], ["ab_user.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_confirmations_employee_id", "confirmations", ["employee_id"])
    op.create_index("ix_confirmations_user_id", "confirmations", ["user_id"])
    op.create_index(
        "uq_confirmation_open",
        "confirmations",
        ["user_id", "kind", "role"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )


def downgrade() -> None:
    op.drop_table("confirmations")
