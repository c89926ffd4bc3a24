"""The board's meetings of a year, and its composition against the mix of partners."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from contracts.territories import zone_of
from contracts.words import OrganisationKind
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


@dataclass(frozen=True, slots=True)
class Share:
    """How many seats, and how many partners, are of a kind; and of all, in per cent."""

    kind: OrganisationKind
    seats: int
    partners: int
    seats_percent: float
    partners_percent: float


@dataclass(frozen=True, slots=True)
class BoardYear:
    """How many meetings a calendar year is to have, and how far they have come."""

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
    """The meetings of a year by state: one that is held was planned and convened before."""
    found = (await session.exec(meetings(year=year))).all()
    by_state = {state: sum(each.state == state for each in found) for state in MeetingState}
    return BoardYear(year, due, **{state.value: number for state, number in by_state.items()})


async def composition(session: AsyncSession, as_of: date) -> list[Share]:
    """The kinds of those who hold seats on a day, against those of all who signed by then."""
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
    """Who spoke for a seat, and from when."""

    person: ContactPerson
    from_on: date


async def representatives_of(session: AsyncSession, seat_id: UUID) -> list[Representing]:
    """Whoever spoke for a seat, one after the other."""
    await store.seat(session, seat_id)
    query = (
        select(ContactPerson, col(Representative.from_on))
        .join(Representative, col(Representative.person_id) == col(ContactPerson.id))
        .where(Representative.seat_id == seat_id)
        .order_by(col(Representative.from_on))
    )
    return [Representing(*row) for row in (await session.exec(query)).all()]
