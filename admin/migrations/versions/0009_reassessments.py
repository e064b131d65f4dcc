"""Cases that are assessed again after an established breach: the order, the new case, its grade change."""

import sqlalchemy as sa
from alembic import op

revision = "0009_reassessments"
down_revision = "0008_every_case_has_a_cycle"
branch_labels = None
depends_on = None

KINDS_BEFORE = ("takeover", "initial", "promotion", "demotion", "unchanged", "adjustment")
WAITING = sa.text("case_id IS NULL")


def kinds(*names):
    with op.batch_alter_table("grade_changes") as table:
        table.drop_constraint("ck_grade_change_kind", type_="check")
        listed = ", ".join(f"'{name}'" for name in names)
        table.create_check_constraint("ck_grade_change_kind", f"kind IN ({listed})")


def upgrade() -> None:
    with op.batch_alter_table("reviews") as table:
        table.add_column(sa.Column("reassesses_id", sa.Integer(), nullable=True))
        table.create_foreign_key("fk_review_reassesses", "reviews", ["reassesses_id"], ["id"])
        table.create_index("ix_reviews_reassesses_id", ["reassesses_id"])
        table.create_check_constraint("ck_review_reassesses", "reassesses_id IS NULL OR kind = 'reassessment'")
    kinds(*KINDS_BEFORE, "reassessment")
    op.create_table(
        "reassessments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("ordered_at", sa.DateTime(), nullable=False),
        sa.Column("due", sa.DateTime(), nullable=False),
        sa.Column("to_management", sa.Boolean(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("begun_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("(case_id IS NULL) = (begun_at IS NULL)", name="ck_reassessment_begun_has_case"),
        sa.ForeignKeyConstraint(["case_id"], ["reviews.id"]),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "uq_reassessment_waiting",
        "reassessments",
        ["review_id"],
        unique=True,
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )


def downgrade() -> None:
    op.drop_table("reassessments")
    kinds(*KINDS_BEFORE)
    with op.batch_alter_table("reviews") as table:
        table.drop_constraint("ck_review_reassesses", type_="check")
        table.drop_index("ix_reviews_reassesses_id")
        table.drop_constraint("fk_review_reassesses", type_="foreignkey")
        table.drop_column("reassesses_id")
