"""Leads, events with their registrations and stands, and the board."""

from verification.correspondences.merged import (
    MENTEES,
    MENTEES_IN_PARTNERS,
    ORGANISATIONS,
    one,
)
from verification.correspondences.model import Side, declare

ORGANISATION = one(ORGANISATIONS, "f.organisation_id")
ATTENDED = "registration_id, event_id, attendee_kind, attended"

CORRESPONDENCES = [
    *declare(
        "leads",
        "Possible partners, and who introduced them.",
        Side(
            "reporting",
            "SELECT lead_id, organisation_kind, department, heard_on,"
            f" {one(ORGANISATIONS, 'f.introduced_by')} AS introduced_by FROM read_model.lead AS f",
        ),
        producer=Side(
            "partners",
            "SELECT id AS lead_id, kind AS organisation_kind, department, heard_on, introduced_by"
            " FROM lead",
        ),
        key=("lead_id",),
        columns=("organisation_kind", "department", "heard_on", "introduced_by"),
    ),
    *declare(
        "moves of leads",
        "The stages to which a lead came after it was heard of, in their order.",
        Side(
            "reporting",
            "SELECT lead_id, stage, moved_on,"
            " row_number() OVER (PARTITION BY lead_id ORDER BY recorded_at) AS nth"
            " FROM read_model.lead_move",
        ),
        producer=Side(
            "partners",
            """
            SELECT lead_id, stage, moved_on, nth - 1 AS nth FROM (
                SELECT lead_id, stage, moved_on,
                    row_number() OVER (PARTITION BY lead_id ORDER BY position) AS nth
                FROM lead_move
            ) AS moves WHERE nth > 1
            """,
        ),
        key=("lead_id", "nth"),
        columns=("stage", "moved_on"),
    ),
    *declare(
        "events",
        "Events, when they take place, and whether they were cancelled.",
        Side(
            "reporting",
            f"""
            SELECT event_id, event_kind, {one(ORGANISATIONS, "f.organised_by")} AS organised_by,
                department, starts_on, ends_on, e.event_id IS NOT NULL AS cancelled
            FROM read_model.occasion AS f LEFT JOIN read_model.occasion_end AS e USING (event_id)
            """,
        ),
        producer=Side(
            "partners",
            "SELECT id AS event_id, kind AS event_kind, organised_by, department, starts_on,"
            " ends_on, cancelled_on IS NOT NULL AS cancelled FROM event",
        ),
        key=("event_id",),
        columns=(
            *("event_kind", "organised_by", "department", "starts_on", "ends_on", "cancelled"),
        ),
    ),
    *declare(
        "occasions",
        "How events and meetings of the board are called, and where they take place.",
        Side(
            "notifications", "SELECT occasion_id, name, place, department FROM read_model.occasion"
        ),
        producer=Side(
            "partners",
            "SELECT id AS occasion_id, name, venue AS place, department FROM event"
            " UNION ALL SELECT id, NULL, place, department FROM board_meeting",
        ),
        key=("occasion_id",),
        columns=("name", "place", "department"),
    ),
    *declare(
        "attendance",
        "Who came to a session, or did not, merges applied.",
        Side(
            "reporting",
            f"""
            SELECT {ATTENDED}, CASE attendee_kind
                WHEN 'organisation' THEN {one(ORGANISATIONS, "f.attendee_id")}
                WHEN 'mentee' THEN {one(MENTEES, "f.attendee_id")}
                ELSE attendee_id END AS attendee_id
            FROM read_model.attendance AS f WHERE known_until IS NULL AND NOT withdrawn
            """,
        ),
        producer=Side(
            "partners",
            f"""
            SELECT r.id AS registration_id, s.event_id, r.attendee_kind,
                r.state = 'attended' AS attended, CASE r.attendee_kind
                WHEN 'organisation' THEN coalesce(o.merged_into, r.attendee_id)
                WHEN 'mentee' THEN {one(MENTEES_IN_PARTNERS, "r.attendee_id")}
                ELSE r.attendee_id END AS attendee_id
            FROM registration AS r JOIN event_session AS s ON s.id = r.session_id
            LEFT JOIN organisation AS o ON o.id = r.attendee_id
            WHERE r.state IN ('attended', 'absent')
            """,
        ),
        key=("registration_id",),
        columns=("event_id", "attendee_kind", "attendee_id", "attended"),
    ),
    *declare(
        "registrations of mentees",
        "Mentees with a place at a session, or waiting for one, are known and were not merged.",
        Side(
            "partners",
            "SELECT DISTINCT attendee_id AS mentee_id FROM registration"
            " WHERE attendee_kind = 'mentee' AND state IN ('registered', 'waiting')",
        ),
        producer=Side("matching", "SELECT id AS mentee_id FROM mentee WHERE merged_into IS NULL"),
        key=("mentee_id",),
        is_subset=True,
    ),
    *declare(
        "registrations of mentors",
        "Mentors with a place at a session, or waiting for one, are known.",
        Side(
            "partners",
            "SELECT DISTINCT attendee_id AS mentor_id FROM registration"
            " WHERE attendee_kind = 'mentor' AND state IN ('registered', 'waiting')",
        ),
        producer=Side("matching", "SELECT id AS mentor_id FROM mentor"),
        key=("mentor_id",),
        is_subset=True,
    ),
    *declare(
        "stands",
        "Who held which stand, and which were released.",
        Side(
            "reporting",
            f"SELECT booking_id, event_id, {ORGANISATION} AS organisation_id,"
            " g.booking_id IS NOT NULL AS released FROM read_model.stand_held AS f"
            " LEFT JOIN read_model.stand_given_up AS g USING (booking_id)",
        ),
        producer=Side(
            "partners",
            "SELECT b.id AS booking_id, event_id, organisation_id, released"
            " FROM stand_booking AS b JOIN stand ON stand.id = stand_id",
        ),
        key=("booking_id",),
        columns=("event_id", "organisation_id", "released"),
    ),
    *declare(
        "seats of the board",
        "Which organisation holds a seat from when to when.",
        Side(
            "reporting",
            f"SELECT seat_id, {ORGANISATION} AS organisation_id, starts_on, term_ends_on, left_on"
            " FROM read_model.seat AS f LEFT JOIN read_model.seat_end USING (seat_id)",
        ),
        producer=Side(
            "partners",
            "SELECT id AS seat_id, organisation_id, starts_on, term_ends_on, left_on"
            " FROM board_seat",
        ),
        key=("seat_id",),
        columns=("organisation_id", "starts_on", "term_ends_on", "left_on"),
    ),
    *declare(
        "meetings of the board",
        "Meetings that were held, with seats, votes and what they decided.",
        Side(
            "reporting",
            "SELECT meeting_id, held_on, seats, voters, adopted, rejected"
            " FROM read_model.board_meeting",
        ),
        producer=Side(
            "partners",
            """
            SELECT m.id AS meeting_id, m.held_on, p.seats, p.voters, d.adopted, d.rejected
            FROM board_meeting AS m, LATERAL (
                SELECT count(*) AS seats,
                    count(*) FILTER (WHERE presence IN ('present', 'represented')) AS voters
                FROM board_presence WHERE meeting_id = m.id
            ) AS p, LATERAL (
                SELECT count(*) FILTER (WHERE in_favour > against) AS adopted,
                    count(*) FILTER (WHERE in_favour <= against) AS rejected
                FROM board_decision WHERE meeting_id = m.id
            ) AS d WHERE m.held_on IS NOT NULL
            """,
        ),
        key=("meeting_id",),
        columns=("held_on", "seats", "voters", "adopted", "rejected"),
    ),
]
