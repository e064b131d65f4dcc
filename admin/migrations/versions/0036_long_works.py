"""Acts on many rows are carried out by the worker in batches: what was asked for, how far it is, what was refused."""

import sqlalchemy as sa
from alembic import op

revision = "0036_long_works"
down_revision = "0035_file_verdicts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "long_works",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("process", sa.String(length=30), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("given", sa.JSON(), nullable=False),
        sa.Column("kept", sa.JSON(), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("via", sa.String(length=20), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("last_key", sa.Integer(), nullable=False),
        sa.Column("cursor", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("moved_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("stopped_by_id", sa.Integer(), nullable=True),
        sa.Column("stopped", sa.JSON(), nullable=True),
        sa.Column("repeats_id", sa.Integer(), nullable=True),
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"]),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["ab_user.id"]),
        sa.ForeignKeyConstraint(["repeats_id"], ["long_works.id"]),
        sa.ForeignKeyConstraint(["stopped_by_id"], ["ab_user.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_long_work_record", "long_works", ["process", "record_id"])
    op.create_index("ix_long_work_ended", "long_works", ["ended_at"])
    op.create_index("ix_long_works_recorded_by_id", "long_works", ["recorded_by_id"])
    op.create_table(
        "long_work_refusals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("work_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("named", sa.String(length=200), nullable=False),
        sa.Column("clause", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["work_id"], ["long_works.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_long_work_refusal", "long_work_refusals", ["work_id", "key"])


def downgrade() -> None:
    op.drop_table("long_work_refusals")
    op.drop_table("long_works")
