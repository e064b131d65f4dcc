"""Sign-ins are rows with an end, and each event names the one in which it was written."""

import sqlalchemy as sa
from alembic import op

revision = "0039_sign_ins"
down_revision = "0038_files_by_two"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sign_ins",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("via", sa.String(length=20), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.DateTime(), nullable=False),
        sa.Column("ends_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["ab_user.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_sign_ins_user_id", "sign_ins", ["user_id"])
    op.add_column("audit_events", sa.Column("sign_in", sa.String(length=32), nullable=True))
    op.add_column("long_works", sa.Column("sign_in", sa.Integer(), nullable=True))
    # What is under way was asked for in no sign-in that has a row: the machine carries it to its end.
    op.execute("UPDATE long_works SET via = 'cli' WHERE ended_at IS NULL AND recorded_by_id IS NOT NULL")


def downgrade() -> None:
    """The version before names every event that names a sign-in as changed."""
    with op.batch_alter_table("long_works") as table:
        table.drop_column("sign_in")
    with op.batch_alter_table("audit_events") as table:
        table.drop_column("sign_in")
    op.drop_table("sign_ins")
