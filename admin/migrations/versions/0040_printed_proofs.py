"""A document about one person keeps the published head under which the proof stands that it prints."""

import sqlalchemy as sa
from alembic import op

revision = "0040_printed_proofs"
down_revision = "0039_sign_ins"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("issued_documents") as table:
        table.add_column(sa.Column("proof_sequence", sa.Integer(), nullable=True))
        table.add_column(sa.Column("proof_sha256", sa.String(length=64), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("issued_documents") as table:
        table.drop_column("proof_sha256")
        table.drop_column("proof_sequence")
