"""The end of a signature is a row of its own: its organisation may be the one that stayed.

Ends that were published under the id of an organisation that stayed were lost before; run
`python -m matching rebuild --force` once where organisations were merged.
"""

import sqlalchemy as sa
from alembic import op

from backbone.database.ddl import DAY, ID, column, table

revision = "matching_0015"
down_revision = "matching_0014"
branch_labels = None
depends_on = None

SCHEMA = "read_model"


def upgrade() -> None:
    table(
        "signatory_end",
        column("convention_id", ID),
        column("organisation_id", ID),
        column("withdrawn_on", DAY),
        key=("convention_id", "organisation_id"),
        schema=SCHEMA,
    )
    op.execute(
        "INSERT INTO read_model.signatory_end (convention_id, organisation_id, withdrawn_on)"
        " SELECT convention_id, organisation_id, withdrawn_on FROM read_model.signatory"
        " WHERE withdrawn_on IS NOT NULL"
    )
    op.drop_column("signatory", "withdrawn_on", schema=SCHEMA)


def downgrade() -> None:
    op.add_column("signatory", sa.Column("withdrawn_on", sa.Date(), nullable=True), schema=SCHEMA)
    op.execute(
        "UPDATE read_model.signatory AS s SET withdrawn_on = e.withdrawn_on"
        " FROM read_model.signatory_end AS e WHERE e.convention_id = s.convention_id"
        " AND e.organisation_id = s.organisation_id"
    )
    op.drop_table("signatory_end", schema=SCHEMA)
