"""What becomes of conventions that stand, and what their sides owe each other."""

import sqlalchemy as sa
from alembic import op

revision = "reporting_0009"
down_revision = "reporting_0008"
branch_labels = None
depends_on = None

SCHEMA = "read_model"
DAY, ID, TEXT, NUMBER = sa.Date(), sa.Uuid(), sa.String(), sa.BigInteger()
TABLES: dict[str, dict[str, sa.types.TypeEngine[object]]] = {
    "convention_term": {"id": ID, "convention_id": ID, "changed_on": DAY, "ends_on?": DAY},
    "convention_suspension": {"convention_id*": ID, "from_on*": DAY, "until_on?": DAY},
    "convention_resumption": {"convention_id*": ID, "from_on*": DAY, "until_on": DAY},
    "signatory_end": {"convention_id*": ID, "organisation_id*": ID, "withdrawn_on": DAY},
    "commitment": {
        "commitment_id": ID,
        "organisation_id": ID,
        "convention_id": ID,
        "party": TEXT,
        "commitment_kind": TEXT,
        "quantity": NUMBER,
        "made_on": DAY,
        "due_on?": DAY,
    },
    "commitment_end": {"commitment_id": ID, "withdrawn_on": DAY},
    "fulfilment": {"fulfilment_id": ID, "commitment_id": ID, "quantity": NUMBER, "given_on": DAY},
    "fulfilment_taken_back": {"fulfilment_id": ID},
}
"""The columns of each: `*` is part of the key, else the first one is it; `?` may be empty."""


def upgrade() -> None:
    for table, columns in TABLES.items():
        key = [name[:-1] for name in columns if name.endswith("*")] or [next(iter(columns))]
        op.create_table(
            table,
            sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
            *(
                sa.Column(name.rstrip("*?"), kind, nullable=name.endswith("?"))
                for name, kind in columns.items()
            ),
            sa.PrimaryKeyConstraint(*key, name=f"pk_{table}"),
            schema=SCHEMA,
        )
    op.create_index(
        "ix_convention_term_convention_id_changed_on",
        "convention_term",
        ["convention_id", "changed_on"],
        schema=SCHEMA,
    )
    op.create_index("ix_fulfilment_commitment_id", "fulfilment", ["commitment_id"], schema=SCHEMA)


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table, schema=SCHEMA)
