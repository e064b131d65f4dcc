"""What an import changes, line by line, is kept with it."""

import sqlalchemy as sa
from alembic import op

revision = "0045_import_difference"
down_revision = "0044_many_by_two"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("imports") as batch:
        batch.add_column(sa.Column("difference", sa.JSON(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("imports") as batch:
        batch.drop_column("difference")
