from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response

from backbone.web.etags import IfMatch
from backbone.web.pagination import After, Limit, Page, paginate
from backbone.web.routes import Session, TransactionalRoute
from backbone.web.schemas import View
from contracts.bounds import FIRST_DAY, LAST_DAY
from contracts.enums import OrganisationKind, PresenceKind
from contracts.local_time import today_in
from contracts.territories import zone_of
from partners import queries, store
from partners.access import NationalManager, Reader, organisation_scope
from partners.api.papers import paper
from partners.api.views import AsOf
from partners.commands import board
from partners.commands.board import (
    CancelMeeting,
    Convene,
    HoldMeeting,
    LeaveSeat,
    MoveMeeting,
    NameRepresentative,
    PlanMeeting,
    TakeSeat,
)
from partners.domain.board import day_of
from partners.domain.tables import HOME, Meeting, MeetingState, Seat

router = APIRouter(prefix="/board", route_class=TransactionalRoute, tags=["board"])
Year = Annotated[int | None, Query(ge=FIRST_DAY.year, le=LAST_DAY.year)]


class SeatView(View):
    id: UUID
    organisation_id: UUID
    starts_on: date
    term_ends_on: date | None
    left_on: date | None


class RepresentativeView(View):
    seat_id: UUID
    person_id: UUID
    from_on: date


class RepresentingView(View):
    person_id: UUID
    given_name: str
    family_name: str
    function: str | None
    from_on: date


class PresenceView(View):
    seat_id: UUID
    presence: PresenceKind
    represented_by: UUID | None


class DecisionView(View):
    number: int
    subject: str
    in_favour: int
    against: int
    abstained: int
    is_adopted: bool


class MeetingView(View):
    """A board meeting; after it was held, with its presences and decisions."""

    id: UUID
    takes_place_at: datetime
    department: str
    place: str | None
    agenda: list[str]
    state: MeetingState
    convened_on: date | None
    cancelled_on: date | None
    held_on: date | None
    quorum: int | None
    voters: int
    is_quorate: bool
    presences: list[PresenceView]
    decisions: list[DecisionView]
    minutes: str | None
    version: int


class BoardYearView(View):
    """The number of meetings that a year should have, and those in each state."""

    year: int
    due: int
    planned: int
    convened: int
    held: int
    cancelled: int


class ShareView(View):
    """The seats and partners of a kind, as numbers and in per cent of all."""

    kind: OrganisationKind
    seats: int
    partners: int
    seats_percent: float
    partners_percent: float


@router.post("/seats", status_code=201, response_model=SeatView)
async def take_seat(command: TakeSeat, session: Session, _by: NationalManager) -> Seat:
    """Give an organisation a seat on the board."""
    return await board.take_seat(session, command)


@router.get("/seats", response_model=list[SeatView])
async def list_seats(session: Session, by: Reader, as_of: AsOf = None) -> list[Seat]:
    """List the seats held on a date, today by default."""
    held = await store.seats_on(session, as_of or today_in(HOME))
    return [
        seat for seat in held if store.is_within([seat.organisation_id], organisation_scope(by))
    ]


@router.get("/composition", response_model=list[ShareView])
async def get_composition(session: Session, _by: Reader, as_of: AsOf = None) -> list[queries.Share]:
    """Compare the kinds of seat holders with those of all signatories of conventions."""
    return await queries.composition(session, as_of or today_in(HOME))


@router.get("/years/{year}", response_model=BoardYearView)
async def get_year(
    year: Annotated[int, Path(ge=FIRST_DAY.year, le=LAST_DAY.year)],
    session: Session,
    _by: Reader,
    request: Request,
) -> queries.BoardYear:
    """Return how many meetings a year should have, and how many were planned, convened and held."""
    due = request.app.state.settings.board_meetings_a_year
    return await queries.board_year(session, year, due)


@router.post("/seats/{seat_id}/end", response_model=SeatView)
async def leave_seat(
    seat_id: UUID, command: LeaveSeat, session: Session, _by: NationalManager
) -> Seat:
    """End the term of a seat on `left_on`, its last day."""
    return await board.leave_seat(session, seat_id, command)


@router.post("/seats/{seat_id}/representatives", status_code=201, response_model=RepresentativeView)
async def name_representative(
    seat_id: UUID, command: NameRepresentative, session: Session, _by: NationalManager
) -> Any:  # noqa: ANN401  (a row)
    """Appoint a contact of the organisation as representative of its seat."""
    return await board.name_representative(session, seat_id, command)


@router.get("/seats/{seat_id}/representatives")
async def list_representatives(
    seat_id: UUID, session: Session, _by: NationalManager
) -> list[RepresentingView]:
    """List the representatives of a seat in their order."""
    return [
        RepresentingView(
            person_id=each.person.id,
            given_name=each.person.given_name,
            family_name=each.person.family_name,
            function=each.person.function,
            from_on=each.from_on,
        )
        for each in await queries.representatives_of(session, seat_id)
    ]


@router.post("/meetings", status_code=201, response_model=MeetingView)
async def plan_meeting(command: PlanMeeting, session: Session, _by: NationalManager) -> Meeting:
    """Plan a board meeting."""
    return await board.plan_meeting(session, command)


@router.get("/meetings", response_model=Page[MeetingView])
async def list_meetings(
    session: Session,
    _by: NationalManager,
    year: Year = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[Any]:
    """List the board meetings, of a year if one is given."""
    query = queries.meetings(year=year)
    order = (Meeting.takes_place_at, Meeting.id)
    return await paginate(session, query, by=order, after=after, limit=limit)


@router.get("/meetings/{meeting_id}", response_model=MeetingView)
async def get_meeting(meeting_id: UUID, session: Session, _by: NationalManager) -> Meeting:
    """Return a board meeting."""
    return await store.meeting(session, meeting_id)


@router.put("/meetings/{meeting_id}", response_model=MeetingView)
async def move_meeting(
    meeting_id: UUID, command: MoveMeeting, session: Session, _by: NationalManager, match: IfMatch
) -> Meeting:
    """Change the time, place and agenda of a meeting that is not convened."""
    return await board.move_meeting(session, meeting_id, command, match)


@router.post("/meetings/{meeting_id}/invitation", response_model=MeetingView)
async def convene(
    meeting_id: UUID, command: Convene, session: Session, _by: NationalManager, match: IfMatch
) -> Meeting:
    """Convene a meeting: each representative of a seat is invited by e-mail or SMS."""
    return await board.convene(session, meeting_id, command, match)


@router.post("/meetings/{meeting_id}/cancellation", response_model=MeetingView)
async def cancel_meeting(
    meeting_id: UUID, command: CancelMeeting, session: Session, _by: NationalManager, match: IfMatch
) -> Meeting:
    """Cancel a meeting; invited representatives are notified."""
    return await board.cancel_meeting(session, meeting_id, command, match)


@router.put("/meetings/{meeting_id}/record", response_model=MeetingView)
async def hold_meeting(
    meeting_id: UUID,
    command: HoldMeeting,
    session: Session,
    _by: NationalManager,
    match: IfMatch,
) -> Meeting:
    """Record the presences, decisions with their votes, and minutes of a meeting."""
    return await board.hold_meeting(session, meeting_id, command, match)


STATES = {
    MeetingState.PLANNED: "Projet d'ordre du jour",
    MeetingState.CONVENED: "Convocation et ordre du jour",
    MeetingState.HELD: "Procès-verbal",
    MeetingState.CANCELLED: "Réunion annulée",
}
PRESENCES = {
    PresenceKind.PRESENT: "présent",
    PresenceKind.REPRESENTED: "représenté",
    PresenceKind.EXCUSED: "excusé",
    PresenceKind.ABSENT: "absent",
}


@router.get("/meetings/{meeting_id}/minutes.pdf", response_class=Response)
async def print_minutes(meeting_id: UUID, session: Session, _by: NationalManager) -> Response:
    """Return a meeting as PDF: its minutes, or its agenda until it was held."""
    meeting = await store.meeting(session, meeting_id)
    on = day_of(meeting)
    seats = await store.seats_on(session, on)
    spoke = await store.representatives_on(session, seats, on)
    names = {
        each.id: each.name
        for each in (
            await store.organisations(session, {seat.organisation_id for seat in seats})
        ).values()
    }
    holder = {seat.id: names[seat.organisation_id] for seat in seats}
    there = {each.seat_id: each for each in meeting.presences}

    def line(seat: Seat) -> dict[str, str | None]:
        person, presence = spoke.get(seat.id), there.get(seat.id)
        by = presence and presence.represented_by
        return {
            "organisation": holder[seat.id],
            "person": f"{person.given_name} {person.family_name}" if person else None,
            "presence": PRESENCES[presence.presence] if presence else None,
            "by": holder.get(by) if by else None,
        }

    content = {
        "title": STATES[meeting.state],
        "state": meeting.state,
        "day": f"{on:%d/%m/%Y}",
        "time": f"{meeting.takes_place_at.astimezone(zone_of(meeting.department)):%H h %M}",
        "place": meeting.place,
        "agenda": meeting.agenda,
        "seats": [line(seat) for seat in seats],
        "quorum": meeting.quorum,
        "voters": meeting.voters,
        "is_quorate": meeting.is_quorate,
        "decisions": [DecisionView.model_validate(d).model_dump() for d in meeting.decisions],
        "minutes": (meeting.minutes or "").split("\n"),
    }
    return await paper("minutes", content, name=f"conseil-{on}")
