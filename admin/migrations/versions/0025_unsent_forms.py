"""What is typed into a form and not sent is kept for its writer; a rating has a version, as an application form has."""

import sqlalchemy as sa
from alembic import op

revision = "0025_unsent_forms"
down_revision = "0024_second_factors"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unsent_forms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=500), nullable=False),
        sa.Column("about", sa.String(length=64), nullable=False),
        sa.Column("page", sa.String(length=1000), nullable=False),
        sa.Column("process", sa.String(length=40), nullable=True),
        sa.Column("record_id", sa.Integer(), nullable=True),
        sa.Column("window", sa.String(length=40), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["ab_user.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("user_id", "place", "about", name="uq_unsent_form"),
    )
    op.create_index("ix_unsent_forms_record", "unsent_forms", ["process", "record_id"])
    op.create_index("ix_unsent_forms_saved", "unsent_forms", ["saved_at"])
    with op.batch_alter_table("ratings") as table:
        table.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))


def downgrade() -> None:
    with op.batch_alter_table("ratings") as table:
        table.drop_column("version")
    op.drop_table("unsent_forms")
