"""A convention is renewed as often as it is amended back: its renewals are counted."""

import sqlalchemy as sa
from alembic import op

revision = "partners_0016"
down_revision = "partners_0015"
branch_labels = None
depends_on = None

KEY = "pk_renewal"
COUNT = """
UPDATE renewal SET number = counted.number FROM (
    SELECT convention_id, previous_ends_on,
           row_number() OVER (PARTITION BY convention_id ORDER BY previous_ends_on) AS number
    FROM renewal
) AS counted
WHERE counted.convention_id = renewal.convention_id
  AND counted.previous_ends_on = renewal.previous_ends_on
"""


def upgrade() -> None:
    op.add_column("renewal", sa.Column("number", sa.Integer()))
    op.execute(COUNT)
    op.alter_column("renewal", "number", nullable=False)
    op.drop_constraint(KEY, "renewal")
    op.create_primary_key(KEY, "renewal", ["convention_id", "number"])


def downgrade() -> None:
    op.drop_constraint(KEY, "renewal")
    op.create_primary_key(KEY, "renewal", ["convention_id", "previous_ends_on"])
    op.drop_column("renewal", "number")
