"""What a file was found to hold: columns that mean nothing, and the rows that were left out."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "backbone_0007"
down_revision = "backbone_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "import",
        sa.Column("unknown_columns", JSONB(), server_default=sa.text("'[]'"), nullable=False),
    )
    op.create_table(
        "rejected_row",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("cells", JSONB(), nullable=False),
        sa.Column(
            "rejected_at",
            sa.DateTime(timezone=True),
            server_default=sa.func.now(),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("import_id", "line", name="pk_rejected_row"),
    )
    op.create_index("ix_rejected_row_rejected_at", "rejected_row", ["rejected_at"])


def downgrade() -> None:
    op.drop_table("rejected_row")
    op.drop_column("import", "unknown_columns")
