"""Referrals of youths and housing needs, which are recorded through the APIs instead of files."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from demo.client import ApiError, EnvolClient
from demo.history.csv_rows import Home, Referral
from demo.history.ledger import Ledger

PATIENCE = 300.0  # seconds until a service has received another one's events
NOT_YET_KNOWN = ("no-such-referral", "mentee-unknown")

T = TypeVar("T")


def record_referrals_and_housing(envol: EnvolClient, ledger: Ledger) -> None:
    """Record referrals with their mentees, and housing needs with their offers; idempotent."""
    for referral in ledger.history.referrals:
        _refer(envol, ledger, referral)
    for home in ledger.history.homes:
        _house(envol, home)


def _refer(envol: EnvolClient, ledger: Ledger, row: Referral) -> None:
    mentee = ledger.mentees[row.mentee]
    key = f"history/referral/{row.mentee}/{row.siren}"
    referral = envol.post(
        "partners",
        f"/organisations/{_organisation(envol, row.siren)}/referrals",
        {
            "given_name": mentee.given_name,
            "family_name": mentee.family_name,
            "email": mentee.email,
            "department": mentee.department,
            "consented_on": str(row.referred_on),
            "referred_on": str(row.referred_on),
        },
        role="partner_manager",
        idempotency_key=key,
    )
    if row.first:
        path, youth = f"/mentees/{_mentee(envol, row.mentee)}/referral", referral["youth_id"]
        body = {"youth_id": youth}
        _retry_until_known(
            lambda: envol.post("matching", path, body, role="coordinator", idempotency_key=key)
        )


def _house(envol: EnvolClient, row: Home) -> None:
    key, manager = f"history/home/{row.mentee}", "partner_manager"

    def post(path: str, body: dict[str, Any], *, role: str = "coordinator") -> Any:  # noqa: ANN401
        return envol.post("partners", path, body, role=role, idempotency_key=f"{key}{path}")

    agreed_on = row.asked_on - timedelta(days=1)
    request = {
        "mentee_id": _mentee(envol, row.mentee),
        "department": row.department,
        "consented_on": str(agreed_on),
        "asked_on": str(row.asked_on),
    }
    need = _retry_until_known(lambda: post("/housing-needs", request))
    path = f"/housing-needs/{need['id']}"
    offer = {
        "organisation_id": _organisation(envol, row.siren),
        "description": "Studio",
        "offered_on": str(row.offered_on),
    }
    created = post(f"{path}/offers", offer, role=manager)
    if row.housed_on is not None:
        acceptance = {"accepted": True, "answered_on": str(row.housed_on)}
        post(f"{path}/offers/{created['id']}/answer", acceptance)
        post(f"{path}/end", {"end": "housed", "closed_on": str(row.housed_on)})


def _retry_until_known(send: Callable[[], T]) -> T:
    """Repeat a request until the service has received the other one's event."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return send()
        except ApiError as error:
            early = any(kind in str(error) for kind in NOT_YET_KNOWN)
            if not early or time.monotonic() > deadline:
                raise
        time.sleep(0.2)


def _organisation(envol: EnvolClient, siren: str) -> str:
    [found] = envol.get("partners", "/organisations", siren=siren)["items"]
    return str(found["id"])


def _mentee(envol: EnvolClient, reference: str) -> str:
    [found] = envol.get("matching", "/mentees", reference=reference)["items"]
    return str(found["id"])
