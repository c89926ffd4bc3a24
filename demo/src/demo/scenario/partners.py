"""Partners' part of the story: a gift and its receipt, a stand, a seat on the board.

Each step is a request that a partner manager would make, with an idempotency key.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from demo.client import EnvolClient
from demo.scenario.story import USH, StoryCalendar

GIVER = "Immobilière 3F"
GIFT = 500_000  # cents
ADDRESS = {
    "legal_form": "SA d'HLM",
    "street": "159 rue Nationale",
    "postal_code": "75013",
    "city": "Paris",
}
SPEAKER = {"given_name": "Odile", "family_name": "Ravier", "email": "odile.ravier@example.org"}
MESSAGE_RULES = ("stand_confirmed", "meeting_convened")
"""Rules by which USH's contact person gets messages."""


def record_partner_activity(
    envol: EnvolClient, ids: Mapping[str, str], calendar: StoryCalendar
) -> str:
    """Record the gift, the stand and the seat; return the path of the receipt."""
    _appoint_speaker(envol, ids, calendar)
    _book_stand(envol, ids, calendar)
    return _record_gift(envol, ids, calendar)


def _post(
    envol: EnvolClient, path: str, body: dict[str, Any], *, version: int | None = None
) -> Any:  # noqa: ANN401
    key = f"story{path}/{body.get('name', '')}"
    return envol.post(
        "partners", path, body, role="partner_manager", idempotency_key=key, version=version
    )


def _appoint_speaker(envol: EnvolClient, ids: Mapping[str, str], calendar: StoryCalendar) -> None:
    """Register a contact person of USH who holds its seat on the board, and convene a meeting."""
    since = str(calendar.applied_on)
    contact = SPEAKER | {"roles": ["events", "board"], "from_on": since}
    person = _post(envol, f"/organisations/{ids[USH]}/contacts", contact)
    seat = _post(envol, "/board/seats", {"organisation_id": ids[USH], "starts_on": since})
    representative = {"person_id": person["id"], "from_on": since}
    _post(envol, f"/board/seats/{seat['id']}/representatives", representative)
    at = f"{calendar.run_on + timedelta(days=21)}T14:00:00+01:00"
    meeting_plan = {
        "takes_place_at": at,
        "place": "Siège",
        "agenda": ["Comptes", "Rencontre nationale"],
    }
    meeting = _post(envol, "/board/meetings", meeting_plan)
    invitation = {"convened_on": str(calendar.run_on)}
    path = f"/board/meetings/{meeting['id']}/invitation"
    _post(envol, path, invitation, version=meeting["version"])


def _book_stand(envol: EnvolClient, ids: Mapping[str, str], calendar: StoryCalendar) -> None:
    """Book a stand for USH at the national meeting, 30 days after `calendar.run_on`."""
    on = calendar.run_on + timedelta(days=30)
    meeting_plan = {"kind": "national_meeting", "name": "Rencontre nationale", "department": "75"}
    place = {"venue": "Cité internationale, Paris", "starts_on": str(on)}
    event = _post(envol, "/events", meeting_plan | place)
    stand = _post(envol, f"/events/{event['id']}/stands", {"name": "Stand A12"})
    held = {
        "organisation_id": ids[USH],
        "starts_at": f"{on}T09:00:00+01:00",
        "ends_at": f"{on}T18:00:00+01:00",
    }
    _post(envol, f"/events/{event['id']}/stands/{stand['id']}/bookings", held)


def _record_gift(envol: EnvolClient, ids: Mapping[str, str], calendar: StoryCalendar) -> str:
    """Record a landlord's gift, and issue its receipt; return the receipt's path."""
    profiles = f"/organisations/{ids[GIVER]}/profile"
    envol.put("partners", profiles, ADDRESS, role="partner_manager", any_version=True)
    given = {"amount": GIFT, "payment": "transfer", "given_on": str(calendar.applied_on)}
    gift = _post(envol, f"/organisations/{ids[GIVER]}/gifts", given)
    receipt = _post(envol, f"/gifts/{gift['id']}/receipt", {"issued_on": str(calendar.run_on)})
    return f"/receipts/{receipt['year']}/{receipt['number']}.pdf"
