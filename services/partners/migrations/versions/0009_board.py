"""The board: its seats, who represents them, its meetings."""

from alembic import op

from backbone.database.ddl import DATA, DAY, ID, INSTANT, NUMBER, TEXT, column, table

revision = "partners_0009"
down_revision = "partners_0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    table(
        "board_seat",
        column("organisation_id", ID),
        column("starts_on", DAY),
        column("term_ends_on?", DAY),
        column("left_on?", DAY),
        organisation_id="organisation",
        indexes=[("organisation_id",)],
    )
    table(
        "board_representative",
        column("seat_id", ID),
        column("from_on", DAY),
        column("person_id", ID),
        key=("seat_id", "from_on"),
        seat_id="board_seat",
        person_id="contact_person",
    )
    table(
        "board_meeting",
        column("takes_place_at", INSTANT),
        column("department", TEXT),
        column("place?", TEXT),
        column("agenda", DATA),
        column("convened_on?", DAY),
        column("cancelled_on?", DAY),
        column("held_on?", DAY),
        column("quorum?", NUMBER),
        column("minutes?", TEXT),
        column("version", NUMBER),
        indexes=[("takes_place_at",)],
    )
    table(
        "board_presence",
        column("meeting_id", ID),
        column("seat_id", ID),
        column("presence", TEXT),
        column("represented_by?", ID),
        key=("meeting_id", "seat_id"),
        meeting_id="board_meeting",
        seat_id="board_seat",
        represented_by="board_seat",
    )
    table(
        "board_decision",
        column("meeting_id", ID),
        column("number", NUMBER),
        column("subject", TEXT),
        column("in_favour", NUMBER),
        column("against", NUMBER),
        column("abstained", NUMBER),
        key=("meeting_id", "number"),
        meeting_id="board_meeting",
    )


def downgrade() -> None:
    for name in ("decision", "presence", "meeting", "representative", "seat"):
        op.drop_table(f"board_{name}")
