"""Loading what partners told us."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import func
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.db import table_of
from matching.domain.coverage import Coverage, Membership, Signature
from matching.read_model import Convention, Organisation, Signatory
from matching.read_model import Membership as KnownMembership


async def organisations_by_siren(session: AsyncSession) -> dict[str, UUID]:
    rows = await session.exec(select(Organisation.siren, Organisation.organisation_id))
    return dict(rows.all())


async def coverage(session: AsyncSession) -> Coverage:
    """All that partners told us of who signed and who belongs to whom."""
    signatory, convention = table_of(Signatory), table_of(Convention)
    joined = table_of(KnownMembership).c
    until = func.least(convention.c.ends_on, convention.c.ended_on)
    signed = sa.select(
        signatory.c.organisation_id,
        func.greatest(signatory.c.accedes_on, convention.c.effective_on),
        until,
    ).join(convention, convention.c.convention_id == signatory.c.convention_id)
    members = sa.select(
        joined.organisation_id, joined.umbrella_id, joined.joined_on, joined.left_on
    )
    connection = await session.connection()
    return Coverage(
        [Signature(*row) for row in await connection.execute(signed)],
        [Membership(*row) for row in await connection.execute(members)],
    )
