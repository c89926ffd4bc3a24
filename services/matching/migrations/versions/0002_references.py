"""What an office calls its pairings, contacts and outcomes, so that a file can be sent again."""

import sqlalchemy as sa
from alembic import op

revision = "matching_0002"
down_revision = "matching_0001"
branch_labels = None
depends_on = None

TABLES = ("pairing", "contact", "outcome")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("reference", sa.String(), nullable=True))
        op.create_unique_constraint(f"uq_{table}_reference", table, ["reference"])


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "reference")
