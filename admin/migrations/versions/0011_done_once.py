"""The keys of requests that were carried out, so that one sent twice is carried out once."""

import sqlalchemy as sa
from alembic import op

revision = "0011_done_once"
down_revision = "0010_persons_and_grounds"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "done_once",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("operation", sa.String(length=60), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("asked_hash", sa.String(length=64), nullable=False),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("done_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("actor_id", "key", "operation", "turn", name="uq_done_once"),
    )
    op.create_index("ix_done_once_at", "done_once", ["done_at"])


def downgrade() -> None:
    op.drop_table("done_once")
