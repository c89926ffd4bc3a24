"""Contacts are erased; erasures of mentees and mentors are heard of."""

import sqlalchemy as sa
from alembic import op

from backbone.database.ddl import DAY, ID, column, table

revision = "partners_0013"
down_revision = "partners_0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    erased = sa.Column("erased", sa.Boolean(), server_default=sa.false(), nullable=False)
    op.add_column("contact_person", erased)
    op.alter_column("contact_person", "erased", server_default=None)
    table(
        "erased_person",
        column("person_id", ID),
        column("erased_on", DAY),
        key=("person_id",),
        schema="read_model",
    )


def downgrade() -> None:
    op.drop_table("erased_person", schema="read_model")
    op.drop_column("contact_person", "erased")
