"""Applications wait for a decision; rules never overlap; areas, and what is known of them."""

import sqlalchemy as sa
from alembic import op

revision = "matching_0004"
down_revision = "matching_0003"
branch_labels = None
depends_on = None

LOOKED_UP = ("merged_into", "birth_date")
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
    _neighbourhoods()
    op.add_column("mentee", sa.Column("merged_into", sa.Uuid(), nullable=True))
    op.create_foreign_key("fk_mentee_merged_into", "mentee", "mentee", ["merged_into"], ["id"])
    for column in LOOKED_UP:
        op.create_index(f"ix_mentee_{column}", "mentee", [column])


def area() -> list[sa.Column[object]]:
    return [
        sa.Column("area_code", sa.String(), nullable=True),
        sa.Column("area_vintage", sa.Integer(), nullable=True),
    ]


def _neighbourhoods() -> None:
    """What is known so far was declared, in files."""
    for column in (*area(), sa.Column("established", sa.String(), nullable=True)):
        op.add_column("mentee", column)
    op.execute(
        "UPDATE mentee SET established = 'declared' WHERE priority_neighbourhood <> 'unknown'"
    )
    op.create_table(
        "priority_area",
        sa.Column("vintage", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("outline", sa.LargeBinary(), nullable=False),
        sa.Column(
            "loaded_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()
        ),
        sa.PrimaryKeyConstraint("vintage", "code", name="pk_priority_area"),
    )
    op.create_table(
        "neighbourhood_correction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mentee_id", sa.Uuid(), nullable=False),
        sa.Column("before", sa.String(), nullable=False),
        sa.Column("after", sa.String(), nullable=False),
        *area(),
        sa.Column("corrected_on", sa.Date(), nullable=False),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("corrected_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_neighbourhood_correction"),
        sa.ForeignKeyConstraint(
            ["mentee_id"], ["mentee.id"], name="fk_neighbourhood_correction_mentee_id"
        ),
    )
    op.create_index(
        "ix_neighbourhood_correction_mentee_id", "neighbourhood_correction", ["mentee_id"]
    )


def downgrade() -> None:
    """Whoever is not decided on has no place in the older shape."""
    op.execute("ALTER TABLE reference_eligibility_rule DROP CONSTRAINT ex_eligibility_rule_overlap")
    op.execute(
        "DELETE FROM exclusion WHERE mentee_id IN (SELECT id FROM mentee WHERE decided_on IS NULL)"
    )
    for column in LOOKED_UP:
        op.drop_index(f"ix_mentee_{column}", "mentee")
    op.drop_column("mentee", "merged_into")
    op.drop_table("neighbourhood_correction")
    op.drop_table("priority_area")
    for column in ("established", "area_vintage", "area_code"):
        op.drop_column("mentee", column)
    op.execute("DELETE FROM mentee WHERE decided_on IS NULL")
    for column in DECISION:
        op.alter_column("mentee", column, nullable=False)
    op.drop_column("mentee", "applied_on")
