"""A message that has a last moment of its own is not sent after it, and is until then."""

import sqlalchemy as sa
from alembic import op

from backbone.database.ddl import INSTANT, column

revision = "notifications_0006"
down_revision = "notifications_0005"
branch_labels = None
depends_on = None

BY_ANSWER = sa.text(
    "UPDATE message SET expires_at = since_on + interval '36 hours'"
    " WHERE rule IN ('proposed', 'answer_due')"
)
BY_OCCASION = sa.text(
    "UPDATE message SET expires_at = takes_place_at WHERE takes_place_at IS NOT NULL"
)


def upgrade() -> None:
    op.add_column("message", column("expires_at?", INSTANT))
    op.execute(BY_ANSWER)
    op.execute(BY_OCCASION)


def downgrade() -> None:
    op.drop_column("message", "expires_at")
