"""Files that were sent, and how far they were taken; how far a worker came on its topics.

Pages of `seen` keep room, so that a change touches no index.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "backbone_0002"
down_revision = "backbone_0001"
branch_labels = None
depends_on = None

COUNTS = ("rows", "taken", "created", "updated", "unchanged", "refused", "wrong")


def upgrade() -> None:
    op.create_table(
        "import",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("columns", JSONB(), nullable=False),
        sa.Column("sent_by", sa.String(), nullable=False),
        sa.Column(
            "sent_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTS),
        sa.PrimaryKeyConstraint("id", name="pk_import"),
        sa.UniqueConstraint("position", name="uq_import_position"),
    )
    op.create_index(
        "ix_import_open", "import", ["position"], postgresql_where=sa.text("state <> 'done'")
    )
    op.create_table(
        "import_part",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("cells", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("import_id", "first", name="pk_import_part"),
    )
    op.create_table(
        "import_key",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("known_by", sa.String(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("import_id", "known_by", name="pk_import_key"),
    )
    op.create_table(
        "import_fault",
        sa.Column("position", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("column", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_import_fault"),
    )
    op.create_index("ix_import_fault_import_id", "import_fault", ["import_id"])
    taken_in = sa.Column("taken_in", sa.BigInteger(), server_default="0", nullable=False)
    op.add_column("beat", taken_in)
    op.execute("ALTER TABLE read_model.seen SET (fillfactor = 50)")


def downgrade() -> None:
    for table in ("import_fault", "import_key", "import_part", "import"):
        op.drop_table(table)
    op.drop_column("beat", "taken_in")
    op.execute("ALTER TABLE read_model.seen RESET (fillfactor)")
