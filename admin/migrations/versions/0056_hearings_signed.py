"""A hearing has a last day, and an interview two signatures (4.2-a)."""

import sqlalchemy as sa
from alembic import op

revision = "0056_hearings_signed"
down_revision = "0055_reorganisations"
branch_labels = None
depends_on = None

NEW = ("until", "lapsed_at", "recorder_signature", "employee_signature", "signed_at", "objection")


def upgrade() -> None:
    with op.batch_alter_table("hearings") as table:
        table.add_column(sa.Column("until", sa.Date(), nullable=True))
        table.add_column(sa.Column("lapsed_at", sa.DateTime(), nullable=True))
        table.add_column(sa.Column("recorder_signature", sa.String(64), nullable=True))
        table.add_column(sa.Column("employee_signature", sa.String(64), nullable=True))
        table.add_column(sa.Column("signed_at", sa.DateTime(), nullable=True))
        table.add_column(sa.Column("objection", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("hearings") as table:
        for name in NEW:
            table.drop_column(name)
