"""Who mentees and mentors are to each other: careers, wishes, languages, pauses, exclusions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "matching_0003"
down_revision = "matching_0002"
branch_labels = None
depends_on = None

NOTHING = sa.text("'[]'::jsonb")
FRENCH = sa.text("""'["fr"]'::jsonb""")


def columns() -> dict[str, list[sa.Column[object]]]:
    return {
        "mentee": [
            sa.Column("languages", JSONB(), nullable=False, server_default=FRENCH),
            sa.Column("gender", sa.String(), nullable=True),
            sa.Column("degree_field", sa.String(), nullable=True),
            sa.Column("wished_functions", JSONB(), nullable=False, server_default=NOTHING),
            sa.Column("wished_sectors", JSONB(), nullable=False, server_default=NOTHING),
            sa.Column("employer_id", sa.Uuid(), nullable=True),
        ],
        "mentor": [
            sa.Column("languages", JSONB(), nullable=False, server_default=FRENCH),
            sa.Column("sector", sa.String(), nullable=True),
            sa.Column("function", sa.String(), nullable=True),
            sa.Column("wished_fields", JSONB(), nullable=False, server_default=NOTHING),
            sa.Column("charter_accepted_on", sa.Date(), nullable=True),
            sa.Column("training_done_on", sa.Date(), nullable=True),
        ],
    }


def upgrade() -> None:
    for table, added in columns().items():
        for column in added:
            op.add_column(table, column)
    op.create_table(
        "mentor_pause",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mentor_id", sa.Uuid(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_mentor_pause"),
        sa.ForeignKeyConstraint(["mentor_id"], ["mentor.id"], name="fk_mentor_pause_mentor_id"),
    )
    op.create_index("ix_mentor_pause_mentor_id", "mentor_pause", ["mentor_id"])
    op.create_table(
        "exclusion",
        sa.Column("mentee_id", sa.Uuid(), nullable=False),
        sa.Column("mentor_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("mentee_id", "mentor_id", name="pk_exclusion"),
        sa.ForeignKeyConstraint(["mentee_id"], ["mentee.id"], name="fk_exclusion_mentee_id"),
        sa.ForeignKeyConstraint(["mentor_id"], ["mentor.id"], name="fk_exclusion_mentor_id"),
    )


def downgrade() -> None:
    op.drop_table("exclusion")
    op.drop_table("mentor_pause")
    for table, added in columns().items():
        for column in added:
            op.drop_column(table, column.name)
