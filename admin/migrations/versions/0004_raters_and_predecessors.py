"""The mean of a rating, a predecessor's statement, and a queue's figures found at once.

Revision raters, after the chain.
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0004_raters"
down_revision = "0003_the_chain"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("ratings") as table:
        table.add_column(sa.Column("mean", sa.Numeric(8, 6), nullable=True))
    with op.batch_alter_table("metrics") as table:
        table.create_index("ix_metric_queue_code_month", ["queue", "code", "month"])
    op.create_table(
        "predecessor_statements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("form", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("form IN ('statement', 'not_obtainable')", name="ck_predecessor_statement_form"),
        sa.ForeignKeyConstraint(["author_id"], ["employees.id"]),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("review_id"),
    )
    _fill_means()


def _fill_means() -> None:
    """Signed ratings get the mean of their values, as signing writes it from now on."""
    bind = op.get_bind()
    for key, values in bind.execute(sa.text("SELECT id, \"values\" FROM ratings WHERE state = 'submitted'")).all():
        given = json.loads(values) if isinstance(values, str) else values or {}
        numbers = [int(each["value"]) for each in given.values() if each.get("value")]
        if numbers:
            mean = round(sum(numbers) / len(numbers), 6)
            bind.execute(sa.text("UPDATE ratings SET mean = :mean WHERE id = :key"), {"mean": mean, "key": key})


def downgrade() -> None:
    op.drop_table("predecessor_statements")
    with op.batch_alter_table("metrics") as table:
        table.drop_index("ix_metric_queue_code_month")
    with op.batch_alter_table("ratings") as table:
        table.drop_column("mean")
