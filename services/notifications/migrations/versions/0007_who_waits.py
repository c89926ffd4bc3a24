"""Who waits for a mentor: nobody is asked about them, and they found no work that fits."""

from alembic import op

from backbone.database.ddl import DAY, ID, column, table

revision = "notifications_0007"
down_revision = "notifications_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("pair", column("proposed_on?", DAY), schema="read_model")
    op.create_index("ix_pair_mentee_id", "pair", ["mentee_id"], schema="read_model")
    table(
        "fitting_outcome",
        column("outcome_id", ID),
        column("mentee_id", ID),
        key=("outcome_id",),
        indexes=[("mentee_id",)],
        schema="read_model",
    )


def downgrade() -> None:
    op.drop_table("fitting_outcome", schema="read_model")
    op.drop_index("ix_pair_mentee_id", "pair", schema="read_model")
    op.drop_column("pair", "proposed_on", schema="read_model")
