"""What an office calls its conventions, so that a file can be sent again."""

import sqlalchemy as sa
from alembic import op

revision = "partners_0003"
down_revision = "partners_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("convention", sa.Column("reference", sa.String(), nullable=True))
    op.create_unique_constraint("uq_convention_reference", "convention", ["reference"])


def downgrade() -> None:
    op.drop_column("convention", "reference")
