"""Networks and what their members do together, promoters, and homes that landlords offer."""

from verification.correspondences.merged import ORGANISATIONS, one
from verification.correspondences.model import Side, declare

ORGANISATION = one(ORGANISATIONS, "f.organisation_id")

CORRESPONDENCES = [
    *declare(
        "members of networks",
        "Which organisation belongs to a network from when to when.",
        Side(
            "reporting",
            f"SELECT DISTINCT ON (network_id, {ORGANISATION}, joined_on) network_id,"
            f" {ORGANISATION} AS organisation_id, joined_on, left_on"
            " FROM read_model.network_member AS f LEFT JOIN read_model.network_member_end"
            " USING (network_id, organisation_id, joined_on)",
        ),
        producer=Side(
            "partners", "SELECT network_id, organisation_id, joined_on, left_on FROM network_member"
        ),
        key=("network_id", "organisation_id", "joined_on"),
        columns=("left_on",),
    ),
    *declare(
        "joint actions",
        "Which organisations take part in an action of their network.",
        Side(
            "reporting",
            f"SELECT DISTINCT action_id, {ORGANISATION} AS organisation_id, network_id, begun_on"
            " FROM read_model.joint_action AS f",
        ),
        producer=Side(
            "partners",
            "SELECT action_id, organisation_id, network_id, begun_on"
            " FROM action_part JOIN joint_action ON joint_action.id = action_id",
        ),
        key=("action_id", "organisation_id"),
        columns=("network_id", "begun_on"),
    ),
    *declare(
        "results of joint actions",
        "The latest count of an action by each measure.",
        Side(
            "reporting",
            "SELECT DISTINCT ON (action_id, measure) action_id, measure, quantity, counted_on"
            " FROM read_model.joint_action_count ORDER BY action_id, measure, recorded_at DESC",
        ),
        producer=Side(
            "partners", "SELECT action_id, measure, quantity, counted_on FROM action_count"
        ),
        key=("action_id", "measure"),
        columns=("quantity", "counted_on"),
    ),
    *declare(
        "promoters",
        "Which organisations promote the programme, as ambassadors or relays.",
        Side(
            "reporting",
            f"SELECT DISTINCT {ORGANISATION} AS organisation_id, role"
            " FROM read_model.promotion AS f",
        ),
        producer=Side("partners", "SELECT organisation_id, role FROM promotion"),
        key=("organisation_id", "role"),
    ),
    *declare(
        "leads that became partners",
        "Which organisation a possible partner became, and when it signed.",
        Side(
            "reporting",
            f"SELECT lead_id, {ORGANISATION} AS organisation_id, converted_on"
            " FROM read_model.lead_conversion AS f",
        ),
        producer=Side(
            "partners",
            "SELECT lead_id, organisation_id, moved_on AS converted_on"
            " FROM lead JOIN lead_move ON lead_id = lead.id WHERE lead_move.stage = 'signed'",
        ),
        key=("lead_id",),
        columns=("organisation_id", "converted_on"),
    ),
    *declare(
        "homes offered",
        "What landlords offered for a need, and the mentee's answer.",
        Side(
            "reporting",
            f"SELECT offer_id, need_id, {ORGANISATION} AS organisation_id, offered_on, accepted,"
            " answered_on FROM read_model.housing_offer AS f"
            " LEFT JOIN read_model.housing_answer USING (offer_id)",
        ),
        producer=Side(
            "partners",
            "SELECT id AS offer_id, need_id, organisation_id, offered_on,"
            " CASE state WHEN 'accepted' THEN true WHEN 'declined' THEN false END AS accepted,"
            " CASE WHEN state IN ('accepted', 'declined') THEN answered_on END AS answered_on"
            " FROM housing_offer",
        ),
        key=("offer_id",),
        columns=("need_id", "organisation_id", "offered_on", "accepted", "answered_on"),
    ),
]
