"""A version is in force by its effective date; ladder and scorecard belong to it; a ladder may have a fifth level (6.1-c)."""

import sqlalchemy as sa
from alembic import op

revision = "0012_versions_by_date"
down_revision = "0011_done_once"
branch_labels = None
depends_on = None

STAGES_BEFORE = ("draft", "submitted", "in_force", "superseded")
STAGES = ("draft", "submitted", "promulgated")
LEVELS = "level IN ('junior', 'intermediate', 'senior', 'expert')"
IN_FORCE = sa.text("stage = 'in_force'")
VERSIONS = sa.table("policy_versions", sa.column("id"), sa.column("number"), sa.column("stage"))
CARDS = sa.table("scorecards", sa.column("id"), sa.column("policy_version_id"), sa.column("stage"))


def stages(values):
    listed = ", ".join(f"'{value}'" for value in values)
    with op.batch_alter_table("policy_versions") as table:
        table.create_check_constraint("ck_policy_version_stage", f"stage IN ({listed})")


def cards_of_the_first_version():
    """One scorecard was handed from version to version: it is the first one's, and the others get their own by setup."""
    bind = op.get_bind()
    first = bind.scalar(sa.select(VERSIONS.c.id).order_by(VERSIONS.c.number).limit(1))
    cards = bind.scalars(sa.select(CARDS.c.id).order_by(CARDS.c.id)).all()
    if first is not None and len(cards) == 1:
        bind.execute(sa.update(CARDS).values(policy_version_id=first))


def upgrade() -> None:
    op.drop_index("uq_policy_in_force", table_name="policy_versions")
    with op.batch_alter_table("policy_versions") as table:
        table.drop_constraint("ck_policy_version_stage", type_="check")
    op.execute(sa.update(VERSIONS).where(VERSIONS.c.stage.in_(STAGES_BEFORE[2:])).values(stage="promulgated"))
    stages(STAGES)
    cards_of_the_first_version()
    with op.batch_alter_table("scorecards") as table:
        table.drop_constraint("ck_scorecard_stage", type_="check")
        table.drop_column("stage")
    with op.batch_alter_table("parameter_confirmations") as table:
        table.add_column(sa.Column("carried_from_id", sa.Integer(), nullable=True))
        table.create_foreign_key("fk_confirmation_carried_from", "policy_versions", ["carried_from_id"], ["id"])
    with op.batch_alter_table("staffing_limits") as table:
        table.drop_constraint("ck_staffing_level", type_="check")


def downgrade() -> None:
    with op.batch_alter_table("staffing_limits") as table:
        table.create_check_constraint("ck_staffing_level", LEVELS)
    with op.batch_alter_table("parameter_confirmations") as table:
        table.drop_constraint("fk_confirmation_carried_from", type_="foreignkey")
        table.drop_column("carried_from_id")
    with op.batch_alter_table("scorecards") as table:
        table.add_column(sa.Column("stage", sa.String(20), nullable=False, server_default="in_force"))
        table.create_check_constraint("ck_scorecard_stage", "stage IN ('draft', 'in_force', 'superseded')")
    with op.batch_alter_table("policy_versions") as table:
        table.drop_constraint("ck_policy_version_stage", type_="check")
    bind = op.get_bind()
    last = bind.scalar(sa.select(sa.func.max(VERSIONS.c.number)).where(VERSIONS.c.stage == "promulgated"))
    was = sa.update(VERSIONS).where(VERSIONS.c.stage == "promulgated")
    bind.execute(was.values(stage=sa.case((VERSIONS.c.number == last, "in_force"), else_="superseded")))
    stages(STAGES_BEFORE)
    op.create_index(
        "uq_policy_in_force",
        "policy_versions",
        ["stage"],
        unique=True,
        sqlite_where=IN_FORCE,
        postgresql_where=IN_FORCE,
    )
