"""What can be read of partners."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, text
from sqlmodel import col, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from contracts.words import ConventionKind, LeadStage, OrganisationKind
from partners import store
from partners.domain import coverage
from partners.domain.registers import fold
from partners.domain.tables import (
    Convention,
    Lead,
    LeadMove,
    Membership,
    Organisation,
    Signature,
)

MEMBERS = text("""
WITH RECURSIVE member AS (
    SELECT organisation_id FROM membership
    WHERE umbrella_id = :umbrella_id AND joined_on <= :as_of
      AND coalesce(left_on, 'infinity') >= :as_of
    UNION
    SELECT membership.organisation_id
    FROM membership JOIN member ON membership.umbrella_id = member.organisation_id
    WHERE joined_on <= :as_of AND coalesce(left_on, 'infinity') >= :as_of
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


CHAIN = text("""
WITH RECURSIVE chain AS (
    SELECT introduced_by AS organisation_id, 1 AS step FROM lead WHERE id = :lead_id
    UNION ALL
    SELECT lead.introduced_by, step + 1
    FROM chain JOIN lead ON lead.organisation_id = chain.organisation_id
    WHERE step < 100
)
SELECT chain.organisation_id, organisation.name, lead.id AS lead_id
FROM chain JOIN organisation ON organisation.id = chain.organisation_id
LEFT JOIN lead ON lead.organisation_id = chain.organisation_id
ORDER BY step
""")

PIPELINE = text("""
WITH last AS (
    SELECT DISTINCT ON (lead.id) lead.id, lead.heard_on, move.stage, move.moved_on
    FROM lead JOIN lead_move AS move ON move.lead_id = lead.id AND move.moved_on <= :as_of
    WHERE CAST(:within AS uuid[]) IS NULL OR introduced_by = ANY(CAST(:within AS uuid[]))
    ORDER BY lead.id, move.moved_on DESC, move.position DESC
)
SELECT
    count(*) FILTER (WHERE stage = 'heard_of') AS heard_of,
    count(*) FILTER (WHERE stage = 'contacted') AS contacted,
    count(*) FILTER (WHERE stage = 'met') AS met,
    count(*) FILTER (WHERE stage = 'negotiating') AS negotiating,
    count(*) FILTER (WHERE stage = 'signed') AS signed,
    count(*) FILTER (WHERE stage = 'lost') AS lost,
    round(count(*) FILTER (WHERE stage = 'signed')::numeric
        / nullif(count(*) FILTER (WHERE stage IN ('signed', 'lost')), 0), 4)::float AS converted,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY moved_on - heard_on)
        FILTER (WHERE stage = 'signed') AS days
FROM last
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


def leads(
    *,
    within: store.Scope,
    stage: LeadStage | None,
    introduced_by: UUID | None,
    due_by: date | None,
) -> SelectOfScalar[Lead]:
    """Possible partners; those introduced by somebody, or with a step due by a day."""
    query = select(Lead)
    if within is not None:
        query = query.where(col(Lead.introduced_by).in_(within))
    for column, value in ((Lead.stage, stage), (Lead.introduced_by, introduced_by)):
        if value is not None:
            query = query.where(column == value)
    return query if due_by is None else query.where(col(Lead.next_on) <= due_by)


def moves_of(lead_id: UUID) -> SelectOfScalar[LeadMove]:
    return select(LeadMove).where(LeadMove.lead_id == lead_id)


async def introductions(
    session: AsyncSession, lead_id: UUID, within: store.Scope
) -> list[tuple[UUID, str, UUID | None]]:
    """Who introduced whom, from the lead up: organisation, its name, and the lead it once was."""
    await store.lead(session, lead_id, within)
    rows = await (await session.connection()).execute(CHAIN, {"lead_id": lead_id})
    return [(row.organisation_id, row.name, row.lead_id) for row in rows]


@dataclass(frozen=True, slots=True)
class Pipeline:
    """How many leads stand at each stage on a day, and what came of those that were heard of.

    `converted` is the share of all that ended that was signed; `days` the median number of days
    from the first word to the signature. Both are nothing as long as nothing ended, or was signed.
    """

    as_of: date
    stages: dict[LeadStage, int]
    converted: float | None
    days: float | None


async def pipeline(session: AsyncSession, as_of: date, within: store.Scope) -> Pipeline:
    """Each lead at the last stage it had come to by that day."""
    asked = {"as_of": as_of, "within": None if within is None else list(within)}
    row = (await (await session.connection()).execute(PIPELINE, asked)).mappings().one()
    return Pipeline(
        as_of=as_of,
        stages={stage: row[stage.value] for stage in LeadStage},
        converted=row["converted"],
        days=row["days"],
    )
