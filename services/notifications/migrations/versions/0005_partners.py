"""Those who speak for partners are written to: about conventions, stands, meetings and homes.

Their cards are heard from the beginning: `rebuild` once.
"""

from alembic import op

from backbone.database.ddl import ID, INSTANT, TEXT, said, table

revision = "notifications_0005"
down_revision = "notifications_0004"
branch_labels = None
depends_on = None

BEFORE = ["rule", "pairing_id", "person_id", "channel", "due_on"]
NOW = ["rule", "pairing_id", "about_id", "person_id", "channel", "due_on"]
ABOUT = (
    said("about_id?", ID),
    said("occasion_id?", ID),
    said("department?", TEXT),
    said("takes_place_at?", INSTANT),
)


def name_of(columns: list[str]) -> str:
    return f"uq_message_{'_'.join(columns)}"


def upgrade() -> None:
    for column in ABOUT:
        op.add_column("message", column)
    op.drop_constraint(name_of(BEFORE), "message")
    op.create_unique_constraint(name_of(NOW), "message", NOW, postgresql_nulls_not_distinct=True)
    op.alter_column("person", "side", nullable=True, schema="read_model")
    op.add_column("person", said("organisation_id?", ID), schema="read_model")
    table(
        "organisation",
        said("organisation_id", ID),
        said("name", TEXT),
        key=("organisation_id",),
        schema="read_model",
    )
    table(
        "occasion",
        said("occasion_id", ID),
        said("name?", TEXT),
        said("place?", TEXT),
        said("department", TEXT),
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
    for column in ABOUT:
        op.drop_column("message", column.name)
