"""What changes the basis of a result waits for a second person beside roles and codes (6.1-a)."""

import sqlalchemy as sa
from alembic import op

revision = "0031_basis_by_two"
down_revision = "0030_bundles_of_steps"
branch_labels = None
depends_on = None

OPEN_BASIS = sa.text("stage = 'proposed' AND act IS NOT NULL")
ACTS = (
    "correct_figure", "take_file_grade", "reassign", "correct_snapshot", "change_case", "hand_over_as_superior",
    "hand_over_as_head", "submit_self_assessment", "appoint_member", "appoint_to_panel", "change_seat", "end_term",
    "remove_seat", "form_panel", "correct_notice", "file_appeal", "correct_entry",
)  # fmt: skip
NEW = (
    sa.Column("act", sa.String(length=40), nullable=True),
    sa.Column("process", sa.String(length=40), nullable=False, server_default=""),
    sa.Column("record_id", sa.Integer(), nullable=False, server_default="0"),
    sa.Column("asked", sa.JSON(), nullable=True),
    sa.Column("asked_hash", sa.String(length=64), nullable=False, server_default=""),
    sa.Column("difference", sa.JSON(), nullable=False, server_default="[]"),
    sa.Column("cases", sa.JSON(), nullable=False, server_default="[]"),
    sa.Column("concerned", sa.JSON(), nullable=False, server_default="[]"),
)


def upgrade() -> None:
    listed = ", ".join(f"'{each}'" for each in ACTS)
    with op.batch_alter_table("confirmations") as batch:
        for column in NEW:
            batch.add_column(column)
        batch.alter_column("user_id", existing_type=sa.Integer(), nullable=True)
        batch.drop_constraint("ck_confirmation_kind", type_="check")
        batch.create_check_constraint("ck_confirmation_kind", "kind IN ('give_role', 'take_role', 'new_code', 'basis')")
        batch.drop_constraint("ck_confirmation_role", type_="check")
        batch.create_check_constraint("ck_confirmation_role", "(kind IN ('new_code', 'basis')) = (role = '')")
        batch.create_check_constraint("ck_confirmation_act", f"act IN ({listed})")
        batch.create_check_constraint("ck_confirmation_basis", "(kind = 'basis') = (act IS NOT NULL)")
        batch.create_check_constraint("ck_confirmation_account", "(kind = 'basis') = (user_id IS NULL)")
    with op.batch_alter_table("confirmations") as batch:
        for column in NEW:
            if column.server_default is not None:
                batch.alter_column(column.name, existing_type=column.type, server_default=None)
    op.create_index(
        "uq_confirmation_asked",
        "confirmations",
        ["act", "asked_hash"],
        unique=True,
        sqlite_where=OPEN_BASIS,
        postgresql_where=OPEN_BASIS,
    )


def downgrade() -> None:
    op.drop_index("uq_confirmation_asked", table_name="confirmations")
    op.execute("DELETE FROM confirmations WHERE kind = 'basis'")
    with op.batch_alter_table("confirmations") as batch:
        for name in ("ck_confirmation_account", "ck_confirmation_basis", "ck_confirmation_act"):
            batch.drop_constraint(name, type_="check")
        batch.drop_constraint("ck_confirmation_role", type_="check")
        batch.create_check_constraint("ck_confirmation_role", "(kind = 'new_code') = (role = '')")
        batch.drop_constraint("ck_confirmation_kind", type_="check")
        batch.create_check_constraint("ck_confirmation_kind", "kind IN ('give_role', 'take_role', 'new_code')")
        batch.alter_column("user_id", existing_type=sa.Integer(), nullable=False)
        for column in reversed(NEW):
            batch.drop_column(column.name)
