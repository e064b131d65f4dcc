"""The database keeps the marks of the keys that its rows were sealed with."""

import sqlalchemy as sa
from alembic import op

revision = "0019_key_marks"
down_revision = "0018_a_tree_over_the_trail"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "key_marks",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )


def downgrade() -> None:
    op.drop_table("key_marks")
