"""The board: organisations hold its seats, it meets five times a year, and decides by votes."""

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
from contracts.moments import moment, today_in
from contracts.territories import zone_of
from contracts.words import PresenceKind
from partners.domain.days import require_past
from partners.domain.profiles import require_remembered
from partners.domain.registers import check_department
from partners.domain.tables import (
    ContactPerson,
    Decision,
    Meeting,
    MeetingState,
    Organisation,
    Presence,
    Representative,
    Seat,
)


class TermBackwards(Invalid, kind="term-backwards"):
    """A term ends after it began."""


class SeatHeld(Refused, kind="seat-held"):
    """An organisation holds one seat at a time."""


class SeatOver(Refused, kind="seat-over"):
    """The seat is not held any more, or was not that day."""


class NotTheirs(Invalid, kind="not-theirs"):
    """A seat is represented by someone of the organisation that holds it."""


class MeetingMoved(Refused, kind="meeting-moved"):
    """What can be done with a meeting depends on how far it has come."""


class NobodyToConvene(Refused, kind="nobody-to-convene"):
    """A meeting is convened once somebody represents a seat that day."""


class SeatTwice(Invalid, kind="seat-twice"):
    """Each seat is present, represented, excused or absent, once."""


class NoQuorum(Refused, kind="no-quorum"):
    """Without its quorum, the board decides nothing."""


class VotesWrong(Invalid, kind="votes-wrong"):
    """There are at most as many votes as seats present or represented."""


class Vote(NamedTuple):
    """What was asked, and the votes it had."""

    subject: str
    in_favour: int
    against: int
    abstained: int


class There(NamedTuple):
    """Whether a seat was at a meeting, and which other one spoke for it."""

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
    """Let an organisation hold a seat; `others` are those that it held or holds."""
    if term_ends_on is not None and term_ends_on < starts_on:
        raise TermBackwards(f"The term begins on {starts_on} and cannot end on {term_ends_on}.")
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
        occurred_at=moment(starts_on, organisation.department),
    )


def leave_seat(seat: Seat, organisation: Organisation, left_on: date) -> BoardSeatLeft:
    """Let an organisation hold its seat for the last time. The caller holds the row."""
    require_past(left_on, [organisation.department])
    if not seat.lasts(left_on) or seat.left_on is not None:
        raise SeatOver(f"The seat was not held on {left_on}, or was left already.")
    seat.left_on = left_on
    return BoardSeatLeft(
        seat_id=seat.id,
        organisation_id=seat.organisation_id,
        left_on=left_on,
        occurred_at=moment(left_on, organisation.department),
    )


def represent(seat: Seat, person: ContactPerson, from_on: date) -> Representative:
    """Let someone speak for a seat from a day on; whoever did before does no more."""
    if person.organisation_id != seat.organisation_id:
        raise NotTheirs("They speak for another organisation. Name a contact of this one.")
    require_remembered(person)
    if not seat.lasts(from_on):
        raise SeatOver(f"The seat is not held on {from_on}. Give a day of its term.")
    return Representative(seat_id=seat.id, from_on=from_on, person_id=person.id)


def plan(
    *, takes_place_at: datetime, department: str, place: str | None, agenda: list[str]
) -> tuple[Meeting, OccasionCard]:
    """Let the board meet, and tell where."""
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
    """The day of a meeting where it takes place."""
    return meeting.takes_place_at.astimezone(zone_of(meeting.department)).date()


def _require(meeting: Meeting, *states: MeetingState) -> None:
    if meeting.state not in states:
        raise MeetingMoved(f"This meeting is {meeting.state} already. Look at it again.")


def move(
    meeting: Meeting, *, takes_place_at: datetime, place: str | None, agenda: list[str]
) -> OccasionCard:
    """Change a meeting nobody was asked to yet. The caller holds the row."""
    _require(meeting, MeetingState.PLANNED)
    meeting.takes_place_at, meeting.place, meeting.agenda = takes_place_at, place, agenda
    meeting.version += 1
    return _card(meeting)


def convene(
    meeting: Meeting, *, convened_on: date, representatives: Sequence[UUID]
) -> BoardMeetingConvened:
    """Ask those who represent the seats to come. The caller holds the row."""
    _require(meeting, MeetingState.PLANNED)
    require_past(convened_on, [meeting.department])
    if convened_on > day_of(meeting):
        raise TermBackwards(f"The meeting is on {day_of(meeting)}: it is convened before.")
    if not representatives:
        raise NobodyToConvene("Nobody represents a seat that day. Name representatives first.")
    meeting.convened_on, meeting.version = convened_on, meeting.version + 1
    return BoardMeetingConvened(
        meeting_id=meeting.id,
        takes_place_at=meeting.takes_place_at,
        representatives=tuple(representatives),
        occurred_at=moment(convened_on, meeting.department),
    )


def cancel(
    meeting: Meeting, *, cancelled_on: date, representatives: Sequence[UUID]
) -> BoardMeetingCancelled:
    """Let a meeting not take place; those who were asked to come are told. The caller holds it."""
    _require(meeting, MeetingState.PLANNED, MeetingState.CONVENED)
    told = tuple(representatives) if meeting.state == MeetingState.CONVENED else ()
    meeting.cancelled_on, meeting.version = cancelled_on, meeting.version + 1
    return BoardMeetingCancelled(
        meeting_id=meeting.id,
        cancelled_on=cancelled_on,
        takes_place_at=meeting.takes_place_at,
        representatives=told,
        occurred_at=moment(cancelled_on, meeting.department),
    )


def quorum_of(seats: int, percent: int) -> int:
    """How many seats make a quorum: so many per cent of them, rounded up, one at least."""
    return max(1, ceil(seats * percent / 100))


def hold(  # noqa: PLR0913  (a meeting has that many parts)
    meeting: Meeting,
    *,
    seats: Collection[Seat],
    there: Sequence[There],
    votes: Sequence[Vote],
    minutes: str | None,
    quorum_percent: int,
) -> BoardMeetingHeld:
    """Note that the board met, who was there and what it decided. The caller holds the row.

    Seats that are not named were absent. `quorum_percent` is of the seats held that day.
    """
    _require(meeting, MeetingState.CONVENED)
    held_on = day_of(meeting)
    if held_on > today_in(meeting.department):
        raise MeetingMoved(f"The meeting is on {held_on}. Note who came once it was held.")
    meeting.presences = _presences(meeting, seats, there)
    meeting.quorum = quorum_of(len(seats), quorum_percent)
    if votes and not meeting.is_quorate:
        raise NoQuorum(
            f"{meeting.voters} of {len(seats)} seats were present or represented, and the quorum"
            f" is {meeting.quorum}: nothing was decided. Leave the decisions out."
        )
    for vote in votes:
        if vote.in_favour + vote.against + vote.abstained > meeting.voters:
            raise VotesWrong(
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
        occurred_at=moment(held_on, meeting.department),
    )


def _presences(meeting: Meeting, seats: Collection[Seat], there: Sequence[There]) -> list[Presence]:
    held = {seat.id for seat in seats}
    said = {each.seat_id: each for each in there}
    if len(said) < len(there):
        raise SeatTwice("A seat is named twice. Name each once.")
    if unknown := said.keys() - held:
        raise SeatOver(f"{next(iter(unknown))} is no seat of the board that day. Leave it out.")
    present = {s for s, each in said.items() if each.presence == PresenceKind.PRESENT}
    for each in there:
        represented = each.presence == PresenceKind.REPRESENTED
        if represented != (each.represented_by is not None):
            raise SeatTwice("A seat that is represented says by which (represented_by), no other.")
        if represented and each.represented_by not in present:
            raise SeatTwice("A seat is represented by one that is present. Check represented_by.")
    absent = (There(seat_id, PresenceKind.ABSENT) for seat_id in held - said.keys())
    return [Presence(meeting_id=meeting.id, **each._asdict()) for each in (*there, *absent)]
