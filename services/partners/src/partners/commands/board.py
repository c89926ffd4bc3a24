"""Board commands: seats, representatives, meetings."""

from uuid import UUID

from pydantic import Field
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.messaging.outbox import emit
from backbone.web.etags import ExpectedVersion
from backbone.web.schemas import Command, example
from contracts.bounds import Day, Instant
from contracts.enums import PresenceKind
from contracts.local_time import today_in
from partners import store
from partners.commands import Note
from partners.domain import board
from partners.domain.tables import Meeting, Representative, Seat
from partners.settings import BoardRules

Votes = Field(default=0, ge=0, le=1000)


class TakeSeat(Command):
    model_config = example(
        organisation_id="0b8f6a52-8f0e-4a0c-9d55-6a1f0b0d7c11",
        starts_on="2015-01-01",
        term_ends_on="2017-12-31",
    )

    organisation_id: UUID
    starts_on: Day
    term_ends_on: Day | None = None


class LeaveSeat(Command):
    model_config = example(left_on="2016-06-30")

    left_on: Day


class NameRepresentative(Command):
    """A contact of the organisation that holds the seat; replaces the previous representative."""

    model_config = example(person_id="0b8f6a52-8f0e-4a0c-9d55-6a1f0b0d7c11", from_on="2015-01-01")

    person_id: UUID
    from_on: Day


class MoveMeeting(Command):
    model_config = example(
        takes_place_at="2015-03-12T14:00:00+01:00",
        place="Siège, salle du conseil",
        agenda=["Comptes 2014", "Ouverture de l'Alsace"],
    )

    takes_place_at: Instant
    place: Note | None = None
    agenda: list[Note] = Field(default_factory=list, max_length=50)


class PlanMeeting(MoveMeeting):
    department: str = Field(default="75", max_length=3)


class Convene(Command):
    """An invitation of the representatives on the meeting's date, by e-mail or SMS."""

    model_config = example(convened_on="2015-02-20")

    convened_on: Day | None = None


class CancelMeeting(Command):
    model_config = example(cancelled_on="2015-03-01")

    cancelled_on: Day | None = None


class SeatThere(Command):
    seat_id: UUID
    presence: PresenceKind
    represented_by: UUID | None = None


class VoteTaken(Command):
    subject: Note
    in_favour: int = Votes
    against: int = Votes
    abstained: int = Votes


class HoldMeeting(Command):
    """Presences, decisions and minutes; a seat without a presence was absent."""

    model_config = example(
        presences=[
            {"seat_id": "0b8f6a52-8f0e-4a0c-9d55-6a1f0b0d7c11", "presence": "present"},
        ],
        decisions=[{"subject": "Comptes 2014", "in_favour": 9, "against": 0, "abstained": 1}],
        minutes="Le président ouvre la séance à 14 h.",
    )

    presences: list[SeatThere] = Field(max_length=200)
    decisions: list[VoteTaken] = Field(default_factory=list, max_length=100)
    minutes: str | None = Field(default=None, max_length=50_000)


async def take_seat(session: AsyncSession, command: TakeSeat) -> Seat:
    organisation = await store.lock_organisation(session, command.organisation_id)
    seat, taken = board.take_seat(
        organisation,
        **command.model_dump(exclude={"organisation_id"}),
        others=await store.seats_of(session, organisation.id),
    )
    session.add(seat)
    emit(session, taken)
    return seat


async def leave_seat(session: AsyncSession, seat_id: UUID, command: LeaveSeat) -> Seat:
    seat = await store.lock_seat(session, seat_id)
    organisation = await store.organisation(session, seat.organisation_id)
    emit(session, board.leave_seat(seat, organisation, command.left_on))
    return seat


async def name_representative(
    session: AsyncSession, seat_id: UUID, command: NameRepresentative
) -> Representative:
    seat = await store.lock_seat(session, seat_id)
    person = await store.lock_contact(session, seat.organisation_id, command.person_id)
    return await session.merge(board.represent(seat, person, command.from_on))


async def plan_meeting(session: AsyncSession, command: PlanMeeting) -> Meeting:
    meeting, card = board.plan(**command.model_dump())
    session.add(meeting)
    emit(session, card)
    return meeting


async def move_meeting(
    session: AsyncSession, meeting_id: UUID, command: MoveMeeting, match: ExpectedVersion
) -> Meeting:
    meeting = await store.lock_meeting(session, meeting_id)
    match.require(meeting.version)
    emit(session, board.move(meeting, **command.model_dump()))
    return meeting


async def convene(
    session: AsyncSession, meeting_id: UUID, command: Convene, match: ExpectedVersion
) -> Meeting:
    meeting = await store.lock_meeting(session, meeting_id)
    match.require(meeting.version)
    convened = board.convene(
        meeting,
        convened_on=command.convened_on or today_in(meeting.department),
        representatives=await _representatives(session, meeting),
    )
    emit(session, convened)
    return meeting


async def cancel_meeting(
    session: AsyncSession, meeting_id: UUID, command: CancelMeeting, match: ExpectedVersion
) -> Meeting:
    meeting = await store.lock_meeting(session, meeting_id)
    match.require(meeting.version)
    cancelled = board.cancel(
        meeting,
        cancelled_on=command.cancelled_on or today_in(meeting.department),
        representatives=await _representatives(session, meeting),
    )
    emit(session, cancelled)
    return meeting


async def _representatives(session: AsyncSession, meeting: Meeting) -> list[UUID]:
    on = board.day_of(meeting)
    found = await store.representatives_on(session, await store.seats_on(session, on), on)
    return sorted(person.id for person in found.values())


async def hold_meeting(
    session: AsyncSession,
    meeting_id: UUID,
    command: HoldMeeting,
    match: ExpectedVersion,
) -> Meeting:
    meeting = await store.lock_meeting(session, meeting_id)
    match.require(meeting.version)
    held = board.hold(
        meeting,
        seats=await store.seats_on(session, board.day_of(meeting)),
        there=[board.SeatPresence(**each.model_dump()) for each in command.presences],
        votes=[board.Vote(**each.model_dump()) for each in command.decisions],
        minutes=command.minutes,
        quorum_percent=BoardRules().board_quorum_percent,
    )
    emit(session, held)
    return meeting
