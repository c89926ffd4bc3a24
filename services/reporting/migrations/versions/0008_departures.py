"""An organisation can leave an umbrella, and join it again."""

import sqlalchemy as sa
from alembic import op

revision = "reporting_0008"
down_revision = "reporting_0007"
branch_labels = None
depends_on = None

SCHEMA = "read_model"
KEY = ["organisation_id", "umbrella_id", "joined_on"]


def upgrade() -> None:
    op.drop_constraint("pk_membership", "membership", schema=SCHEMA)
    op.create_primary_key("pk_membership", "membership", KEY, schema=SCHEMA)
    op.create_table(
        "membership_end",
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("umbrella_id", sa.Uuid(), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint(*KEY, name="pk_membership_end"),
        schema=SCHEMA,
    )


def downgrade() -> None:
    op.drop_table("membership_end", schema=SCHEMA)
    op.drop_constraint("pk_membership", "membership", schema=SCHEMA)
    op.create_primary_key("pk_membership", "membership", KEY[:2], schema=SCHEMA)
