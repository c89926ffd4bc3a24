"""Addresses that a server refused for good are not used again."""

from alembic import op

from backbone.database.ddl import ID, INSTANT, TEXT, column, table

revision = "notifications_0008"
down_revision = "notifications_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    table(
        "bounce",
        column("channel", TEXT),
        column("address", TEXT),
        column("person_id", ID),
        column("reason", TEXT),
        column("bounced_at", INSTANT),
        key=("channel", "address"),
        indexes=[("person_id",), ("bounced_at", "address")],
    )


def downgrade() -> None:
    op.drop_table("bounce")
