"""The first interview of a pair: planned, moved, missed, held."""

from collections.abc import Collection
from datetime import date

from backbone.errors import Refused
from contracts import FirstInterviewHeld, FirstInterviewMissed, FirstInterviewPlanned
from contracts.enums import Side
from contracts.local_time import noon_in
from matching.domain.pairings import NotRunning, require_not_before, require_within
from matching.domain.tables import (
    RUNNING,
    Appointment,
    AppointmentState,
    Mentee,
    Pairing,
    PairingState,
)


class FirstInterviewAlreadyHeld(Refused, kind="first-interview-already-held"):
    """A pair has one first interview."""


class NothingPlanned(Refused, kind="nothing-planned"):
    """Only a planned interview can be missed."""


def plan(
    pairing: Pairing, before: Appointment | None, *, on: date
) -> tuple[Appointment, FirstInterviewPlanned]:
    """Plan the first interview on `on`, in place of the appointment `before` if there is one."""
    _require_to_come(pairing)
    if pairing.state not in RUNNING:
        raise NotRunning("Only a running pair plans an interview. Look at its state.")
    require_not_before(pairing.starts_on, on, what="The first interview")
    if before is not None:
        before.state = AppointmentState.MOVED
    return Appointment(pairing_id=pairing.id, planned_on=on), FirstInterviewPlanned(
        **pairing.ids,
        planned_on=on,
        instead_of=before.planned_on if before else None,
    )


def miss(
    pairing: Pairing, planned: Appointment | None, mentee: Mentee, *, missing: Collection[Side]
) -> FirstInterviewMissed:
    """Record that the planned interview did not take place."""
    _require_to_come(pairing)
    if planned is None:
        raise NothingPlanned("No first interview is planned. Plan a day for it.")
    planned.state, planned.missing = AppointmentState.MISSED, sorted(missing)
    return FirstInterviewMissed(
        **pairing.ids,
        missing=tuple(sorted(missing)),
        missed_on=planned.planned_on,
        occurred_at=noon_in(planned.planned_on, mentee.department),
    )


def hold(
    pairing: Pairing,
    mentee: Mentee,
    *,
    on: date,
    minutes: int | None,
    planned: Appointment | None = None,
) -> FirstInterviewHeld:
    """Record that the pair met for the first time."""
    require_within(pairing, on, what="The first interview")
    _require_to_come(pairing)
    pairing.first_interview_on = on
    if pairing.state == PairingState.ACCEPTED:
        pairing.state = PairingState.FIRST_INTERVIEW
    pairing.version += 1
    if planned is not None:
        planned.state = AppointmentState.HELD
    return FirstInterviewHeld(
        **pairing.ids,
        held_on=on,
        minutes=minutes,
        occurred_at=noon_in(on, mentee.department),
    )


def _require_to_come(pairing: Pairing) -> None:
    if pairing.first_interview_on is not None:
        raise FirstInterviewAlreadyHeld(
            f"The first interview was held on {pairing.first_interview_on}. Log a contact instead."
        )
