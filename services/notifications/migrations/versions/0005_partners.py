"""Those who speak for partners are written to: about conventions, stands, meetings and homes.

Their cards are heard from the beginning: `rebuild` once.
"""

from alembic import op

from backbone.database.ddl import ID, INSTANT, TEXT, column, table

revision = "notifications_0005"
down_revision = "notifications_0004"
branch_labels = None
depends_on = None

BEFORE = ["rule", "pairing_id", "person_id", "channel", "due_on"]
NOW = ["rule", "pairing_id", "about_id", "person_id", "channel", "due_on"]
ABOUT = (
    column("about_id?", ID),
    column("occasion_id?", ID),
    column("department?", TEXT),
    column("takes_place_at?", INSTANT),
)


def name_of(columns: list[str]) -> str:
    return f"uq_message_{'_'.join(columns)}"


def upgrade() -> None:
    for added in ABOUT:
        op.add_column("message", added)
    op.drop_constraint(name_of(BEFORE), "message")
    op.create_unique_constraint(name_of(NOW), "message", NOW, postgresql_nulls_not_distinct=True)
    op.alter_column("person", "side", nullable=True, schema="read_model")
    op.add_column("person", column("organisation_id?", ID), schema="read_model")
    table(
        "organisation",
        column("organisation_id", ID),
        column("name", TEXT),
        key=("organisation_id",),
        schema="read_model",
    )
    table(
        "occasion",
        column("occasion_id", ID),
        column("name?", TEXT),
        column("place?", TEXT),
        column("department", TEXT),
        key=("occasion_id",),
        schema="read_model",
    )


def downgrade() -> None:
    for name in ("occasion", "organisation"):
        op.drop_table(name, schema="read_model")
    op.execute("DELETE FROM read_model.person WHERE side IS NULL")
    op.drop_column("person", "organisation_id", schema="read_model")
    op.alter_column("person", "side", nullable=False, schema="read_model")
    op.execute("DELETE FROM message WHERE about_id IS NOT NULL")
    op.drop_constraint(name_of(NOW), "message")
    op.create_unique_constraint(
        name_of(BEFORE), "message", BEFORE, postgresql_nulls_not_distinct=True
    )
    for added in ABOUT:
        op.drop_column("message", added.name)
