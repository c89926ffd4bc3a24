"""Organisations that were one are merged."""

from alembic import op

from backbone.database.ddl import ID, column

revision = "partners_0011"
down_revision = "partners_0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("organisation", column("merged_into?", ID))
    op.create_foreign_key(
        "fk_organisation_merged_into", "organisation", "organisation", ["merged_into"], ["id"]
    )
    op.create_index("ix_organisation_merged_into", "organisation", ["merged_into"])


def downgrade() -> None:
    op.drop_column("organisation", "merged_into")
