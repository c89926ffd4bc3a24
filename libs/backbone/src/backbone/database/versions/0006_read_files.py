"""What was assumed of a file that is imported."""

import sqlalchemy as sa
from alembic import op

revision = "backbone_0006"
down_revision = "backbone_0005"
branch_labels = None
depends_on = None

ASSUMED = ("encoding", "delimiter", "sheet")


def upgrade() -> None:
    for column in ASSUMED:
        op.add_column("import", sa.Column(column, sa.String()))


def downgrade() -> None:
    for column in ASSUMED:
        op.drop_column("import", column)
