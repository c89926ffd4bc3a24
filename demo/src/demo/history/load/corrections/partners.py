"""Corrections of gifts, events, stands, seats, homes and attendances; merges of organisations.

Partners' lists have no references: rows are found by their organisation and day.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby
from typing import Any

from demo.client import EnvolClient
from demo.history.corrections import (
    Attendance,
    Cancellation,
    Correction,
    Corrections,
    GiftEnd,
    HomeEnd,
    OrganisationMerge,
)
from demo.history.csv_rows import BoardSeat, Stand
from demo.history.load.corrections.ids import Ids
from demo.history.load.corrections.tasks import Task

MANAGER = "partner_manager"
WORKSHOP = "Atelier CV"


def tasks(envol: EnvolClient, ids: Ids, corrections: Corrections) -> Iterator[Task]:
    """Yield a task for each correction."""
    for gift in corrections.gifts:
        yield partial(_cancel_gift, envol, ids, gift)
    for event in corrections.events:
        yield partial(_cancel_event, envol, ids, event)
    for stand in corrections.stands:
        yield partial(_release, envol, ids, stand)
    for seat in corrections.seats:
        yield partial(_leave, envol, ids, seat)
    for home in corrections.homes:
        yield partial(_close, envol, ids, home)
    for _, attendances in groupby(corrections.attendances, key=lambda row: row.event):
        yield partial(_hold_workshop, envol, ids, list(attendances))
    for merge in corrections.organisations:
        yield partial(_merge, envol, ids, merge)


def _cancel_gift(envol: EnvolClient, ids: Ids, end: GiftEnd) -> None:
    giver, given_on = ids.organisations[end.gift.siren], str(end.gift.given_on)
    gifts = envol.pages("partners", "/gifts", organisation_id=giver)
    [found] = [one["id"] for one in gifts if one["given_on"] == given_on]
    path, body = f"/gifts/{found}/cancellation", {"cancelled_on": str(end.cancelled_on)}
    _post(envol, path, body, f"history/gift/{end.gift.reference}")


def _cancel_event(envol: EnvolClient, ids: Ids, row: Cancellation) -> None:
    event, body = ids.events[row.event.reference], {"cancelled_on": str(row.cancelled_on)}
    path, key = f"/events/{event}/cancellation", f"history/event/{row.event.reference}"
    envol.post("partners", path, body, role=MANAGER, idempotency_key=key, any_version=True)


def _release(envol: EnvolClient, ids: Ids, row: Stand) -> None:
    path, holder = f"/events/{ids.events[row.event]}", ids.organisations[row.siren]
    for booking in envol.pages("partners", f"{path}/bookings"):
        if booking["organisation_id"] == holder and not booking["released"]:
            stand = f"{path}/stands/{booking['stand_id']}/bookings/{booking['id']}"
            envol.delete("partners", stand, role=MANAGER)


def _leave(envol: EnvolClient, ids: Ids, correction: Correction[BoardSeat]) -> None:
    seat = correction.true or correction.first
    holder = ids.organisations[seat.siren]
    seats = envol.get("partners", "/board/seats", as_of=str(seat.left_on))
    [found] = [one["id"] for one in seats if one["organisation_id"] == holder]
    path, body = f"/board/seats/{found}/end", {"left_on": str(seat.left_on)}
    _post(envol, path, body, f"history/seat/{seat.siren}")


def _close(envol: EnvolClient, ids: Ids, end: HomeEnd) -> None:
    """Close the housing need for which the landlord made an offer, if it is still open."""
    need_key = {"department": end.home.department, "asked_on": str(end.home.asked_on)}
    landlord, key = ids.organisations[end.home.siren], f"history/home/{end.home.mentee}/end"
    for need in envol.pages("partners", "/housing-needs", is_open="true"):
        path, body = f"/housing-needs/{need['id']}", {"end": end.end}
        if need_key.items() <= need.items() and _has_offered(envol, path, landlord):
            _post(envol, f"{path}/end", body | {"closed_on": str(end.closed_on)}, key)


def _has_offered(envol: EnvolClient, need: str, landlord: str) -> bool:
    offers = envol.pages("partners", f"{need}/offers")
    return any(offer["organisation_id"] == landlord for offer in offers)


def _hold_workshop(envol: EnvolClient, ids: Ids, rows: Sequence[Attendance]) -> None:
    """Add a workshop to an event, and record the partners' attendance."""
    event, day = rows[0].event, rows[0].held_on
    times = {"starts_at": f"{day}T10:00:00+01:00", "ends_at": f"{day}T12:00:00+01:00"}
    path, key = f"/events/{ids.events[event]}/sessions", f"history/workshop/{event}"
    session = _post(envol, path, {"name": WORKSHOP} | times, key)
    path = f"{path}/{session['id']}/registrations"
    states = {one["id"]: one["state"] for one in envol.pages("partners", path)}
    for row in rows:
        who = {"attendee_kind": "organisation", "attendee_id": ids.organisations[row.siren]}
        registered = _post(envol, path, who, f"{key}/{row.siren}")["id"]
        if states.get(registered) != ("attended" if row.recorded[-1] else "absent"):
            for attended in row.recorded:
                attendance_path, body = f"{path}/{registered}/attendance", {"attended": attended}
                envol.put("partners", attendance_path, body, role=MANAGER)


def _merge(envol: EnvolClient, ids: Ids, merge: OrganisationMerge) -> None:
    """Merge the organisation that was registered twice, unless it was merged before."""
    if duplicate := ids.organisations.get(merge.duplicate.siren):
        path = f"/organisations/{ids.organisations[merge.kept]}/merge"
        _post(envol, path, {"duplicate_id": duplicate}, f"history/merge/{merge.duplicate.siren}")


def _post(envol: EnvolClient, path: str, body: dict[str, Any], key: str) -> Any:  # noqa: ANN401  (what the API answers)
    return envol.post("partners", path, body, role=MANAGER, idempotency_key=key)
