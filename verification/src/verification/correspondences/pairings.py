"""Pairs from the proposal to the end, and what happens in them besides contacts."""

from verification.correspondences.merged import (
    MENTEES,
    MENTEES_IN_PARTNERS,
    one,
)
from verification.correspondences.model import Side, declare

MENTEE = one(MENTEES, "f.mentee_id")
PAIR = ("mentee_id", "mentor_id")
OF_PAIR = f"{MENTEE} AS mentee_id, mentor_id"
WITH_PAIR = "JOIN pairing AS p ON p.id = pairing_id"


def pair_fact(table: str, *columns: str) -> Side:
    """Return a table of reporting with one row for each pairing."""
    return Side(
        "reporting",
        f"SELECT pairing_id, {OF_PAIR}, {', '.join(columns)} FROM read_model.{table} AS f",
    )


def pairing(columns: str, *, where: str) -> Side:
    return Side(
        "matching",
        f"SELECT id AS pairing_id, mentee_id, mentor_id, {columns} FROM pairing WHERE {where}",
    )


CORRESPONDENCES = [
    *declare(
        "pairs at work",
        "Who works with whom, merges applied: beginning, first interview and end.",
        Side(
            "partners",
            f"SELECT pairing_id, {one(MENTEES_IN_PARTNERS, 'f.mentee_id')} AS mentee_id, mentor_id,"
            " starts_on, first_interview_on, ended_on FROM read_model.pairing AS f",
        ),
        producer=pairing("starts_on, first_interview_on, ended_on", where="starts_on IS NOT NULL"),
        key=("pairing_id",),
        columns=(*PAIR, "starts_on", "first_interview_on", "ended_on"),
    ),
    *declare(
        "pairs",
        "All pairs, merges applied: proposal, beginning, and the end or that it came to nothing.",
        Side(
            "notifications",
            f"SELECT pairing_id, {OF_PAIR}, proposed_on, starts_on, ended_on"
            " FROM read_model.pair AS f",
        ),
        producer=pairing(
            "proposed_on, starts_on, coalesce(ended_on, came_to_nothing_on) AS ended_on",
            where="true",
        ),
        key=("pairing_id",),
        columns=(*PAIR, "proposed_on", "starts_on", "ended_on"),
    ),
    *declare(
        "proposals",
        "Who was proposed to whom, and when.",
        pair_fact("proposal", "proposed_on"),
        producer=pairing("proposed_on", where="true"),
        key=("pairing_id",),
        columns=(*PAIR, "proposed_on"),
    ),
    *declare(
        "declined proposals",
        "Who declined, why, and when.",
        pair_fact("decline", "by", "reason", "declined_on"),
        producer=pairing(
            "declined_by AS by, decline_reason AS reason, came_to_nothing_on AS declined_on",
            where="state = 'declined'",
        ),
        key=("pairing_id",),
        columns=(*PAIR, "by", "reason", "declined_on"),
    ),
    *declare(
        "expired proposals",
        "What was not answered in time.",
        pair_fact("expiry", "expired_on"),
        producer=pairing("came_to_nothing_on AS expired_on", where="state = 'expired'"),
        key=("pairing_id",),
        columns=(*PAIR, "expired_on"),
    ),
    *declare(
        "pairings",
        "Who began to work with whom, and when.",
        pair_fact("pairing", "starts_on"),
        producer=pairing("starts_on", where="starts_on IS NOT NULL"),
        key=("pairing_id",),
        columns=(*PAIR, "starts_on"),
    ),
    *declare(
        "first interviews",
        "When pairs met for the first time.",
        pair_fact("first_interview", "held_on"),
        producer=pairing("first_interview_on AS held_on", where="first_interview_on IS NOT NULL"),
        key=("pairing_id",),
        columns=(*PAIR, "held_on"),
    ),
    *declare(
        "ended pairings",
        "When pairs stopped, and why.",
        pair_fact("pairing_end", "reason", "ended_on"),
        producer=pairing("end_reason AS reason, ended_on", where="ended_on IS NOT NULL"),
        key=("pairing_id",),
        columns=(*PAIR, "reason", "ended_on"),
    ),
    *declare(
        "missed interviews",
        "How often a first interview that was planned for a day did not take place.",
        Side(
            "reporting",
            "SELECT pairing_id, missed_on, count(*) AS times FROM read_model.missed_interview"
            " GROUP BY pairing_id, missed_on",
        ),
        producer=Side(
            "matching",
            "SELECT pairing_id, planned_on AS missed_on, count(*) AS times FROM appointment"
            " WHERE state = 'missed' GROUP BY pairing_id, planned_on",
        ),
        key=("pairing_id", "missed_on"),
        columns=("times",),
    ),
    *declare(
        "pauses of pairs",
        "On which days no contact is expected of a pair.",
        Side(
            "reporting",
            """
            SELECT pairing_id, from_on, until_on FROM read_model.pause
            WHERE known_until IS NULL AND NOT withdrawn
                AND (until_on IS NULL OR until_on >= from_on)
            """,
        ),
        producer=Side("matching", "SELECT pairing_id, from_on, until_on FROM pairing_pause"),
        key=("pairing_id", "from_on"),
        columns=("until_on",),
    ),
    *declare(
        "introductions of mentors",
        "Which mentor opened their network, and when.",
        Side(
            "partners",
            "SELECT introduction_id, mentor_id, introduced_on FROM read_model.introduction",
        ),
        producer=Side(
            "matching",
            f"SELECT i.id AS introduction_id, mentor_id, introduced_on FROM introduction AS i"
            f" {WITH_PAIR}",
        ),
        key=("introduction_id",),
        columns=("mentor_id", "introduced_on"),
    ),
    *declare(
        "introductions",
        "To what field a mentor introduced a mentee, when, and the latest answer.",
        Side(
            "reporting",
            f"""
            SELECT introduction_id, pairing_id, {OF_PAIR}, function, sector, introduced_on,
                a.result, a.answered_on
            FROM read_model.introduction AS f LEFT JOIN LATERAL (
                SELECT result, answered_on FROM read_model.introduction_answer AS a
                WHERE a.introduction_id = f.introduction_id ORDER BY recorded_at DESC LIMIT 1
            ) AS a ON true
            """,
        ),
        producer=Side(
            "matching",
            "SELECT i.id AS introduction_id, pairing_id, mentee_id, mentor_id, function, sector,"
            f" introduced_on, result, answered_on FROM introduction AS i {WITH_PAIR}",
        ),
        key=("introduction_id",),
        columns=(
            *("pairing_id", *PAIR, "function", "sector", "introduced_on", "result", "answered_on"),
        ),
    ),
    *declare(
        "check-ins",
        "Who of a pair said how it goes, and when.",
        Side(
            "reporting",
            f"SELECT check_in_id, pairing_id, {OF_PAIR}, by, held_on FROM read_model.check_in AS f",
        ),
        producer=Side(
            "matching",
            "SELECT c.id AS check_in_id, pairing_id, mentee_id, mentor_id, by, held_on"
            f" FROM check_in AS c {WITH_PAIR}",
        ),
        key=("check_in_id",),
        columns=("pairing_id", *PAIR, "by", "held_on"),
    ),
    *declare(
        "questions about outcomes",
        "On which day a pair was asked what the mentee found.",
        Side("reporting", "SELECT pairing_id, due_on FROM read_model.outcome_question"),
        producer=Side(
            "matching", "SELECT pairing_id, due_on FROM due WHERE rule = 'outcome_asked'"
        ),
        key=("pairing_id", "due_on"),
    ),
    *declare(
        "rounds",
        "The rounds that were published, and the day they are about.",
        Side("reporting", "SELECT round_id, round_on FROM read_model.matching_round"),
        producer=Side(
            "matching",
            "SELECT id AS round_id, \"on\" AS round_on FROM round WHERE state = 'published'",
        ),
        key=("round_id",),
        columns=("round_on",),
    ),
]
