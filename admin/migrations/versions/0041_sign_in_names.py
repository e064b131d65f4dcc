"""A sign-in name is compared in one spelling, which no two accounts share."""

import sqlalchemy as sa
from alembic import op

from admin.domain.sign_in_names import canonical

revision = "0041_sign_in_names"
down_revision = "0040_printed_proofs"
branch_labels = None
depends_on = None

ACCOUNTS = sa.table("ab_user", sa.column("id"), sa.column("username"), sa.column("sign_in_name"))


def upgrade() -> None:
    op.add_column("ab_user", sa.Column("sign_in_name", sa.String(length=255), nullable=True))
    connection, taken = op.get_bind(), set()
    for key, username in connection.execute(
        sa.select(ACCOUNTS.c.id, ACCOUNTS.c.username).order_by(ACCOUNTS.c.id)
    ).all():
        name = canonical(username)
        # Of two that were told apart by their spelling alone the later is found under a name with its number, until renamed.
        name = f"{name} #{key}" if name in taken else name
        taken.add(name)
        connection.execute(sa.update(ACCOUNTS).where(ACCOUNTS.c.id == key).values(sign_in_name=name))
    op.create_index("ix_ab_user_sign_in_name", "ab_user", ["sign_in_name"], unique=True)


def downgrade() -> None:
    op.drop_index("ix_ab_user_sign_in_name", "ab_user")
    op.drop_column("ab_user", "sign_in_name")
