"""Loading of the read model: organisations and their coverage."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import func
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.database.tables import table_of
from matching.domain.coverage import Coverage, Membership, Signature
from matching.read_model import (
    Convention,
    Organisation,
    OrganisationMerge,
    Signatory,
    SignatoryEnd,
    Suspension,
)
from matching.read_model import Membership as KnownMembership


async def organisations_by_siren(session: AsyncSession) -> dict[str, UUID]:
    """Return the organisations by register number; a duplicate's number gives the survivor."""
    survivors = await _surviving_organisations(session)
    rows = await session.exec(select(Organisation.siren, Organisation.organisation_id))
    return {siren: survivors.get(id_, id_) for siren, id_ in rows.all()}


async def coverage(session: AsyncSession) -> Coverage:
    """Return the signatures and memberships that partners published.

    Those of a duplicate count for the surviving organisation, unless it has the same itself: its
    part in the same convention, the same membership. Partners deletes those.
    """
    survivors = await _surviving_organisations(session)
    return Coverage(await _signatures(session, survivors), await _memberships(session, survivors))


async def _signatures(session: AsyncSession, survivors: Mapping[UUID, UUID]) -> Sequence[Signature]:
    signatory, convention = table_of(Signatory), table_of(Convention)
    signed = sa.select(
        convention.c.convention_id,
        signatory.c.organisation_id,
        func.greatest(signatory.c.accedes_on, convention.c.effective_on),
        func.coalesce(convention.c.ended_on, convention.c.ends_on),
    ).join(convention, convention.c.convention_id == signatory.c.convention_id)
    rows = (await (await session.connection()).execute(signed)).all()
    withdrawn, suspended = await _withdrawn(session), await _suspended(session)
    signatures = dict[tuple[UUID, UUID], Signature]()
    for convention_id, organisation_id, since, last_day in sorted(
        rows, key=lambda r: r[1] in survivors
    ):
        signatory_id = survivors.get(organisation_id, organisation_id)
        ends = [last_day]
        ends += [withdrawn.get((convention_id, each)) for each in (organisation_id, signatory_id)]
        until = min((day for day in ends if day is not None), default=None)
        signature = Signature(signatory_id, since, until, suspended[convention_id])
        signatures.setdefault((convention_id, signatory_id), signature)
    return list(signatures.values())


async def _withdrawn(session: AsyncSession) -> Mapping[tuple[UUID, UUID], date]:
    """Return the last day of signatures; a duplicate's may be stored under the surviving id."""
    ends = (await session.exec(select(SignatoryEnd))).all()
    return {(each.convention_id, each.organisation_id): each.withdrawn_on for each in ends}


async def _suspended(session: AsyncSession) -> Mapping[UUID, list[tuple[date, date]]]:
    suspended = defaultdict[UUID, list[tuple[date, date]]](list)
    for each in (await session.exec(select(Suspension))).all():
        suspended[each.convention_id].append((each.from_on, each.until_on or date.max))
    return suspended


async def _memberships(
    session: AsyncSession, survivors: Mapping[UUID, UUID]
) -> Sequence[Membership]:
    joined = table_of(KnownMembership).c
    members = sa.select(
        joined.organisation_id, joined.umbrella_id, joined.joined_on, joined.left_on
    )
    rows = (await (await session.connection()).execute(members)).all()
    memberships = dict[tuple[UUID, UUID, date], Membership]()
    for row in sorted(rows, key=lambda r: (r[0] in survivors) + (r[1] in survivors)):
        member, umbrella = (survivors.get(each, each) for each in row[:2])
        membership = Membership(member, umbrella, row.joined_on, row.left_on)
        memberships.setdefault((member, umbrella, row.joined_on), membership)
    return list(memberships.values())


async def _surviving_organisations(session: AsyncSession) -> dict[UUID, UUID]:
    """Return the surviving organisation of each duplicate."""
    merges = select(OrganisationMerge.duplicate_id, OrganisationMerge.organisation_id)
    return dict((await session.exec(merges)).all())
