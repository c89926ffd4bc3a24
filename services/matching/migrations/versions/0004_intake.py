"""Applications wait for a decision; eligibility rules never overlap."""

import sqlalchemy as sa
from alembic import op

revision = "matching_0004"
down_revision = "matching_0003"
branch_labels = None
depends_on = None

DECISION = ("degree_level", "decided_on", "rule_version", "decision_inputs")


def upgrade() -> None:
    op.add_column("mentee", sa.Column("applied_on", sa.Date(), nullable=True))
    op.execute("UPDATE mentee SET applied_on = decided_on")
    op.alter_column("mentee", "applied_on", nullable=False)
    for column in DECISION:
        op.alter_column("mentee", column, nullable=True)
    op.execute(
        "ALTER TABLE reference_eligibility_rule ADD CONSTRAINT ex_eligibility_rule_overlap"
        " EXCLUDE USING gist (daterange(valid_from, valid_to, '[]') WITH &&)"
    )


def downgrade() -> None:
    """Whoever is not decided on has no place in the older shape."""
    op.execute("ALTER TABLE reference_eligibility_rule DROP CONSTRAINT ex_eligibility_rule_overlap")
    op.execute(
        "DELETE FROM exclusion WHERE mentee_id IN (SELECT id FROM mentee WHERE decided_on IS NULL)"
    )
    op.execute("DELETE FROM mentee WHERE decided_on IS NULL")
    for column in DECISION:
        op.alter_column("mentee", column, nullable=False)
    op.drop_column("mentee", "applied_on")
