"""How many messages were applied, by partition: a sum of a few rows instead of one of every key."""

import sqlalchemy as sa
from alembic import op

revision = "backbone_0003"
down_revision = "backbone_0002"
branch_labels = None
depends_on = None

# Partition -1 stands for what was applied before messages were counted by partition.
COUNT = """
INSERT INTO read_model.applied
SELECT topic, -1, sum(sequence) FROM read_model.seen GROUP BY topic
"""


def upgrade() -> None:
    op.create_table(
        "applied",
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("partition", sa.Integer(), nullable=False),
        sa.Column("messages", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("topic", "partition", name="pk_applied"),
        schema="read_model",
    )
    op.execute(COUNT)


def downgrade() -> None:
    op.drop_table("applied", schema="read_model")
