"""Promises and silences are counted by event dates: the alerts of a clock are not stored."""

from alembic import op

from backbone.database.ddl import DAY, ID, INSTANT, NUMBER, column, table

revision = "reporting_0014"
down_revision = "reporting_0013"
branch_labels = None
depends_on = None

TABLES = ("late_interview", "late_month", "broken_promise")


def upgrade() -> None:
    for name in TABLES:
        op.drop_table(name, schema="read_model")


def downgrade() -> None:
    """Rebuild the read model afterwards: what the tables held is read from the topics again."""
    recorded, due = column("recorded_at", INSTANT), column("due_on", DAY)
    pair = [column(name, ID) for name in ("pairing_id", "mentee_id", "mentor_id")]
    month = [column("id", ID), column("month", NUMBER)]
    table("late_interview", recorded, *pair, due, key=("pairing_id",), schema="read_model")
    key = ("pairing_id", "due_on")
    table(
        "late_month",
        recorded.copy(),
        *(c.copy() for c in pair),
        due.copy(),
        *month,
        key=key,
        schema="read_model",
    )
    promise = [column("mentee_id", ID), column("days", NUMBER)]
    table(
        "broken_promise",
        recorded.copy(),
        *promise,
        due.copy(),
        key=("mentee_id",),
        schema="read_model",
    )
