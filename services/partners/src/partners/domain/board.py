"""The board: seats held by organisations for a term, meetings, presences, decisions by vote."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from math import ceil
from typing import NamedTuple
from uuid import UUID

from backbone.errors import Invalid, Refused
from contracts import (
    BoardMeetingCancelled,
    BoardMeetingConvened,
    BoardMeetingHeld,
    BoardSeatLeft,
    BoardSeatTaken,
    OccasionCard,
)
from contracts.enums import PresenceKind
from contracts.local_time import noon_in, today_in
from contracts.territories import zone_of
from partners.domain.dates import require_past
from partners.domain.identifiers import check_department
from partners.domain.profiles import require_remembered
from partners.domain.tables import (
    BoardPresence,
    ContactPerson,
    Decision,
    Meeting,
    MeetingState,
    Organisation,
    Representative,
    Seat,
)


class TermEndsBeforeStart(Invalid, kind="term-backwards"):
    """A term that ends before it starts, or a meeting convened after its date."""


class SeatHeld(Refused, kind="seat-held"):
    """A second seat of an organisation during the term of its first."""


class SeatOver(Refused, kind="seat-over"):
    """A seat that is not held on the given date."""


class NotARepresentativeOfSeat(Invalid, kind="not-theirs"):
    """A representative who is a contact of another organisation."""


class MeetingStateConflict(Refused, kind="meeting-moved"):
    """A step that the state of the meeting does not allow."""


class NobodyToConvene(Refused, kind="nobody-to-convene"):
    """A meeting on whose date no seat has a representative."""


class SeatTwice(Invalid, kind="seat-twice"):
    """A seat that is named twice, or represented inconsistently."""


class NoQuorum(Refused, kind="no-quorum"):
    """A decision of a meeting without quorum."""


class TooManyVotes(Invalid, kind="votes-wrong"):
    """More votes than seats present or represented."""


class Vote(NamedTuple):
    """A proposed decision and its votes."""

    subject: str
    in_favour: int
    against: int
    abstained: int


class SeatPresence(NamedTuple):
    """The presence of a seat at a meeting; `represented_by` is the seat that held its vote."""

    seat_id: UUID
    presence: PresenceKind
    represented_by: UUID | None = None


def take_seat(
    organisation: Organisation,
    *,
    starts_on: date,
    term_ends_on: date | None,
    others: Collection[Seat],
) -> tuple[Seat, BoardSeatTaken]:
    """Give an organisation a seat; `others` are its earlier and current seats. Raise `SeatHeld`."""
    if term_ends_on is not None and term_ends_on < starts_on:
        raise TermEndsBeforeStart(
            f"The term begins on {starts_on} and cannot end on {term_ends_on}."
        )
    for other in others:
        if starts_on <= other.last_day and other.starts_on <= (term_ends_on or date.max):
            raise SeatHeld(
                f"{organisation.name} holds a seat since {other.starts_on}. End it, or begin the"
                " new term after it."
            )
    seat = Seat(organisation_id=organisation.id, starts_on=starts_on, term_ends_on=term_ends_on)
    return seat, BoardSeatTaken(
        seat_id=seat.id,
        organisation_id=organisation.id,
        starts_on=starts_on,
        term_ends_on=term_ends_on,
        occurred_at=noon_in(starts_on, organisation.department),
    )


def leave_seat(seat: Seat, organisation: Organisation, left_on: date) -> BoardSeatLeft:
    """End the term of a seat on `left_on`, its last day. The caller has locked the row."""
    require_past(left_on, [organisation.department])
    if not seat.lasts(left_on) or seat.left_on is not None:
        raise SeatOver(f"The seat was not held on {left_on}, or was left already.")
    seat.left_on = left_on
    return BoardSeatLeft(
        seat_id=seat.id,
        organisation_id=seat.organisation_id,
        left_on=left_on,
        occurred_at=noon_in(left_on, organisation.department),
    )


def represent(seat: Seat, person: ContactPerson, from_on: date) -> Representative:
    """Appoint the representative of a seat from `from_on`; this ends the previous appointment."""
    if person.organisation_id != seat.organisation_id:
        raise NotARepresentativeOfSeat(
            "This contact is of another organisation. Name one of this organisation."
        )
    require_remembered(person)
    if not seat.lasts(from_on):
        raise SeatOver(f"The seat is not held on {from_on}. Give a date in its term.")
    return Representative(seat_id=seat.id, from_on=from_on, person_id=person.id)


def plan(
    *, takes_place_at: datetime, department: str, place: str | None, agenda: list[str]
) -> tuple[Meeting, OccasionCard]:
    """Plan a board meeting; return it with the card that gives its place."""
    check_department(department)
    meeting = Meeting(
        takes_place_at=takes_place_at,
        department=department,
        place=place,
        agenda=agenda,
        presences=[],
        decisions=[],
    )
    return meeting, _card(meeting)


def _card(meeting: Meeting) -> OccasionCard:
    return OccasionCard(
        occasion_id=meeting.id, name=None, place=meeting.place, department=meeting.department
    )


def day_of(meeting: Meeting) -> date:
    """Return the local date of a meeting."""
    return meeting.takes_place_at.astimezone(zone_of(meeting.department)).date()


def _require(meeting: Meeting, *states: MeetingState) -> None:
    if meeting.state not in states:
        raise MeetingStateConflict(f"This meeting is already {meeting.state}. Reload it.")


def move(
    meeting: Meeting, *, takes_place_at: datetime, place: str | None, agenda: list[str]
) -> OccasionCard:
    """Change a meeting that is not convened yet. The caller has locked the row."""
    _require(meeting, MeetingState.PLANNED)
    meeting.takes_place_at, meeting.place, meeting.agenda = takes_place_at, place, agenda
    meeting.version += 1
    return _card(meeting)


def convene(
    meeting: Meeting, *, convened_on: date, representatives: Sequence[UUID]
) -> BoardMeetingConvened:
    """Invite the `representatives` of the seats to a meeting. The caller has locked the row."""
    _require(meeting, MeetingState.PLANNED)
    require_past(convened_on, [meeting.department])
    if convened_on > day_of(meeting):
        raise TermEndsBeforeStart(
            f"The meeting is on {day_of(meeting)}. Give that date or an earlier one."
        )
    if not representatives:
        raise NobodyToConvene(
            "No seat has a representative on that date. Name representatives first."
        )
    meeting.convened_on, meeting.version = convened_on, meeting.version + 1
    return BoardMeetingConvened(
        meeting_id=meeting.id,
        takes_place_at=meeting.takes_place_at,
        representatives=tuple(representatives),
        occurred_at=noon_in(convened_on, meeting.department),
    )


def cancel(
    meeting: Meeting, *, cancelled_on: date, representatives: Sequence[UUID]
) -> BoardMeetingCancelled:
    """Cancel a meeting; invited representatives are notified. The caller has locked the row."""
    _require(meeting, MeetingState.PLANNED, MeetingState.CONVENED)
    recipients = tuple(representatives) if meeting.state == MeetingState.CONVENED else ()
    meeting.cancelled_on, meeting.version = cancelled_on, meeting.version + 1
    return BoardMeetingCancelled(
        meeting_id=meeting.id,
        cancelled_on=cancelled_on,
        takes_place_at=meeting.takes_place_at,
        representatives=recipients,
        occurred_at=noon_in(cancelled_on, meeting.department),
    )


def quorum_of(seats: int, percent: int) -> int:
    """Return `percent` of the seats, rounded up, at least 1."""
    return max(1, ceil(seats * percent / 100))


def hold(
    meeting: Meeting,
    *,
    seats: Collection[Seat],
    there: Sequence[SeatPresence],
    votes: Sequence[Vote],
    minutes: str | None,
    quorum_percent: int,
) -> BoardMeetingHeld:
    """Record presences, decisions and minutes of a meeting. The caller has locked the row.

    Seats without a presence were absent. `quorum_percent` refers to the seats held on that date.
    """
    _require(meeting, MeetingState.CONVENED)
    held_on = day_of(meeting)
    if held_on > today_in(meeting.department):
        raise MeetingStateConflict(f"The meeting is on {held_on}. Record it once it was held.")
    meeting.presences = _presences(meeting, seats, there)
    meeting.quorum = quorum_of(len(seats), quorum_percent)
    if votes and not meeting.is_quorate:
        raise NoQuorum(
            f"{meeting.voters} of {len(seats)} seats were present or represented, and the quorum"
            f" is {meeting.quorum}: nothing was decided. Leave the decisions out."
        )
    for vote in votes:
        if vote.in_favour + vote.against + vote.abstained > meeting.voters:
            raise TooManyVotes(
                f"There were {meeting.voters} votes, and more are counted for “{vote.subject}”."
            )
    meeting.decisions = [
        Decision(meeting_id=meeting.id, number=number, **vote._asdict())
        for number, vote in enumerate(votes, start=1)
    ]
    meeting.held_on, meeting.minutes, meeting.version = held_on, minutes, meeting.version + 1
    adopted = sum(decision.is_adopted for decision in meeting.decisions)
    return BoardMeetingHeld(
        meeting_id=meeting.id,
        held_on=held_on,
        seats=len(seats),
        voters=meeting.voters,
        quorate=meeting.is_quorate,
        adopted=adopted,
        rejected=len(votes) - adopted,
        occurred_at=noon_in(held_on, meeting.department),
    )


def _presences(
    meeting: Meeting, seats: Collection[Seat], there: Sequence[SeatPresence]
) -> list[BoardPresence]:
    held = {seat.id for seat in seats}
    by_seat = {each.seat_id: each for each in there}
    if len(by_seat) < len(there):
        raise SeatTwice("A seat is named twice. Name each once.")
    if unknown := by_seat.keys() - held:
        raise SeatOver(f"{next(iter(unknown))} is no seat of the board on that date. Leave it out.")
    present = {s for s, each in by_seat.items() if each.presence == PresenceKind.PRESENT}
    for each in there:
        represented = each.presence == PresenceKind.REPRESENTED
        if represented != (each.represented_by is not None):
            raise SeatTwice("Give represented_by for represented seats, and only for these.")
        if represented and each.represented_by not in present:
            raise SeatTwice("A seat is represented by one that is present. Check represented_by.")
    absent = (SeatPresence(seat_id, PresenceKind.ABSENT) for seat_id in held - by_seat.keys())
    return [BoardPresence(meeting_id=meeting.id, **each._asdict()) for each in (*there, *absent)]
