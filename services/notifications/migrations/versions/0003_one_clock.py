"""Silence is told by matching: when a pair was last heard of is nobody's matter here."""

import sqlalchemy as sa
from alembic import op

revision = "notifications_0003"
down_revision = "notifications_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_column("pair", "recorded_at", schema="read_model")


def downgrade() -> None:
    column = sa.Column(
        "recorded_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()
    )
    op.add_column("pair", column, schema="read_model")
