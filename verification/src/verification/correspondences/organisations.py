"""Organisations, their names, merges, memberships, and where the programme is open."""

from verification.correspondences.merged import ORGANISATIONS, one
from verification.correspondences.model import Side, declare

ORGANISATION = one(ORGANISATIONS, "m.organisation_id")
UMBRELLA = one(ORGANISATIONS, "m.umbrella_id")
NAMES = "SELECT organisation_id, siren, name FROM read_model."
ONE_OF_EACH = (
    f"DISTINCT ON ({ORGANISATION}, {UMBRELLA}, m.joined_on)"
    f" {ORGANISATION} AS organisation_id, {UMBRELLA} AS umbrella_id, m.joined_on"
)
# Of memberships that were alike before a merge, partners keeps that of the one that stayed.
ITS_OWN_FIRST = (
    f"ORDER BY {ORGANISATION}, {UMBRELLA}, m.joined_on,"
    f" m.organisation_id <> {ORGANISATION}, m.umbrella_id <> {UMBRELLA}"
)

CORRESPONDENCES = [
    *declare(
        "organisations",
        "Organisations that were not merged into another, by name and number.",
        Side("matching", f"{NAMES}organisation"),
        Side("reporting", f"{NAMES}organisation_card"),
        producer=Side(
            "partners",
            "SELECT id AS organisation_id, siren, name FROM organisation WHERE merged_into IS NULL",
        ),
        key=("organisation_id",),
        columns=("siren", "name"),
    ),
    *declare(
        "names of organisations",
        "How organisations that were not merged into another are called.",
        Side("notifications", "SELECT organisation_id, name FROM read_model.organisation"),
        producer=Side(
            "partners",
            "SELECT id AS organisation_id, name FROM organisation WHERE merged_into IS NULL",
        ),
        key=("organisation_id",),
        columns=("name",),
    ),
    *declare(
        "registered organisations",
        "All organisations there ever were, with their kind and department.",
        Side(
            "reporting",
            "SELECT organisation_id, organisation_kind, department FROM read_model.organisation",
        ),
        producer=Side(
            "partners",
            "SELECT id AS organisation_id, kind AS organisation_kind, department FROM organisation",
        ),
        key=("organisation_id",),
        columns=("organisation_kind", "department"),
    ),
    *declare(
        "merged organisations",
        "Duplicates, and the organisation that stayed after all merges.",
        *(
            Side(
                service,
                "SELECT DISTINCT m.duplicate_id, r.stayed FROM read_model.organisation_merge AS m"
                f" LEFT JOIN {ORGANISATIONS} AS r USING (duplicate_id)",
            )
            for service in ("matching", "reporting")
        ),
        producer=Side(
            "partners",
            "SELECT id AS duplicate_id, merged_into AS stayed FROM organisation"
            " WHERE merged_into IS NOT NULL",
        ),
        key=("duplicate_id",),
        columns=("stayed",),
    ),
    *declare(
        "memberships",
        "Who belonged to which umbrella from when to when, merges applied.",
        Side(
            "matching",
            f"SELECT {ONE_OF_EACH}, m.left_on FROM read_model.membership AS m {ITS_OWN_FIRST}",
        ),
        Side(
            "reporting",
            f"""
            SELECT {ONE_OF_EACH}, coalesce(e.left_on, s.left_on) AS left_on
            FROM read_model.membership AS m
            LEFT JOIN read_model.membership_end AS e
                USING (organisation_id, umbrella_id, joined_on)
            LEFT JOIN read_model.membership_end AS s ON s.organisation_id = {ORGANISATION}
                AND s.umbrella_id = {UMBRELLA} AND s.joined_on = m.joined_on
            {ITS_OWN_FIRST}
            """,
        ),
        producer=Side(
            "partners", "SELECT organisation_id, umbrella_id, joined_on, left_on FROM membership"
        ),
        key=("organisation_id", "umbrella_id", "joined_on"),
        columns=("left_on",),
    ),
    *declare(
        "openings",
        "Departments where the programme is open, since when.",
        Side("reporting", "SELECT department, opened_on FROM read_model.opening"),
        producer=Side("partners", "SELECT department, opened_on FROM opening"),
        key=("department",),
        columns=("opened_on",),
    ),
    *declare(
        "mentors' organisations",
        "Every mentor works for an organisation that partners knows and did not merge.",
        Side("matching", "SELECT DISTINCT organisation_id FROM mentor"),
        producer=Side(
            "partners", "SELECT id AS organisation_id FROM organisation WHERE merged_into IS NULL"
        ),
        key=("organisation_id",),
        is_subset=True,
    ),
]
