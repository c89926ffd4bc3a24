"""Months of silence are stored, and filled in from the facts that are known."""

import sqlalchemy as sa
from alembic import op

from backbone.database.ddl import DAY, ID, NUMBER, column, table

revision = "reporting_0017"
down_revision = "reporting_0016"
branch_labels = None
depends_on = None

# `reporting.store.silences` as it was then, of all pairs: that module may change, this must not.
# Names without a schema are found by the search path of all connections.
FILL = """
WITH contact AS NOT MATERIALIZED (
    SELECT * FROM contact WHERE known_until IS NULL AND NOT withdrawn
),
pause AS NOT MATERIALIZED (
    SELECT * FROM pause WHERE known_until IS NULL AND NOT withdrawn
),
paused_span AS MATERIALIZED (
    SELECT pairing_id, from_on, coalesce(until_on, 'infinity') AS last_on FROM pause
    WHERE coalesce(until_on, 'infinity') >= from_on
),
silence AS NOT MATERIALIZED (
    SELECT pairing_id, since, starts_on, least(next_on - 1, ended_on, '2100-12-31'::date) AS last_on
    FROM (
        SELECT pairing_id, since,
               lead(since) OVER (PARTITION BY pairing_id ORDER BY since) AS next_on
        FROM (
            SELECT pairing_id, starts_on AS since FROM pairing
            UNION ALL SELECT pairing_id, held_on FROM first_interview
            UNION ALL SELECT pairing_id, contact_on FROM contact
        ) AS sign
    ) AS signs
    JOIN pairing USING (pairing_id) LEFT JOIN pairing_end USING (pairing_id)
    WHERE coalesce(next_on, '2100-12-31'::date) - since >= 28
),
silent_month AS MATERIALIZED (
    SELECT months.*, CAST(since + make_interval(months => month) AS date) AS promised_on
    FROM (
        SELECT silence.*, unnest(
            (ARRAY[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])[1 : (last_on - since) / 28]
        ) AS month
        FROM silence
    ) AS months
),
unpaused_span AS MATERIALIZED (
    SELECT pairing_id, since, upper(span) AS next_on, upper(span) - lower(span) AS days,
           CAST(sum(upper(span) - lower(span)) OVER (
               PARTITION BY pairing_id, since ORDER BY span
           ) AS int) AS days_since
    FROM (
        SELECT DISTINCT pairing_id, since, last_on FROM silent_month
        WHERE pairing_id IN (SELECT pairing_id FROM paused_span)
    ) AS silence CROSS JOIN unnest(
        datemultirange(daterange(since + 1, last_on, '[]')) - (
            SELECT range_agg(daterange(from_on, last_on, '[]')) FROM paused_span
            WHERE paused_span.pairing_id = silence.pairing_id
        )
    ) AS span
),
due_month AS NOT MATERIALIZED (
    SELECT pairing_id, month, due_on, greatest(due_on, starts_on) AS counted_from FROM (
        SELECT silent_month.*, promised_on AS due_on
        FROM silent_month WHERE pairing_id NOT IN (SELECT pairing_id FROM paused_span)
        UNION ALL
        SELECT silent_month.*, next_on - 1 - (days_since - (promised_on - since))
        FROM silent_month JOIN unpaused_span USING (pairing_id, since)
        WHERE promised_on - since > days_since - days AND promised_on - since <= days_since
    ) AS due
    WHERE due_on <= last_on
)
INSERT INTO late_month (pairing_id, month, due_on, counted_from)
SELECT pairing_id, month, due_on, counted_from FROM due_month
"""


def upgrade() -> None:
    """Store the months that follow from what is known: no rebuild is needed."""
    key = ("pairing_id", "due_on")
    columns = (column("pairing_id", ID), column("month", NUMBER), column("due_on", DAY))
    table("late_month", *columns, column("counted_from", DAY), key=key, schema="read_model")
    op.execute(FILL)
    _replace_index(where=sa.text("known_until IS NULL AND NOT withdrawn"))


def downgrade() -> None:
    _replace_index(where=None)
    op.drop_table("late_month", schema="read_model")


def _replace_index(where: sa.TextClause | None) -> None:
    """Index contacts by day: those that hold, or all."""
    name, columns = "ix_contact_contact_on_contact_id", ["contact_on", "contact_id"]
    op.drop_index(name, "contact", schema="read_model")
    op.create_index(name, "contact", columns, schema="read_model", postgresql_where=where)
