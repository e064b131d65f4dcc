"""A file whose check takes longer than a breath is held, sealed, until the worker has checked it."""

import sqlalchemy as sa
from alembic import op

revision = "0032_held_files"
down_revision = "0031_basis_by_two"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "held_files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("held_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("state IN ('checking', 'passed', 'refused')", name="ck_held_file_state"),
        sa.ForeignKeyConstraint(["user_id"], ["ab_user.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_index("ix_held_files_state", "held_files", ["state", "id"])
    op.create_index("ix_held_files_mark", "held_files", ["user_id", "mark"])
    op.create_index("ix_held_files_held", "held_files", ["held_at"])


def downgrade() -> None:
    op.drop_table("held_files")
