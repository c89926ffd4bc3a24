"""Conventions can be suspended and left by a signatory."""

import sqlalchemy as sa
from alembic import op

revision = "matching_0009"
down_revision = "matching_0008"
branch_labels = None
depends_on = None

SCHEMA = "read_model"


def upgrade() -> None:
    op.add_column("signatory", sa.Column("withdrawn_on", sa.Date(), nullable=True), schema=SCHEMA)
    op.create_table(
        "suspension",
        sa.Column("convention_id", sa.Uuid(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("convention_id", "from_on", name="pk_suspension"),
        schema=SCHEMA,
    )


def downgrade() -> None:
    op.drop_table("suspension", schema=SCHEMA)
    op.drop_column("signatory", "withdrawn_on", schema=SCHEMA)
