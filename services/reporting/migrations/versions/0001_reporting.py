"""Every fact reporting was told, and the order in which it learnt of them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "reporting_0001"
down_revision = None
branch_labels = ("reporting",)
depends_on = "backbone_0001"


def upgrade() -> None:
    op.create_table(
        "happening",
        sa.Column("position", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("facts", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_happening"),
    )
    op.create_table(
        "capacity_change",
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mentor_id", sa.Uuid(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_capacity_change"),
        schema="read_model",
    )
    op.create_index(
        "ix_capacity_change_mentor_id_occurred_at",
        "capacity_change",
        ["mentor_id", "occurred_at"],
        schema="read_model",
    )
    op.create_table(
        "contact",
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mentee_id", sa.Uuid(), nullable=False),
        sa.Column("mentor_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("pairing_id", sa.Uuid(), nullable=False),
        sa.Column("contact_on", sa.Date(), nullable=False),
        sa.Column("medium", sa.String(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("contact_id", name="pk_contact"),
        schema="read_model",
    )
    op.create_index(
        "ix_contact_contact_on_contact_id",
        "contact",
        ["contact_on", "contact_id"],
        schema="read_model",
    )
    op.create_index(
        "ix_contact_pairing_id_contact_on",
        "contact",
        ["pairing_id", "contact_on"],
        schema="read_model",
    )
    op.create_table(
        "convention",
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("convention_id", sa.Uuid(), nullable=False),
        sa.Column("convention_kind", sa.String(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("convention_id", name="pk_convention"),
        schema="read_model",
    )
    op.create_table(
        "convention_end",
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("convention_id", sa.Uuid(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("convention_id", name="pk_convention_end"),
        schema="read_model",
    )
    op.create_table(
        "decline",
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mentee_id", sa.Uuid(), nullable=False),
        sa.Column("mentor_id", sa.Uuid(), nullable=False),
        sa.Column("pairing_id", sa.Uuid(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("declined_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("pairing_id", name="pk_decline"),
        schema="read_model",
    )
    op.create_table(
        "first_interview",
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mentee_id", sa.Uuid(), nullable=False),
        sa.Column("mentor_id", sa.Uuid(), nullable=False),
        sa.Column("pairing_id", sa.Uuid(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("pairing_id", name="pk_first_interview"),
        schema="read_model",
    )
    op.create_table(
        "membership",
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("umbrella_id", sa.Uuid(), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "umbrella_id", name="pk_membership"),
        schema="read_model",
    )
    op.create_table(
        "mentee",
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mentee_id", sa.Uuid(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("degree_level", sa.Integer(), nullable=False),
        sa.Column("priority_neighbourhood", sa.String(), nullable=False),
        sa.Column("admitted_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("mentee_id", name="pk_mentee"),
        schema="read_model",
    )
    op.create_index(
        "ix_mentee_admitted_on_mentee_id",
        "mentee",
        ["admitted_on", "mentee_id"],
        schema="read_model",
    )
    op.create_table(
        "mentor",
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mentor_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("enrolled_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("mentor_id", name="pk_mentor"),
        schema="read_model",
    )
    op.create_table(
        "organisation",
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_kind", sa.String(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", name="pk_organisation"),
        schema="read_model",
    )
    op.create_table(
        "organisation_card",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("siren", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", name="pk_organisation_card"),
        schema="read_model",
    )
    op.create_table(
        "outcome",
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome_id", sa.Uuid(), nullable=False),
        sa.Column("mentee_id", sa.Uuid(), nullable=False),
        sa.Column("pairing_id", sa.Uuid(), nullable=True),
        sa.Column("contract", sa.String(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=True),
        sa.Column("fits_qualification", sa.Boolean(), nullable=True),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("outcome_id", name="pk_outcome"),
        schema="read_model",
    )
    op.create_index("ix_outcome_mentee_id", "outcome", ["mentee_id"], schema="read_model")
    op.create_table(
        "pairing",
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mentee_id", sa.Uuid(), nullable=False),
        sa.Column("mentor_id", sa.Uuid(), nullable=False),
        sa.Column("pairing_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("pairing_id", name="pk_pairing"),
        schema="read_model",
    )
    op.create_index("ix_pairing_mentee_id", "pairing", ["mentee_id"], schema="read_model")
    op.create_index(
        "ix_pairing_starts_on_pairing_id",
        "pairing",
        ["starts_on", "pairing_id"],
        schema="read_model",
    )
    op.create_table(
        "pairing_end",
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mentee_id", sa.Uuid(), nullable=False),
        sa.Column("mentor_id", sa.Uuid(), nullable=False),
        sa.Column("pairing_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("pairing_id", name="pk_pairing_end"),
        schema="read_model",
    )
    op.create_table(
        "proposal",
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mentee_id", sa.Uuid(), nullable=False),
        sa.Column("mentor_id", sa.Uuid(), nullable=False),
        sa.Column("pairing_id", sa.Uuid(), nullable=False),
        sa.Column("proposed_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("pairing_id", name="pk_proposal"),
        schema="read_model",
    )
    op.create_table(
        "refusal",
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mentee_id", sa.Uuid(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("refused_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("mentee_id", name="pk_refusal"),
        schema="read_model",
    )
    op.create_table(
        "signatory",
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("convention_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("accedes_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("convention_id", "organisation_id", name="pk_signatory"),
        schema="read_model",
    )


def downgrade() -> None:
    for table in sorted(sa.inspect(op.get_bind()).get_table_names("read_model")):
        if table not in {"seen", "set_aside"}:
            op.drop_table(table, schema="read_model")
    op.drop_table("happening")
