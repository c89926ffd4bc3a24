"""A mentee's pairings in their order, so that the first is found without sorting them all."""

from alembic import op

revision = "reporting_0004"
down_revision = "reporting_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_pairing_mentee_id", "pairing", schema="read_model")
    op.create_index(
        "ix_pairing_mentee_id_starts_on_pairing_id",
        "pairing",
        ["mentee_id", "starts_on", "pairing_id"],
        schema="read_model",
    )


def downgrade() -> None:
    op.drop_index("ix_pairing_mentee_id_starts_on_pairing_id", "pairing", schema="read_model")
    op.create_index("ix_pairing_mentee_id", "pairing", ["mentee_id"], schema="read_model")
