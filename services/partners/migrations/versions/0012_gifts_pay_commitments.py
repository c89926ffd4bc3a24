"""A gift of money pays the amounts that its giver's conventions promise."""

from alembic import op

from backbone.database.ddl import ID, column

revision = "partners_0012"
down_revision = "partners_0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("fulfilment", column("gift_id?", ID))
    op.create_foreign_key("fk_fulfilment_gift_id", "fulfilment", "gift", ["gift_id"], ["id"])
    op.create_index("ix_fulfilment_gift_id", "fulfilment", ["gift_id"])


def downgrade() -> None:
    op.drop_column("fulfilment", "gift_id")
