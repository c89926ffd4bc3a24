"""Events, their sessions, who comes, and stands. Mentees are heard of: then `rebuild` once."""

import sqlalchemy as sa
from alembic import op

revision = "partners_0008"
down_revision = "partners_0007"
branch_labels = None
depends_on = None

ID, DAY, TEXT, NUMBER = sa.Uuid(), sa.Date(), sa.String(), sa.Integer()
INSTANT = sa.DateTime(timezone=True)


def said(name: str, kind: sa.types.TypeEngine[object]) -> sa.Column[object]:
    """A column; one whose name ends with `?` may be empty."""
    return sa.Column(name.rstrip("?"), kind, nullable=name.endswith("?"))


def table(name: str, *columns: sa.Column[object], **targets: str) -> None:
    op.create_table(
        name,
        said("id", ID),
        *columns,
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        *(
            sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{name}_{column}")
            for column, target in targets.items()
        ),
    )


def upgrade() -> None:
    _events()
    _stands()
    op.create_table(
        "mentee",
        said("mentee_id", ID),
        said("admitted_on", DAY),
        sa.PrimaryKeyConstraint("mentee_id", name="pk_mentee"),
        schema="read_model",
    )


def _events() -> None:
    table(
        "event",
        said("reference?", TEXT),
        said("kind", TEXT),
        said("name", TEXT),
        said("organised_by?", ID),
        said("department", TEXT),
        said("venue?", TEXT),
        said("starts_on", DAY),
        said("ends_on", DAY),
        said("cancelled_on?", DAY),
        said("version", NUMBER),
        organised_by="organisation",
    )
    op.create_unique_constraint("uq_event_reference", "event", ["reference"])
    op.create_index("ix_event_organised_by", "event", ["organised_by"])
    op.create_index("ix_event_starts_on_id", "event", ["starts_on", "id"])
    table(
        "event_session",
        said("event_id", ID),
        said("name", TEXT),
        said("starts_at", INSTANT),
        said("ends_at", INSTANT),
        said("capacity?", NUMBER),
        said("taken", NUMBER),
        said("version", NUMBER),
        event_id="event",
    )
    op.create_index("ix_event_session_event_id", "event_session", ["event_id"])
    table(
        "registration",
        said("session_id", ID),
        said("attendee_kind", TEXT),
        said("attendee_id", ID),
        said("state", TEXT),
        sa.Column("position", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("registered_at", INSTANT, nullable=False, server_default=sa.func.now()),
        said("registered_by", TEXT),
        session_id="event_session",
    )
    op.create_index(
        "uq_registration_session_id_attendee_id",
        "registration",
        ["session_id", "attendee_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'cancelled'"),
    )
    columns = ["session_id", "position"]
    op.create_index("ix_registration_session_id_position", "registration", columns)
    op.create_index("ix_registration_attendee_id", "registration", ["attendee_id"])


def _stands() -> None:
    table("stand", said("event_id", ID), said("name", TEXT), event_id="event")
    op.create_index("ix_stand_event_id", "stand", ["event_id"])
    table(
        "stand_booking",
        said("stand_id", ID),
        said("organisation_id", ID),
        said("starts_at", INSTANT),
        said("ends_at", INSTANT),
        said("commitment_id?", ID),
        said("fulfilment_id?", ID),
        said("released", sa.Boolean()),
        stand_id="stand",
        organisation_id="organisation",
        commitment_id="commitment",
        fulfilment_id="fulfilment",
    )
    for column in ("stand_id", "organisation_id"):
        op.create_index(f"ix_stand_booking_{column}", "stand_booking", [column])


def downgrade() -> None:
    op.drop_table("mentee", schema="read_model")
    for name in ("stand_booking", "stand", "registration", "event_session", "event"):
        op.drop_table(name)
