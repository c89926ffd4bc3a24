"""The whole history of a pairing at once, from a file: the rules of each step on its date."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple
from uuid import UUID

from backbone.errors import Invalid
from contracts import Event
from contracts.moments import today_in
from contracts.words import DeclineReason, EndReason, Side
from matching.domain import interviews, pairings
from matching.domain.pairings import MenteeAlreadyPaired, MentorFull
from matching.domain.tables import Mentee, Mentor, Pairing


class StepMissing(Invalid, kind="step-missing"):
    """A step of the history needs another one that is missing."""


@dataclass(frozen=True, slots=True)
class Life:
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


class Stay(NamedTuple):
    """The period in which a pairing that was not declined occupies its mentee and a place.

    The day it ends is free again. Without an end it lasts.
    """

    mentee_id: UUID
    mentor_id: UUID
    asked_on: date
    starts_on: date | None
    ended_on: date | None


@dataclass(slots=True)
class Stays:
    """All stays of some mentees and of some mentors, and the proposed places of each mentor."""

    of_mentee: dict[UUID, list[Stay]] = field(default_factory=lambda: defaultdict(list))
    of_mentor: dict[UUID, list[Stay]] = field(default_factory=lambda: defaultdict(list))
    proposed: Counter[UUID] = field(default_factory=Counter)

    def add(self, stay: Stay) -> None:
        self.of_mentee[stay.mentee_id].append(stay)
        if stay.starts_on is not None:
            self.of_mentor[stay.mentor_id].append(stay)
        elif stay.ended_on is None:
            self.proposed[stay.mentor_id] += 1


def live(
    life: Life, mentee: Mentee, mentor: Mentor, stays: Stays
) -> tuple[Pairing, Sequence[Event]]:
    """Return the pairing of a history and its events, and add it to `stays`.

    The caller has locked the rows of mentor and mentee, and `stays` has all stays of both.
    """
    _require_steps(life)
    pairings.require_past(_last_day(life), today=today_in(mentee.department))
    pairings.require_admitted(mentee)
    pairing, proposed = pairings.proposal(mentee, mentor, on=life.proposed_on)
    events: list[Event] = [proposed]
    if life.declined_on and life.declined_by and life.decline_reason:
        by, reason, on = life.declined_by, life.decline_reason, life.declined_on
        events.append(pairings.decline(pairing, mentee, by=by, reason=reason, on=on))
        return pairing, events
    stay = Stay(mentee.id, mentor.id, life.proposed_on, life.accepted_on, life.ended_on)
    _require_free(stays.of_mentee[mentee.id], stay)
    if life.accepted_on:
        _require_room(mentor, stays.of_mentor[mentor.id], life.accepted_on, life.ended_on)
        events += _work(life, pairing, mentee, mentor, on=life.accepted_on)
    else:
        pairings.require_room(mentor, proposed=stays.proposed[mentor.id])
    stays.add(stay)
    return pairing, events


def _work(
    life: Life, pairing: Pairing, mentee: Mentee, mentor: Mentor, *, on: date
) -> Iterable[Event]:
    """Yield the events from the acceptance on."""
    pairing.mentee_accepted_on = pairing.mentor_accepted_on = on
    yield pairings.begin(pairing, mentee)
    if life.first_interview_on:
        day, minutes = life.first_interview_on, life.first_interview_minutes
        yield interviews.hold(pairing, mentee, on=day, minutes=minutes)
    if life.ended_on and life.end_reason:
        yield pairings.close(pairing, mentee, reason=life.end_reason, on=life.ended_on)
    else:
        mentor.mentees += 1


def _require_steps(life: Life) -> None:
    if (life.first_interview_on or life.ended_on) and not life.accepted_on:
        raise StepMissing("It met or ended without an acceptance. Fill in accepted_on.")
    if life.accepted_on and life.declined_on:
        raise StepMissing("It was accepted and declined. Leave one of the two empty.")
    if bool(life.ended_on) != bool(life.end_reason):
        raise StepMissing("An end has a day and a reason. Fill in ended_on and end_reason.")
    if len({bool(life.declined_on), bool(life.declined_by), bool(life.decline_reason)}) > 1:
        raise StepMissing(
            "Who declines has a day and a reason. "
            "Fill in declined_on, declined_by and decline_reason."
        )


def _last_day(life: Life) -> date:
    later = (life.accepted_on, life.first_interview_on, life.ended_on, life.declined_on)
    return max(filter(None, (life.proposed_on, *later)))


def _require_free(others: Iterable[Stay], stay: Stay) -> None:
    """Raise `MenteeAlreadyPaired` if the mentee has another pairing at the same time."""
    for other in others:
        if _meet(stay.asked_on, stay.ended_on, other.asked_on, other.ended_on):
            until = f"to {other.ended_on}" if other.ended_on else "on"
            raise MenteeAlreadyPaired(
                f"The mentee has another pairing from {other.asked_on} {until}. Check the days."
            )


def _require_room(
    mentor: Mentor, others: Iterable[Stay], starts_on: date, ended_on: date | None
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
