"""Loading of conventions, amendments and drafts."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.errors import NotFound
from partners.domain.coverage import SignatureSpan
from partners.domain.tables import Amendment, Convention, Draft, Signature, Suspension
from partners.store.organisations import Scope, is_within


async def signature_spans(
    session: AsyncSession, organisations: Collection[UUID]
) -> list[SignatureSpan]:
    """Return the signatures of these organisations, with the days on which they give coverage."""
    rows = (
        await session.exec(
            select(
                Signature.convention_id,
                Signature.organisation_id,
                func.greatest(Signature.accedes_on, Convention.effective_on),
                func.least(
                    Signature.withdrawn_on, func.coalesce(Convention.ended_on, Convention.ends_on)
                ),
            )
            .join(Convention, col(Convention.id) == Signature.convention_id)
            .where(col(Signature.organisation_id).in_(organisations))
        )
    ).all()
    suspended = await _suspensions(session, {row[0] for row in rows})
    return [SignatureSpan(*row, suspended[row[0]]) for row in rows]


async def _suspensions(
    session: AsyncSession, conventions: Collection[UUID]
) -> defaultdict[UUID, list[tuple[date, date]]]:
    query = select(Suspension).where(col(Suspension.convention_id).in_(conventions))
    found = defaultdict[UUID, list[tuple[date, date]]](list)
    for each in (await session.exec(query)).all():
        found[each.convention_id].append((each.from_on, each.until_on or date.max))
    return found


async def convention(
    session: AsyncSession, convention_id: UUID, within: Scope = None
) -> Convention:
    """Return a convention; raise `NotFound` unless a signatory is visible to the caller."""
    return _visible(await session.get(Convention, convention_id), within)


async def lock_convention(
    session: AsyncSession, convention_id: UUID, within: Scope = None
) -> Convention:
    return _visible(await session.get(Convention, convention_id, with_for_update=True), within)


def _visible(found: Convention | None, within: Scope) -> Convention:
    if found is None or not is_within((s.organisation_id for s in found.signatories), within):
        raise NotFound("There is no such convention. Look for it in the list of conventions.")
    return found


async def last_amendment(session: AsyncSession, convention_id: UUID) -> Amendment | None:
    query = select(Amendment).where(Amendment.convention_id == convention_id)
    return (await session.exec(query.order_by(col(Amendment.number).desc()).limit(1))).first()


async def draft(session: AsyncSession, draft_id: UUID) -> Draft:
    return _written(await session.get(Draft, draft_id))


async def lock_draft(session: AsyncSession, draft_id: UUID) -> Draft:
    return _written(await session.get(Draft, draft_id, with_for_update=True))


def _written(found: Draft | None) -> Draft:
    if found is None:
        raise NotFound("There is no such draft; once signed, it is a convention with the same id.")
    return found
