"""What each issued result says in one line, by which its owner proves it."""

import sqlalchemy as sa
from alembic import op

revision = "0026_result_statements"
down_revision = "0025_unsent_forms"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "result_statements",
        sa.Column("grade_change_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["grade_change_id"], ["grade_changes.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("grade_change_id"),
    )


def downgrade() -> None:
    op.drop_table("result_statements")
