"""A document is taken back or corrected by another, of a kind of its own (1.2-f, 3.3.6)."""

import sqlalchemy as sa
from alembic import op

revision = "0051_documents_taken_back"
down_revision = "0050_document_templates"
branch_labels = None
depends_on = None

CHANGES = (
    "takeover", "takeover_correction", "initial", "promotion", "demotion", "unchanged", "adjustment", "reassessment",
)  # fmt: skip
DOCUMENTS = (
    "annual", "appeal", "demotion", "initial", "reassessment", "adjustment", "takeover", "takeover_correction",
)  # fmt: skip
NEW = ("withdrawal", "correction")
STAGES = ("draft", "proposed", "approved", "rejected", "withdrawn", "issued")


def upgrade() -> None:
    op.create_table(
        "document_withdrawals",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("document_id", sa.Integer(), sa.ForeignKey("issued_documents.id"), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("stage", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("grade_id", sa.Integer(), sa.ForeignKey("grades.id"), nullable=True),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), sa.ForeignKey("ab_user.id"), nullable=False),
        sa.Column("proposed_at", sa.DateTime(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), sa.ForeignKey("ab_user.id"), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("issued_id", sa.Integer(), sa.ForeignKey("issued_documents.id"), nullable=True),
        sa.CheckConstraint(f"kind IN ({_listed(NEW)})", name="ck_document_withdrawal_kind"),
        sa.CheckConstraint(f"stage IN ({_listed(STAGES)})", name="ck_document_withdrawal_stage"),
        sa.CheckConstraint(
            "stage <> 'issued' OR decided_by_id <> proposed_by_id", name="ck_document_withdrawal_two_people"
        ),
        sa.CheckConstraint("issued_id IS NULL OR stage = 'issued'", name="ck_document_withdrawal_issued"),
    )
    op.create_index("ix_document_withdrawals_document_id", "document_withdrawals", ["document_id"])
    proposed = sa.text("stage = 'proposed'")
    op.create_index(
        "uq_document_withdrawal_open",
        "document_withdrawals",
        ["document_id"],
        unique=True,
        sqlite_where=proposed,
        postgresql_where=proposed,
    )
    with op.batch_alter_table("grade_changes") as table:
        table.add_column(sa.Column("reverses_id", sa.Integer(), nullable=True))
        table.create_foreign_key("fk_grade_changes_reverses", "grade_changes", ["reverses_id"], ["id"])
        table.create_index("uq_grade_change_reverses", ["reverses_id"], unique=True)
    _allow((*CHANGES, *NEW), (*DOCUMENTS, *NEW))


def downgrade() -> None:
    op.drop_table("document_withdrawals")
    with op.batch_alter_table("grade_changes") as table:
        table.drop_index("uq_grade_change_reverses")
        table.drop_constraint("fk_grade_changes_reverses", type_="foreignkey")
        table.drop_column("reverses_id")
    _allow(CHANGES, DOCUMENTS)


def _allow(changes: tuple[str, ...], documents: tuple[str, ...]) -> None:
    for name, check, kinds in (
        ("grade_changes", "ck_grade_change_kind", changes),
        ("pay_list_rows", "ck_pay_list_row_kind", changes),
        ("issued_documents", "ck_document_kind", documents),
    ):
        with op.batch_alter_table(name) as table:
            table.drop_constraint(check, type_="check")
            table.create_check_constraint(check, f"kind IN ({_listed(kinds)})")


def _listed(codes: tuple[str, ...]) -> str:
    return ", ".join(f"'{each}'" for each in codes)
