"""Deputies: who stands in for whom, in whose place a case's line stands, and in whose place something was done (3.3-c)."""

import sqlalchemy as sa
from alembic import op

revision = "0046_deputies"
down_revision = "0045_import_difference"
branch_labels = None
depends_on = None

BEFORE = (
    "correct_figure", "take_file_grade", "reassign", "correct_snapshot", "change_case", "hand_over_as_superior",
    "hand_over_as_head", "submit_self_assessment", "appoint_member", "appoint_to_panel", "change_seat", "end_term",
    "remove_seat", "form_panel", "correct_notice", "file_appeal", "correct_entry", "appoint_reviewer", "correct_dates",
    "record_leave", "end_leave", "withdraw_leave", "apply_import", "undo_import", "mark_left", "take_back_leaving",
    "attach_predecessor_statement", "appoint_members", "appoint_reviewers",
)  # fmt: skip
NEW = ("appoint_deputy", "end_deputy")
PERSONS = {
    "reviews": ("superior_for_id", "head_for_id"),
    "ratings": ("in_place_of_id",),
    "proposals": ("in_place_of_id",),
    "appeals": ("answered_by_id", "in_place_of_id"),
}
LOOKED_UP = ("superior_for_id", "head_for_id")


def upgrade() -> None:
    op.create_table(
        "deputies",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("employees.id"), nullable=False),
        sa.Column("deputy_id", sa.Integer(), sa.ForeignKey("employees.id"), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("appointed_by_id", sa.Integer(), nullable=False),
        sa.Column("appointed_at", sa.DateTime(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=False, server_default=""),
        sa.CheckConstraint("role IN ('superior', 'head')", name="ck_deputy_role"),
        sa.CheckConstraint("deputy_id <> person_id", name="ck_deputy_another"),
        sa.CheckConstraint("last_day >= first_day", name="ck_deputy_order"),
    )
    op.create_index("ix_deputies_person_id", "deputies", ["person_id"])
    op.create_index("ix_deputies_deputy_id", "deputies", ["deputy_id"])
    op.create_index("ix_deputy_days", "deputies", ["first_day", "last_day"])
    for table, columns in PERSONS.items():
        with op.batch_alter_table(table) as batch:
            for column in columns:
                batch.add_column(sa.Column(column, sa.Integer(), nullable=True))
                batch.create_foreign_key(f"fk_{table}_{column}", "employees", [column], ["id"])
                if column in LOOKED_UP:
                    batch.create_index(f"ix_{table}_{column}", [column])
    with op.batch_alter_table("history") as batch:
        batch.add_column(sa.Column("in_place_of", sa.String(120), nullable=True))
    _allow((*BEFORE, *NEW))


def downgrade() -> None:
    op.execute(sa.text(f"DELETE FROM confirmations WHERE act IN ({_listed(NEW)})"))
    _allow(BEFORE)
    with op.batch_alter_table("history") as batch:
        batch.drop_column("in_place_of")
    for table, columns in PERSONS.items():
        with op.batch_alter_table(table) as batch:
            for column in columns:
                if column in LOOKED_UP:
                    batch.drop_index(f"ix_{table}_{column}")
                batch.drop_constraint(f"fk_{table}_{column}", type_="foreignkey")
                batch.drop_column(column)
    op.drop_table("deputies")


def _allow(acts: tuple[str, ...]) -> None:
    with op.batch_alter_table("confirmations") as batch:
        batch.drop_constraint("ck_confirmation_act", type_="check")
        batch.create_check_constraint("ck_confirmation_act", f"act IN ({_listed(acts)})")


def _listed(acts: tuple[str, ...]) -> str:
    return ", ".join(f"'{each}'" for each in acts)
