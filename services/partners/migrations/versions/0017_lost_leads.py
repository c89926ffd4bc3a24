"""A lost lead has no next step: nothing falls due of it."""

from alembic import op

revision = "partners_0017"
down_revision = "partners_0016"
branch_labels = None
depends_on = None

NOTHING_PLANNED = "UPDATE lead SET next_step = NULL, next_on = NULL WHERE stage = 'lost'"


def upgrade() -> None:
    op.execute(NOTHING_PLANNED)


def downgrade() -> None:
    """Leave it so: nobody knows what was planned."""
