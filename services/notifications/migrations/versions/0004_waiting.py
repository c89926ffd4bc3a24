"""One who waits for a mentor is written to as well, without a pairing or a counterpart."""

from alembic import op

revision = "notifications_0004"
down_revision = "notifications_0003"
branch_labels = None
depends_on = None

NAME = "uq_message_rule_pairing_id_person_id_channel_due_on"
COLUMNS = ["rule", "pairing_id", "person_id", "channel", "due_on"]


def upgrade() -> None:
    for column in ("pairing_id", "counterpart_id"):
        op.alter_column("message", column, nullable=True)
    op.drop_constraint(NAME, "message")
    op.create_unique_constraint(NAME, "message", COLUMNS, postgresql_nulls_not_distinct=True)


def downgrade() -> None:
    op.execute("DELETE FROM message WHERE pairing_id IS NULL")
    op.drop_constraint(NAME, "message")
    op.create_unique_constraint(NAME, "message", COLUMNS)
    for column in ("pairing_id", "counterpart_id"):
        op.alter_column("message", column, nullable=False)
