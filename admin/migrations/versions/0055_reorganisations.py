"""A reorganisation is put down as one proposal, which a second person confirms (4.3, 6.1-a)."""

import sqlalchemy as sa
from alembic import op

revision = "0055_reorganisations"
down_revision = "0054_honours"
branch_labels = None
depends_on = None

BEFORE = (
    "correct_figure", "take_file_grade", "reassign", "correct_snapshot", "change_case", "hand_over_as_superior",
    "hand_over_as_head", "submit_self_assessment", "appoint_member", "appoint_to_panel", "change_seat", "end_term",
    "remove_seat", "form_panel", "correct_notice", "file_appeal", "correct_entry", "appoint_reviewer", "correct_dates",
    "record_leave", "end_leave", "withdraw_leave", "apply_import", "undo_import", "mark_left", "take_back_leaving",
    "attach_predecessor_statement", "appoint_members", "appoint_reviewers", "appoint_deputy", "end_deputy", "hand_over",
)  # fmt: skip
NEW = ("reorganise",)


def upgrade() -> None:
    _allow((*BEFORE, *NEW))


def downgrade() -> None:
    op.execute(sa.text(f"DELETE FROM confirmations WHERE act IN ({_listed(NEW)})"))
    _allow(BEFORE)


def _allow(acts: tuple[str, ...]) -> None:
    with op.batch_alter_table("confirmations") as batch:
        batch.drop_constraint("ck_confirmation_act", type_="check")
        batch.create_check_constraint("ck_confirmation_act", f"act IN ({_listed(acts)})")


def _listed(acts: tuple[str, ...]) -> str:
    return ", ".join(f"'{each}'" for each in acts)
