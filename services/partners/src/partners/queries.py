"""What can be read of partners."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, text
from sqlmodel import col, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from contracts.words import ConventionKind, OrganisationKind
from partners import store
from partners.domain import coverage
from partners.domain.registers import fold
from partners.domain.tables import Convention, Membership, Organisation, Signature

MEMBERS = text("""
WITH RECURSIVE member AS (
    SELECT organisation_id FROM membership
    WHERE umbrella_id = :umbrella_id AND joined_on <= :as_of
    UNION
    SELECT membership.organisation_id
    FROM membership JOIN member ON membership.umbrella_id = member.organisation_id
    WHERE joined_on <= :as_of
)
SELECT organisation_id FROM member
""")

SUMS = text("""
WITH mine AS (
    SELECT mentor_id, enrolled_on FROM mentor
    WHERE organisation_id = ANY(CAST(:organisations AS uuid[]))
), begun AS (
    SELECT pairing.* FROM pairing JOIN mine USING (mentor_id) WHERE starts_on <= :as_of
), found AS (
    SELECT fits_qualification FROM outcome
    JOIN pairing USING (pairing_id) JOIN mine USING (mentor_id) WHERE found_on <= :as_of
)
SELECT
    (SELECT count(*) FROM mine WHERE enrolled_on <= :as_of) AS mentors,
    (SELECT count(DISTINCT mentee_id) FROM begun) AS mentees,
    (SELECT count(*) FROM begun) AS pairings,
    (SELECT count(*) FROM begun WHERE ended_on IS NULL OR ended_on >= :as_of) AS active_pairings,
    (SELECT count(*) FROM begun WHERE first_interview_on <= :as_of) AS first_interviews,
    (SELECT count(*) FROM contact JOIN mine USING (mentor_id)
     WHERE contact_on <= :as_of) AS contacts,
    (SELECT count(*) FROM found) AS outcomes,
    (SELECT count(*) FROM found WHERE fits_qualification) AS outcomes_fitting,
    (SELECT count(*) FROM found WHERE fits_qualification IS NULL) AS outcomes_unknown
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """What the mentors of some organisations did up to a day, that day included."""

    mentors: int
    mentees: int
    pairings: int
    active_pairings: int
    first_interviews: int
    contacts: int
    outcomes: int
    outcomes_fitting: int
    outcomes_unknown: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """The ways in which an organisation is covered on a day, and how those on them are called."""

    ways: list[coverage.Way]
    names: dict[UUID, str]


def organisations(
    *, within: store.Scope, name: str | None, kind: OrganisationKind | None, siren: str | None
) -> SelectOfScalar[Organisation]:
    query = select(Organisation)
    if within is not None:
        query = query.where(col(Organisation.id).in_(within))
    if name is not None:
        query = query.where(col(Organisation.folded_name).contains(fold(name), autoescape=True))
    if kind is not None:
        query = query.where(Organisation.kind == kind)
    if siren is not None:
        query = query.where(Organisation.siren == siren.replace(" ", ""))
    return query


def conventions(
    *,
    within: store.Scope,
    organisation_id: UUID | None,
    kind: ConventionKind | None,
    in_force_on: date | None,
) -> SelectOfScalar[Convention]:
    query = select(Convention)
    if within is not None:
        query = query.where(_signed_by(within))
    if organisation_id is not None:
        query = query.where(_signed_by([organisation_id]))
    if kind is not None:
        query = query.where(Convention.kind == kind)
    if in_force_on is not None:
        last_day = func.coalesce(Convention.ended_on, Convention.ends_on)
        query = query.where(
            Convention.effective_on <= in_force_on,
            or_(last_day.is_(None), last_day >= in_force_on),
        )
    return query


def _signed_by(organisations: Collection[UUID]) -> ColumnElement[bool]:
    mine = select(Signature.convention_id).where(
        Signature.convention_id == Convention.id,
        col(Signature.organisation_id).in_(organisations),
    )
    return mine.exists()


def umbrellas_of(organisation_id: UUID) -> SelectOfScalar[Membership]:
    return select(Membership).where(Membership.organisation_id == organisation_id)


def members_of(umbrella_id: UUID) -> SelectOfScalar[Membership]:
    return select(Membership).where(Membership.umbrella_id == umbrella_id)


async def coverage_of(session: AsyncSession, organisation_id: UUID, on: date) -> Coverage:
    """By which conventions and through whom the organisation is covered that day."""
    joined = await store.joined(session, organisation_id, on)
    ids = {organisation_id, *(j.umbrella_id for j in joined)}
    signed = await store.signed(session, ids)
    known = await store.organisations(session, ids)
    return Coverage(
        ways=coverage.ways(organisation_id, on, joined=joined, signed=signed),
        names={organisation.id: organisation.name for organisation in known.values()},
    )


async def members_at(session: AsyncSession, umbrella_id: UUID, as_of: date) -> list[UUID]:
    """Those who belonged to the umbrella that day, at any depth."""
    asked = {"umbrella_id": umbrella_id, "as_of": as_of}
    return [
        row.organisation_id for row in await (await session.connection()).execute(MEMBERS, asked)
    ]


async def sums(session: AsyncSession, organisations: Collection[UUID], as_of: date) -> Sums:
    """What the mentors of these organisations did up to that day."""
    asked = {"organisations": list(organisations), "as_of": as_of}
    row = (await (await session.connection()).execute(SUMS, asked)).mappings().one()
    return Sums(**row)
