"""Corrections of contacts and outcomes; attempts, introductions, pauses and capacities."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from demo.client import ApiError, EnvolClient
from demo.history.corrections import (
    Attempt,
    CapacityChange,
    Correction,
    Corrections,
    Introduction,
    Pause,
)
from demo.history.csv_rows import Contact, Outcome
from demo.history.load.corrections.ids import Ids
from demo.history.load.corrections.tasks import Task

WITHDRAWN = ("contact-gone", "outcome-gone")
"""Problem kinds of a record that was withdrawn before."""


def tasks(envol: EnvolClient, ids: Ids, corrections: Corrections) -> Iterator[Task]:
    """Yield a task for each correction."""
    for contact in corrections.contacts:
        yield partial(_contact, envol, ids, contact)
    for outcome in corrections.outcomes:
        yield partial(_outcome, envol, ids, outcome)
    for attempt in corrections.attempts:
        yield partial(_attempt, envol, ids, attempt)
    for introduction in corrections.introductions:
        yield partial(_introduction, envol, ids, introduction)
    for pause in corrections.pauses:
        yield partial(_pause, envol, ids, pause)
    for change in corrections.capacities:
        yield partial(_capacity, envol, ids, change)


def _contact(envol: EnvolClient, ids: Ids, correction: Correction[Contact]) -> None:
    rows = [row for row in (correction.first, correction.true) if row is not None]
    found = ids.contact(correction.first.pairing, [row.contact_on for row in rows])
    if found is not None:
        correct_contact(envol, found, correction.true)


def correct_contact(envol: EnvolClient, contact_id: str, row: Contact | None) -> None:
    """Correct a contact to `row`; withdraw it if there is none."""
    if row is None:
        _withdraw(envol, f"/contacts/{contact_id}")
        return
    body = {"contact_on": str(row.contact_on), "medium": row.medium, "minutes": row.minutes}
    envol.patch("matching", f"/contacts/{contact_id}", body, role="coordinator")


def _outcome(envol: EnvolClient, ids: Ids, correction: Correction[Outcome]) -> None:
    rows = [row for row in (correction.first, correction.true) if row is not None]
    found = ids.outcome(correction.first.mentee, [row.found_on for row in rows])
    if found is not None:
        correct_outcome(envol, found, correction.true)


def correct_outcome(envol: EnvolClient, outcome_id: str, row: Outcome | None) -> None:
    """Correct an outcome to `row`; withdraw it if there is none."""
    if row is None:
        _withdraw(envol, f"/outcomes/{outcome_id}")
        return
    body = {
        "contract": row.contract,
        "months": row.months,
        "fits_qualification": row.fits_qualification,
        "evidence": row.evidence,
        "found_on": str(row.found_on),
    }
    envol.patch("matching", f"/outcomes/{outcome_id}", body, role="coordinator")


def _withdraw(envol: EnvolClient, path: str) -> None:
    try:
        envol.delete("matching", path, role="coordinator")
    except ApiError as error:
        if not any(kind in str(error) for kind in WITHDRAWN):
            raise


def _attempt(envol: EnvolClient, ids: Ids, correction: Correction[Attempt]) -> None:
    first, true = correction.first, correction.true
    body = {"contact_on": str(first.attempted_on), "medium": first.medium, "made": False}
    created = _post(envol, ids, first.pairing, "contacts", body)
    if true is None:
        _withdraw(envol, f"/contacts/{created['id']}")
    elif true != first:
        body = {"contact_on": str(true.attempted_on), "medium": true.medium}
        envol.patch("matching", f"/contacts/{created['id']}", body, role="coordinator")


def _introduction(envol: EnvolClient, ids: Ids, row: Introduction) -> None:
    """Record an introduction, then those of its answers that are not recorded yet."""
    on = str(row.introduced_on)
    body = {"introduced_on": on, "agreed_on": on, "role": "Cadre", "organisation": "Leur réseau"}
    body |= {"function": row.function, "sector": row.sector}
    created = _post(envol, ids, row.pairing, "introductions", body)
    introductions = envol.pages("matching", f"/pairings/{created['pairing_id']}/introductions")
    [known] = [
        (one["result"], one["answered_on"]) for one in introductions if one["id"] == created["id"]
    ]
    answers = [(result, str(answered_on)) for result, answered_on in row.answers]
    for result, answered_on in answers[answers.index(known) + 1 if known in answers else 0 :]:
        answer = {"result": result, "answered_on": answered_on}
        envol.put("matching", f"/introductions/{created['id']}/answer", answer, role="coordinator")


def _pause(envol: EnvolClient, ids: Ids, row: Pause) -> None:
    _post(envol, ids, row.pairing, "pauses", {"from_on": str(row.from_on)})
    if row.resumed_on is not None:
        _post(envol, ids, row.pairing, "resumption", {"resumed_on": str(row.resumed_on)})


def _capacity(envol: EnvolClient, ids: Ids, row: CapacityChange) -> None:
    path, body = f"/mentors/{ids.mentors[row.mentor]}", {"capacity": row.capacity}
    envol.patch("matching", path, body, role="coordinator")


def _post(envol: EnvolClient, ids: Ids, pairing: str, step: str, body: dict[str, Any]) -> Any:  # noqa: ANN401  (what the API answers)
    path, key = f"/pairings/{ids.pairs[pairing].pairing}/{step}", f"history/{pairing}/{step}"
    return envol.post("matching", path, body, role="coordinator", idempotency_key=key)
