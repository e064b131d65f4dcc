"""The steps of histories are told of in bundles, and account states enter the trail without what nobody counts any more.

`setup`, which follows each migration, tells of what stands there.
"""

import sqlalchemy as sa
from alembic import op

revision = "0030_bundles_of_steps"
down_revision = "0029_codes_in_the_trail"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("history") as table:
        table.add_column(sa.Column("bundle", sa.String(length=32), nullable=True))
        table.add_column(sa.Column("reason_mark", sa.String(length=80), nullable=True))
        table.add_column(sa.Column("reason_salt", sa.String(length=32), nullable=True))
    with op.batch_alter_table("account_states") as table:
        table.drop_column("locked_until")
        table.drop_column("failures")


def downgrade() -> None:
    with op.batch_alter_table("account_states") as table:
        table.add_column(sa.Column("failures", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("locked_until", sa.DateTime(), nullable=True))
    with op.batch_alter_table("history") as table:
        table.drop_column("reason_salt")
        table.drop_column("reason_mark")
        table.drop_column("bundle")
