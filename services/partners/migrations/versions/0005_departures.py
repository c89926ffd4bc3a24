"""An organisation can leave an umbrella, and join it again."""

import sqlalchemy as sa
from alembic import op

revision = "partners_0005"
down_revision = "partners_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("membership", sa.Column("left_on", sa.Date(), nullable=True))
    op.drop_constraint("pk_membership", "membership")
    key = ["organisation_id", "umbrella_id", "joined_on"]
    op.create_primary_key("pk_membership", "membership", key)


def downgrade() -> None:
    op.execute("DELETE FROM membership WHERE left_on IS NOT NULL")
    op.drop_constraint("pk_membership", "membership")
    op.create_primary_key("pk_membership", "membership", ["organisation_id", "umbrella_id"])
    op.drop_column("membership", "left_on")
