"""The grade file: takeover corrections, what was withdrawn, one live change outside a case, who a document left out."""

import sqlalchemy as sa
from alembic import op

revision = "0013_grade_file"
down_revision = "0012_versions_by_date"
branch_labels = None
depends_on = None

KINDS_BEFORE = ("takeover", "initial", "promotion", "demotion", "unchanged", "adjustment", "reassessment")
STAGES_BEFORE = ("draft", "proposed", "approved", "rejected", "issued")
DOCUMENTS_BEFORE = ("annual", "appeal", "demotion", "initial", "reassessment", "adjustment", "takeover")
LIVE = sa.text("kind IN ('adjustment', 'takeover_correction') AND stage IN ('draft', 'proposed', 'approved')")


def only(table, name, column, values):
    listed = ", ".join(f"'{value}'" for value in values)
    table.drop_constraint(name, type_="check")
    table.create_check_constraint(name, f"{column} IN ({listed})")


def upgrade() -> None:
    with op.batch_alter_table("grade_changes") as table:
        only(table, "ck_grade_change_kind", "kind", (*KINDS_BEFORE, "takeover_correction"))
        only(table, "ck_grade_change_stage", "stage", (*STAGES_BEFORE, "withdrawn"))
    op.create_index(
        "uq_grade_change_live",
        "grade_changes",
        ["employee_id"],
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )
    with op.batch_alter_table("issued_documents") as table:
        only(table, "ck_document_kind", "kind", (*DOCUMENTS_BEFORE, "takeover_correction"))
        table.add_column(sa.Column("appeal_days", sa.Integer(), nullable=True))
        table.add_column(sa.Column("left_out", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    with op.batch_alter_table("issued_documents") as table:
        table.drop_column("left_out")
        table.drop_column("appeal_days")
        only(table, "ck_document_kind", "kind", DOCUMENTS_BEFORE)
    op.drop_index("uq_grade_change_live", "grade_changes")
    with op.batch_alter_table("grade_changes") as table:
        only(table, "ck_grade_change_stage", "stage", STAGES_BEFORE)
        only(table, "ck_grade_change_kind", "kind", KINDS_BEFORE)
