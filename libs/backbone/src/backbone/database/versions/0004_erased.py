"""What those who were erased were known by, as salted hashes."""

import sqlalchemy as sa
from alembic import op

revision = "backbone_0004"
down_revision = "backbone_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "erased_key",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("erased_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_erased_key"),
    )


def downgrade() -> None:
    op.drop_table("erased_key")
