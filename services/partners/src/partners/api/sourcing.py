from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from backbone.web.pagination import After, Limit, Page, paginate
from backbone.web.routes import Session, TransactionalRoute
from backbone.web.schemas import View
from contracts.enums import HousingEnd
from contracts.local_time import today_in
from partners import queries, store
from partners.access import PartnerManager, ProgrammeTeam, Reader, organisation_scope
from partners.api.views import AsOf
from partners.commands import sourcing
from partners.commands.sourcing import AnswerOffer, AskForHome, CloseNeed, OfferHome, ReferYouth
from partners.domain.tables import HOME, HousingNeed, HousingOffer, OfferState, Referral

router = APIRouter(route_class=TransactionalRoute, tags=["sourcing and housing"])


class ReferralView(View):
    """A referral without the name of the youth, which only coordinators see."""

    id: UUID
    youth_id: UUID
    organisation_id: UUID
    is_first: bool
    consented_on: date
    referred_on: date


class BecameView(View):
    """The number of youths that an organisation referred by a date, and those at each step."""

    referred: int
    first: int
    applied: int
    admitted: int
    refused: int
    accompanied: int
    with_outcome: int
    with_fitting_outcome: int


class NeedView(View):
    """A housing need without the name of the mentee."""

    id: UUID
    department: str
    rooms: int | None
    most_rent: int | None
    needed_by: date | None
    asked_on: date
    invited: Annotated[list[UUID], Field(validation_alias="invited", serialization_alias="asked")]
    end: HousingEnd | None
    closed_on: date | None
    housed_by: UUID | None
    version: int


class OfferView(View):
    id: UUID
    need_id: UUID
    organisation_id: UUID
    description: str
    rooms: int | None
    rent: int | None
    free_on: date | None
    offered_on: date
    state: OfferState
    answered_on: date | None


class HomesView(View):
    """The number of housing needs up to a date, their results by then, and median days."""

    needs: int
    with_offer: int
    housed: int
    open: int
    median_days_to_offer: float | None
    median_days_to_home: float | None


@router.post(
    "/organisations/{organisation_id}/referrals", status_code=201, response_model=ReferralView
)
async def refer_youth(
    organisation_id: UUID, command: ReferYouth, session: Session, by: PartnerManager
) -> Referral:
    """Refer a youth who consented; the first organisation to do so has the credit for good."""
    return await sourcing.refer(
        session, organisation_id, command, organisation_scope(by), by=by.subject
    )


@router.get("/organisations/{organisation_id}/referrals", response_model=Page[ReferralView])
async def list_referrals(
    organisation_id: UUID, session: Session, by: Reader, after: After = None, limit: Limit = 50
) -> Page[Any]:
    """List the referrals of an organisation, without the names of the youths."""
    await store.organisation(session, organisation_id, organisation_scope(by))
    query, order = queries.referrals_of(organisation_id), (Referral.referred_on, Referral.id)
    return await paginate(session, query, by=order, after=after, limit=limit)


@router.get("/organisations/{organisation_id}/referral-figures", response_model=BecameView)
async def get_sourcing(
    organisation_id: UUID, session: Session, by: Reader, as_of: AsOf = None
) -> queries.ReferralOutcomes:
    """Return the results of an organisation's referrals."""
    await store.organisation(session, organisation_id, organisation_scope(by))
    return await queries.became(session, [organisation_id], as_of or today_in(HOME))


@router.delete("/referrals/{referral_id}/personal-data", status_code=204)
async def forget_youth(referral_id: UUID, session: Session, by: PartnerManager) -> None:
    """Erase the personal data of a youth who withdrew consent, here and in every service."""
    await sourcing.forget_youth(session, referral_id, organisation_scope(by))


@router.post("/housing-needs", status_code=201, response_model=NeedView)
async def ask_for_home(command: AskForHome, session: Session, _by: ProgrammeTeam) -> HousingNeed:
    """Invite the landlords of a department to offer a home to a mentee."""
    return await sourcing.ask_for_home(session, command)


@router.get("/housing-needs", response_model=Page[NeedView])
async def list_needs(
    session: Session,
    by: Reader,
    department: str | None = None,
    is_open: bool | None = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[Any]:
    """List the housing needs; a confined manager sees those sent to their landlords."""
    query = queries.needs(within=organisation_scope(by), department=department, is_open=is_open)
    order = (HousingNeed.asked_on, HousingNeed.id)
    return await paginate(session, query, by=order, after=after, limit=limit)


@router.get("/housing-needs/figures", response_model=HomesView)
async def get_housing_figures(
    session: Session, _by: Reader, as_of: AsOf = None, department: str | None = None
) -> queries.HousingFigures:
    """Return how many homes were needed, offered and taken, and the median days."""
    return await queries.homes(session, as_of or today_in(HOME), department)


@router.get("/housing-needs/{need_id}", response_model=NeedView)
async def get_need(need_id: UUID, session: Session, by: Reader) -> HousingNeed:
    """Return a housing need."""
    return await store.need(session, need_id, organisation_scope(by))


@router.post("/housing-needs/{need_id}/offers", status_code=201, response_model=OfferView)
async def offer_home(
    need_id: UUID, command: OfferHome, session: Session, by: PartnerManager
) -> HousingOffer:
    """Record the offer of an invited landlord."""
    return await sourcing.offer_home(session, need_id, command, organisation_scope(by))


@router.get("/housing-needs/{need_id}/offers", response_model=Page[OfferView])
async def list_offers(
    need_id: UUID, session: Session, by: Reader, after: After = None, limit: Limit = 50
) -> Page[Any]:
    """List the offers for a need; a confined manager sees those of their landlords."""
    await store.need(session, need_id, organisation_scope(by))
    query = queries.offers(need_id=need_id, within=organisation_scope(by))
    order = (HousingOffer.offered_on, HousingOffer.id)
    return await paginate(session, query, by=order, after=after, limit=limit)


@router.post("/housing-needs/{need_id}/offers/{offer_id}/answer", response_model=OfferView)
async def answer_offer(
    need_id: UUID, offer_id: UUID, command: AnswerOffer, session: Session, _by: ProgrammeTeam
) -> HousingOffer:
    """Record whether the mentee accepts an offer."""
    return await sourcing.answer_offer(session, need_id, offer_id, command)


@router.post("/housing-needs/{need_id}/end", response_model=NeedView)
async def close_need(
    need_id: UUID, command: CloseNeed, session: Session, _by: ProgrammeTeam
) -> HousingNeed:
    """Close a need: the mentee moved in, or it ended otherwise."""
    return await sourcing.close_need(session, need_id, command)
