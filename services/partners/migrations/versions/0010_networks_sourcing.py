"""Networks, referrals, homes; more of matching's facts are heard: then `rebuild` once."""

import sqlalchemy as sa
from alembic import op

from backbone.database.ddl import DATA, DAY, FLAG, ID, INSTANT, NUMBER, TEXT, column, table

revision = "partners_0010"
down_revision = "partners_0009"
branch_labels = None
depends_on = None

SEEN = {
    "youth_application": ("youth_id", [column("mentee_id", ID), column("applied_on", DAY)]),
    "merged": ("duplicate_id", [column("mentee_id", ID)]),
    "refusal": ("mentee_id", [column("refused_on", DAY)]),
    "introduction": ("introduction_id", [column("mentor_id", ID), column("introduced_on", DAY)]),
}


def upgrade() -> None:
    _networks()
    _sourcing()
    _housing()
    for name, (key, columns) in SEEN.items():
        table(name, column(key, ID), *columns, key=(key,), schema="read_model")
    op.create_index("ix_introduction_mentor_id", "introduction", ["mentor_id"], schema="read_model")
    op.add_column("outcome", column("mentee_id?", ID), schema="read_model")
    op.create_index("ix_outcome_mentee_id", "outcome", ["mentee_id"], schema="read_model")


def _networks() -> None:
    table("network", column("name", TEXT))
    op.create_unique_constraint("uq_network_name", "network", ["name"])
    table(
        "network_member",
        column("network_id", ID),
        column("organisation_id", ID),
        column("joined_on", DAY),
        column("left_on?", DAY),
        key=("network_id", "organisation_id", "joined_on"),
        network_id="network",
        organisation_id="organisation",
        indexes=[("organisation_id",)],
    )
    table(
        "joint_action",
        column("network_id", ID),
        column("name", TEXT),
        column("begun_on", DAY),
        column("event_id?", ID),
        network_id="network",
        event_id="event",
        indexes=[("network_id",)],
    )
    table(
        "action_part",
        column("action_id", ID),
        column("organisation_id", ID),
        key=("action_id", "organisation_id"),
        action_id="joint_action",
        organisation_id="organisation",
        indexes=[("organisation_id",)],
    )
    table(
        "action_count",
        column("action_id", ID),
        column("measure", TEXT),
        column("quantity", NUMBER),
        column("counted_on", DAY),
        key=("action_id", "measure"),
        action_id="joint_action",
    )


def _sourcing() -> None:
    table(
        "referred_youth",
        column("given_name", TEXT),
        column("family_name", TEXT),
        column("email?", TEXT),
        column("email_key?", TEXT),
        column("phone?", TEXT),
        column("phone_key?", TEXT),
        column("language", TEXT),
        column("department", TEXT),
        column("forgotten", FLAG),
    )
    for key in ("email_key", "phone_key"):
        op.create_unique_constraint(f"uq_referred_youth_{key}", "referred_youth", [key])
    table(
        "referral",
        column("youth_id", ID),
        column("organisation_id", ID),
        column("is_first", FLAG),
        column("consented_on", DAY),
        column("referred_on", DAY),
        sa.Column("noted_at", INSTANT, nullable=False),
        column("noted_by", TEXT),
        youth_id="referred_youth",
        organisation_id="organisation",
        indexes=[("organisation_id", "referred_on", "id")],
    )
    both = ["youth_id", "organisation_id"]
    op.create_index("uq_referral_youth_id_organisation_id", "referral", both, unique=True)


def _housing() -> None:
    table(
        "housing_need",
        column("mentee_id", ID),
        column("department", TEXT),
        column("rooms?", NUMBER),
        column("most_rent?", NUMBER),
        column("needed_by?", DAY),
        column("consented_on", DAY),
        column("asked_on", DAY),
        column("asked", DATA),
        column("end?", TEXT),
        column("closed_on?", DAY),
        column("housed_by?", ID),
        column("version", NUMBER),
        housed_by="organisation",
        indexes=[("mentee_id",), ("housed_by",), ("asked_on", "id")],
    )
    table(
        "housing_offer",
        column("need_id", ID),
        column("organisation_id", ID),
        column("description", TEXT),
        column("rooms?", NUMBER),
        column("rent?", NUMBER),
        column("free_on?", DAY),
        column("offered_on", DAY),
        column("state", TEXT),
        column("answered_on?", DAY),
        need_id="housing_need",
        organisation_id="organisation",
        indexes=[("need_id",), ("organisation_id",)],
    )


def downgrade() -> None:
    op.drop_column("outcome", "mentee_id", schema="read_model")
    for name in SEEN:
        op.drop_table(name, schema="read_model")
    for name in (
        *("housing_offer", "housing_need", "referral", "referred_youth"),
        *("action_count", "action_part", "joint_action", "network_member", "network"),
    ):
        op.drop_table(name)
