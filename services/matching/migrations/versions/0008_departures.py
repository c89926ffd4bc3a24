"""An organisation can leave an umbrella, and join it again."""

import sqlalchemy as sa
from alembic import op

revision = "matching_0008"
down_revision = "matching_0007"
branch_labels = None
depends_on = None

SCHEMA = "read_model"


def upgrade() -> None:
    op.add_column("membership", sa.Column("left_on", sa.Date(), nullable=True), schema=SCHEMA)
    op.drop_constraint("pk_membership", "membership", schema=SCHEMA)
    key = ["organisation_id", "umbrella_id", "joined_on"]
    op.create_primary_key("pk_membership", "membership", key, schema=SCHEMA)


def downgrade() -> None:
    op.execute(f"DELETE FROM {SCHEMA}.membership WHERE left_on IS NOT NULL")  # noqa: S608
    op.drop_constraint("pk_membership", "membership", schema=SCHEMA)
    key = ["organisation_id", "umbrella_id"]
    op.create_primary_key("pk_membership", "membership", key, schema=SCHEMA)
    op.drop_column("membership", "left_on", schema=SCHEMA)
