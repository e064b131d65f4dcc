"""What a document served is appealed by proceedings of its own (4.3-a)."""

import sqlalchemy as sa
from alembic import op

revision = "0052_served_appeals"
down_revision = "0051_documents_taken_back"
branch_labels = None
depends_on = None

CASES = ("annual", "initial", "demotion", "reassessment")
DOCUMENTS = (
    "annual", "appeal", "demotion", "initial", "reassessment", "adjustment", "takeover", "takeover_correction", "withdrawal",
    "correction",
)  # fmt: skip
NEW = ("served",)


def upgrade() -> None:
    with op.batch_alter_table("notices") as table:
        table.add_column(sa.Column("document_id", sa.Integer(), nullable=True))
        table.create_foreign_key("fk_notices_document", "issued_documents", ["document_id"], ["id"])
        table.create_index("ix_notices_document_id", ["document_id"])
    _allow((*CASES, *NEW), (*DOCUMENTS, *NEW))


def downgrade() -> None:
    with op.batch_alter_table("notices") as table:
        table.drop_index("ix_notices_document_id")
        table.drop_constraint("fk_notices_document", type_="foreignkey")
        table.drop_column("document_id")
    _allow(CASES, DOCUMENTS)


def _allow(cases: tuple[str, ...], documents: tuple[str, ...]) -> None:
    for name, check, kinds in (
        ("reviews", "ck_review_kind", cases),
        ("issued_documents", "ck_document_kind", documents),
    ):
        listed = ", ".join(f"'{each}'" for each in kinds)
        with op.batch_alter_table(name) as table:
            table.drop_constraint(check, type_="check")
            table.create_check_constraint(check, f"kind IN ({listed})")
