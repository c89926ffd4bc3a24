"""Imports of board seats and board meetings."""

from collections.abc import Sequence
from datetime import time
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Field
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.files.fields import Day, DayIfAny
from backbone.imports.registry import ImportResult, Imports, ParsedRow, Row
from backbone.web.etags import ExpectedVersion
from contracts.enums import PresenceKind
from partners import store
from partners.commands.board import (
    Convene,
    HoldMeeting,
    LeaveSeat,
    NameRepresentative,
    PlanMeeting,
    SeatThere,
    TakeSeat,
    convene,
    hold_meeting,
    leave_seat,
    name_representative,
    plan_meeting,
    take_seat,
)
from partners.commands.imports.cells import Department, NameIfAny, NoteIfAny, Siren, Sirens, found
from partners.commands.imports.differences import columns, require_same
from partners.commands.imports.times import moment_at, time_of_day
from partners.domain.tables import Meeting, Seat

imports = Imports()


def _points(cell: object) -> object:
    return [point.strip() for point in str(cell).split("|") if point.strip()]


class SeatRow(Row):
    """A board seat; `represented_by` is the full name of a contact of its organisation."""

    key: ClassVar[tuple[str, ...]] = ("siren", "starts_on")

    siren: Siren
    starts_on: Day
    term_ends_on: DayIfAny = None
    left_on: DayIfAny = None
    represented_by: NameIfAny = None


class MeetingRow(Row):
    """A board meeting: convened if `convened_on` is given, held if `present` is.

    `present` and `excused` are SIRENs separated by spaces; points of the agenda are separated by
    `|`.
    """

    key: ClassVar[tuple[str, ...]] = ("held_on", "starts")

    held_on: Day
    starts: Annotated[time, time_of_day(time(14))] = time(14)
    department: Department
    place: NoteIfAny = None
    agenda: Annotated[list[str], BeforeValidator(_points)] = Field(default_factory=list)
    convened_on: DayIfAny = None
    present: Sirens = Field(default_factory=list)
    excused: Sirens = Field(default_factory=list)


@imports.of("board-seats", SeatRow)
async def take_seats(
    session: AsyncSession, lines: Sequence[ParsedRow[SeatRow]], tally: ImportResult
) -> None:
    """Import the holders of board seats."""
    known = await store.by_siren(session, [line.row.siren for line in lines])
    for line in lines:
        organisation = found(known, line.row.siren)
        before = await store.seats_of(session, organisation.id)
        if known_seat := next((s for s in before if s.starts_on == line.row.starts_on), None):
            await _change_seat(session, known_seat, line.row, tally)
            continue
        term = line.row.model_dump(include={"starts_on", "term_ends_on"})
        seat = await take_seat(session, TakeSeat(organisation_id=organisation.id, **term))
        await session.flush()
        if line.row.represented_by is not None:
            await _represent(session, seat, line.row.represented_by)
        if line.row.left_on is not None:
            await leave_seat(session, seat.id, LeaveSeat(left_on=line.row.left_on))
        tally.created += 1


async def _represent(session: AsyncSession, seat: Seat, name: str) -> None:
    person_id = await store.contact_called(session, seat.organisation_id, name)
    named = NameRepresentative(person_id=person_id, from_on=seat.starts_on)
    await name_representative(session, seat.id, named)


async def _change_seat(
    session: AsyncSession, seat: Seat, row: SeatRow, tally: ImportResult
) -> None:
    """Record the first representative and the end of a stored seat; its term cannot change."""
    names = await store.represented_by(session, seat.id)
    leaves = row.left_on is not None and seat.left_on is None
    stored = columns(seat, "term_ends_on") | ({} if leaves else columns(seat, "left_on"))
    if names and row.represented_by not in names:
        stored["represented_by"] = "another contact"
    require_same(row, stored, remedy="Name the new one with the day, or correct the file.")
    represented = row.represented_by is not None and not names
    if row.represented_by is not None and represented:
        await _represent(session, seat, row.represented_by)
    if row.left_on is not None and leaves:
        await leave_seat(session, seat.id, LeaveSeat(left_on=row.left_on))
    tally.updated += represented or leaves
    tally.unchanged += not (represented or leaves)


@imports.of("board-meetings", MeetingRow)
async def take_meetings(
    session: AsyncSession, lines: Sequence[ParsedRow[MeetingRow]], tally: ImportResult
) -> None:
    """Import board meetings with their presences."""
    sirens = [siren for line in lines for siren in (*line.row.present, *line.row.excused)]
    organisations = await store.by_siren(session, sirens)
    for line in lines:
        row = line.row
        at = moment_at(row.held_on, row.starts, row.department)
        seats = {s.organisation_id: s.id for s in await store.seats_on(session, row.held_on)}
        there = [
            SeatThere(seat_id=seats.get(holder.id, holder.id), presence=presence)
            for sirens, presence in (
                (row.present, PresenceKind.PRESENT),
                (row.excused, PresenceKind.EXCUSED),
            )
            for holder in (found(organisations, siren) for siren in sirens)
        ]
        plan = row.model_dump(include={"department", "place", "agenda"})
        before = await store.meeting_at(session, at)
        meeting = before or await plan_meeting(session, PlanMeeting(takes_place_at=at, **plan))
        await session.flush()
        steps = await _go_on(session, meeting, row, there)
        tally.created += before is None
        tally.updated += before is not None and steps > 0
        tally.unchanged += before is not None and steps == 0


async def _go_on(
    session: AsyncSession, meeting: Meeting, row: MeetingRow, there: Sequence[SeatThere]
) -> int:
    """Take the steps of a meeting that the row gives and are not taken; return how many.

    The plan and the steps taken cannot change.
    """
    require_same(row, columns(meeting, "department", "place", "agenda"))
    convenes = row.convened_on is not None and meeting.convened_on is None
    if convenes:
        await convene(
            session, meeting.id, Convene(convened_on=row.convened_on), ExpectedVersion("*")
        )
    require_same(row, columns(meeting, "convened_on"))
    holds = bool(row.present) and meeting.held_on is None
    if holds:
        await hold_meeting(
            session, meeting.id, HoldMeeting(presences=[*there]), ExpectedVersion("*")
        )
    elif meeting.held_on is not None:
        stored = {(each.seat_id, each.presence) for each in meeting.presences}
        if not {(each.seat_id, each.presence) for each in there} <= stored:
            require_same(row, {"present": "other seats", "excused": "other seats"})
    return convenes + holds
