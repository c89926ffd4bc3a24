"""The board: its seats, who represents them, its meetings."""

from alembic import op

from backbone.database.ddl import DATA, DAY, ID, INSTANT, NUMBER, TEXT, said, table

revision = "partners_0009"
down_revision = "partners_0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    table(
        "board_seat",
        said("organisation_id", ID),
        said("starts_on", DAY),
        said("term_ends_on?", DAY),
        said("left_on?", DAY),
        organisation_id="organisation",
        indexes=[("organisation_id",)],
    )
    table(
        "board_representative",
        said("seat_id", ID),
        said("from_on", DAY),
        said("person_id", ID),
        key=("seat_id", "from_on"),
        seat_id="board_seat",
        person_id="contact_person",
    )
    table(
        "board_meeting",
        said("takes_place_at", INSTANT),
        said("department", TEXT),
        said("place?", TEXT),
        said("agenda", DATA),
        said("convened_on?", DAY),
        said("cancelled_on?", DAY),
        said("held_on?", DAY),
        said("quorum?", NUMBER),
        said("minutes?", TEXT),
        said("version", NUMBER),
        indexes=[("takes_place_at",)],
    )
    table(
        "board_presence",
        said("meeting_id", ID),
        said("seat_id", ID),
        said("presence", TEXT),
        said("represented_by?", ID),
        key=("meeting_id", "seat_id"),
        meeting_id="board_meeting",
        seat_id="board_seat",
        represented_by="board_seat",
    )
    table(
        "board_decision",
        said("meeting_id", ID),
        said("number", NUMBER),
        said("subject", TEXT),
        said("in_favour", NUMBER),
        said("against", NUMBER),
        said("abstained", NUMBER),
        key=("meeting_id", "number"),
        meeting_id="board_meeting",
    )


def downgrade() -> None:
    for name in ("decision", "presence", "meeting", "representative", "seat"):
        op.drop_table(f"board_{name}")
