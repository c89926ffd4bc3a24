"""Days and instants out of bounds, entered or told before there were bounds, are repaired."""

from backbone.database.ddl import repair_days

revision = "notifications_0010"
down_revision = "notifications_0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    repair_days()


def downgrade() -> None:
    """What was out of bounds is not known any more."""
