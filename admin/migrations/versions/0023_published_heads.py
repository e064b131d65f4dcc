"""The published heads of the audit trail, as the list beside the notice site has them."""

import sqlalchemy as sa
from alembic import op

revision = "0023_published_heads"
down_revision = "0022_complaints_by_chance"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "published_heads",
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    op.drop_table("published_heads")
