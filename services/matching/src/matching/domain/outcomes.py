"""The outcomes of mentees: recorded with their evidence, corrected with their history."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from backbone.errors import Refused
from contracts import OutcomeCorrected, OutcomeRecorded, OutcomeWithdrawn
from contracts.enums import Contract, Evidence
from contracts.local_time import noon_in
from matching.domain.corrections import as_said, corrected
from matching.domain.tables import Correction, Mentee, Outcome

CORRECTED = ("contract", "months", "fits_qualification", "evidence", "sector", "found_on")


class OutcomeGone(Refused, kind="outcome-gone"):
    """A withdrawn outcome can no longer be changed."""


def record(
    mentee: Mentee,
    *,
    pairing_id: UUID | None,
    contract: Contract,
    months: int | None,
    fits_qualification: bool | None,
    evidence: Evidence,
    sector: str | None,
    found_on: date,
) -> tuple[Outcome, OutcomeRecorded]:
    """Return an outcome of a mentee with its evidence, and its event."""
    outcome = Outcome(
        mentee_id=mentee.id,
        recorded_for=mentee.id,
        pairing_id=pairing_id,
        contract=contract,
        months=months,
        fits_qualification=fits_qualification,
        evidence=evidence,
        sector=sector,
        found_on=found_on,
    )
    return outcome, OutcomeRecorded(
        outcome_id=outcome.id,
        mentee_id=mentee.id,
        pairing_id=outcome.pairing_id,
        contract=contract,
        months=months,
        fits_qualification=fits_qualification,
        evidence=evidence,
        sector=sector,
        found_on=found_on,
        occurred_at=noon_in(found_on, mentee.department),
    )


def correct(
    outcome: Outcome, changes: Mapping[str, Any], *, by: str
) -> tuple[Correction, OutcomeCorrected] | None:
    """Correct an outcome, keeping the previous values; return `None` if nothing changes."""
    _require_there(outcome)
    correction = corrected(outcome, changes, by=by)
    if correction is None:
        return None
    return correction, OutcomeCorrected(
        mentee_id=outcome.recorded_for,
        outcome_id=outcome.id,
        pairing_id=outcome.pairing_id,
        **{name: getattr(outcome, name) for name in CORRECTED},
    )


def withdraw(outcome: Outcome, *, by: str) -> tuple[Correction, OutcomeWithdrawn]:
    """Void an outcome entered by mistake; its history is kept."""
    _require_there(outcome)
    before = as_said(outcome, CORRECTED)
    outcome.withdrawn, outcome.version = True, outcome.version + 1
    correction = Correction(corrected_id=outcome.id, corrected_by=by, before=before)
    return correction, OutcomeWithdrawn(mentee_id=outcome.recorded_for, outcome_id=outcome.id)


def _require_there(outcome: Outcome) -> None:
    if outcome.withdrawn:
        raise OutcomeGone("This outcome was withdrawn. Record another one.")
