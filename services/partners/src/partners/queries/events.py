"""Events, registrations, stands, and what followed an event."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func, text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from contracts.bounds import days_after
from contracts.enums import EventKind
from partners import store
from partners.domain.tables import Booking, ProgrammeEvent, Registration, Stand

SHOWN_BEFORE = timedelta(days=400)

FOLLOWED = text("""
WITH came AS (
    SELECT DISTINCT attendee_kind, attendee_id
    FROM registration JOIN event_session ON event_session.id = session_id
    WHERE event_id = :event_id AND state = 'attended'
), begun AS (
    SELECT pairing.* FROM pairing WHERE starts_on BETWEEN :since AND :until
      AND (mentee_id IN (SELECT attendee_id FROM came WHERE attendee_kind = 'mentee')
        OR mentor_id IN (SELECT attendee_id FROM came WHERE attendee_kind = 'mentor'))
)
SELECT
    (SELECT count(*) FROM came WHERE attendee_kind = 'mentee') AS mentees,
    (SELECT count(*) FROM came WHERE attendee_kind = 'mentor') AS mentors,
    (SELECT count(*) FROM came WHERE attendee_kind = 'organisation') AS organisations,
    (SELECT count(*) FROM begun) AS pairings,
    (SELECT count(*) FROM begun
     WHERE mentee_id IN (SELECT attendee_id FROM came)
       AND mentor_id IN (SELECT attendee_id FROM came)) AS pairings_met_there,
    (SELECT count(*) FROM outcome
     WHERE found_on BETWEEN :since AND :until
       AND mentee_id IN (SELECT attendee_id FROM came)) AS outcomes
""")
"""`came` has each attendee once, however many sessions they attended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFollowUp:
    """Attendance at an event, and pairings and outcomes of its attendees within `days` after it.

    `pairings_met_there` are those of a mentor and a mentee who both attended.
    """

    event_id: UUID
    days: int
    mentees: int
    mentors: int
    organisations: int
    pairings: int
    pairings_met_there: int
    outcomes: int


def events(
    *, kind: EventKind | None, since: date | None, until: date | None, organised_by: UUID | None
) -> SelectOfScalar[ProgrammeEvent]:
    query = select(ProgrammeEvent)
    if kind is not None:
        query = query.where(ProgrammeEvent.kind == kind)
    if organised_by is not None:
        query = query.where(ProgrammeEvent.organised_by == organised_by)
    if since is not None:
        query = query.where(ProgrammeEvent.ends_on >= since)
    return query if until is None else query.where(ProgrammeEvent.starts_on <= until)


def events_to_show(today: date) -> SelectOfScalar[ProgrammeEvent]:
    """Select the events of a calendar: those to come first, then by distance from today.

    A limit therefore cuts off the oldest, or the most distant when too many are to come.
    """
    query = events(kind=None, since=today - SHOWN_BEFORE, until=None, organised_by=None)
    distance = func.abs(col(ProgrammeEvent.starts_on) - today)
    return query.order_by(col(ProgrammeEvent.ends_on) < today, distance, col(ProgrammeEvent.id))


def registrations_of(session_id: UUID, within: store.Scope) -> SelectOfScalar[Registration]:
    query = select(Registration).where(Registration.session_id == session_id)
    return query if within is None else query.where(col(Registration.attendee_id).in_(within))


def stands_of(event_id: UUID) -> SelectOfScalar[Stand]:
    return select(Stand).where(Stand.event_id == event_id)


def bookings(*, event_id: UUID, within: store.Scope) -> SelectOfScalar[Booking]:
    """Select the bookings of stands at an event."""
    query = (
        select(Booking)
        .join(Stand, col(Stand.id) == col(Booking.stand_id))
        .where(col(Stand.event_id) == event_id)
    )
    return query if within is None else query.where(col(Booking.organisation_id).in_(within))


async def followed(session: AsyncSession, event: ProgrammeEvent, days: int) -> EventFollowUp:
    """Return what followed an event, from its first day to `days` after its last."""
    parameters = {
        "event_id": event.id,
        "since": event.starts_on,
        "until": days_after(event.ends_on, days),
    }
    row = (await (await session.connection()).execute(FOLLOWED, parameters)).mappings().one()
    return EventFollowUp(event_id=event.id, days=days, **row)
