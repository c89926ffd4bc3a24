"""Loading what partners told us."""

from collections import defaultdict
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import func
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.db import table_of
from matching.domain.coverage import Coverage, Membership, Signature
from matching.read_model import (
    Convention,
    Organisation,
    OrganisationMerge,
    Signatory,
    Suspension,
)
from matching.read_model import Membership as KnownMembership


async def organisations_by_siren(session: AsyncSession) -> dict[str, UUID]:
    """Return the organisations by number; a duplicate's is that of the one that stayed."""
    kept = await _kept_organisations(session)
    rows = await session.exec(select(Organisation.siren, Organisation.organisation_id))
    return {siren: kept.get(id_, id_) for siren, id_ in rows.all()}


async def coverage(session: AsyncSession) -> Coverage:
    """Return who signed and who belongs to whom, as partners published it.

    What was published of a duplicate counts for the organisation that stayed, except its part in
    a convention that this one signed too: partners deletes that one.
    """
    connection = await session.connection()
    kept = await _kept_organisations(session)
    signatory, convention = table_of(Signatory), table_of(Convention)
    joined = table_of(KnownMembership).c
    last_day = func.coalesce(convention.c.ended_on, convention.c.ends_on)
    signed = sa.select(
        convention.c.convention_id,
        signatory.c.organisation_id,
        func.greatest(signatory.c.accedes_on, convention.c.effective_on),
        func.least(last_day, signatory.c.withdrawn_on),
    ).join(convention, convention.c.convention_id == signatory.c.convention_id)
    members = sa.select(
        joined.organisation_id, joined.umbrella_id, joined.joined_on, joined.left_on
    )
    suspended = defaultdict[UUID, list[tuple[date, date]]](list)
    for each in (await session.exec(select(Suspension))).all():
        suspended[each.convention_id].append((each.from_on, each.until_on or date.max))
    own, signatures = set[tuple[UUID, UUID]](), list[Signature]()
    rows = (await connection.execute(signed)).all()
    for convention_id, organisation_id, since, until in sorted(rows, key=lambda r: r[1] in kept):
        signatory_id = kept.get(organisation_id, organisation_id)
        if organisation_id in kept and (convention_id, signatory_id) in own:
            continue
        own.add((convention_id, signatory_id))
        signatures.append(Signature(signatory_id, since, until, suspended[convention_id]))
    memberships = [
        Membership(kept.get(member, member), kept.get(umbrella, umbrella), since, until)
        for member, umbrella, since, until in await connection.execute(members)
    ]
    return Coverage(signatures, memberships)


async def _kept_organisations(session: AsyncSession) -> dict[UUID, UUID]:
    """Return, by the id of each duplicate, the organisation that stayed."""
    merges = select(OrganisationMerge.duplicate_id, OrganisationMerge.organisation_id)
    return dict((await session.exec(merges)).all())
