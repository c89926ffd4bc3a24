"""Board meetings of a year, and the composition of the board compared with the partners."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from contracts.enums import OrganisationKind
from contracts.territories import zone_of
from partners import store
from partners.domain.tables import HOME, ContactPerson, Meeting, MeetingState, Representative

MIX = text("""
WITH engaged AS (
    SELECT DISTINCT organisation.id, organisation.kind FROM organisation
    JOIN signature ON signature.organisation_id = organisation.id
    WHERE accedes_on <= :as_of
), seated AS (
    SELECT organisation_id FROM board_seat
    WHERE starts_on <= :as_of AND coalesce(left_on, 'infinity') >= :as_of
      AND coalesce(term_ends_on, 'infinity') >= :as_of
)
SELECT kind, count(*) FILTER (WHERE id IN (SELECT organisation_id FROM seated)) AS seats,
       count(*) FILTER (WHERE id IN (SELECT id FROM engaged)) AS partners
FROM organisation
WHERE id IN (SELECT organisation_id FROM seated) OR id IN (SELECT id FROM engaged)
GROUP BY kind ORDER BY seats DESC, kind
""")
"""`engaged` have signed by `:as_of`, even if the convention ended; `seated` hold a seat then."""


@dataclass(frozen=True, slots=True)
class Share:
    """The seats and partners of a kind, as numbers and in per cent of all."""

    kind: OrganisationKind
    seats: int
    partners: int
    seats_percent: float
    partners_percent: float


@dataclass(frozen=True, slots=True)
class BoardYear:
    """The number of meetings that a calendar year should have, and those in each state."""

    year: int
    due: int
    planned: int
    convened: int
    held: int
    cancelled: int


def meetings(*, year: int | None) -> SelectOfScalar[Meeting]:
    query = select(Meeting)
    if year is None:
        return query
    first, last = (datetime(y, 1, 1, tzinfo=zone_of(HOME)) for y in (year, year + 1))
    return query.where(Meeting.takes_place_at >= first, Meeting.takes_place_at < last)


async def board_year(session: AsyncSession, year: int, due: int) -> BoardYear:
    """Return the meetings of a calendar year, counted by their current state."""
    found = (await session.exec(meetings(year=year))).all()
    by_state = {state: sum(each.state == state for each in found) for state in MeetingState}
    return BoardYear(year, due, **{state.value: number for state, number in by_state.items()})


async def composition(session: AsyncSession, as_of: date) -> list[Share]:
    """Return the kinds of seat holders on a date, compared with all signatories by then."""
    rows = (await (await session.connection()).execute(MIX, {"as_of": as_of})).all()
    seats, partners = sum(row.seats for row in rows), sum(row.partners for row in rows)
    return [
        Share(
            OrganisationKind(row.kind),
            row.seats,
            row.partners,
            _percent(row.seats, seats),
            _percent(row.partners, partners),
        )
        for row in rows
    ]


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 1) if whole else 0.0


@dataclass(frozen=True, slots=True)
class Representing:
    """A representative of a seat, and the first day of the appointment."""

    person: ContactPerson
    from_on: date


async def representatives_of(session: AsyncSession, seat_id: UUID) -> list[Representing]:
    """Return the representatives of a seat in their order."""
    await store.seat(session, seat_id)
    query = (
        select(ContactPerson, col(Representative.from_on))
        .join(Representative, col(Representative.person_id) == col(ContactPerson.id))
        .where(Representative.seat_id == seat_id)
        .order_by(col(Representative.from_on))
    )
    return [Representing(*row) for row in (await session.exec(query)).all()]
