"""Contacts and outcomes, with their corrections."""

from verification.correspondences.merged import (
    MENTEES,
    MENTEES_IN_PARTNERS,
    one,
)
from verification.correspondences.model import Side, declare

MENTEE = one(MENTEES, "f.mentee_id")
CORRECTIONS = "(SELECT count(*) FROM correction WHERE corrected_id = c.id)"
CONTACT = ("pairing_id", "mentee_id", "mentor_id", "contact_on", "medium")
OUTCOME = (
    *("mentee_id", "pairing_id", "contract", "months", "fits_qualification"),
    *("evidence", "sector", "found_on", "withdrawn"),
)
VERSIONS = ("versions", "known_now")


def versions(table: str, key: str, columns: str) -> str:
    """Return SQL for the last version of each row, how many it has, and how many hold now."""
    return f"""
        SELECT DISTINCT ON ({key}) {key}, {MENTEE} AS mentee_id, {columns}, withdrawn,
            count(*) OVER each AS versions,
            count(*) FILTER (WHERE known_until IS NULL) OVER each AS known_now
        FROM read_model.{table} AS f WINDOW each AS (PARTITION BY {key})
        ORDER BY {key}, recorded_at DESC
    """


def contacts(columns: str, *, reached: bool) -> Side:
    """Return matching's published contacts, or attempts (not `reached`), with corrections."""
    which = "c.made" if reached else "NOT c.made"
    return Side(
        "matching",
        f"""
        SELECT c.id AS contact_id, pairing_id, mentee_id, mentor_id, contact_on, medium{columns},
            c.state = 'withdrawn' AS withdrawn, 1 + {CORRECTIONS} AS versions, 1 AS known_now
        FROM contact AS c JOIN pairing AS p ON p.id = pairing_id
        WHERE c.state <> 'draft' AND {which}
        """,
    )


CORRESPONDENCES = [
    *declare(
        "contacts of mentors",
        "When mentors were in contact with their mentees, as corrected.",
        Side("partners", "SELECT contact_id, mentor_id, contact_on FROM read_model.contact"),
        producer=Side(
            "matching",
            "SELECT c.id AS contact_id, mentor_id, contact_on FROM contact AS c"
            " JOIN pairing AS p ON p.id = pairing_id WHERE c.state = 'logged' AND made",
        ),
        key=("contact_id",),
        columns=("mentor_id", "contact_on"),
    ),
    *declare(
        "contacts",
        "Contacts as corrected or withdrawn, and how many versions there are.",
        Side(
            "reporting",
            versions(
                "contact",
                "contact_id",
                "pairing_id, mentor_id, contact_on, medium, minutes, contact_kind",
            ),
        ),
        producer=contacts(", minutes, contact_kind", reached=True),
        key=("contact_id",),
        columns=(*CONTACT, "minutes", "contact_kind", "withdrawn", *VERSIONS),
    ),
    *declare(
        "attempts",
        "Attempts to reach the other one, as corrected or withdrawn, with their versions.",
        Side(
            "reporting",
            versions(
                "contact_attempt",
                "contact_id",
                "pairing_id, mentor_id, attempted_on AS contact_on, medium",
            ),
        ),
        producer=contacts("", reached=False),
        key=("contact_id",),
        columns=(*CONTACT, "withdrawn", *VERSIONS),
    ),
    *declare(
        "outcomes",
        "What mentees found, as corrected or withdrawn, and how many versions there are.",
        Side(
            "reporting",
            versions(
                "outcome",
                "outcome_id",
                "pairing_id, contract, months, fits_qualification, evidence, sector, found_on",
            ),
        ),
        producer=Side(
            "matching",
            f"""
            SELECT id AS outcome_id, mentee_id, pairing_id, contract, months, fits_qualification,
                evidence, sector, found_on, withdrawn, 1 + {CORRECTIONS} AS versions, 1 AS known_now
            FROM outcome AS c
            """,
        ),
        key=("outcome_id",),
        columns=(*OUTCOME, *VERSIONS),
    ),
    *declare(
        "outcomes of mentors' pairs",
        "What mentees found, as corrected, without what was withdrawn.",
        Side(
            "partners",
            f"SELECT outcome_id, {one(MENTEES_IN_PARTNERS, 'f.mentee_id')} AS mentee_id,"
            " pairing_id, fits_qualification, found_on FROM read_model.outcome AS f",
        ),
        producer=Side(
            "matching",
            "SELECT id AS outcome_id, mentee_id, pairing_id, fits_qualification, found_on"
            " FROM outcome WHERE NOT withdrawn",
        ),
        key=("outcome_id",),
        columns=("mentee_id", "pairing_id", "fits_qualification", "found_on"),
    ),
    *declare(
        "fitting outcomes",
        "Work that fits the qualification, under the mentee it was first published of.",
        Side("notifications", "SELECT outcome_id, mentee_id FROM read_model.fitting_outcome"),
        producer=Side(
            "matching",
            "SELECT id AS outcome_id, recorded_for AS mentee_id FROM outcome"
            " WHERE fits_qualification AND contract <> 'studies' AND NOT withdrawn",
        ),
        key=("outcome_id",),
        columns=("mentee_id",),
    ),
]
