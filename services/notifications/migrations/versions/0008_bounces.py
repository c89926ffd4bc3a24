"""Addresses that a server refused for good are not used again."""

from alembic import op

from backbone.database.ddl import ID, INSTANT, TEXT, said, table

revision = "notifications_0008"
down_revision = "notifications_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    table(
        "bounce",
        said("channel", TEXT),
        said("address", TEXT),
        said("person_id", ID),
        said("reason", TEXT),
        said("bounced_at", INSTANT),
        key=("channel", "address"),
        indexes=[("person_id",), ("bounced_at", "address")],
    )


def downgrade() -> None:
    op.drop_table("bounce")
