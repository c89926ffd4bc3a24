"""When mentees asked to be forgotten."""

from alembic import op

from backbone.database.ddl import DAY, ID, INSTANT, said, table

revision = "reporting_0012"
down_revision = "reporting_0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    table(
        "erasure",
        said("recorded_at", INSTANT),
        said("mentee_id", ID),
        said("erased_on", DAY),
        key=("mentee_id",),
        schema="read_model",
    )


def downgrade() -> None:
    op.drop_table("erasure", schema="read_model")
