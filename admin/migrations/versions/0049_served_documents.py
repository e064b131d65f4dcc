"""What becomes of a document: its prints, who has acknowledged it, what they ask (3.3.6, 4.3-a)."""

import sqlalchemy as sa
from alembic import op

revision = "0049_served_documents"
down_revision = "0048_pay_lists"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "document_prints",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("document_id", sa.Integer(), sa.ForeignKey("issued_documents.id"), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("unprintable", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("proof_sequence", sa.Integer(), nullable=True),
        sa.Column("proof_sha256", sa.String(64), nullable=True),
        sa.UniqueConstraint("document_id", "kind", "part", name="uq_document_print"),
        sa.CheckConstraint("kind IN ('list', 'letters')", name="ck_document_print_kind"),
    )
    op.create_table(
        "acknowledgements",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("grade_change_id", sa.Integer(), sa.ForeignKey("grade_changes.id"), nullable=False, unique=True),
        sa.Column("document_id", sa.Integer(), sa.ForeignKey("issued_documents.id"), nullable=False),
        sa.Column("employee_id", sa.Integer(), sa.ForeignKey("employees.id"), nullable=False),
        sa.Column("way", sa.String(20), nullable=False),
        sa.Column("read_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.Column("scan_sha256", sa.String(64), nullable=True),
        sa.Column("scan_name", sa.String(255), nullable=True),
        sa.Column("scan_media_type", sa.String(100), nullable=True),
        sa.CheckConstraint("way IN ('portal', 'paper')", name="ck_acknowledgement_way"),
        sa.CheckConstraint("(way = 'paper') = (scan_sha256 IS NOT NULL)", name="ck_acknowledgement_scan"),
    )
    op.create_index("ix_acknowledgements_employee_id", "acknowledgements", ["employee_id"])
    op.create_index("ix_acknowledgements_document_id", "acknowledgements", ["document_id"])
    op.create_table(
        "service_questions",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("grade_change_id", sa.Integer(), sa.ForeignKey("grade_changes.id"), nullable=False),
        sa.Column("document_id", sa.Integer(), sa.ForeignKey("issued_documents.id"), nullable=False),
        sa.Column("employee_id", sa.Integer(), sa.ForeignKey("employees.id"), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="ck_service_question_answer"),
    )
    op.create_index("ix_service_questions_grade_change_id", "service_questions", ["grade_change_id"])
    op.create_index("ix_service_questions_employee_id", "service_questions", ["employee_id"])
    op.create_index("ix_service_questions_document_id", "service_questions", ["document_id"])
    op.create_index("ix_service_question_open", "service_questions", ["answered_at"])


def downgrade() -> None:
    for table in ("service_questions", "acknowledgements", "document_prints"):
        op.drop_table(table)
