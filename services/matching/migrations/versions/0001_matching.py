"""What matching owns, with the first eligibility rule; and what it knows of partners."""

from datetime import date

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "matching_0001"
down_revision = None
branch_labels = ("matching",)
depends_on = "backbone_0001"


def person() -> list[sa.Column[object]]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("given_name", sa.String(), nullable=False),
        sa.Column("family_name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("remote", sa.Boolean(), nullable=False),
        sa.Column("erased", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
    ]


def upgrade() -> None:
    op.create_table(
        "mentee",
        *person(),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("degree_level", sa.Integer(), nullable=False),
        sa.Column("priority_neighbourhood", sa.String(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("refusal", sa.String(), nullable=True),
        sa.Column("rule_version", sa.String(), nullable=False),
        sa.Column("decision_inputs", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_mentee"),
        sa.UniqueConstraint("reference", name="uq_mentee_reference"),
    )
    op.create_index("ix_mentee_department", "mentee", ["department"])
    op.create_table(
        "mentor",
        *person(),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("mentees", sa.Integer(), nullable=False),
        sa.Column("enrolled_on", sa.Date(), nullable=False),
        sa.CheckConstraint("mentees BETWEEN 0 AND capacity", name="ck_mentor_room"),
        sa.PrimaryKeyConstraint("id", name="pk_mentor"),
        sa.UniqueConstraint("reference", name="uq_mentor_reference"),
    )
    op.create_index("ix_mentor_department", "mentor", ["department"])
    op.create_index("ix_mentor_organisation_id", "mentor", ["organisation_id"])
    op.create_table(
        "pairing",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mentee_id", sa.Uuid(), nullable=False),
        sa.Column("mentor_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("proposed_on", sa.Date(), nullable=False),
        sa.Column("mentee_accepted_on", sa.Date(), nullable=True),
        sa.Column("mentor_accepted_on", sa.Date(), nullable=True),
        sa.Column("declined_by", sa.String(), nullable=True),
        sa.Column("decline_reason", sa.String(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("first_interview_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_pairing"),
        sa.ForeignKeyConstraint(["mentee_id"], ["mentee.id"], name="fk_pairing_mentee_id"),
        sa.ForeignKeyConstraint(["mentor_id"], ["mentor.id"], name="fk_pairing_mentor_id"),
    )
    for column in ("mentee_id", "mentor_id", "state"):
        op.create_index(f"ix_pairing_{column}", "pairing", [column])
    op.create_index(
        "uq_pairing_open",
        "pairing",
        ["mentee_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('proposed', 'accepted', 'first_interview', 'active')"),
    )
    op.create_table(
        "contact",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("pairing_id", sa.Uuid(), nullable=False),
        sa.Column("contact_on", sa.Date(), nullable=False),
        sa.Column("medium", sa.String(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_contact"),
        sa.ForeignKeyConstraint(["pairing_id"], ["pairing.id"], name="fk_contact_pairing_id"),
    )
    op.create_index("ix_contact_pairing_id", "contact", ["pairing_id"])
    op.create_table(
        "outcome",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mentee_id", sa.Uuid(), nullable=False),
        sa.Column("pairing_id", sa.Uuid(), nullable=True),
        sa.Column("contract", sa.String(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=True),
        sa.Column("fits_qualification", sa.Boolean(), nullable=True),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outcome"),
        sa.ForeignKeyConstraint(["mentee_id"], ["mentee.id"], name="fk_outcome_mentee_id"),
        sa.ForeignKeyConstraint(["pairing_id"], ["pairing.id"], name="fk_outcome_pairing_id"),
    )
    op.create_index("ix_outcome_mentee_id", "outcome", ["mentee_id"])
    rules = op.create_table(
        "reference_eligibility_rule",
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("younger_than", sa.Integer(), nullable=False),
        sa.Column("degree_level", sa.Integer(), nullable=False),
        sa.Column("degree_level_by_region", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_reference_eligibility_rule"),
    )
    op.bulk_insert(
        rules,
        [
            {
                "version": "2005-1",
                "valid_from": date(2005, 1, 1),
                "valid_to": None,
                "younger_than": 30,
                "degree_level": 3,
                "degree_level_by_region": {"11": 4},  # Île-de-France
            }
        ],
    )
    _read_model()


def _read_model() -> None:
    op.create_table(
        "organisation",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("siren", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", name="pk_organisation"),
        schema="read_model",
    )
    op.create_index("ix_organisation_siren", "organisation", ["siren"], schema="read_model")
    op.create_table(
        "membership",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("umbrella_id", sa.Uuid(), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "umbrella_id", name="pk_membership"),
        schema="read_model",
    )
    op.create_table(
        "convention",
        sa.Column("convention_id", sa.Uuid(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("convention_id", name="pk_convention"),
        schema="read_model",
    )
    op.create_table(
        "signatory",
        sa.Column("convention_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("accedes_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("convention_id", "organisation_id", name="pk_signatory"),
        schema="read_model",
    )


def downgrade() -> None:
    for table in ("signatory", "convention", "membership", "organisation"):
        op.drop_table(table, schema="read_model")
    for table in ("outcome", "contact", "pairing", "mentor", "mentee"):
        op.drop_table(table)
    op.drop_table("reference_eligibility_rule")
