"""Whoever was erased before keeps nothing beside what figures count."""

from alembic import op

revision = "matching_0012"
down_revision = "matching_0011"
branch_labels = None
depends_on = None

MENTEE = ("gender", "degree_level", "degree_field", "employer_id", "area_code", "area_vintage")
MENTEE += ("established", "decision_inputs")
MENTOR = ("sector", "function")


def upgrade() -> None:
    blanked = {"mentee": MENTEE, "mentor": MENTOR}
    emptied = {"mentee": ("wished_functions", "wished_sectors"), "mentor": ("wished_fields",)}
    for side, columns in blanked.items():
        nothing = [f"{column} = NULL" for column in columns]
        nothing += [f"{column} = '[]'" for column in ("languages", *emptied[side])]
        op.execute(f"UPDATE {side} SET {', '.join(nothing)} WHERE erased")  # noqa: S608 (ours)
        theirs = f"JOIN {side} ON {side}.id = {side}_id AND erased"
        pairs = f"pairing_id IN (SELECT pairing.id FROM pairing {theirs})"  # noqa: S608 (ours)
        op.execute(f"UPDATE check_in SET remark = NULL WHERE {pairs}")  # noqa: S608 (ours)
        words = "role = '…', organisation = '…'"
        op.execute(f"UPDATE introduction SET {words} WHERE {pairs}")  # noqa: S608 (ours)
        op.execute(f"DELETE FROM exclusion USING {side} WHERE {side}.id = {side}_id AND erased")  # noqa: S608 (ours)


def downgrade() -> None:
    """Nothing to restore: what was removed is unknown."""
