"""Notices, conversions, promoters, pledges, receipts, networks, offers, rounds: then `rebuild`."""

import sqlalchemy as sa
from alembic import op

from backbone.database.ddl import CENTS, DAY, FLAG, ID, INSTANT, NUMBER, TEXT, column, table

revision = "reporting_0015"
down_revision = "reporting_0014"
branch_labels = None
depends_on = None

SCHEMA = "read_model"
Columns = dict[str, sa.types.TypeEngine[object]]
TABLES: dict[str, tuple[Columns, Columns]] = {
    "convention_notice": (
        {"convention_id": ID, "given_on": DAY},
        {"party": TEXT, "ends_on": DAY},
    ),
    "lead_conversion": (
        {"lead_id": ID},
        {"organisation_id": ID, "convention_id": ID, "converted_on": DAY},
    ),
    "promotion": ({"organisation_id": ID, "role": TEXT}, {"named_on": DAY}),
    "pledge": (
        {"pledge_id": ID},
        {"organisation_id": ID, "amount": CENTS, "pledged_on": DAY, "due_on?": DAY},
    ),
    "receipt": (
        {"gift_id": ID, "year": NUMBER, "number": NUMBER},
        {"organisation_id": ID, "amount": CENTS, "issued_on": DAY},
    ),
    "receipt_end": (
        {"gift_id": ID, "cancels_year": NUMBER, "cancels_number": NUMBER},
        {"issued_on": DAY},
    ),
    "gift_return": (
        {"return_id": ID},
        {"organisation_id": ID, "amount": CENTS, "given_on": DAY},
    ),
    "network_member": ({"network_id": ID, "organisation_id": ID, "joined_on": DAY}, {}),
    "network_member_end": (
        {"network_id": ID, "organisation_id": ID, "joined_on": DAY},
        {"left_on": DAY},
    ),
    "joint_action": (
        {"action_id": ID, "organisation_id": ID},
        {"network_id": ID, "begun_on": DAY},
    ),
    "joint_action_count": (
        {},
        {"action_id": ID, "measure": TEXT, "quantity": NUMBER, "counted_on": DAY},
    ),
    "housing_offer": (
        {"offer_id": ID},
        {"need_id": ID, "organisation_id": ID, "department": TEXT, "offered_on": DAY},
    ),
    "housing_answer": ({"offer_id": ID}, {"accepted": FLAG, "answered_on": DAY}),
    "matching_round": (
        {"round_id": ID},
        {"proposed": NUMBER, "unmatched": NUMBER, "round_on": DAY},
    ),
}
"""The columns of each: those of its key, an `id` if there is none, and the others."""


def upgrade() -> None:
    for name, (key, others) in TABLES.items():
        table(
            name,
            column("recorded_at", INSTANT),
            *(column(each, kind) for each, kind in (key | others).items()),
            key=tuple(key) or ("id",),
            schema=SCHEMA,
        )
    op.add_column("gift", column("pledge_id?", ID), schema=SCHEMA)


def downgrade() -> None:
    op.drop_column("gift", "pledge_id", schema=SCHEMA)
    for name in TABLES:
        op.drop_table(name, schema=SCHEMA)
