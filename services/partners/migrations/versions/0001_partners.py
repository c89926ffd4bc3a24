"""Organisations, memberships, conventions; and what matching tells of the mentors' work."""

import sqlalchemy as sa
from alembic import op

revision = "partners_0001"
down_revision = None
branch_labels = ("partners",)
depends_on = "backbone_0001"


def upgrade() -> None:
    _own_tables()
    _read_model()


def _own_tables() -> None:
    op.create_table(
        "organisation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("folded_name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("siren", sa.String(), nullable=False),
        sa.Column("siret", sa.String(), nullable=True),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("registered_on", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_organisation"),
        sa.UniqueConstraint("siren", name="uq_organisation_siren"),
    )
    op.create_index("ix_organisation_folded_name_id", "organisation", ["folded_name", "id"])
    op.create_table(
        "membership",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("umbrella_id", sa.Uuid(), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "umbrella_id", name="pk_membership"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_membership_organisation_id"
        ),
        sa.ForeignKeyConstraint(
            ["umbrella_id"], ["organisation.id"], name="fk_membership_umbrella_id"
        ),
        sa.CheckConstraint("organisation_id <> umbrella_id", name="ck_membership_not_itself"),
    )
    op.create_index("ix_membership_umbrella_id", "membership", ["umbrella_id"])
    op.create_table(
        "convention",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_convention"),
    )
    op.create_index("ix_convention_signed_on_id", "convention", ["signed_on", "id"])
    op.create_table(
        "signature",
        sa.Column("convention_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("accedes_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("convention_id", "organisation_id", name="pk_signature"),
        sa.ForeignKeyConstraint(
            ["convention_id"], ["convention.id"], name="fk_signature_convention_id"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_signature_organisation_id"
        ),
    )
    op.create_index("ix_signature_organisation_id", "signature", ["organisation_id"])


def _read_model() -> None:
    op.create_table(
        "mentor",
        sa.Column("mentor_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("enrolled_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("mentor_id", name="pk_mentor"),
        schema="read_model",
    )
    op.create_index("ix_mentor_organisation_id", "mentor", ["organisation_id"], schema="read_model")
    op.create_table(
        "pairing",
        sa.Column("pairing_id", sa.Uuid(), nullable=False),
        sa.Column("mentor_id", sa.Uuid(), nullable=False),
        sa.Column("mentee_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("first_interview_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("pairing_id", name="pk_pairing"),
        schema="read_model",
    )
    op.create_index("ix_pairing_mentor_id", "pairing", ["mentor_id"], schema="read_model")
    op.create_table(
        "contact",
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("mentor_id", sa.Uuid(), nullable=False),
        sa.Column("contact_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("contact_id", name="pk_contact"),
        schema="read_model",
    )
    op.create_index("ix_contact_mentor_id", "contact", ["mentor_id"], schema="read_model")
    op.create_table(
        "outcome",
        sa.Column("outcome_id", sa.Uuid(), nullable=False),
        sa.Column("pairing_id", sa.Uuid(), nullable=True),
        sa.Column("fits_qualification", sa.Boolean(), nullable=True),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("outcome_id", name="pk_outcome"),
        schema="read_model",
    )
    op.create_index("ix_outcome_pairing_id", "outcome", ["pairing_id"], schema="read_model")
