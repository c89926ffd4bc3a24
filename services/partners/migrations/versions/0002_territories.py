"""Where the programme is open, and since when."""

import sqlalchemy as sa
from alembic import op

revision = "partners_0002"
down_revision = "partners_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "opening",
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("department", name="pk_opening"),
    )
    op.create_index("ix_opening_opened_on_department", "opening", ["opened_on", "department"])


def downgrade() -> None:
    op.drop_table("opening")
