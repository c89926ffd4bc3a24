import sqlalchemy as sa
from alembic import op

revision = "notebook_0001"
down_revision = None
branch_labels = ("notebook",)
depends_on = "backbone_0001"


def upgrade() -> None:
    op.create_table(
        "notebook",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_notebook"),
        sa.UniqueConstraint("title", name="uq_notebook_title"),
    )
    op.create_table(
        "thanks",
        sa.Column("notebook_id", sa.Uuid(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("notebook_id", name="pk_thanks"),
    )
    op.create_table(
        "noted",
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("notebook_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("note_id", name="pk_noted"),
        schema="read_model",
    )
    op.create_table(
        "story",
        sa.Column("notebook_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.ARRAY(sa.Integer()), nullable=False),
        sa.PrimaryKeyConstraint("notebook_id", name="pk_story"),
        schema="read_model",
    )
    op.create_table(
        "owner",
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("owner_id", name="pk_owner"),
        schema="read_model",
    )
