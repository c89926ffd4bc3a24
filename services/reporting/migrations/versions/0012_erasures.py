"""When mentees asked to be forgotten."""

from alembic import op

from backbone.database.ddl import DAY, ID, INSTANT, column, table

revision = "reporting_0012"
down_revision = "reporting_0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    table(
        "erasure",
        column("recorded_at", INSTANT),
        column("mentee_id", ID),
        column("erased_on", DAY),
        key=("mentee_id",),
        schema="read_model",
    )


def downgrade() -> None:
    op.drop_table("erasure", schema="read_model")
