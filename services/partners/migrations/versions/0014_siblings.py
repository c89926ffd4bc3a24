"""Youths may share an address or a number."""

from alembic import op

revision = "partners_0014"
down_revision = "partners_0013"
branch_labels = None
depends_on = None

KEYS = ("email_key", "phone_key")


def upgrade() -> None:
    for key in KEYS:
        op.drop_constraint(f"uq_referred_youth_{key}", "referred_youth")
        op.create_index(f"ix_referred_youth_{key}", "referred_youth", [key])


def downgrade() -> None:
    for key in KEYS:
        op.drop_index(f"ix_referred_youth_{key}", "referred_youth")
        op.create_unique_constraint(f"uq_referred_youth_{key}", "referred_youth", [key])
