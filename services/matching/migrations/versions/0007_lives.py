"""A pair's life: drafts, attempts and corrections of contacts, pauses, what falls due."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "matching_0007"
down_revision = "matching_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("mentee", "pairing"):
        op.add_column(table, moment("learnt_at", now=True))
    op.add_column("pairing", sa.Column("came_to_nothing_on", sa.Date(), nullable=True))
    _contacts()
    op.add_column("outcome", sa.Column("sector", sa.String(), nullable=True))
    op.add_column("outcome", sa.Column("recorded_for", sa.Uuid(), nullable=True))
    op.execute("UPDATE outcome SET recorded_for = mentee_id")
    op.alter_column("outcome", "recorded_for", nullable=False)
    op.add_column("outcome", said("withdrawn", sa.Boolean(), sa.false()))
    op.add_column("outcome", said("version", sa.Integer(), sa.text("1")))
    _lives()
    _due()


def moment(name: str, *, now: bool = False) -> sa.Column[object]:
    default = sa.func.now() if now else None
    return sa.Column(name, sa.DateTime(timezone=True), nullable=not now, server_default=default)


def said(name: str, kind: sa.types.TypeEngine[object], default: object) -> sa.Column[object]:
    return sa.Column(name, kind, nullable=False, server_default=default)  # type: ignore[arg-type]


def key(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    ]


def of_pair(table: str) -> list[sa.schema.SchemaItem]:
    return [
        *key(table),
        sa.Column("pairing_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["pairing_id"], ["pairing.id"], name=f"fk_{table}_pairing_id"),
    ]


def _contacts() -> None:
    op.add_column("contact", said("state", sa.String(), "logged"))
    op.add_column("contact", said("made", sa.Boolean(), sa.true()))
    op.add_column("contact", sa.Column("contact_kind", sa.String(), nullable=True))
    op.add_column("contact", sa.Column("logged_by", sa.String(), nullable=True))
    op.add_column("contact", moment("logged_at", now=True))
    op.add_column("contact", said("version", sa.Integer(), sa.text("1")))
    op.create_index("ix_contact_pairing_id_contact_on", "contact", ["pairing_id", "contact_on"])
    op.drop_index("ix_contact_pairing_id", "contact")


def _lives() -> None:
    day = sa.Date()
    op.create_table(
        "appointment",
        *of_pair("appointment"),
        sa.Column("planned_on", day, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("missing", JSONB(), nullable=False),
    )
    op.create_table(
        "pairing_pause",
        *of_pair("pairing_pause"),
        sa.Column("from_on", day, nullable=False),
        sa.Column("until_on", day, nullable=True),
    )
    op.create_table(
        "introduction",
        *of_pair("introduction"),
        sa.Column("introduced_on", day, nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("function", sa.String(), nullable=True),
        sa.Column("sector", sa.String(), nullable=True),
        sa.Column("agreed_on", day, nullable=False),
        sa.Column("result", sa.String(), nullable=True),
        sa.Column("answered_on", day, nullable=True),
    )
    op.create_table(
        "check_in",
        *of_pair("check_in"),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("held_on", day, nullable=False),
        sa.Column("rating", sa.Integer(), nullable=False),
        sa.Column("remark", sa.String(), nullable=True),
    )
    for table in ("appointment", "pairing_pause", "introduction", "check_in"):
        op.create_index(f"ix_{table}_pairing_id", table, ["pairing_id"])
    op.create_table(
        "correction",
        *key("correction"),
        sa.Column("corrected_id", sa.Uuid(), nullable=False),
        moment("corrected_at", now=True),
        sa.Column("corrected_by", sa.String(), nullable=False),
        sa.Column("before", JSONB(), nullable=False),
        sa.Column("after", JSONB(), nullable=True),
    )
    op.create_index("ix_correction_corrected_id", "correction", ["corrected_id"])


def _due() -> None:
    links = {"pairing_id": "pairing.id", "mentee_id": "mentee.id", "mentor_id": "mentor.id"}
    op.create_table(
        "due",
        *key("due"),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("about_id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Uuid(), nullable=True) for name in links),
        moment("raised_at", now=True),
        moment("settled_at"),
        sa.Column("settled_by", sa.String(), nullable=True),
        sa.UniqueConstraint("rule", "about_id", "due_on", name="uq_due_rule_about_id_due_on"),
        *(
            sa.ForeignKeyConstraint([name], [target], name=f"fk_due_{name}")
            for name, target in links.items()
        ),
    )
    for name in links:
        op.create_index(f"ix_due_{name}", "due", [name])


def downgrade() -> None:
    tables = ("due", "correction", "check_in", "introduction", "pairing_pause", "appointment")
    for table in tables:
        op.drop_table(table)
    for column in ("version", "withdrawn", "recorded_for", "sector"):
        op.drop_column("outcome", column)
    op.create_index("ix_contact_pairing_id", "contact", ["pairing_id"])
    op.drop_index("ix_contact_pairing_id_contact_on", "contact")
    for column in ("version", "logged_at", "logged_by", "contact_kind", "made", "state"):
        op.drop_column("contact", column)
    op.drop_column("pairing", "came_to_nothing_on")
    for table in ("pairing", "mentee"):
        op.drop_column(table, "learnt_at")
