"""Mentees, mentors and contacts: their status and cards, who was merged, erased or opted out."""

from verification.correspondences.merged import (
    MENTEES,
    MENTEES_IN_PARTNERS,
    ORGANISATIONS,
    one,
    resolved,
)
from verification.correspondences.model import Side, declare

CARD = ("given_name", "family_name", "email", "phone", "language", "department")
PERSONAL = ("given_name", "family_name", "email", "phone")
CARDS = ", ".join(CARD)
CREDIT = "bool_or(first) OVER (PARTITION BY youth_id, organisation_id) AS first"
REFERRED = ("referral_id", "first", "referred_on")

ERASED_MENTEES = """
    SELECT m.id FROM mentee AS m WHERE m.erased AND m.merged_into IS NULL AND (
        m.decided_on IS NOT NULL OR EXISTS (
            SELECT FROM youth_taken AS y JOIN mentee AS d ON d.id = y.mentee_id
            WHERE coalesce(d.merged_into, d.id) = m.id
        )
    )
"""
"""Those of whom a fact was published: nobody else hears of their erasure."""

REACHABLE = [
    Side(
        "matching",
        "SELECT id AS person_id FROM mentee WHERE NOT erased"
        " UNION ALL SELECT id FROM mentor WHERE NOT erased",
    ),
    Side(
        "partners",
        "SELECT id AS person_id FROM contact_person WHERE NOT erased AND until_on IS NULL",
    ),
]


def referrals(merged: str, columns: str) -> str:
    """Return SQL for referrals: of two of one youth by organisations that were one, partners keeps
    that of the one that stayed, with the credit if either had it.
    """
    return f"""
        SELECT DISTINCT ON (youth_id, organisation_id) youth_id, organisation_id, referral_id,
            {CREDIT}, referred_on{columns}
        FROM (
            SELECT {one(merged, "f.organisation_id")} AS organisation_id, f.organisation_id AS own,
                referral_id, youth_id, first, referred_on{columns}
            FROM read_model.referral AS f
        ) AS found ORDER BY youth_id, organisation_id, own <> organisation_id
    """


CORRESPONDENCES = [
    *declare(
        "cards of mentees and mentors",
        "How to reach mentees and mentors who were neither erased nor merged.",
        Side(
            "notifications",
            f"SELECT person_id, side, {CARDS} FROM read_model.person WHERE side IS NOT NULL",
        ),
        producer=Side(
            "matching",
            f"SELECT id AS person_id, 'mentee' AS side, {CARDS} FROM mentee WHERE NOT erased"
            f" UNION ALL SELECT id, 'mentor', {CARDS} FROM mentor WHERE NOT erased",
        ),
        key=("person_id",),
        columns=("side", *CARD),
        personal=PERSONAL,
    ),
    *declare(
        "cards of contacts",
        "How to reach those who speak for a partner.",
        Side(
            "notifications",
            f"SELECT person_id, organisation_id, {CARDS} FROM read_model.person WHERE side IS NULL",
        ),
        producer=Side(
            "partners",
            "SELECT p.id AS person_id, p.organisation_id, given_name, family_name, email, phone,"
            " language, department FROM contact_person AS p JOIN organisation AS o"
            " ON o.id = p.organisation_id WHERE NOT erased AND until_on IS NULL",
        ),
        key=("person_id",),
        columns=("organisation_id", *CARD),
        personal=PERSONAL,
    ),
    *declare(
        "cards of youths",
        "How to reach youths who were referred and not forgotten.",
        Side("matching", f"SELECT youth_id, {CARDS} FROM read_model.referred_youth"),
        producer=Side(
            "partners",
            f"SELECT id AS youth_id, {CARDS} FROM referred_youth WHERE NOT forgotten",
        ),
        key=("youth_id",),
        columns=CARD,
        personal=PERSONAL,
    ),
    *declare(
        "opt-outs",
        "People who opted out can be reached, under the id that stayed.",
        Side("notifications", "SELECT person_id FROM opt_out"),
        producer=REACHABLE,
        key=("person_id",),
        is_subset=True,
    ),
    *declare(
        "messages to be sent",
        "The recipients of planned messages can be reached, under the id that stayed.",
        Side(
            "notifications",
            "SELECT DISTINCT person_id FROM message WHERE state IN ('planned', 'sending')",
        ),
        producer=REACHABLE,
        key=("person_id",),
        is_subset=True,
    ),
    *declare(
        "admitted mentees",
        "Who was admitted, and when.",
        Side("partners", "SELECT mentee_id, admitted_on FROM read_model.mentee"),
        Side("reporting", "SELECT mentee_id, admitted_on FROM read_model.mentee"),
        producer=Side(
            "matching",
            "SELECT id AS mentee_id, decided_on AS admitted_on FROM mentee"
            " WHERE decided_on IS NOT NULL AND refusal IS NULL",
        ),
        key=("mentee_id",),
        columns=("admitted_on",),
    ),
    *declare(
        "what admissions rest on",
        "Department, degree and neighbourhood of the admitted; no degree of those who were erased.",
        Side(
            "reporting",
            """
            SELECT m.mentee_id, m.department, CASE
                    WHEN EXISTS (SELECT FROM read_model.erasure AS e
                                 WHERE e.mentee_id = m.mentee_id)
                    OR EXISTS (SELECT FROM read_model.merge AS d
                               WHERE d.duplicate_id = m.mentee_id)
                    THEN NULL ELSE m.degree_level END AS degree_level,
                coalesce(c.after, m.priority_neighbourhood) AS priority_neighbourhood
            FROM read_model.mentee AS m LEFT JOIN LATERAL (
                SELECT after FROM read_model.neighbourhood_correction AS c
                WHERE c.mentee_id = m.mentee_id ORDER BY recorded_at DESC LIMIT 1
            ) AS c ON true
            """,
        ),
        producer=Side(
            "matching",
            "SELECT id AS mentee_id, department, degree_level, priority_neighbourhood"
            " FROM mentee WHERE decided_on IS NOT NULL AND refusal IS NULL",
        ),
        key=("mentee_id",),
        columns=("department", "degree_level", "priority_neighbourhood"),
    ),
    *declare(
        "corrected neighbourhoods",
        "What was corrected of the neighbourhood known at an admission, in its order.",
        Side(
            "reporting",
            f"""
            SELECT mentee_id, after,
                row_number() OVER (PARTITION BY mentee_id ORDER BY recorded_at) AS nth
            FROM (
                SELECT {one(MENTEES, "f.mentee_id")} AS mentee_id, after, recorded_at
                FROM read_model.neighbourhood_correction AS f
            ) AS corrections
            """,
        ),
        producer=Side(
            "matching",
            "SELECT mentee_id, after,"
            " row_number() OVER (PARTITION BY mentee_id ORDER BY corrected_at) AS nth"
            " FROM neighbourhood_correction",
        ),
        key=("mentee_id", "nth"),
        columns=("after",),
    ),
    *declare(
        "refused mentees",
        "Who was not admitted, by the rule or for another reason, and when.",
        Side("partners", "SELECT mentee_id, refused_on FROM read_model.refusal"),
        Side(
            "reporting",
            "SELECT mentee_id, refused_on FROM read_model.refusal"
            " UNION ALL SELECT mentee_id, turned_down_on FROM read_model.turn_down",
        ),
        producer=Side(
            "matching",
            "SELECT id AS mentee_id, decided_on AS refused_on FROM mentee"
            " WHERE refusal IS NOT NULL",
        ),
        key=("mentee_id",),
        columns=("refused_on",),
    ),
    *declare(
        "reasons of refusals",
        "Where refused mentees live, and why they were not admitted.",
        Side(
            "reporting",
            "SELECT mentee_id, department, reason FROM read_model.refusal"
            " UNION ALL SELECT mentee_id, department, reason FROM read_model.turn_down",
        ),
        producer=Side(
            "matching",
            "SELECT id AS mentee_id, department, refusal AS reason FROM mentee"
            " WHERE refusal IS NOT NULL",
        ),
        key=("mentee_id",),
        columns=("department", "reason"),
    ),
    *declare(
        "merged mentees",
        "Applications that were one person's, and the one that stayed after all merges.",
        *(
            Side(
                service,
                f"SELECT DISTINCT m.duplicate_id, r.stayed FROM read_model.{table} AS m"
                f" LEFT JOIN {resolved(table, 'mentee_id')} AS r USING (duplicate_id)",
            )
            for service, table in (
                ("partners", "merged"),
                ("notifications", "merge"),
                ("reporting", "merge"),
            )
        ),
        producer=Side(
            "matching",
            "SELECT id AS duplicate_id, merged_into AS stayed FROM mentee"
            " WHERE merged_into IS NOT NULL",
        ),
        key=("duplicate_id",),
        columns=("stayed",),
    ),
    *declare(
        "erased persons",
        "Mentees, under every id they had, and mentors who asked to be forgotten.",
        Side("partners", "SELECT person_id FROM read_model.erased_person"),
        producer=Side(
            "matching",
            f"""
            WITH gone AS ({ERASED_MENTEES})
            SELECT id AS person_id FROM gone
            UNION ALL SELECT d.id FROM mentee AS d JOIN gone ON gone.id = d.merged_into
            UNION ALL SELECT id FROM mentor WHERE erased
            """,
        ),
        key=("person_id",),
    ),
    *declare(
        "erased mentees",
        "Mentees who asked to be forgotten, under the id that stayed.",
        Side("reporting", "SELECT mentee_id FROM read_model.erasure"),
        producer=Side("matching", f"SELECT id AS mentee_id FROM ({ERASED_MENTEES}) AS gone"),
        key=("mentee_id",),
    ),
    *declare(
        "mentors",
        "For which organisation, merges applied, a mentor enrolled, and when.",
        Side(
            "partners",
            "SELECT mentor_id, coalesce(o.merged_into, m.organisation_id) AS organisation_id,"
            " enrolled_on FROM read_model.mentor AS m"
            " LEFT JOIN organisation AS o ON o.id = m.organisation_id",
        ),
        Side(
            "reporting",
            f"SELECT mentor_id, {one(ORGANISATIONS, 'm.organisation_id')} AS organisation_id,"
            " enrolled_on FROM read_model.mentor AS m",
        ),
        producer=Side(
            "matching", "SELECT id AS mentor_id, organisation_id, enrolled_on FROM mentor"
        ),
        key=("mentor_id",),
        columns=("organisation_id", "enrolled_on"),
    ),
    *declare(
        "capacities of mentors",
        "Where mentors live, and how many mentees they offer to accompany now.",
        Side(
            "reporting",
            """
            SELECT m.mentor_id, m.department, coalesce(c.capacity, m.capacity) AS capacity
            FROM read_model.mentor AS m LEFT JOIN LATERAL (
                SELECT capacity FROM read_model.capacity_change AS c
                WHERE c.mentor_id = m.mentor_id ORDER BY recorded_at DESC LIMIT 1
            ) AS c ON true
            """,
        ),
        producer=Side("matching", "SELECT id AS mentor_id, department, capacity FROM mentor"),
        key=("mentor_id",),
        columns=("department", "capacity"),
    ),
    *declare(
        "referrals",
        "Which organisation referred which youth, who was the first, and when.",
        Side("matching", referrals(ORGANISATIONS, "")),
        producer=Side(
            "partners",
            "SELECT youth_id, organisation_id, id AS referral_id, is_first AS first, referred_on"
            " FROM referral",
        ),
        key=("youth_id", "organisation_id"),
        columns=REFERRED,
    ),
    *declare(
        "referrals by department",
        "Which organisation referred which youth of a department, who was the first, and when.",
        Side("reporting", referrals(ORGANISATIONS, ", department")),
        producer=Side(
            "partners",
            "SELECT youth_id, organisation_id, r.id AS referral_id, is_first AS first, referred_on,"
            " y.department FROM referral AS r JOIN referred_youth AS y ON y.id = youth_id",
        ),
        key=("youth_id", "organisation_id"),
        columns=(*REFERRED, "department"),
    ),
    *declare(
        "youths who applied",
        "Which referred youth became which mentee, merges applied, and when they applied.",
        Side(
            "partners",
            f"SELECT youth_id, {one(MENTEES_IN_PARTNERS, 'f.mentee_id')} AS mentee_id, applied_on"
            " FROM read_model.youth_application AS f",
        ),
        producer=Side(
            "matching",
            "SELECT youth_id, coalesce(merged_into, id) AS mentee_id, applied_on"
            " FROM youth_taken JOIN mentee ON mentee.id = mentee_id",
        ),
        key=("youth_id",),
        columns=("mentee_id", "applied_on"),
    ),
    *declare(
        "housing needs",
        "Which mentee, merges applied, needed a home where, and whether the need ended.",
        Side(
            "reporting",
            f"""
            SELECT need_id, {one(MENTEES, "f.mentee_id")} AS mentee_id, department, asked_on,
                {one(ORGANISATIONS, "e.organisation_id")} AS housed_by, closed_on
            FROM read_model.housing_need AS f
            LEFT JOIN read_model.housing_end AS e USING (need_id)
            """,
        ),
        producer=Side(
            "partners",
            "SELECT id AS need_id, mentee_id, department, asked_on, housed_by, closed_on"
            " FROM housing_need",
        ),
        key=("need_id",),
        columns=("mentee_id", "department", "asked_on", "housed_by", "closed_on"),
    ),
    *declare(
        "mentees who need a home",
        "Mentees who need a home are known to matching and were not merged.",
        Side("partners", "SELECT DISTINCT mentee_id FROM housing_need"),
        producer=Side("matching", "SELECT id AS mentee_id FROM mentee WHERE merged_into IS NULL"),
        key=("mentee_id",),
        is_subset=True,
    ),
]
