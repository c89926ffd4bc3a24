"""Conventions, who signed them, their suspensions, and what each side owes the other."""

from verification.correspondences.merged import ORGANISATIONS, one
from verification.correspondences.model import Side, declare

SIGNATORY = one(ORGANISATIONS, "s.organisation_id")
SIGNED = f"DISTINCT ON (s.convention_id, {SIGNATORY}) s.convention_id, {SIGNATORY}"
# Of signatures of one convention, partners keeps that of the organisation that stayed.
ITS_OWN_FIRST = f"ORDER BY s.convention_id, {SIGNATORY}, s.organisation_id <> {SIGNATORY}"
# What a duplicate signed may have ended under its own id, or under the one that stayed.
SIGNATORIES = f"""
    SELECT {SIGNED} AS organisation_id, s.accedes_on,
        coalesce(e.withdrawn_on, n.withdrawn_on) AS withdrawn_on
    FROM read_model.signatory AS s
    LEFT JOIN read_model.signatory_end AS e USING (convention_id, organisation_id)
    LEFT JOIN read_model.signatory_end AS n
        ON n.convention_id = s.convention_id AND n.organisation_id = {SIGNATORY}
    {ITS_OWN_FIRST}
"""

CORRESPONDENCES = [
    *declare(
        "conventions",
        "From when to when each convention is in force, as amended, renewed and ended.",
        Side(
            "matching",
            "SELECT convention_id, effective_on, ends_on, ended_on FROM read_model.convention",
        ),
        Side(
            "reporting",
            """
            SELECT c.convention_id, c.effective_on, e.ended_on,
                CASE WHEN t.id IS NULL THEN c.ends_on ELSE t.ends_on END AS ends_on
            FROM read_model.convention AS c
            LEFT JOIN read_model.convention_end AS e USING (convention_id)
            LEFT JOIN LATERAL (
                SELECT id, ends_on FROM read_model.convention_term AS t
                WHERE t.convention_id = c.convention_id
                ORDER BY recorded_at DESC, changed_on DESC, ends_on DESC LIMIT 1
            ) AS t ON true
            """,
        ),
        producer=Side(
            "partners",
            "SELECT id AS convention_id, effective_on, ends_on, ended_on FROM convention",
        ),
        key=("convention_id",),
        columns=("effective_on", "ends_on", "ended_on"),
    ),
    *declare(
        "signed conventions",
        "Of which kind a convention is, and when it was signed.",
        Side(
            "reporting",
            "SELECT convention_id, convention_kind, signed_on FROM read_model.convention",
        ),
        producer=Side(
            "partners",
            "SELECT id AS convention_id, kind AS convention_kind, signed_on FROM convention",
        ),
        key=("convention_id",),
        columns=("convention_kind", "signed_on"),
    ),
    *declare(
        "changed terms",
        "How often a convention was amended or renewed on a day.",
        Side(
            "reporting",
            "SELECT convention_id, changed_on, count(*) AS times FROM read_model.convention_term"
            " GROUP BY convention_id, changed_on",
        ),
        producer=Side(
            "partners",
            """
            SELECT convention_id, changed_on, count(*) AS times FROM (
                SELECT convention_id, amended_on AS changed_on FROM amendment
                UNION ALL SELECT convention_id, renewed_on FROM renewal
            ) AS changes GROUP BY convention_id, changed_on
            """,
        ),
        key=("convention_id", "changed_on"),
        columns=("times",),
    ),
    *declare(
        "signatories",
        "Who is bound by a convention from when to when: its signatories at every date.",
        Side("matching", SIGNATORIES),
        Side("reporting", SIGNATORIES),
        producer=Side(
            "partners",
            "SELECT convention_id, organisation_id, accedes_on, withdrawn_on FROM signature",
        ),
        key=("convention_id", "organisation_id"),
        columns=("accedes_on", "withdrawn_on"),
    ),
    *declare(
        "suspensions",
        "On which days a convention covers nobody.",
        Side("matching", "SELECT convention_id, from_on, until_on FROM read_model.suspension"),
        Side(
            "reporting",
            "SELECT convention_id, from_on, until_on FROM read_model.convention_suspension"
            " WHERE known_until IS NULL AND NOT withdrawn",
        ),
        producer=Side("partners", "SELECT convention_id, from_on, until_on FROM suspension"),
        key=("convention_id", "from_on"),
        columns=("until_on",),
    ),
    *declare(
        "commitments",
        "What each side of a convention owes the other.",
        Side(
            "reporting",
            f"""
            SELECT commitment_id, {one(ORGANISATIONS, "c.organisation_id")} AS organisation_id,
                convention_id, party, commitment_kind, quantity, made_on, due_on, withdrawn_on
            FROM read_model.commitment AS c
            LEFT JOIN read_model.commitment_end USING (commitment_id)
            """,
        ),
        producer=Side(
            "partners",
            "SELECT id AS commitment_id, organisation_id, convention_id, party,"
            " kind AS commitment_kind, quantity, made_on, due_on, withdrawn_on FROM commitment",
        ),
        key=("commitment_id",),
        columns=(
            *("organisation_id", "convention_id", "party", "commitment_kind"),
            *("quantity", "made_on", "due_on", "withdrawn_on"),
        ),
    ),
    *declare(
        "fulfilments",
        "What was given of a commitment, or was not after all.",
        Side(
            "reporting",
            "SELECT fulfilment_id, commitment_id, quantity, given_on,"
            " t.fulfilment_id IS NOT NULL AS withdrawn FROM read_model.fulfilment"
            " LEFT JOIN read_model.fulfilment_taken_back AS t USING (fulfilment_id)",
        ),
        producer=Side(
            "partners",
            "SELECT id AS fulfilment_id, commitment_id, quantity, given_on, withdrawn"
            " FROM fulfilment",
        ),
        key=("fulfilment_id",),
        columns=("commitment_id", "quantity", "given_on", "withdrawn"),
    ),
    *declare(
        "notices",
        "Conventions of which one side gave notice, until another term is agreed.",
        Side(
            "reporting",
            """
            SELECT convention_id, given_on FROM read_model.convention_notice AS f
            WHERE NOT EXISTS (
                SELECT FROM read_model.convention_term AS t
                WHERE t.convention_id = f.convention_id AND t.recorded_at > f.recorded_at
            )
            """,
        ),
        producer=Side(
            "partners",
            "SELECT id AS convention_id, notice_given_on AS given_on FROM convention"
            " WHERE notice_given_on IS NOT NULL",
        ),
        key=("convention_id", "given_on"),
        is_subset=True,
    ),
]
