"""What happens in a pair's life beside its contacts; what is told again when corrected."""

import sqlalchemy as sa
from alembic import op

revision = "reporting_0006"
down_revision = "reporting_0005"
branch_labels = None
depends_on = None

SCHEMA = "read_model"
KINDS: dict[str, type[sa.types.TypeEngine[object]]] = {
    "uuid": sa.Uuid,
    "day": sa.Date,
    "code": sa.String,
    "number": sa.Integer,
}
PAIR = "pairing_id:uuid mentee_id:uuid mentor_id:uuid"
TABLES = {
    "contact_attempt": (
        "contact_id recorded_at",
        f"contact_id:uuid {PAIR} attempted_on:day medium:code",
    ),
    "expiry": ("pairing_id", f"{PAIR} expired_on:day"),
    "missed_interview": ("id", f"id:uuid {PAIR} missed_on:day"),
    "late_interview": ("pairing_id", f"{PAIR} due_on:day"),
    "late_month": ("pairing_id due_on", f"id:uuid {PAIR} due_on:day month:number"),
    "pause": ("pairing_id from_on", f"{PAIR} from_on:day until_on:day?"),
    "resumption": ("pairing_id from_on", f"{PAIR} from_on:day resumed_on:day"),
    "introduction": (
        "introduction_id",
        f"introduction_id:uuid {PAIR} function:code? sector:code? introduced_on:day",
    ),
    "introduction_answer": (
        "id",
        f"id:uuid introduction_id:uuid {PAIR} result:code answered_on:day",
    ),
    "check_in": ("check_in_id", f"check_in_id:uuid {PAIR} by:code held_on:day"),
    "outcome_question": ("pairing_id months", f"id:uuid {PAIR} months:number due_on:day"),
    "broken_promise": ("mentee_id", "mentee_id:uuid days:number due_on:day"),
    "turn_down": ("mentee_id", "mentee_id:uuid department:code reason:code turned_down_on:day"),
}
"""Each table's key, and its columns beside `recorded_at`; those with a mark may be null."""


def upgrade() -> None:
    for table in ("contact", "outcome"):
        for added in version():
            op.add_column(table, added, schema=SCHEMA)
        op.drop_constraint(f"pk_{table}", table, schema=SCHEMA)
        op.create_primary_key(f"pk_{table}", table, [f"{table}_id", "recorded_at"], schema=SCHEMA)
    op.add_column("contact", sa.Column("contact_kind", sa.String(), nullable=True), schema=SCHEMA)
    op.add_column("outcome", sa.Column("sector", sa.String(), nullable=True), schema=SCHEMA)
    for table, (key, columns) in TABLES.items():
        op.create_table(
            table,
            sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
            *(version() if table == "contact_attempt" else ()),
            *map(column, columns.split()),
            sa.PrimaryKeyConstraint(*key.split(), name=f"pk_{table}"),
            schema=SCHEMA,
        )
    for table, names in INDEXES:
        op.create_index(f"ix_{table}_{'_'.join(names)}", table, names, schema=SCHEMA)


INDEXES = (
    ("introduction", ["introduced_on", "introduction_id"]),
    ("introduction_answer", ["introduction_id"]),
)


def version() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("known_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn", sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def column(said: str) -> sa.Column[object]:
    name, kind = said.rstrip("?").split(":")
    return sa.Column(name, KINDS[kind](), nullable=said.endswith("?"))


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table, schema=SCHEMA)
    op.drop_column("outcome", "sector", schema=SCHEMA)
    op.drop_column("contact", "contact_kind", schema=SCHEMA)
    for table in ("contact", "outcome"):
        op.execute(f"DELETE FROM {SCHEMA}.{table} WHERE known_until IS NOT NULL OR withdrawn")  # noqa: S608
        op.drop_constraint(f"pk_{table}", table, schema=SCHEMA)
        op.create_primary_key(f"pk_{table}", table, [f"{table}_id"], schema=SCHEMA)
        for name in ("withdrawn", "known_until"):
            op.drop_column(table, name, schema=SCHEMA)
