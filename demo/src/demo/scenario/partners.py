"""What partners do beside mentoring: a gift and its receipt, a stand, a seat on the board.

Each step is a request that a partner manager would make; told again, nothing is done twice.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from demo.client import Envol
from demo.scenario.story import USH, Days

GIVER = "Immobilière 3F"
GIFT = 500_000  # cents
ADDRESS = {
    "legal_form": "SA d'HLM",
    "street": "159 rue Nationale",
    "postal_code": "75013",
    "city": "Paris",
}
SPEAKS = {"given_name": "Odile", "family_name": "Ravier", "email": "odile.ravier@example.org"}
WRITTEN = ("stand_confirmed", "meeting_convened")
"""What the one who speaks for USH is written to about."""


def tell(envol: Envol, ids: Mapping[str, str], days: Days) -> str:
    """Tell it; answer where the receipt is."""
    _speaks_for_ush(envol, ids, days)
    _at_the_national_meeting(envol, ids, days)
    return _gives(envol, ids, days)


def _post(envol: Envol, path: str, body: dict[str, Any], *, version: int | None = None) -> Any:  # noqa: ANN401
    once = f"story{path}/{body.get('name', '')}"
    return envol.post("partners", path, body, role="partner_manager", once=once, version=version)


def _speaks_for_ush(envol: Envol, ids: Mapping[str, str], days: Days) -> None:
    """Someone speaks for USH, and for its seat on the board, which is convened."""
    since = str(days.applied_on)
    spoken = SPEAKS | {"roles": ["events", "board"], "from_on": since}
    person = _post(envol, f"/organisations/{ids[USH]}/contacts", spoken)
    seat = _post(envol, "/board/seats", {"organisation_id": ids[USH], "starts_on": since})
    named = {"person_id": person["id"], "from_on": since}
    _post(envol, f"/board/seats/{seat['id']}/representatives", named)
    at = f"{days.told_on + timedelta(days=21)}T14:00:00+01:00"
    planned = {"takes_place_at": at, "place": "Siège", "agenda": ["Comptes", "Rencontre nationale"]}
    meeting = _post(envol, "/board/meetings", planned)
    convened = {"convened_on": str(days.told_on)}
    path = f"/board/meetings/{meeting['id']}/invitation"
    _post(envol, path, convened, version=meeting["version"])


def _at_the_national_meeting(envol: Envol, ids: Mapping[str, str], days: Days) -> None:
    """A stand at the national meeting, in a month."""
    on = days.told_on + timedelta(days=30)
    planned = {"kind": "national_meeting", "name": "Rencontre nationale", "department": "75"}
    place = {"venue": "Cité internationale, Paris", "starts_on": str(on)}
    event = _post(envol, "/events", planned | place)
    stand = _post(envol, f"/events/{event['id']}/stands", {"name": "Stand A12"})
    held = {
        "organisation_id": ids[USH],
        "starts_at": f"{on}T09:00:00+01:00",
        "ends_at": f"{on}T18:00:00+01:00",
    }
    _post(envol, f"/events/{event['id']}/stands/{stand['id']}/bookings", held)


def _gives(envol: Envol, ids: Mapping[str, str], days: Days) -> str:
    """A landlord gives, and has its receipt."""
    profiles = f"/organisations/{ids[GIVER]}/profile"
    envol.put("partners", profiles, ADDRESS, role="partner_manager", any_version=True)
    given = {"amount": GIFT, "payment": "transfer", "given_on": str(days.applied_on)}
    gift = _post(envol, f"/organisations/{ids[GIVER]}/gifts", given)
    receipt = _post(envol, f"/gifts/{gift['id']}/receipt", {"issued_on": str(days.told_on)})
    return f"/receipts/{receipt['year']}/{receipt['number']}.pdf"
