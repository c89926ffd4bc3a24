"""Youths whom organisations refer: what is heard of them, and who they became."""

from alembic import op

from backbone.database.ddl import DAY, FLAG, ID, TEXT, column, table

revision = "matching_0010"
down_revision = "matching_0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    table(
        "youth_taken",
        column("youth_id", ID),
        column("mentee_id", ID),
        key=("youth_id",),
        mentee_id="mentee",
        indexes=[("mentee_id",)],
    )
    table(
        "referred_youth",
        column("youth_id", ID),
        column("given_name", TEXT),
        column("family_name", TEXT),
        column("email?", TEXT),
        column("phone?", TEXT),
        column("language", TEXT),
        column("department", TEXT),
        key=("youth_id",),
        indexes=[("department",)],
        schema="read_model",
    )
    table(
        "referral",
        column("referral_id", ID),
        column("youth_id", ID),
        column("organisation_id", ID),
        column("first", FLAG),
        column("referred_on", DAY),
        key=("referral_id",),
        indexes=[("youth_id",)],
        schema="read_model",
    )


def downgrade() -> None:
    for name in ("referral", "referred_youth"):
        op.drop_table(name, schema="read_model")
    op.drop_table("youth_taken")
