"""Events, their sessions, who comes, and stands. Mentees are heard of: then `rebuild` once."""

import sqlalchemy as sa
from alembic import op

from backbone.database.ddl import DAY, FLAG, ID, INSTANT, NUMBER, TEXT, said, table

revision = "partners_0008"
down_revision = "partners_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _events()
    _stands()
    table(
        "mentee",
        said("mentee_id", ID),
        said("admitted_on", DAY),
        key=("mentee_id",),
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
        indexes=[("organised_by",), ("starts_on", "id")],
    )
    op.create_unique_constraint("uq_event_reference", "event", ["reference"])
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
        indexes=[("event_id",)],
    )
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
    named = said("event_id", ID), said("name", TEXT)
    table("stand", *named, event_id="event", indexes=[("event_id",)])
    table(
        "stand_booking",
        said("stand_id", ID),
        said("organisation_id", ID),
        said("starts_at", INSTANT),
        said("ends_at", INSTANT),
        said("commitment_id?", ID),
        said("fulfilment_id?", ID),
        said("released", FLAG),
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
