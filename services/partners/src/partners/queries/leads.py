"""Leads, introductions, and the pipeline."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from contracts.enums import LeadStage
from partners import store
from partners.domain.tables import Lead, LeadMove

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
"""The limit of 100 steps ends a chain in which leads introduced each other."""

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
"""`last` is the last move of each lead by `:as_of`; moves of one day are ordered by `position`."""


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The number of leads at each stage on a date.

    `converted` is the share of signed among signed and lost leads, `days` the median days from
    identification to signature. Each is `None` without such leads.
    """

    as_of: date
    stages: dict[LeadStage, int]
    converted: float | None
    days: float | None


def leads(
    *,
    within: store.Scope,
    stage: LeadStage | None,
    introduced_by: UUID | None,
    due_by: date | None,
) -> SelectOfScalar[Lead]:
    """Select leads, by introducing organisation or by the due date of the next step."""
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
    """Return the chain of introductions from the lead up: id, name and former lead."""
    await store.lead(session, lead_id, within)
    rows = await (await session.connection()).execute(CHAIN, {"lead_id": lead_id})
    return [(row.organisation_id, row.name, row.lead_id) for row in rows]


async def pipeline(session: AsyncSession, as_of: date, within: store.Scope) -> Pipeline:
    """Return the pipeline: each lead at its last stage by `as_of`."""
    parameters = {"as_of": as_of, "within": None if within is None else list(within)}
    row = (await (await session.connection()).execute(PIPELINE, parameters)).mappings().one()
    return Pipeline(
        as_of=as_of,
        stages={stage: row[stage.value] for stage in LeadStage},
        converted=row["converted"],
        days=row["days"],
    )
