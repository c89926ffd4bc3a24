"""Two applications that were one person's."""

import sqlalchemy as sa
from alembic import op

revision = "notifications_0002"
down_revision = "notifications_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "merge",
        sa.Column("duplicate_id", sa.Uuid(), nullable=False),
        sa.Column("mentee_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("duplicate_id", "mentee_id", name="pk_merge"),
        schema="read_model",
    )


def downgrade() -> None:
    op.drop_table("merge", schema="read_model")
