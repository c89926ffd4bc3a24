"""The referred youths, and those of them who have not applied yet."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from matching.domain.applications import NoSuchReferral, ReferralTaken
from matching.domain.tables import ReferralLink
from matching.read_model import Organisation, Referral, ReferredYouth
from matching.store.people import DepartmentScope


async def require_waiting(session: AsyncSession, youth_id: UUID) -> None:
    """Raise `NoSuchReferral` or `ReferralTaken` unless the youth was referred and has not applied.

    The youth is locked: of two coordinators who link the referral, the second one is refused.
    """
    youth = await session.get(ReferredYouth, youth_id, with_for_update=True)
    if youth is None:
        raise NoSuchReferral(
            "No youth of this id was referred, or they no longer agree to it. Look at the list of "
            "referred youths."
        )
    taken = await session.get(ReferralLink, youth_id)
    if taken is not None:
        raise ReferralTaken(f"They are mentee {taken.mentee_id} already. Look at that one.")


def waiting_youths(within: DepartmentScope) -> SelectOfScalar[ReferredYouth]:
    """Select the referred youths who have not applied."""
    taken = select(ReferralLink).where(ReferralLink.youth_id == ReferredYouth.youth_id)
    query = select(ReferredYouth).where(~taken.exists())
    return query if within is None else query.where(col(ReferredYouth.department).in_(within))


async def referrals_of(
    session: AsyncSession, youths: Collection[UUID]
) -> dict[UUID, Sequence[tuple[Referral, str | None]]]:
    """Return the referrals of each youth, the first one first, with the organisation's name."""
    query = (
        select(Referral, Organisation.name)
        .join(
            Organisation,
            col(Organisation.organisation_id) == col(Referral.organisation_id),
            isouter=True,
        )
        .where(col(Referral.youth_id).in_(youths))
        .order_by(col(Referral.first).desc(), col(Referral.referred_on))
    )
    found = defaultdict[UUID, list[tuple[Referral, str | None]]](list)
    for referral, name in (await session.exec(query)).all():
        found[referral.youth_id].append((referral, name))
    return {youth: found[youth] for youth in youths}
