"""The chain over the audit events."""

import sqlalchemy as sa
from alembic import op

revision = "0003_the_chain"
down_revision = "0002_mail"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "audit_seals",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(), nullable=False),
        sa.Column("chain_hash", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["audit_events.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("event_id"),
    )


def downgrade():
    op.drop_table("audit_seals")
