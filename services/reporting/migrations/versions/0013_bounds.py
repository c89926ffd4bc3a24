"""Days and instants out of bounds, entered or told before there were bounds, are repaired."""

from backbone.database.ddl import repair_days

revision = "reporting_0013"
down_revision = "reporting_0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    repair_days()


def downgrade() -> None:
    """What was out of bounds is not known any more."""
