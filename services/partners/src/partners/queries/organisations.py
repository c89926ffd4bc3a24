"""Organisations, memberships, and coverage."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Subquery, Uuid, text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from contracts.enums import OrganisationKind
from partners import store
from partners.domain import coverage
from partners.domain.identifiers import normalise_name
from partners.domain.organisations import compared
from partners.domain.tables import Membership, Organisation

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


COVERED = text("""
WITH RECURSIVE bound AS (
    SELECT organisation_id FROM signature JOIN convention ON convention.id = convention_id
    WHERE greatest(accedes_on, effective_on) <= :covered_on
      AND coalesce(least(withdrawn_on, coalesce(ended_on, ends_on)), 'infinity') >= :covered_on
      AND NOT EXISTS (
        SELECT FROM suspension
        WHERE suspension.convention_id = convention.id AND from_on <= :covered_on
          AND coalesce(until_on, 'infinity') >= :covered_on
      )
), covered AS (
    SELECT organisation_id FROM bound
    UNION
    SELECT membership.organisation_id
    FROM membership JOIN covered ON umbrella_id = covered.organisation_id
    WHERE joined_on <= :covered_on AND coalesce(left_on, 'infinity') >= :covered_on
)
SELECT organisation_id FROM covered
""").columns(organisation_id=Uuid)
"""Coverage of all organisations at once, by the same rule as `domain.coverage.ways` for one."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """The ways in which an organisation is covered on a date, with the names of those on them."""

    ways: list[coverage.CoveragePath]
    names: dict[UUID, str]


def covered_on(on: date) -> Subquery:
    """Return a subquery of the organisations that a convention covers on a date."""
    return COVERED.bindparams(covered_on=on).subquery()


def organisations(
    *,
    within: store.Scope,
    name: str | None,
    kind: OrganisationKind | None,
    siren: str | None,
    covered: date | None = None,
) -> SelectOfScalar[Organisation]:
    query = select(Organisation).where(col(Organisation.merged_into).is_(None))
    if covered is not None:
        query = query.where(col(Organisation.id).in_(sa.select(covered_on(covered))))
    if within is not None:
        query = query.where(col(Organisation.id).in_(within))
    if name is not None:
        query = query.where(
            col(Organisation.folded_name).contains(normalise_name(name), autoescape=True)
        )
    if kind is not None:
        query = query.where(Organisation.kind == kind)
    if siren is not None:
        query = query.where(Organisation.siren == siren)
    return query


async def duplicates(session: AsyncSession) -> list[list[Organisation]]:
    """Return groups of organisations whose names differ only in legal form or word order."""
    query = select(Organisation).where(col(Organisation.merged_into).is_(None))
    alike = defaultdict[str, list[Organisation]](list)
    for one in await session.exec(query.order_by(col(Organisation.folded_name))):
        alike[compared(one.name)].append(one)
    return [those for those in alike.values() if len(those) > 1]


def umbrellas_of(organisation_id: UUID) -> SelectOfScalar[Membership]:
    return select(Membership).where(Membership.organisation_id == organisation_id)


def members_of(umbrella_id: UUID) -> SelectOfScalar[Membership]:
    return select(Membership).where(Membership.umbrella_id == umbrella_id)


async def coverage_of(session: AsyncSession, organisation_id: UUID, on: date) -> Coverage:
    """Return which conventions cover the organisation on a date, and through which umbrellas."""
    joined = await store.membership_spans(session, organisation_id, on)
    ids = {organisation_id, *(j.umbrella_id for j in joined)}
    signed = await store.signature_spans(session, ids)
    known = await store.organisations(session, ids)
    return Coverage(
        ways=coverage.ways(organisation_id, on, joined=joined, signed=signed),
        names={organisation.id: organisation.name for organisation in known.values()},
    )


async def members_at(session: AsyncSession, umbrella_id: UUID, as_of: date) -> list[UUID]:
    """Return the members of an umbrella on a date, at any depth."""
    parameters = {"umbrella_id": umbrella_id, "as_of": as_of}
    rows = await (await session.connection()).execute(MEMBERS, parameters)
    return [row.organisation_id for row in rows]
