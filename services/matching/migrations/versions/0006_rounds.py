"""Rounds that are worked out, reviewed and published; their proposals, and what they score by."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "matching_0006"
down_revision = "matching_0004"
branch_labels = None
depends_on = None

FIRST = {
    "function": 10,
    "sector": 6,
    "degree_field": 4,
    "territory": 5,
    "languages": 2,
    "experience": 3,
    "waiting": 4,
}


def moment(name: str, *, now: bool = False) -> sa.Column[object]:
    default = sa.func.now() if now else None
    return sa.Column(name, sa.DateTime(timezone=True), nullable=not now, server_default=default)


def upgrade() -> None:
    op.create_table(
        "round",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("departments", JSONB(), nullable=True),
        sa.Column("min_priority", sa.Integer(), nullable=False),
        sa.Column("criteria", sa.String(), nullable=False),
        sa.Column("based_on", sa.Uuid(), nullable=True),
        sa.Column("locked", JSONB(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        moment("asked_at", now=True),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("of", sa.Integer(), nullable=False),
        moment("finished_at"),
        moment("published_at"),
        sa.Column("inputs", sa.LargeBinary(), nullable=True),
        sa.Column("certificate", sa.LargeBinary(), nullable=True),
        sa.Column("report", JSONB(), nullable=True),
        sa.Column("changed", sa.Boolean(), nullable=False),
        sa.Column("failure", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_round"),
        sa.ForeignKeyConstraint(["based_on"], ["round.id"], name="fk_round_based_on"),
    )
    op.create_index("ix_round_state", "round", ["state"])
    op.create_table(
        "round_proposal",
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("mentee_id", sa.Uuid(), nullable=False),
        sa.Column("mentor_id", sa.Uuid(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("contributions", JSONB(), nullable=False),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("round_id", "mentee_id", name="pk_round_proposal"),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name="fk_round_proposal_round_id"),
        sa.ForeignKeyConstraint(["mentee_id"], ["mentee.id"], name="fk_round_proposal_mentee_id"),
        sa.ForeignKeyConstraint(["mentor_id"], ["mentor.id"], name="fk_round_proposal_mentor_id"),
    )
    criteria = op.create_table(
        "reference_criteria",
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("weights", JSONB(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        moment("made_at", now=True),
        sa.PrimaryKeyConstraint("version", name="pk_reference_criteria"),
    )
    op.bulk_insert(criteria, [{"version": "1", "weights": FIRST, "made_by": "envol"}])
    op.add_column("pairing", sa.Column("round_id", sa.Uuid(), nullable=True))
    op.add_column("pairing", sa.Column("answer_by", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("pairing", "answer_by")
    op.drop_column("pairing", "round_id")
    for table in ("reference_criteria", "round_proposal", "round"):
        op.drop_table(table)
