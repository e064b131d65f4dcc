"""Cases outside the yearly cycle: proceedings for one person, and the documents that they end with."""

import sqlalchemy as sa
from alembic import op

revision = "0005_single_cases"
down_revision = "0004_raters"
branch_labels = None
depends_on = None

DOCUMENTS = "kind IN ('annual', 'appeal', 'demotion', 'initial', 'reassessment', 'adjustment', 'takeover')"
DOCUMENTS_BEFORE = "kind IN ('annual', 'appeal', 'demotion', 'adjustment', 'takeover')"


def changed_check(table, name, condition):
    table.drop_constraint(name, type_="check")
    table.create_check_constraint(name, condition)


def upgrade():
    with op.batch_alter_table("cycles") as table:
        table.add_column(sa.Column("subject_id", sa.Integer(), nullable=True))
        table.create_foreign_key("fk_cycle_subject", "employees", ["subject_id"], ["id"])
        table.create_index("ix_cycles_subject_id", ["subject_id"])
        changed_check(table, "ck_cycle_kind", "kind IN ('regular', 'rehearsal', 'single')")
        table.create_check_constraint("ck_cycle_single_has_subject", "(kind = 'single') = (subject_id IS NOT NULL)")
    with op.batch_alter_table("issued_documents") as table:
        changed_check(table, "ck_document_kind", DOCUMENTS)


def downgrade():
    with op.batch_alter_table("issued_documents") as table:
        changed_check(table, "ck_document_kind", DOCUMENTS_BEFORE)
    with op.batch_alter_table("cycles") as table:
        table.drop_constraint("ck_cycle_single_has_subject", type_="check")
        changed_check(table, "ck_cycle_kind", "kind IN ('regular', 'rehearsal')")
        table.drop_index("ix_cycles_subject_id")
        table.drop_constraint("fk_cycle_subject", type_="foreignkey")
        table.drop_column("subject_id")
