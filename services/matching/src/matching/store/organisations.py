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
from matching.read_model import Convention, Organisation, Signatory, Suspension
from matching.read_model import Membership as KnownMembership


async def organisations_by_siren(session: AsyncSession) -> dict[str, UUID]:
    rows = await session.exec(select(Organisation.siren, Organisation.organisation_id))
    return dict(rows.all())


async def coverage(session: AsyncSession) -> Coverage:
    """All that partners told us of who signed and who belongs to whom."""
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
    connection = await session.connection()
    suspended = defaultdict[UUID, list[tuple[date, date]]](list)
    for each in (await session.exec(select(Suspension))).all():
        suspended[each.convention_id].append((each.from_on, each.until_on or date.max))
    return Coverage(
        [
            Signature(organisation_id, since, until, suspended[convention_id])
            for convention_id, organisation_id, since, until in await connection.execute(signed)
        ],
        [Membership(*row) for row in await connection.execute(members)],
    )
