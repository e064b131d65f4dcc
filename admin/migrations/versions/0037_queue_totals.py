"""The sums of queues are kept month by month; the list of cases has an index for its order."""

import sqlalchemy as sa
from alembic import op

revision = "0037_queue_totals"
down_revision = "0036_long_works"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "queue_totals",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("queue", sa.String(length=60), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.UniqueConstraint("month", "queue", "code", name="uq_queue_total"),
    )
    op.execute(
        "INSERT INTO queue_totals (month, queue, code, value) "
        "SELECT month, queue, code, sum(value) FROM metrics GROUP BY month, queue, code"
    )
    op.create_index("ix_review_stage_since", "reviews", ["stage_since", "id"])


def downgrade() -> None:
    op.drop_index("ix_review_stage_since", "reviews")
    op.drop_table("queue_totals")
