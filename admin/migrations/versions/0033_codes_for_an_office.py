"""An activation code says whether it was made for an account with an office: no other opens one (6.1-a)."""

import sqlalchemy as sa
from alembic import op

revision = "0033_codes_for_an_office"
down_revision = "0032_held_files"
branch_labels = None
depends_on = None

# Giving one of these has voided older codes, so that those which are there were made for it; a seat has voided none.
ROLES = "'admin', 'hr', 'management', 'auditor', 'complaint_officer'"


def upgrade() -> None:
    with op.batch_alter_table("activation_codes") as table:
        table.add_column(sa.Column("for_office", sa.Boolean(), nullable=False, server_default=sa.false()))
    holders = (
        f"SELECT held.user_id FROM ab_user_role held JOIN ab_role r ON r.id = held.role_id WHERE r.name IN ({ROLES})"
    )
    op.execute(
        sa.text(
            f"UPDATE activation_codes SET for_office = {sa.true().compile(op.get_bind())} WHERE user_id IN ({holders})"
        )
    )


def downgrade() -> None:
    with op.batch_alter_table("activation_codes") as table:
        table.drop_column("for_office")
