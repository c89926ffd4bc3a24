"""What partners tells of the board: who holds its seats, and its meetings."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import AwareDatetime

from contracts.event import Event


class SeatFact(Event):
    """Something that happened to a seat on the board."""

    topic: ClassVar[str] = "partners.board"
    keyed_by: ClassVar[str] = "seat_id"

    seat_id: UUID
    organisation_id: UUID


class BoardSeatTaken(SeatFact):
    """An organisation holds a seat on the board, to the end of its term if that is known."""

    type: Literal["board-seat-taken.v1"] = "board-seat-taken.v1"
    starts_on: date
    term_ends_on: date | None


class BoardSeatLeft(SeatFact):
    """An organisation holds a seat for the last time that day, before the end of its term."""

    type: Literal["board-seat-left.v1"] = "board-seat-left.v1"
    left_on: date


class MeetingFact(Event):
    """Something that happened to a meeting of the board."""

    topic: ClassVar[str] = "partners.board"
    keyed_by: ClassVar[str] = "meeting_id"

    meeting_id: UUID


class BoardMeetingConvened(MeetingFact):
    """Those who represent the seats are asked to come."""

    type: Literal["board-meeting-convened.v1"] = "board-meeting-convened.v1"
    takes_place_at: AwareDatetime
    representatives: tuple[UUID, ...]


class BoardMeetingHeld(MeetingFact):
    """The board met: of its seats so many were present or represented, and it decided so much."""

    type: Literal["board-meeting-held.v1"] = "board-meeting-held.v1"
    held_on: date
    seats: int
    voters: int
    quorate: bool
    adopted: int
    rejected: int


class BoardMeetingCancelled(MeetingFact):
    """A meeting of the board does not take place."""

    type: Literal["board-meeting-cancelled.v1"] = "board-meeting-cancelled.v1"
    cancelled_on: date
    takes_place_at: AwareDatetime | None = None
    representatives: tuple[UUID, ...]
