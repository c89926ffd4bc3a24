"""Possible partners, and how far each has come."""

import sqlalchemy as sa
from alembic import op

revision = "partners_0004"
down_revision = "partners_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lead",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("siren", sa.String(), nullable=True),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("heard_on", sa.Date(), nullable=False),
        sa.Column("introduced_by", sa.Uuid(), nullable=True),
        sa.Column("next_step", sa.String(), nullable=True),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("lost_for", sa.String(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_lead"),
        sa.UniqueConstraint("reference", name="uq_lead_reference"),
        sa.UniqueConstraint("organisation_id", name="uq_lead_organisation_id"),
        *(
            sa.ForeignKeyConstraint([name], ["organisation.id"], name=f"fk_lead_{name}")
            for name in ("introduced_by", "organisation_id")
        ),
    )
    for names in (["heard_on", "id"], ["stage"], ["introduced_by"], ["next_on"]):
        op.create_index(f"ix_lead_{'_'.join(names)}", "lead", names)
    op.create_table(
        "lead_move",
        sa.Column("position", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("moved_on", sa.Date(), nullable=False),
        sa.Column("moved_by", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("position", name="pk_lead_move"),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name="fk_lead_move_lead_id"),
    )
    op.create_index("ix_lead_move_lead_id", "lead_move", ["lead_id"])


def downgrade() -> None:
    op.drop_table("lead_move")
    op.drop_table("lead")
