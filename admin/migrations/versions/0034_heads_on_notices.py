"""Notices keep the head of the audit trail that they print."""

import sqlalchemy as sa
from alembic import op

revision = "0034_heads_on_notices"
down_revision = "0033_codes_for_an_office"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("notices") as table:
        table.add_column(sa.Column("head_sequence", sa.Integer(), nullable=True))
        table.add_column(sa.Column("head_sha256", sa.String(length=64), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("notices") as table:
        table.drop_column("head_sha256")
        table.drop_column("head_sequence")
