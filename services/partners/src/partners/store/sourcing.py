"""Loading of referred youths, referrals, housing needs and offers."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.errors import NotFound
from contracts.enums import OrganisationKind
from partners.domain.sourcing import AlreadyReferred, are_named_alike
from partners.domain.tables import (
    Establishment,
    HousingNeed,
    HousingOffer,
    Organisation,
    Profile,
    Referral,
    Youth,
)
from partners.read_model import ErasedPerson, YouthApplication
from partners.store.organisations import Scope, is_within

ONE_REFERS_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtext('referrals'), 0)")


async def lock_referrals(session: AsyncSession) -> None:
    """Lock all referrals: of two concurrent referrals of one youth, exactly one is the first."""
    await session.exec(ONE_REFERS_AT_A_TIME)  # type: ignore[call-overload]


async def youth_like(session: AsyncSession, youth: Youth) -> Youth | None:
    """Return a referred youth with a similar name and the same address or number."""
    keys = {Youth.email_key: youth.email_key, Youth.phone_key: youth.phone_key}
    same = [col(column) == key for column, key in keys.items() if key is not None]
    query = select(Youth).where(or_(*same)).order_by(col(Youth.id))
    known = (await session.exec(query)).all()
    return next((one for one in known if are_named_alike(one, youth)), None)


async def require_new_referral(session: AsyncSession, youth_id: UUID, by: Organisation) -> None:
    """Raise `AlreadyReferred` if the organisation referred the youth before."""
    before = await referral_of(session, youth_id, by.id)
    if before is not None:
        raise AlreadyReferred(f"{by.name} referred them on {before.referred_on} already.")


async def referral_of(
    session: AsyncSession, youth_id: UUID, organisation_id: UUID
) -> Referral | None:
    """Return the referral of a youth by an organisation, if there is one."""
    query = select(Referral).where(
        Referral.youth_id == youth_id, Referral.organisation_id == organisation_id
    )
    return (await session.exec(query)).first()


async def lock_youth(session: AsyncSession, referral_id: UUID, within: Scope) -> Youth:
    """Lock the youth of a referral that is visible to the caller; raise `NotFound`."""
    referral = await session.get(Referral, referral_id)
    if referral is None or not is_within([referral.organisation_id], within):
        raise NotFound("There is no such referral. Look for it among those of the organisation.")
    return await session.get_one(Youth, referral.youth_id, with_for_update=True)


async def lock_youths_to_erase(session: AsyncSession, mentees: Collection[UUID]) -> Sequence[Youth]:
    """Lock the youths who became one of these mentees and are not erased; return them."""
    became = select(YouthApplication.youth_id).where(col(YouthApplication.mentee_id).in_(mentees))
    query = select(Youth).where(col(Youth.id).in_(became), ~col(Youth.forgotten))
    return (await session.exec(query.order_by(col(Youth.id)).with_for_update())).all()


async def erased_among(session: AsyncSession, people: Collection[UUID]) -> Sequence[UUID]:
    """Return those of these people who were erased."""
    query = select(ErasedPerson.person_id).where(col(ErasedPerson.person_id).in_(people))
    return (await session.exec(query)).all()


async def lock_needs(session: AsyncSession, mentees: Collection[UUID]) -> Sequence[HousingNeed]:
    """Lock all housing needs of these mentees, closed ones included; return them."""
    query = select(HousingNeed).where(col(HousingNeed.mentee_id).in_(mentees))
    return (await session.exec(query.order_by(col(HousingNeed.id)).with_for_update())).all()


async def landlords_in(session: AsyncSession, department: str) -> Sequence[UUID]:
    """Return the social landlords with seat, presence or establishment in a department."""
    present = select(Profile.organisation_id).where(col(Profile.departments).contains([department]))
    placed = select(Establishment.organisation_id).where(Establishment.department == department)
    query = select(Organisation.id).where(
        Organisation.kind == OrganisationKind.SOCIAL_LANDLORD,
        col(Organisation.merged_into).is_(None),
        or_(
            col(Organisation.department) == department,
            col(Organisation.id).in_(present),
            col(Organisation.id).in_(placed),
        ),
    )
    return (await session.exec(query)).all()


async def open_need_of(session: AsyncSession, mentee_id: UUID) -> HousingNeed | None:
    query = select(HousingNeed).where(
        HousingNeed.mentee_id == mentee_id, col(HousingNeed.end).is_(None)
    )
    return (await session.exec(query)).first()


async def need(session: AsyncSession, need_id: UUID, within: Scope) -> HousingNeed:
    """Return a housing need; a confined caller sees those that its landlords were invited to."""
    return _there(await session.get(HousingNeed, need_id), within)


async def lock_need(session: AsyncSession, need_id: UUID, within: Scope) -> HousingNeed:
    return _there(await session.get(HousingNeed, need_id, with_for_update=True), within)


def _there(found: HousingNeed | None, within: Scope) -> HousingNeed:
    if found is None or not is_within(map(UUID, found.invited), within):
        raise NotFound("There is no such need. Look for it in the list of housing needs.")
    return found


async def offers_of(session: AsyncSession, need_id: UUID) -> Sequence[HousingOffer]:
    query = select(HousingOffer).where(HousingOffer.need_id == need_id)
    order = col(HousingOffer.offered_on), col(HousingOffer.id)
    return (await session.exec(query.order_by(*order))).all()


async def need_on(session: AsyncSession, mentee_id: UUID, asked_on: date) -> HousingNeed | None:
    """Return the need of a mentee that was opened on `asked_on`, if there is one."""
    query = select(HousingNeed).where(
        HousingNeed.mentee_id == mentee_id, HousingNeed.asked_on == asked_on
    )
    return (await session.exec(query)).first()
