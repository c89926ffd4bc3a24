"""Exports: SQL for each kind of file, with the columns that imports accept.

`:everything` is true for a caller without restriction, `:within` are the visible organisations.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from string import Template
from typing import Any

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from contracts.enums import ActionMeasure
from contracts.territories import DEPARTMENTS, zone_of
from partners import store

SEEN = "(:everything OR organisation.id = ANY(CAST(:within AS uuid[])))"
OF = f"JOIN organisation ON organisation.id = organisation_id AND {SEEN}"

CLOCK = """
    unnest(CAST(:departments AS text[]), CAST(:zones AS text[])) AS clock (department, zone)
"""
"""The time zone of each department."""

COUNTS = ", ".join(
    f"(SELECT quantity FROM action_count WHERE action_id = joint_action.id AND measure = '{one}')"  # noqa: S608
    f" AS {one}"
    for one in ActionMeasure
)


def _there(presence: str) -> str:
    return f"""(
        SELECT string_agg(organisation.siren, ' ' ORDER BY organisation.siren)
        FROM board_presence JOIN board_seat ON board_seat.id = seat_id
        JOIN organisation ON organisation.id = board_seat.organisation_id
        WHERE meeting_id = board_meeting.id AND presence = '{presence}'
    )"""  # noqa: S608  (constants of this module)


STATEMENTS = {
    "organisations": """
        SELECT name, kind, siren, siret, department, registered_on FROM organisation
        WHERE $SEEN AND merged_into IS NULL ORDER BY registered_on, siren""",
    "memberships": """
        SELECT organisation.siren, umbrella.siren AS umbrella_siren, joined_on, left_on
        FROM membership $OF JOIN organisation AS umbrella ON umbrella.id = umbrella_id
        ORDER BY joined_on, organisation.siren""",
    "conventions": """
        SELECT coalesce(convention.reference, convention.id::text) AS reference, convention.kind,
               signed_on, effective_on, ends_on, ended_on,
               string_agg(organisation.siren || CASE WHEN accedes_on > signed_on
                          THEN '@' || accedes_on ELSE '' END, ' ' ORDER BY accedes_on,
                          organisation.siren) AS signatories
        FROM convention JOIN signature ON convention_id = convention.id $OF
        GROUP BY convention.id ORDER BY signed_on, convention.id""",
    "departments": "SELECT department, opened_on FROM opening ORDER BY opened_on, department",
    "leads": """
        SELECT coalesce(lead.reference, lead.id::text) AS reference, lead.name, lead.kind,
               lead.siren, lead.department, heard_on, giver.siren AS introduced_by_siren, stage,
               (SELECT max(moved_on) FROM lead_move WHERE lead_id = lead.id) AS moved_on, lost_for
        FROM lead LEFT JOIN organisation AS giver ON giver.id = introduced_by
        WHERE :everything OR introduced_by = ANY(CAST(:within AS uuid[]))
        ORDER BY heard_on, lead.id""",
    "profiles": """
        SELECT organisation.siren, legal_form, rna, naf, street, postal_code, city,
               (SELECT string_agg(code, ' ') FROM jsonb_array_elements_text(departments) AS code)
               AS departments
        FROM profile $OF ORDER BY organisation.siren""",
    "places": """
        SELECT organisation.siren, place.siret, place.name, place.department
        FROM place $OF ORDER BY place.siret""",
    "contact-persons": """
        SELECT organisation.siren, given_name, family_name, function,
               (SELECT string_agg(role, ' ') FROM jsonb_array_elements_text(roles) AS role)
               AS roles, email, phone, language, from_on, until_on
        FROM contact_person $OF AND NOT erased
        ORDER BY organisation.siren, family_name, given_name""",
    "promoters": """
        SELECT organisation.siren, role, named_on FROM promotion $OF
        ORDER BY named_on, organisation.siren""",
    "commitments": """
        SELECT coalesce(convention.reference, convention.id::text) AS convention,
               organisation.siren, party, commitment.kind, quantity, made_on, due_on,
               (SELECT max(given_on) FROM fulfilment
                WHERE commitment_id = commitment.id AND NOT withdrawn
                HAVING sum(quantity) >= commitment.quantity) AS given_on, note,
               (SELECT coalesce(sum(quantity), 0) FROM fulfilment
                WHERE commitment_id = commitment.id AND NOT withdrawn) AS given, withdrawn_on
        FROM commitment $OF JOIN convention ON convention.id = convention_id
        ORDER BY made_on, commitment.id""",
    "gifts": """
        SELECT coalesce(reference, gift.id::text) AS reference, organisation.siren, gift.kind,
               (amount / 100.0)::numeric(14, 2) AS amount, payment, days, description, given_on,
               cancelled_on
        FROM gift $OF ORDER BY given_on, gift.id""",
    "receipts": """
        SELECT year, number, organisation.siren, (amount / 100.0)::numeric(14, 2) AS amount,
               issued_on, cancels_year, cancels_number
        FROM receipt $OF ORDER BY year, number""",
    "events": """
        SELECT coalesce(event.reference, event.id::text) AS reference, event.kind, event.name,
               holder.siren AS organised_by_siren, event.department, venue, starts_on, ends_on,
               cancelled_on
        FROM event LEFT JOIN organisation AS holder ON holder.id = organised_by
        ORDER BY starts_on, event.id""",
    "event-sessions": """
        SELECT coalesce(event.reference, event.id::text) AS event, event_session.name AS session,
               (starts_at AT TIME ZONE zone)::date AS held_on,
               to_char(starts_at AT TIME ZONE zone, 'HH24:MI') AS starts,
               to_char(ends_at AT TIME ZONE zone, 'HH24:MI') AS ends, capacity, taken
        FROM event_session JOIN event ON event.id = event_id JOIN $CLOCK USING (department)
        ORDER BY starts_at, event_session.id""",
    "registrations": """
        SELECT coalesce(event.reference, event.id::text) AS event, event_session.name AS session,
               attendee_kind, coalesce(organisation.siren, attendee_id::text) AS attendee, state,
               registered_at
        FROM registration JOIN event_session ON event_session.id = session_id
        JOIN event ON event.id = event_id LEFT JOIN organisation ON organisation.id = attendee_id
        WHERE (:everything OR attendee_id = ANY(CAST(:within AS uuid[]))) AND NOT EXISTS (
            SELECT FROM registration AS later
            WHERE later.session_id = registration.session_id
              AND later.attendee_id = registration.attendee_id
              AND later.position > registration.position)
        ORDER BY event_session.starts_at, registration.position""",
    "stands": """
        SELECT coalesce(event.reference, event.id::text) AS event, stand.name AS stand,
               organisation.siren, (starts_at AT TIME ZONE zone)::date AS held_on,
               to_char(starts_at AT TIME ZONE zone, 'HH24:MI') AS starts,
               to_char(stand_booking.ends_at AT TIME ZONE zone, 'HH24:MI') AS ends
        FROM stand_booking $OF JOIN stand ON stand.id = stand_id
        JOIN event ON event.id = event_id JOIN $CLOCK ON clock.department = event.department
        WHERE NOT released ORDER BY starts_at, stand_booking.id""",
    "board-seats": """
        SELECT organisation.siren, starts_on, term_ends_on, left_on,
               (SELECT given_name || ' ' || family_name FROM board_representative
                JOIN contact_person ON contact_person.id = person_id AND NOT erased
                WHERE seat_id = board_seat.id ORDER BY board_representative.from_on DESC LIMIT 1)
               AS represented_by
        FROM board_seat $OF
        ORDER BY starts_on, organisation.siren""",
    "board-meetings": """
        SELECT (takes_place_at AT TIME ZONE zone)::date AS held_on,
               to_char(takes_place_at AT TIME ZONE zone, 'HH24:MI') AS starts, department, place,
               (SELECT string_agg(point, ' | ') FROM jsonb_array_elements_text(agenda) AS point)
               AS agenda, convened_on, $PRESENT AS present, $EXCUSED AS excused, cancelled_on
        FROM board_meeting JOIN $CLOCK USING (department) WHERE :everything
        ORDER BY takes_place_at""",
    "network-members": """
        SELECT network.name AS network, organisation.siren, joined_on, left_on
        FROM network_member $OF JOIN network ON network.id = network_id
        ORDER BY network.name, joined_on, organisation.siren""",
    "referrals": """
        SELECT organisation.siren, youth_id, is_first, consented_on, referred_on
        FROM referral $OF ORDER BY referred_on, referral.id""",
    "joint-actions": """
        SELECT network.name AS network, joint_action.name, begun_on,
               (SELECT string_agg(organisation.siren, ' ' ORDER BY organisation.siren)
                FROM action_part $OF WHERE action_id = joint_action.id) AS sirens,
               $COUNTS,
               (SELECT max(counted_on) FROM action_count WHERE action_id = joint_action.id)
               AS counted_on
        FROM joint_action JOIN network ON network.id = network_id
        WHERE :everything OR EXISTS (SELECT FROM action_part $OF WHERE action_id = joint_action.id)
        ORDER BY begun_on, joint_action.id""",
    "housing-needs": """
        SELECT mentee_id, department, rooms, (most_rent / 100.0)::numeric(9, 2) AS most_rent,
               needed_by, consented_on, asked_on, "end" AS ended, closed_on
        FROM housing_need WHERE :everything ORDER BY asked_on, id""",
    "housing-offers": """
        SELECT CASE WHEN :everything THEN mentee_id END AS mentee_id, need.department,
               need.asked_on, organisation.siren, description, housing_offer.rooms,
               (rent / 100.0)::numeric(9, 2) AS rent, free_on, offered_on,
               CASE state WHEN 'accepted' THEN 'yes' WHEN 'declined' THEN 'no' END AS accepted,
               answered_on, state
        FROM housing_offer $OF JOIN housing_need AS need ON need.id = need_id
        ORDER BY offered_on, housing_offer.id""",
    "pledges": """
        SELECT organisation.siren, (amount / 100.0)::numeric(14, 2) AS amount, pledged_on, due_on,
               note
        FROM pledge $OF ORDER BY pledged_on, pledge.id""",
    "returns": """
        SELECT organisation.siren, (amount / 100.0)::numeric(14, 2) AS amount, description, given_on
        FROM given_return $OF ORDER BY given_on, given_return.id""",
}

EXPORTS = {
    kind: Template(statement).substitute(
        SEEN=SEEN,
        OF=OF,
        CLOCK=CLOCK,
        COUNTS=COUNTS,
        PRESENT=_there("present"),
        EXCUSED=_there("excused"),
    )
    for kind, statement in STATEMENTS.items()
}


@dataclass(frozen=True, slots=True)
class ExportedRows:
    """The rows of a file and its column names."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]


async def exported(session: AsyncSession, kind: str, within: store.Scope) -> ExportedRows:
    """Return all rows of a kind that the caller sees."""
    parameters: dict[str, object] = {
        "everything": within is None,
        "within": list(within or ()),
        "departments": list(DEPARTMENTS),
        "zones": [zone_of(code).key for code in DEPARTMENTS],
    }
    needed = {name: parameters[name] for name in parameters if f":{name}" in EXPORTS[kind]}
    found = await (await session.connection()).execute(text(EXPORTS[kind]), needed)
    return ExportedRows(list(found.keys()), found.all())
