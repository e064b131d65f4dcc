"""A policy version that is not promulgated may be withdrawn."""

from alembic import op

revision = "0016_versions_withdrawn"
down_revision = "0015_moves_to_come"
branch_labels = None
depends_on = None

NAME = "ck_policy_version_stage"
BEFORE = ("draft", "submitted", "promulgated")


def _stages(values):
    listed = ", ".join(f"'{value}'" for value in values)
    with op.batch_alter_table("policy_versions") as table:
        table.drop_constraint(NAME, type_="check")
        table.create_check_constraint(NAME, f"stage IN ({listed})")


def upgrade() -> None:
    _stages((*BEFORE, "withdrawn"))


def downgrade() -> None:
    op.execute("UPDATE policy_versions SET stage = 'draft' WHERE stage = 'withdrawn'")
    _stages(BEFORE)
