"""What the tasks of a worker could not do, with the cause."""

import sqlalchemy as sa
from alembic import op

revision = "backbone_0005"
down_revision = "backbone_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "dead_letter",
        sa.Column("task", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column(
            "failed_at",
            sa.DateTime(timezone=True),
            server_default=sa.func.now(),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("task", "about", name="pk_dead_letter"),
    )


def downgrade() -> None:
    op.drop_table("dead_letter")
