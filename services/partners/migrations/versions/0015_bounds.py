"""Days and instants out of bounds, entered or told before there were bounds, are repaired."""

import json
import re
from typing import Any

import sqlalchemy as sa
from alembic import op

from backbone.database.ddl import repair_days

revision = "partners_0015"
down_revision = "partners_0014"
branch_labels = None
depends_on = None


DAY = re.compile(r"[0-9]{4,}-[0-9]{2}-[0-9]{2}")
FIRST, LAST = "1900-01-01", "2100-12-31"


def upgrade() -> None:
    repair_days()
    repair_drafts()


def repair_drafts() -> None:
    """Do the same in the proposals of drafts, which are JSON."""
    connection = op.get_bind()
    for draft_id, proposal in connection.execute(sa.text("SELECT id, proposal FROM draft")).all():
        repaired = _within(proposal)
        if repaired != proposal:
            connection.execute(
                sa.text("UPDATE draft SET proposal = cast(:proposal AS jsonb) WHERE id = :id"),
                {"id": draft_id, "proposal": json.dumps(repaired)},
            )


def _within(value: Any) -> Any:  # noqa: ANN401  (JSON)
    if isinstance(value, list):
        return [_within(each) for each in value]
    if isinstance(value, dict):
        return {name: _within(each) for name, each in value.items()}
    is_day = isinstance(value, str) and DAY.fullmatch(value)
    return min(max(value, FIRST), LAST) if is_day else value


def downgrade() -> None:
    """What was out of bounds is not known any more."""
