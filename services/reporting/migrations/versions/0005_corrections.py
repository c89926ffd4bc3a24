"""What was learnt of a mentee since: a correction, or that two applications are one person's."""

import sqlalchemy as sa
from alembic import op

revision = "reporting_0005"
down_revision = "reporting_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "neighbourhood_correction",
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mentee_id", sa.Uuid(), nullable=False),
        sa.Column("after", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_neighbourhood_correction"),
        schema="read_model",
    )
    op.create_table(
        "merge",
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("duplicate_id", sa.Uuid(), nullable=False),
        sa.Column("mentee_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("duplicate_id", "mentee_id", name="pk_merge"),
        schema="read_model",
    )
    op.create_index(
        "ix_neighbourhood_correction_mentee_id_recorded_at",
        "neighbourhood_correction",
        ["mentee_id", "recorded_at"],
        schema="read_model",
    )


def downgrade() -> None:
    op.drop_table("merge", schema="read_model")
    op.drop_table("neighbourhood_correction", schema="read_model")
