"""Activation codes enter the audit trail: what stands there is written down by `setup`, which follows each migration."""

revision = "0029_codes_in_the_trail"
down_revision = "0028_printed_heads"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing to do here: there is only something to record."""


def downgrade() -> None:
    """Nothing to do."""
