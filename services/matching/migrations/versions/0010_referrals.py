"""Youths whom organisations refer: what is heard of them, and who they became."""

from alembic import op

from backbone.database.ddl import DAY, FLAG, ID, TEXT, said, table

revision = "matching_0010"
down_revision = "matching_0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    table(
        "youth_taken",
        said("youth_id", ID),
        said("mentee_id", ID),
        key=("youth_id",),
        mentee_id="mentee",
        indexes=[("mentee_id",)],
    )
    table(
        "referred_youth",
        said("youth_id", ID),
        said("given_name", TEXT),
        said("family_name", TEXT),
        said("email?", TEXT),
        said("phone?", TEXT),
        said("language", TEXT),
        said("department", TEXT),
        key=("youth_id",),
        indexes=[("department",)],
        schema="read_model",
    )
    table(
        "referral",
        said("referral_id", ID),
        said("youth_id", ID),
        said("organisation_id", ID),
        said("first", FLAG),
        said("referred_on", DAY),
        key=("referral_id",),
        indexes=[("youth_id",)],
        schema="read_model",
    )


def downgrade() -> None:
    for name in ("referral", "referred_youth"):
        op.drop_table(name, schema="read_model")
    op.drop_table("youth_taken")
