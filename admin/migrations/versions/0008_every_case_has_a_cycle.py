"""Every case belongs to a cycle: the yearly one, or proceedings of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0008_every_case_has_a_cycle"
down_revision = "0007_minutes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("reviews") as table:
        table.alter_column("cycle_id", existing_type=sa.Integer(), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("reviews") as table:
        table.alter_column("cycle_id", existing_type=sa.Integer(), nullable=True)
