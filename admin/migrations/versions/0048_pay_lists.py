"""Pay-change lists and their rows; bands come by import; amounts stand in the trail as commitments from now on (5.1, 6.3-b)."""

import sqlalchemy as sa
from alembic import op

revision = "0048_pay_lists"
down_revision = "0047_hand_over"
branch_labels = None
depends_on = None

FIRST = sa.text("corrects_id IS NULL")
KINDS = (
    "takeover", "takeover_correction", "initial", "promotion", "demotion", "unchanged", "adjustment", "reassessment",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "pay_lists",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), sa.ForeignKey("issued_documents.id"), nullable=False),
        sa.Column("corrects_id", sa.Integer(), sa.ForeignKey("pay_lists.id"), nullable=True),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.UniqueConstraint("number"),
        sa.UniqueConstraint("year", "serial", name="uq_pay_list_serial"),
        sa.UniqueConstraint("corrects_id", name="uq_pay_list_correction"),
        sa.CheckConstraint("language IN ('zh_hant', 'zh_hans', 'en')", name="ck_pay_list_language"),
    )
    op.create_index("ix_pay_lists_document_id", "pay_lists", ["document_id"])
    op.create_index(
        "uq_pay_list_first", "pay_lists", ["document_id"], unique=True, sqlite_where=FIRST, postgresql_where=FIRST
    )
    op.create_table(
        "pay_list_rows",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("list_id", sa.Integer(), sa.ForeignKey("pay_lists.id"), nullable=False),
        sa.Column("grade_change_id", sa.Integer(), sa.ForeignKey("grade_changes.id"), nullable=False),
        sa.Column("employee_id", sa.Integer(), sa.ForeignKey("employees.id"), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("from_grade", sa.String(10), nullable=True),
        sa.Column("to_grade", sa.String(10), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("old_low", sa.Numeric(12, 2), nullable=True),
        sa.Column("old_high", sa.Numeric(12, 2), nullable=True),
        sa.Column("new_low", sa.Numeric(12, 2), nullable=False),
        sa.Column("new_high", sa.Numeric(12, 2), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.UniqueConstraint("list_id", "grade_change_id", name="uq_pay_list_row_change"),
        sa.CheckConstraint("state IN ('new', 'changed', 'withdrawn')", name="ck_pay_list_row_state"),
        sa.CheckConstraint(f"kind IN ({', '.join(repr(kind) for kind in KINDS)})", name="ck_pay_list_row_kind"),
    )
    for column in ("list_id", "grade_change_id", "employee_id"):
        op.create_index(f"ix_pay_list_rows_{column}", "pay_list_rows", [column])


def downgrade() -> None:
    op.drop_table("pay_list_rows")
    op.drop_table("pay_lists")
