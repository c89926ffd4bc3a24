"""What a partner still owes is written about. Cards and facts are heard as before."""

import sqlalchemy as sa
from alembic import op

from backbone.database.ddl import TEXT, column

revision = "notifications_0009"
down_revision = "notifications_0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("message", column("commitment?", TEXT))
    op.add_column("message", column("missing?", sa.BigInteger()))


def downgrade() -> None:
    op.drop_column("message", "missing")
    op.drop_column("message", "commitment")
