"""Imports of events, sessions, registrations and stands."""

from collections.abc import Sequence
from contextlib import nullcontext
from datetime import datetime, time
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.errors import NotFound, Refused
from backbone.files.fields import Day, DayIfAny, Text, whole_if_any
from backbone.imports.registry import ImportResult, Imports, ParsedRow, Row
from backbone.web.etags import ExpectedVersion
from contracts.enums import AttendeeKind, EventKind
from contracts.spelling import siren_number
from contracts.territories import zone_of
from partners import store
from partners.commands import Name
from partners.commands.events import (
    AddSession,
    AddStand,
    BookStand,
    NoteAttendance,
    PlanEvent,
    Register,
    ResizeSession,
    add_session,
    add_stand,
    book_stand,
    note_attendance,
    plan_event,
    register,
    resize_session,
    withdraw,
)
from partners.commands.imports.cells import (
    BY_FILE,
    Department,
    NoteIfAny,
    Siren,
    SirenIfAny,
    found,
    siren_of,
)
from partners.commands.imports.differences import columns, differences, require_same, take_known
from partners.commands.imports.times import moment_at, time_of_day
from partners.domain.tables import ProgrammeEvent, Registration, RegistrationState, Session

imports = Imports()
NOTED = RegistrationState.ATTENDED, RegistrationState.ABSENT
EARLIER = {
    RegistrationState.REGISTERED: (RegistrationState.WAITING,),
    RegistrationState.ATTENDED: (RegistrationState.WAITING, RegistrationState.REGISTERED),
    RegistrationState.ABSENT: (RegistrationState.WAITING, RegistrationState.REGISTERED),
}
"""Earlier states of a registration: a row that gives one of them changes nothing."""
MORNING, EVENING = time(9), time(18)


class PlaceNotGiven(Refused, kind="place-not-given"):
    """A row that would pass over the waiting list."""


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
    """A stand booking on `held_on`, from 9:00 to 18:00 unless times are given."""

    key: ClassVar[tuple[str, ...]] = ("event", "stand", "siren", "held_on")

    event: Text
    stand: Name
    siren: Siren
    held_on: Day
    starts: Annotated[time, time_of_day(MORNING)] = MORNING
    ends: Annotated[time, time_of_day(EVENING)] = EVENING


class SessionRow(Row):
    """A session of an event, with its times and capacity."""

    key: ClassVar[tuple[str, ...]] = ("event", "session")

    event: Text
    session: Name
    held_on: Day
    starts: Annotated[time, time_of_day(MORNING)] = MORNING
    ends: Annotated[time, time_of_day(EVENING)] = EVENING
    capacity: Annotated[
        Annotated[int, Field(ge=1, le=100_000)] | None, BeforeValidator(whole_if_any)
    ] = None


class RegistrationRow(Row):
    """A registration for a session: an organisation by its SIREN, a person by id."""

    key: ClassVar[tuple[str, ...]] = ("event", "session", "attendee")

    event: Text
    session: Name
    attendee_kind: AttendeeKind
    attendee: Text

    @field_validator("attendee")
    @classmethod
    def is_written_without_spaces(cls, attendee: str, info: ValidationInfo) -> str:
        """Remove spaces from an organisation's SIREN; leave an id as it is."""
        whole = info.data.get("attendee_kind") == AttendeeKind.ORGANISATION
        return siren_number(attendee) if whole else attendee

    state: Annotated[RegistrationState, BeforeValidator(lambda cell: cell or "registered")] = (
        RegistrationState.REGISTERED
    )


@imports.of("events", EventRow)
async def take_events(
    session: AsyncSession, lines: Sequence[ParsedRow[EventRow]], tally: ImportResult
) -> None:
    """Import events."""
    known = await store.by_reference(
        session, ProgrammeEvent, [line.row.reference for line in lines]
    )
    holders = filter(None, (line.row.organised_by_siren for line in lines))
    organisations = await store.by_siren(session, list(holders))
    for line in lines:
        row = line.row
        if event := known.get(row.reference):
            stored = columns(event, "kind", "name", "department", "venue", "starts_on", "ends_on")
            holder, siren = event.organised_by, row.organised_by_siren
            if siren:
                stored["organised_by_siren"] = siren_of(organisations, siren, holder)
            take_known(line, stored, tally)
            continue
        with tally.reject_refused(line):
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
    session: AsyncSession, lines: Sequence[ParsedRow[SessionRow]], tally: ImportResult
) -> None:
    """Import the sessions of events."""
    events = await store.by_reference(session, ProgrammeEvent, [line.row.event for line in lines])
    for line in lines:
        with tally.reject_refused(line):
            row = line.row
            event = store.get_by_reference(events, row.event, "event")
            if part := await store.session_named(session, event.id, row.session):
                await _resize(session, event, part, row, tally)
                continue
            command = AddSession(
                name=row.session,
                starts_at=moment_at(row.held_on, row.starts, event.department),
                ends_at=moment_at(row.held_on, row.ends, event.department),
                capacity=row.capacity,
            )
            await add_session(session, event.id, command, None)
            tally.created += 1


async def _resize(
    session: AsyncSession,
    event: ProgrammeEvent,
    part: Session,
    row: SessionRow,
    tally: ImportResult,
) -> None:
    """Change the capacity of a stored session to that of the row; its times cannot change."""
    require_same(row, _times(part.starts_at, part.ends_at, event))
    if not differences(row, columns(part, "capacity")):
        tally.unchanged += 1
        return
    command, any_version = ResizeSession(capacity=row.capacity), ExpectedVersion("*")
    await resize_session(session, event.id, part.id, command, any_version, within=None)
    tally.updated += 1


def _times(starts_at: datetime, ends_at: datetime, event: ProgrammeEvent) -> dict[str, object]:
    """Return the stored date and times in the event's time zone."""
    starts, ends = (at.astimezone(zone_of(event.department)) for at in (starts_at, ends_at))
    return {"held_on": starts.date(), "starts": starts.time(), "ends": ends.time()}


@imports.of("registrations", RegistrationRow)
async def take_registrations(
    session: AsyncSession, lines: Sequence[ParsedRow[RegistrationRow]], tally: ImportResult
) -> None:
    """Import registrations for sessions, and attendance."""
    events = await store.by_reference(session, ProgrammeEvent, [line.row.event for line in lines])
    organisations = await store.by_siren(session, [line.row.attendee for line in lines])
    for line in lines:
        row = line.row
        event = store.get_by_reference(events, row.event, "event")
        part = await store.session_named(session, event.id, row.session)
        if part is None:
            raise NotFound(f"{event.name} has no session {row.session}. Import it first.")
        whole = row.attendee_kind == AttendeeKind.ORGANISATION
        attendee = found(organisations, row.attendee).id if whole else _person(row.attendee)
        before = await store.registration_of(session, part.id, attendee)
        if before is not None:
            with tally.reject_refused(line):
                await _follow(session, event, before, row.state, tally)
            continue
        cancelled = await store.was_cancelled(session, part.id, attendee)
        if row.state == RegistrationState.CANCELLED or (cancelled and row.state not in NOTED):
            with tally.reject_refused(line):
                if row.state != RegistrationState.CANCELLED:
                    raise PlaceNotGiven("They cancelled it. Register them again by hand, or not.")
                tally.unchanged += 1
            continue
        with nullcontext() if row.state in NOTED else tally.reject_refused(line):
            command = Register(
                attendee_kind=row.attendee_kind,
                attendee_id=attendee,
                may_wait=row.state == RegistrationState.WAITING,
            )
            arguments = event.id, part.id, command
            registration = await register(session, *arguments, within=None, own=None, by=BY_FILE)
            await session.flush()
            if row.state in NOTED:
                await _note(session, event, registration, row.state)
            tally.created += 1


async def _follow(
    session: AsyncSession,
    event: ProgrammeEvent,
    registration: Registration,
    state: RegistrationState,
    tally: ImportResult,
) -> None:
    """Bring a stored registration to the state of the row, unless it is or was in that state."""
    if state == registration.state or state in EARLIER.get(registration.state, ()):
        tally.unchanged += 1
        return
    if state == RegistrationState.CANCELLED:
        ids = event.id, registration.session_id, registration.id
        await withdraw(session, *ids, own=None, within=None)
    elif state in NOTED:
        await _note(session, event, registration, state)
    else:
        raise PlaceNotGiven("They wait for a place. Give the session more places, or leave it so.")
    tally.updated += 1


async def _note(
    session: AsyncSession,
    event: ProgrammeEvent,
    registration: Registration,
    state: RegistrationState,
) -> None:
    came = NoteAttendance(attended=state == RegistrationState.ATTENDED)
    ids = event.id, registration.session_id, registration.id
    await note_attendance(session, *ids, came, within=None)


def _person(cell: str) -> UUID:
    try:
        return UUID(cell)
    except ValueError as wrong:
        raise NotFound("This is nobody's id. Give a mentee's or a mentor's.") from wrong


@imports.of("stands", StandRow)
async def take_stands(
    session: AsyncSession, lines: Sequence[ParsedRow[StandRow]], tally: ImportResult
) -> None:
    """Import the bookings of stands at events."""
    events = await store.by_reference(session, ProgrammeEvent, [line.row.event for line in lines])
    organisations = await store.by_siren(session, [line.row.siren for line in lines])
    for line in lines:
        row = line.row
        event = store.get_by_reference(events, row.event, "event")
        holder = found(organisations, row.siren)
        zone = event.department
        command = BookStand(
            organisation_id=holder.id,
            starts_at=moment_at(row.held_on, row.starts, zone),
            ends_at=moment_at(row.held_on, row.ends, zone),
        )
        stand = await store.stand_named(session, event.id, row.stand)
        if stand is None:
            stand = await add_stand(session, event.id, AddStand(name=row.stand), None)
            await session.flush()
        booked = [
            _times(booking.starts_at, booking.ends_at, event)
            for booking in await store.bookings_of(session, stand.id)
            if booking.organisation_id == holder.id
        ]
        if times := next((each for each in booked if each["held_on"] == row.held_on), None):
            remedy = "Release the stand and book it again, or correct the file."
            take_known(line, times, tally, remedy=remedy)
            continue
        await book_stand(session, event.id, stand.id, command, within=None, by=BY_FILE)
        tally.created += 1
