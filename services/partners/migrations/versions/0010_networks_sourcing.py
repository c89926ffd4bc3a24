"""Networks, referrals, homes; more of matching's facts are heard: then `rebuild` once."""

import sqlalchemy as sa
from alembic import op

from backbone.database.ddl import DATA, DAY, FLAG, ID, INSTANT, NUMBER, TEXT, said, table

revision = "partners_0010"
down_revision = "partners_0009"
branch_labels = None
depends_on = None

SEEN = {
    "youth_application": ("youth_id", [said("mentee_id", ID), said("applied_on", DAY)]),
    "merged": ("duplicate_id", [said("mentee_id", ID)]),
    "refusal": ("mentee_id", [said("refused_on", DAY)]),
    "introduction": ("introduction_id", [said("mentor_id", ID), said("introduced_on", DAY)]),
}


def upgrade() -> None:
    _networks()
    _sourcing()
    _housing()
    for name, (key, columns) in SEEN.items():
        table(name, said(key, ID), *columns, key=(key,), schema="read_model")
    op.create_index("ix_introduction_mentor_id", "introduction", ["mentor_id"], schema="read_model")
    op.add_column("outcome", said("mentee_id?", ID), schema="read_model")
    op.create_index("ix_outcome_mentee_id", "outcome", ["mentee_id"], schema="read_model")


def _networks() -> None:
    table("network", said("name", TEXT))
    op.create_unique_constraint("uq_network_name", "network", ["name"])
    table(
        "network_member",
        said("network_id", ID),
        said("organisation_id", ID),
        said("joined_on", DAY),
        said("left_on?", DAY),
        key=("network_id", "organisation_id", "joined_on"),
        network_id="network",
        organisation_id="organisation",
        indexes=[("organisation_id",)],
    )
    table(
        "joint_action",
        said("network_id", ID),
        said("name", TEXT),
        said("begun_on", DAY),
        said("event_id?", ID),
        network_id="network",
        event_id="event",
        indexes=[("network_id",)],
    )
    table(
        "action_part",
        said("action_id", ID),
        said("organisation_id", ID),
        key=("action_id", "organisation_id"),
        action_id="joint_action",
        organisation_id="organisation",
        indexes=[("organisation_id",)],
    )
    table(
        "action_count",
        said("action_id", ID),
        said("measure", TEXT),
        said("quantity", NUMBER),
        said("counted_on", DAY),
        key=("action_id", "measure"),
        action_id="joint_action",
    )


def _sourcing() -> None:
    table(
        "referred_youth",
        said("given_name", TEXT),
        said("family_name", TEXT),
        said("email?", TEXT),
        said("email_key?", TEXT),
        said("phone?", TEXT),
        said("phone_key?", TEXT),
        said("language", TEXT),
        said("department", TEXT),
        said("forgotten", FLAG),
    )
    for key in ("email_key", "phone_key"):
        op.create_unique_constraint(f"uq_referred_youth_{key}", "referred_youth", [key])
    table(
        "referral",
        said("youth_id", ID),
        said("organisation_id", ID),
        said("is_first", FLAG),
        said("consented_on", DAY),
        said("referred_on", DAY),
        sa.Column("noted_at", INSTANT, nullable=False),
        said("noted_by", TEXT),
        youth_id="referred_youth",
        organisation_id="organisation",
        indexes=[("organisation_id", "referred_on", "id")],
    )
    both = ["youth_id", "organisation_id"]
    op.create_index("uq_referral_youth_id_organisation_id", "referral", both, unique=True)


def _housing() -> None:
    table(
        "housing_need",
        said("mentee_id", ID),
        said("department", TEXT),
        said("rooms?", NUMBER),
        said("most_rent?", NUMBER),
        said("needed_by?", DAY),
        said("consented_on", DAY),
        said("asked_on", DAY),
        said("asked", DATA),
        said("end?", TEXT),
        said("closed_on?", DAY),
        said("housed_by?", ID),
        said("version", NUMBER),
        housed_by="organisation",
        indexes=[("mentee_id",), ("housed_by",), ("asked_on", "id")],
    )
    table(
        "housing_offer",
        said("need_id", ID),
        said("organisation_id", ID),
        said("description", TEXT),
        said("rooms?", NUMBER),
        said("rent?", NUMBER),
        said("free_on?", DAY),
        said("offered_on", DAY),
        said("state", TEXT),
        said("answered_on?", DAY),
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
