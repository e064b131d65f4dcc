"""Messages by mail: when one was sent, and who wants them.

Revision mail, after the tables.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002_mail"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("notifications") as table:
        table.add_column(sa.Column("mailed_at", sa.DateTime(), nullable=True))
        table.create_index("ix_notification_mailed", ["mailed_at", "created_at"])
    with op.batch_alter_table("account_states") as table:
        table.add_column(sa.Column("wants_mail", sa.Boolean(), server_default=sa.true(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("account_states") as table:
        table.drop_column("wants_mail")
    with op.batch_alter_table("notifications") as table:
        table.drop_index("ix_notification_mailed")
        table.drop_column("mailed_at")
