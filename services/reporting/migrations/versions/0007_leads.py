"""Possible partners, and how far each has come."""

import sqlalchemy as sa
from alembic import op

revision = "reporting_0007"
down_revision = "reporting_0006"
branch_labels = None
depends_on = None

SCHEMA = "read_model"


def upgrade() -> None:
    op.create_table(
        "lead",
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_kind", sa.String(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("introduced_by", sa.Uuid(), nullable=True),
        sa.Column("heard_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("lead_id", name="pk_lead"),
        schema=SCHEMA,
    )
    op.create_table(
        "lead_move",
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("lost_for", sa.String(), nullable=True),
        sa.Column("moved_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_lead_move"),
        schema=SCHEMA,
    )
    op.create_index(
        "ix_lead_move_lead_id_moved_on", "lead_move", ["lead_id", "moved_on"], schema=SCHEMA
    )


def downgrade() -> None:
    op.drop_table("lead_move", schema=SCHEMA)
    op.drop_table("lead", schema=SCHEMA)
