"""Files of events, of the stands at them, and of the board's meetings."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import BeforeValidator, Field
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.cells import Day, DayIfAny, Text, blank
from backbone.errors import Missing
from backbone.imports import Imports, Line, Row, Tally
from backbone.requests import Version
from contracts.territories import zone_of
from contracts.words import AttendeeKind, EventKind, PresenceKind
from partners import store
from partners.commands import Name
from partners.commands.board import (
    Convene,
    HoldMeeting,
    PlanMeeting,
    SeatThere,
    convene,
    hold_meeting,
    plan_meeting,
)
from partners.commands.happenings import (
    AddSession,
    AddStand,
    BookStand,
    NoteAttendance,
    PlanEvent,
    Register,
    add_session,
    add_stand,
    book_stand,
    note_attendance,
    plan_event,
    register,
)
from partners.commands.imports.cells import (
    BY_FILE,
    Department,
    NoteIfAny,
    Siren,
    SirenIfAny,
    found,
    words,
)
from partners.domain.tables import Happening, RegistrationState

imports = Imports()
MORNING, EVENING = time(9), time(18)


def _time(default: time) -> BeforeValidator:
    return BeforeValidator(lambda said: default if said == "" else time.fromisoformat(str(said)))


def _points(said: object) -> object:
    return [point.strip() for point in str(said).split("|") if point.strip()]


class EventRow(Row):
    key: ClassVar[tuple[str, ...]] = ("reference",)

    reference: Text
    kind: EventKind
    name: Name
    organised_by_siren: SirenIfAny = None
    department: Department
    venue: NoteIfAny = None
    starts_on: Day
    ends_on: DayIfAny = None


class StandRow(Row):
    """A stand at an event and who holds it that day, or gives it: from 9 to 18, unless it says."""

    key: ClassVar[tuple[str, ...]] = ("event", "stand", "siren", "held_on")

    event: Text
    stand: Name
    siren: Siren
    held_on: Day
    starts: Annotated[time, _time(MORNING)] = MORNING
    ends: Annotated[time, _time(EVENING)] = EVENING


class SessionRow(Row):
    """A part of an event, with its time and its places."""

    key: ClassVar[tuple[str, ...]] = ("event", "session")

    event: Text
    session: Name
    held_on: Day
    starts: Annotated[time, _time(MORNING)] = MORNING
    ends: Annotated[time, _time(EVENING)] = EVENING
    capacity: Annotated[Annotated[int, Field(ge=1, le=100_000)] | None, BeforeValidator(blank)] = (
        None
    )


class RegistrationRow(Row):
    """Who came to a session, or is to: an organisation by its SIREN, a person by their id."""

    key: ClassVar[tuple[str, ...]] = ("event", "session", "attendee")

    event: Text
    session: Name
    attendee_kind: AttendeeKind
    attendee: Text
    state: Annotated[RegistrationState, BeforeValidator(lambda said: said or "registered")] = (
        RegistrationState.REGISTERED
    )


class MeetingRow(Row):
    """A meeting of the board; with `convened_on` it was convened, with `present` it was held.

    `present` and `excused` are SIRENs with a space between, the points of the agenda have a | .
    """

    key: ClassVar[tuple[str, ...]] = ("held_on", "starts")

    held_on: Day
    starts: Annotated[time, _time(time(14))] = time(14)
    department: Department
    place: NoteIfAny = None
    agenda: Annotated[list[str], BeforeValidator(_points)] = Field(default_factory=list)
    convened_on: DayIfAny = None
    present: Annotated[list[Siren], words()] = Field(default_factory=list)
    excused: Annotated[list[Siren], words()] = Field(default_factory=list)


@imports.of("events", EventRow)
async def take_events(session: AsyncSession, lines: Sequence[Line[EventRow]], tally: Tally) -> None:
    """Take events from a file."""
    known = await store.named(session, Happening, [line.row.reference for line in lines])
    holders = filter(None, (line.row.organised_by_siren for line in lines))
    organisations = await store.by_siren(session, list(holders))
    for line in lines:
        row = line.row
        if row.reference in known:
            tally.unchanged += 1
            continue
        with tally.taking(line):
            siren = row.organised_by_siren
            command = PlanEvent(
                **row.model_dump(exclude={"reference", "organised_by_siren"}),
                organised_by=found(organisations, siren).id if siren else None,
            )
            event = await plan_event(session, command, None)
            event.reference = row.reference
            tally.created += 1


@imports.of("event-sessions", SessionRow)
async def take_sessions(
    session: AsyncSession, lines: Sequence[Line[SessionRow]], tally: Tally
) -> None:
    """Take the sessions of events from a file."""
    events = await store.named(session, Happening, [line.row.event for line in lines])
    for line in lines:
        with tally.taking(line):
            row = line.row
            event = store.of_name(events, row.event, "event")
            if await store.session_named(session, event.id, row.session):
                tally.unchanged += 1
                continue
            command = AddSession(
                name=row.session,
                starts_at=_at(row.held_on, row.starts, event.department),
                ends_at=_at(row.held_on, row.ends, event.department),
                capacity=row.capacity,
            )
            await add_session(session, event.id, command, None)
            tally.created += 1


@imports.of("registrations", RegistrationRow)
async def take_registrations(
    session: AsyncSession, lines: Sequence[Line[RegistrationRow]], tally: Tally
) -> None:
    """Take who registered for sessions of events, and who came, from a file."""
    events = await store.named(session, Happening, [line.row.event for line in lines])
    organisations = await store.by_siren(session, [line.row.attendee for line in lines])
    for line in lines:
        row = line.row
        event = store.of_name(events, row.event, "event")
        part = await store.session_named(session, event.id, row.session)
        if part is None:
            raise Missing(f"{event.name} has no session {row.session}. Import it first.")
        whole = row.attendee_kind == AttendeeKind.ORGANISATION
        attendee = found(organisations, row.attendee).id if whole else _person(row.attendee)
        before = await store.registration_of(session, part.id, attendee)
        held = RegistrationState.ATTENDED, RegistrationState.ABSENT
        noted = row.state in held and (before is None or before.state != row.state)
        if row.state == RegistrationState.CANCELLED or (before is not None and not noted):
            tally.unchanged += 1
            continue
        if before is None:
            command = Register(
                attendee_kind=row.attendee_kind,
                attendee_id=attendee,
                may_wait=row.state == RegistrationState.WAITING,
            )
            asked = event.id, part.id, command
            before = await register(session, *asked, within=None, own=None, by=BY_FILE)
            await session.flush()
            tally.created += 1
        else:
            tally.updated += 1
        if noted:
            came = NoteAttendance(attended=row.state == RegistrationState.ATTENDED)
            where = event.id, part.id, before.id
            await note_attendance(session, *where, came, within=None)


def _person(said: str) -> UUID:
    try:
        return UUID(said)
    except ValueError as wrong:
        raise Missing(f"{said} is nobody's id. Give a mentee's or a mentor's.") from wrong


@imports.of("stands", StandRow)
async def take_stands(session: AsyncSession, lines: Sequence[Line[StandRow]], tally: Tally) -> None:
    """Take who held a stand at events from a file."""
    events = await store.named(session, Happening, [line.row.event for line in lines])
    organisations = await store.by_siren(session, [line.row.siren for line in lines])
    for line in lines:
        row = line.row
        event = store.of_name(events, row.event, "event")
        holder = found(organisations, row.siren)
        zone = event.department
        command = BookStand(
            organisation_id=holder.id,
            starts_at=_at(row.held_on, row.starts, zone),
            ends_at=_at(row.held_on, row.ends, zone),
        )
        stand = await store.stand_named(session, event.id, row.stand)
        if stand is None:
            stand = await add_stand(session, event.id, AddStand(name=row.stand), None)
            await session.flush()
        held = await store.bookings_of(session, stand.id)
        slots = {(each.organisation_id, each.starts_at) for each in held}
        if (holder.id, command.starts_at) in slots:
            tally.unchanged += 1
            continue
        await book_stand(session, event.id, stand.id, command, within=None, by=BY_FILE)
        tally.created += 1


@imports.of("board-meetings", MeetingRow)
async def take_meetings(
    session: AsyncSession, lines: Sequence[Line[MeetingRow]], tally: Tally
) -> None:
    """Take the meetings of the board from a file, with who was there."""
    sirens = [siren for line in lines for siren in (*line.row.present, *line.row.excused)]
    organisations = await store.by_siren(session, sirens)
    for line in lines:
        row = line.row
        at = _at(row.held_on, row.starts, row.department)
        if await store.is_planned(session, at):
            tally.unchanged += 1
            continue
        seats = {s.organisation_id: s.id for s in await store.seats_on(session, row.held_on)}
        there = [
            SeatThere(seat_id=seats.get(holder.id, holder.id), presence=presence)
            for sirens, presence in (
                (row.present, PresenceKind.PRESENT),
                (row.excused, PresenceKind.EXCUSED),
            )
            for holder in (found(organisations, siren) for siren in sirens)
        ]
        said = row.model_dump(include={"department", "place", "agenda"})
        meeting = await plan_meeting(session, PlanMeeting(takes_place_at=at, **said))
        await session.flush()
        if row.convened_on is not None:
            called = Convene(convened_on=row.convened_on)
            await convene(session, meeting.id, called, Version("*"))
        if row.present:
            held = HoldMeeting(presences=there)
            await hold_meeting(session, meeting.id, held, Version("*"))
        tally.created += 1


def _at(day: date, clock: time, department: str) -> datetime:
    return datetime.combine(day, clock, zone_of(department))
