"""Corrections of conventions, of their commitments, and of memberships."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from demo.client import EnvolClient
from demo.history.corrections import (
    CommitmentEnd,
    Correction,
    Corrections,
    MembershipEnd,
    SignatoryEnd,
    Suspension,
    TermChange,
)
from demo.history.csv_rows import Commitment
from demo.history.load.corrections.ids import Ids
from demo.history.load.corrections.tasks import Task

MANAGER = "partner_manager"
DAYS = {"amendment": "amended_on", "renewal": "renewed_on", "end": "ended_on"}
STEPS = {"amendment": "amendments", "renewal": "renewal", "end": "end"}


def tasks(envol: EnvolClient, ids: Ids, corrections: Corrections) -> Iterator[Task]:
    """Yield a task for each correction."""
    for change in corrections.terms:
        yield partial(_change, envol, ids, change)
    for suspension in corrections.suspensions:
        yield partial(_suspend, envol, ids, suspension)
    for signatory in corrections.signatories:
        yield partial(_withdraw_signatory, envol, ids, signatory)
    for membership in corrections.memberships:
        yield partial(_leave, envol, ids, membership)
    for fulfilment in corrections.fulfilments:
        yield partial(_withdraw_fulfilment, envol, ids, fulfilment)
    for commitment in corrections.commitments:
        yield partial(_withdraw_commitment, envol, ids, commitment)


def _change(envol: EnvolClient, ids: Ids, change: TermChange) -> None:
    """Amend or renew a convention to another last day; or end it on it."""
    body = {DAYS[change.step]: str(change.changed_on)}
    if change.step != "end":
        body["ends_on"] = str(change.true.ends_on)
    if change.step == "amendment":
        body["summary"] = "Prolongée d'un an"
    _post(envol, ids, change.first.reference, STEPS[change.step], body)


def _suspend(envol: EnvolClient, ids: Ids, row: Suspension) -> None:
    body = {"from_on": str(row.from_on), "reason": "Réorganisation"}
    _post(envol, ids, row.convention, "suspension", body)
    if row.resumed_on is not None:
        _post(envol, ids, row.convention, "resumption", {"resumed_on": str(row.resumed_on)})


def _withdraw_signatory(envol: EnvolClient, ids: Ids, row: SignatoryEnd) -> None:
    step = f"signatories/{ids.organisations[row.siren]}/withdrawal"
    _post(envol, ids, row.convention, step, {"withdrawn_on": str(row.withdrawn_on)})


def _leave(envol: EnvolClient, ids: Ids, row: MembershipEnd) -> None:
    member, umbrella = ids.organisations[row.siren], ids.organisations[row.umbrella_siren]
    envol.post(
        "partners",
        f"/organisations/{member}/umbrellas/{umbrella}/end",
        {"left_on": str(row.left_on)},
        role=MANAGER,
        idempotency_key=f"history/departure/{row.siren}/{row.umbrella_siren}",
    )


def _withdraw_fulfilment(envol: EnvolClient, ids: Ids, correction: Correction[Commitment]) -> None:
    found = _commitment(envol, ids, correction.first)
    for given in found["fulfilments"]:
        if not given["withdrawn"]:
            path = f"/commitments/{found['id']}/fulfilments/{given['id']}"
            envol.delete("partners", path, role=MANAGER)


def _withdraw_commitment(envol: EnvolClient, ids: Ids, end: CommitmentEnd) -> None:
    found = _commitment(envol, ids, end.commitment)
    path, body = f"/commitments/{found['id']}/withdrawal", {"withdrawn_on": str(end.withdrawn_on)}
    key = f"history/commitment/{found['id']}"
    envol.post("partners", path, body, role=MANAGER, idempotency_key=key, any_version=True)


def _commitment(envol: EnvolClient, ids: Ids, row: Commitment) -> dict[str, Any]:
    """Return a commitment of a convention by what is owed, and by when."""
    path = f"/conventions/{ids.convention(row.convention)}/commitments"
    owed = [one["commitment"] for one in envol.get("partners", path)["entries"]]
    key = {"party": row.party, "kind": row.kind, "due_on": str(row.due_on)}
    [found] = [one for one in owed if key.items() <= one.items()]
    return dict(found)


def _post(
    envol: EnvolClient, ids: Ids, convention: str, step: str, body: Mapping[str, Any]
) -> None:
    path, key = f"/conventions/{ids.convention(convention)}/{step}", f"history/{convention}/{step}"
    envol.post("partners", path, body, role=MANAGER, idempotency_key=key, any_version=True)
