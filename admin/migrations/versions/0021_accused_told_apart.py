"""A complaint keeps whether it is known who is meant; until then whoever may be meant does not get it."""

import sqlalchemy as sa
from alembic import op

revision = "0021_accused_told_apart"
down_revision = "0020_heartbeats"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("complaints") as table:
        table.add_column(sa.Column("told_apart", sa.Boolean(), nullable=False, server_default=sa.false()))
    # What is closed has been decided on by people of whom it is known that they had no part in it.
    op.execute("UPDATE complaints SET told_apart = (stage = 'closed')")


def downgrade() -> None:
    with op.batch_alter_table("complaints") as table:
        table.drop_column("told_apart")
