"""Organisations that were one are merged."""

from alembic import op

from backbone.database.ddl import ID, column, table

revision = "matching_0011"
down_revision = "matching_0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    table(
        "organisation_merge",
        column("duplicate_id", ID),
        column("organisation_id", ID),
        key=("duplicate_id",),
        schema="read_model",
    )


def downgrade() -> None:
    op.drop_table("organisation_merge", schema="read_model")
