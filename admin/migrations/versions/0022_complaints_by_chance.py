"""What is sealed is bound to a value of its own, so that a receipt can be replaced; messages and files keep their order."""

import sqlalchemy as sa
from alembic import op

revision = "0022_complaints_by_chance"
down_revision = "0021_accused_told_apart"
branch_labels = None
depends_on = None
PARTS = ("complaint_messages", "complaint_files")


def upgrade() -> None:
    with op.batch_alter_table("complaints") as table:
        table.add_column(sa.Column("bound_to", sa.String(64), nullable=False, server_default=""))
    op.execute("UPDATE complaints SET bound_to = receipt_hash WHERE erased_at IS NULL")
    for part in PARTS:
        with op.batch_alter_table(part) as table:
            table.add_column(sa.Column("position", sa.Integer(), nullable=False, server_default="0"))
        # Their numbers were given in order until now.
        op.execute(f"UPDATE {part} SET position = id")


def downgrade() -> None:
    for part in PARTS:
        with op.batch_alter_table(part) as table:
            table.drop_column("position")
    with op.batch_alter_table("complaints") as table:
        table.drop_column("bound_to")
