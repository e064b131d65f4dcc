"""What events only said to be withheld is committed to: `setup` writes that after this migration, as after each (6.3.3)."""

revision = "0042_withheld_columns"
down_revision = "0041_sign_in_names"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """No table changes: rows that depart from their events are told of anew by `record_baseline`."""


def downgrade() -> None:
    """The version before takes a commitment for another value than the one that it would withhold."""
