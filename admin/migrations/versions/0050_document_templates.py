"""HR's own layouts of documents, by version; a document keeps the one that it was issued with (3.3.6)."""

import sqlalchemy as sa
from alembic import op

revision = "0050_document_templates"
down_revision = "0049_served_documents"
branch_labels = None
depends_on = None

IN_USE = sa.text("in_use")


def upgrade() -> None:
    op.create_table(
        "document_templates",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("version", sa.Integer(), nullable=False, unique=True),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("brought_by_id", sa.Integer(), sa.ForeignKey("ab_user.id"), nullable=False),
        sa.Column("brought_at", sa.DateTime(), nullable=False),
        sa.Column("used_by_id", sa.Integer(), sa.ForeignKey("ab_user.id"), nullable=True),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.Column("in_use", sa.Boolean(), nullable=False),
        sa.CheckConstraint("used_by_id IS NULL OR used_by_id <> brought_by_id", name="ck_document_template_two_people"),
        sa.CheckConstraint("(used_at IS NULL) = (used_by_id IS NULL)", name="ck_document_template_used"),
    )
    op.create_index(
        "uq_document_template_in_use",
        "document_templates",
        ["in_use"],
        unique=True,
        sqlite_where=IN_USE,
        postgresql_where=IN_USE,
    )
    with op.batch_alter_table("issued_documents") as table:
        table.add_column(sa.Column("template_id", sa.Integer(), nullable=True))
        table.create_foreign_key("fk_issued_documents_template_id", "document_templates", ["template_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("issued_documents") as table:
        table.drop_constraint("fk_issued_documents_template_id", type_="foreignkey")
        table.drop_column("template_id")
    op.drop_table("document_templates")
