"""What is stated again is another version: pauses, suspensions, attendances."""

import sqlalchemy as sa
from alembic import op

from backbone.database.ddl import DAY, ID, INSTANT, column, table

revision = "reporting_0016"
down_revision = "reporting_0015"
branch_labels = None
depends_on = None

SCHEMA = "read_model"
KEYS = {
    "attendance": ["registration_id"],
    "convention_suspension": ["convention_id", "from_on"],
    "pause": ["pairing_id", "from_on"],
}
PAUSED = "pairing_id, mentee_id, mentor_id, from_on"
SUSPENDED = "convention_id, from_on, until_on, recorded_at"
RESUMED = f"""
INSERT INTO {SCHEMA}.pause ({PAUSED}, until_on, recorded_at)
SELECT {PAUSED}, resumed_on - 1, recorded_at FROM {SCHEMA}.resumption
"""  # noqa: S608  (names of ours)
COVERING_AGAIN = f"""
INSERT INTO {SCHEMA}.convention_suspension ({SUSPENDED})
SELECT {SUSPENDED} FROM {SCHEMA}.convention_resumption
"""  # noqa: S608  (names of ours)


def upgrade() -> None:
    """Keep what is known. `rebuild` brings back the versions that were overwritten."""
    for name, key in KEYS.items():
        op.add_column(name, sa.Column("known_until", INSTANT, nullable=True), schema=SCHEMA)
        withdrawn = sa.Column("withdrawn", sa.Boolean(), nullable=False, server_default=sa.false())
        op.add_column(name, withdrawn, schema=SCHEMA)
        op.drop_constraint(f"pk_{name}", name, schema=SCHEMA)
        op.create_primary_key(f"pk_{name}", name, [*key, "recorded_at"], schema=SCHEMA)
    op.execute(RESUMED)
    op.execute(COVERING_AGAIN)
    for name, key in KEYS.items():
        op.execute(_known_until(name, ", ".join(key)))
    op.drop_table("resumption", schema=SCHEMA)
    op.drop_table("convention_resumption", schema=SCHEMA)


def _known_until(name: str, key: str) -> str:
    """Return the statement that lets each version be known until the next was recorded."""
    return f"""
    UPDATE {SCHEMA}.{name} AS version SET known_until = next_at FROM (
        SELECT {key}, recorded_at,
               lead(recorded_at) OVER (PARTITION BY {key} ORDER BY recorded_at) AS next_at
        FROM {SCHEMA}.{name}
    ) AS following
    WHERE {" AND ".join(f"version.{c} = following.{c}" for c in key.split(", "))}
      AND version.recorded_at = following.recorded_at"""  # noqa: S608  (names of ours)


def downgrade() -> None:
    """Rebuild the read model afterwards: resumptions are read from the topics again."""
    for name, key in KEYS.items():
        op.execute(f"DELETE FROM {SCHEMA}.{name} WHERE known_until IS NOT NULL")  # noqa: S608
        op.drop_constraint(f"pk_{name}", name, schema=SCHEMA)
        op.create_primary_key(f"pk_{name}", name, key, schema=SCHEMA)
        for added in ("withdrawn", "known_until"):
            op.drop_column(name, added, schema=SCHEMA)
    recorded, first = column("recorded_at", INSTANT), column("from_on", DAY)
    pair = [column(name, ID) for name in ("pairing_id", "mentee_id", "mentor_id")]
    resumed = column("resumed_on", DAY)
    key = ("pairing_id", "from_on")
    table("resumption", recorded, *pair, first, resumed, key=key, schema=SCHEMA)
    convention, until = column("convention_id", ID), column("until_on", DAY)
    key = ("convention_id", "from_on")
    columns = (recorded.copy(), convention, first.copy(), until)
    table("convention_resumption", *columns, key=key, schema=SCHEMA)
