"""The whole history of a pairing at once, from a file: the rules of each step on its date."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple
from uuid import UUID

from backbone.errors import Invalid
from contracts import Event
from contracts.enums import DeclineReason, EndReason, Side
from contracts.local_time import today_in
from matching.domain import interviews, pairings
from matching.domain.pairings import MenteeAlreadyPaired, MentorFull
from matching.domain.tables import Mentee, Mentor, Pairing


class StepMissing(Invalid, kind="step-missing"):
    """A step of the history needs another one that is missing."""


@dataclass(frozen=True, slots=True)
class PairingHistory:
    """The steps of a pairing, each with its date."""

    proposed_on: date
    accepted_on: date | None = None
    first_interview_on: date | None = None
    first_interview_minutes: int | None = None
    ended_on: date | None = None
    end_reason: EndReason | None = None
    declined_on: date | None = None
    declined_by: Side | None = None
    decline_reason: DeclineReason | None = None


class Occupancy(NamedTuple):
    """The period in which a pairing that was not declined occupies its mentee and a place.

    The day it ends is free again. Without an end it lasts.
    """

    mentee_id: UUID
    mentor_id: UUID
    asked_on: date
    starts_on: date | None
    ended_on: date | None


@dataclass(slots=True)
class Occupancies:
    """All stays of some mentees and of some mentors, and the proposed places of each mentor."""

    of_mentee: dict[UUID, list[Occupancy]] = field(default_factory=lambda: defaultdict(list))
    of_mentor: dict[UUID, list[Occupancy]] = field(default_factory=lambda: defaultdict(list))
    proposed: Counter[UUID] = field(default_factory=Counter)

    def add(self, occupancy: Occupancy) -> None:
        self.of_mentee[occupancy.mentee_id].append(occupancy)
        if occupancy.starts_on is not None:
            self.of_mentor[occupancy.mentor_id].append(occupancy)
        elif occupancy.ended_on is None:
            self.proposed[occupancy.mentor_id] += 1


def record_history(
    history: PairingHistory, mentee: Mentee, mentor: Mentor, occupancies: Occupancies
) -> tuple[Pairing, Sequence[Event]]:
    """Return the pairing of a history and its events, and add it to `occupancies`.

    The caller has locked the rows of mentor and mentee, and `occupancies` has all stays of both.
    """
    _require_steps(history)
    pairings.require_past(_last_day(history), today=today_in(mentee.department))
    pairings.require_admitted(mentee)
    pairing, proposed = pairings.proposal(mentee, mentor, on=history.proposed_on)
    events: list[Event] = [proposed]
    if history.declined_on and history.declined_by and history.decline_reason:
        by, reason, on = history.declined_by, history.decline_reason, history.declined_on
        events.append(pairings.decline(pairing, mentee, by=by, reason=reason, on=on))
        return pairing, events
    occupancy = Occupancy(
        mentee.id, mentor.id, history.proposed_on, history.accepted_on, history.ended_on
    )
    _require_free(occupancies.of_mentee[mentee.id], occupancy)
    if history.accepted_on:
        _require_room(
            mentor, occupancies.of_mentor[mentor.id], history.accepted_on, history.ended_on
        )
        events += _work(history, pairing, mentee, mentor, on=history.accepted_on)
    else:
        pairings.require_room(mentor, proposed=occupancies.proposed[mentor.id])
    occupancies.add(occupancy)
    return pairing, events


def _work(
    history: PairingHistory, pairing: Pairing, mentee: Mentee, mentor: Mentor, *, on: date
) -> Iterable[Event]:
    """Yield the events from the acceptance on."""
    pairing.mentee_accepted_on = pairing.mentor_accepted_on = on
    yield pairings.begin(pairing, mentee)
    if history.first_interview_on:
        day, minutes = history.first_interview_on, history.first_interview_minutes
        yield interviews.hold(pairing, mentee, on=day, minutes=minutes)
    if history.ended_on and history.end_reason:
        yield pairings.close(pairing, mentee, reason=history.end_reason, on=history.ended_on)
    else:
        mentor.mentees += 1


def _require_steps(history: PairingHistory) -> None:
    if (history.first_interview_on or history.ended_on) and not history.accepted_on:
        raise StepMissing("It met or ended without an acceptance. Fill in accepted_on.")
    if history.accepted_on and history.declined_on:
        raise StepMissing("It was accepted and declined. Leave one of the two empty.")
    if bool(history.ended_on) != bool(history.end_reason):
        raise StepMissing("An end has a day and a reason. Fill in ended_on and end_reason.")
    if (
        len({bool(history.declined_on), bool(history.declined_by), bool(history.decline_reason)})
        > 1
    ):
        raise StepMissing(
            "Who declines has a day and a reason. "
            "Fill in declined_on, declined_by and decline_reason."
        )


def _last_day(history: PairingHistory) -> date:
    later = (history.accepted_on, history.first_interview_on, history.ended_on, history.declined_on)
    return max(filter(None, (history.proposed_on, *later)))


def _require_free(others: Iterable[Occupancy], occupancy: Occupancy) -> None:
    """Raise `MenteeAlreadyPaired` if the mentee has another pairing at the same time."""
    for other in others:
        if _meet(occupancy.asked_on, occupancy.ended_on, other.asked_on, other.ended_on):
            until = f"to {other.ended_on}" if other.ended_on else "on"
            raise MenteeAlreadyPaired(
                f"The mentee has another pairing from {other.asked_on} {until}. Check the days."
            )


def _require_room(
    mentor: Mentor, others: Iterable[Occupancy], starts_on: date, ended_on: date | None
) -> None:
    """Raise `MentorFull` if the mentor has more mentees than places on a day of the pairing."""
    during = [
        (other.starts_on, other.ended_on)
        for other in others
        if other.starts_on and _meet(starts_on, ended_on, other.starts_on, other.ended_on)
    ]
    for day in {starts_on, *(begun for begun, _ in during if begun > starts_on)}:
        taken = sum(begun <= day and (end is None or day < end) for begun, end in during)
        if taken >= mentor.capacity:
            raise MentorFull(
                f"On {day} the mentor accompanied {taken} of {mentor.capacity} mentees already. "
                "Check the days, or the mentor."
            )


def _meet(begun: date, ended: date | None, other_begun: date, other_ended: date | None) -> bool:
    """Return whether two spans share a day; the end is excluded, no end means open."""
    return (ended is None or other_begun < ended) and (other_ended is None or begun < other_ended)
