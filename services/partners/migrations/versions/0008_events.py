"""Events, their sessions, who comes, and stands. Mentees are heard of: then `rebuild` once."""

import sqlalchemy as sa
from alembic import op

from backbone.database.ddl import DAY, FLAG, ID, INSTANT, NUMBER, TEXT, column, table

revision = "partners_0008"
down_revision = "partners_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _events()
    _stands()
    table(
        "mentee",
        column("mentee_id", ID),
        column("admitted_on", DAY),
        key=("mentee_id",),
        schema="read_model",
    )


def _events() -> None:
    table(
        "event",
        column("reference?", TEXT),
        column("kind", TEXT),
        column("name", TEXT),
        column("organised_by?", ID),
        column("department", TEXT),
        column("venue?", TEXT),
        column("starts_on", DAY),
        column("ends_on", DAY),
        column("cancelled_on?", DAY),
        column("version", NUMBER),
        organised_by="organisation",
        indexes=[("organised_by",), ("starts_on", "id")],
    )
    op.create_unique_constraint("uq_event_reference", "event", ["reference"])
    table(
        "event_session",
        column("event_id", ID),
        column("name", TEXT),
        column("starts_at", INSTANT),
        column("ends_at", INSTANT),
        column("capacity?", NUMBER),
        column("taken", NUMBER),
        column("version", NUMBER),
        event_id="event",
        indexes=[("event_id",)],
    )
    table(
        "registration",
        column("session_id", ID),
        column("attendee_kind", TEXT),
        column("attendee_id", ID),
        column("state", TEXT),
        sa.Column("position", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("registered_at", INSTANT, nullable=False, server_default=sa.func.now()),
        column("registered_by", TEXT),
        session_id="event_session",
        indexes=[("session_id", "position"), ("attendee_id",)],
    )
    op.create_index(
        "uq_registration_session_id_attendee_id",
        "registration",
        ["session_id", "attendee_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'cancelled'"),
    )


def _stands() -> None:
    named = column("event_id", ID), column("name", TEXT)
    table("stand", *named, event_id="event", indexes=[("event_id",)])
    table(
        "stand_booking",
        column("stand_id", ID),
        column("organisation_id", ID),
        column("starts_at", INSTANT),
        column("ends_at", INSTANT),
        column("commitment_id?", ID),
        column("fulfilment_id?", ID),
        column("released", FLAG),
        stand_id="stand",
        organisation_id="organisation",
        commitment_id="commitment",
        fulfilment_id="fulfilment",
        indexes=[("stand_id",), ("organisation_id",)],
    )


def downgrade() -> None:
    op.drop_table("mentee", schema="read_model")
    for name in ("stand_booking", "stand", "registration", "event_session", "event"):
        op.drop_table(name)
