"""A cycle keeps the secret from which its colleagues are drawn."""

import sqlalchemy as sa
from alembic import op

revision = "0017_drawn_colleagues"
down_revision = "0016_versions_withdrawn"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("cycles") as table:
        table.add_column(sa.Column("draw_secret", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("cycles") as table:
        table.drop_column("draw_secret")
