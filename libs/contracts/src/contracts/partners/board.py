"""Events about the seats and the meetings of the board."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import AwareDatetime

from contracts.base import Event


class SeatFact(Event):
    """A fact about a seat on the board."""

    topic: ClassVar[str] = "partners.board"
    keyed_by: ClassVar[str] = "seat_id"

    seat_id: UUID
    organisation_id: UUID


class BoardSeatTaken(SeatFact):
    """An organisation holds a seat from `starts_on`, to the end of its term if that is known."""

    type: Literal["board-seat-taken.v1"] = "board-seat-taken.v1"
    starts_on: date
    term_ends_on: date | None


class BoardSeatLeft(SeatFact):
    """An organisation gave up its seat before the end of its term; `left_on` is its last day."""

    type: Literal["board-seat-left.v1"] = "board-seat-left.v1"
    left_on: date


class MeetingFact(Event):
    """A fact about a meeting of the board."""

    topic: ClassVar[str] = "partners.board"
    keyed_by: ClassVar[str] = "meeting_id"

    meeting_id: UUID


class BoardMeetingConvened(MeetingFact):
    """The `representatives` of the seats are invited to a meeting."""

    type: Literal["board-meeting-convened.v1"] = "board-meeting-convened.v1"
    takes_place_at: AwareDatetime
    representatives: tuple[UUID, ...]


class BoardMeetingHeld(MeetingFact):
    """The board met: `voters` of `seats` were present or represented; the rest counts votes."""

    type: Literal["board-meeting-held.v1"] = "board-meeting-held.v1"
    held_on: date
    seats: int
    voters: int
    quorate: bool
    adopted: int
    rejected: int


class BoardMeetingCancelled(MeetingFact):
    """A meeting of the board is cancelled; its `representatives` are to be notified."""

    type: Literal["board-meeting-cancelled.v1"] = "board-meeting-cancelled.v1"
    cancelled_on: date
    takes_place_at: AwareDatetime | None = None
    representatives: tuple[UUID, ...]
