"""What the newest check said of each file that is kept; one without a verdict of it is checked again."""

import sqlalchemy as sa
from alembic import op

revision = "0035_file_verdicts"
down_revision = "0034_heads_on_notices"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "file_verdicts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("check_version", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("checked_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )


def downgrade() -> None:
    op.drop_table("file_verdicts")
