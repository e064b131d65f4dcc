"""Signs of life of the worker and of timed work; a job says whose it is."""

import sqlalchemy as sa
from alembic import op

revision = "0020_heartbeats"
down_revision = "0019_key_marks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "heartbeats",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("beat_at", sa.DateTime(), nullable=False),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    with op.batch_alter_table("jobs") as table:
        table.add_column(sa.Column("worker", sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("jobs") as table:
        table.drop_column("worker")
    op.drop_table("heartbeats")
