"""Gifts, events and stands, the board, referrals and homes: then `rebuild` once."""

import sqlalchemy as sa
from alembic import op

from backbone.database.ddl import CENTS, DAY, FLAG, ID, INSTANT, NUMBER, TEXT, column, table

revision = "reporting_0010"
down_revision = "reporting_0009"
branch_labels = None
depends_on = None

SCHEMA = "read_model"
TABLES: dict[str, dict[str, sa.types.TypeEngine[object]]] = {
    "gift": {
        "gift_id": ID,
        "organisation_id": ID,
        "gift_kind": TEXT,
        "amount": CENTS,
        "given_on": DAY,
    },
    "gift_end": {"gift_id": ID, "cancelled_on": DAY},
    "occasion": {
        "event_id": ID,
        "event_kind": TEXT,
        "organised_by?": ID,
        "department": TEXT,
        "starts_on": DAY,
        "ends_on": DAY,
    },
    "occasion_end": {"event_id": ID},
    "attendance": {
        "registration_id": ID,
        "event_id": ID,
        "attendee_kind": TEXT,
        "attendee_id": ID,
        "attended": FLAG,
        "held_on": DAY,
    },
    "stand_held": {"booking_id": ID, "event_id": ID, "organisation_id": ID, "held_on": DAY},
    "stand_given_up": {"booking_id": ID},
    "seat": {"seat_id": ID, "organisation_id": ID, "starts_on": DAY, "term_ends_on?": DAY},
    "seat_end": {"seat_id": ID, "left_on": DAY},
    "board_meeting": {
        "meeting_id": ID,
        "held_on": DAY,
        "seats": NUMBER,
        "voters": NUMBER,
        "quorate": FLAG,
        "adopted": NUMBER,
        "rejected": NUMBER,
    },
    "referral": {
        "referral_id": ID,
        "youth_id": ID,
        "organisation_id": ID,
        "department": TEXT,
        "first": FLAG,
        "referred_on": DAY,
    },
    "housing_need": {"need_id": ID, "mentee_id": ID, "department": TEXT, "asked_on": DAY},
    "housing_end": {"need_id": ID, "organisation_id?": ID, "closed_on": DAY},
}
"""The columns of each, its key first; `?` may be empty."""


def upgrade() -> None:
    for name, columns in TABLES.items():
        table(
            name,
            column("recorded_at", INSTANT),
            *(column(each, kind) for each, kind in columns.items()),
            key=(next(iter(columns)),),
            schema=SCHEMA,
        )


def downgrade() -> None:
    for name in TABLES:
        op.drop_table(name, schema=SCHEMA)
