"""The hash of a meeting's minutes."""

import sqlalchemy as sa
from alembic import op

revision = "0007_minutes"
down_revision = "0006_sealed_complaints"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("meetings", sa.Column("minutes_sha256", sa.String(length=64), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("meetings") as table:
        table.drop_column("minutes_sha256")
