from datetime import date
from typing import Any
from uuid import UUID

from fastapi import APIRouter

from backbone.pages import After, Limit, Page, page
from backbone.requests import Session, UnitOfWork
from contracts.moments import today_in
from contracts.words import HousingEnd
from partners import queries, store
from partners.access import PartnerManager, Reader, Team
from partners.access import organisations as theirs
from partners.api.views import AsOf, View
from partners.commands import sourcing
from partners.commands.sourcing import AnswerOffer, AskForHome, CloseNeed, OfferHome, ReferYouth
from partners.domain.tables import HOME, HousingNeed, HousingOffer, OfferState, Referral

router = APIRouter(route_class=UnitOfWork, tags=["sourcing and housing"])


class ReferralView(View):
    """A youth whom an organisation referred: who it is stays with the coordinators."""

    id: UUID
    youth_id: UUID
    organisation_id: UUID
    is_first: bool
    consented_on: date
    referred_on: date


class BecameView(View):
    """How many youths an organisation referred by a day, and what became of them, without names."""

    referred: int
    first: int
    applied: int
    admitted: int
    refused: int
    accompanied: int
    with_outcome: int
    with_fitting_outcome: int


class NeedView(View):
    """A home that somebody needs: landlords who were asked see it without a name."""

    id: UUID
    department: str
    rooms: int | None
    most_rent: int | None
    needed_by: date | None
    asked_on: date
    asked: list[UUID]
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
    """The homes asked for up to a day, what became of them by then, and in how many days."""

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
    """Refer a youth who agreed to it; the first who does has the credit, for ever."""
    return await sourcing.refer(session, organisation_id, command, theirs(by), by=by.subject)


@router.get("/organisations/{organisation_id}/referrals", response_model=Page[ReferralView])
async def list_referrals(
    organisation_id: UUID, session: Session, by: Reader, after: After = None, limit: Limit = 50
) -> Page[Any]:
    """The youths whom an organisation referred, without their names."""
    await store.organisation(session, organisation_id, theirs(by))
    query, order = queries.referrals_of(organisation_id), (Referral.referred_on, Referral.id)
    return await page(session, query, by=order, after=after, limit=limit)


@router.get("/organisations/{organisation_id}/sourcing", response_model=BecameView)
async def get_sourcing(
    organisation_id: UUID, session: Session, by: Reader, as_of: AsOf = None
) -> queries.Became:
    """What became of the youths whom an organisation referred."""
    await store.organisation(session, organisation_id, theirs(by))
    return await queries.became(session, [organisation_id], as_of or today_in(HOME))


@router.delete("/referrals/{referral_id}/personal-data", status_code=204)
async def forget_youth(referral_id: UUID, session: Session, by: PartnerManager) -> None:
    """Forget who a youth is, here and in every service: they agree to it no more."""
    await sourcing.forget_youth(session, referral_id, theirs(by))


@router.post("/housing-needs", status_code=201, response_model=NeedView)
async def ask_for_home(command: AskForHome, session: Session, _by: Team) -> HousingNeed:
    """Ask the landlords of a department for a home that a mentee needs."""
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
    """The homes that are needed; a confined manager sees those their landlords are asked for."""
    query = queries.needs(within=theirs(by), department=department, is_open=is_open)
    order = (HousingNeed.asked_on, HousingNeed.id)
    return await page(session, query, by=order, after=after, limit=limit)


@router.get("/housing-needs/figures", response_model=HomesView)
async def get_housing_figures(
    session: Session, _by: Reader, as_of: AsOf = None, department: str | None = None
) -> queries.Homes:
    """How many homes were needed, offered and taken, and in how many days."""
    return await queries.homes(session, as_of or today_in(HOME), department)


@router.get("/housing-needs/{need_id}", response_model=NeedView)
async def get_need(need_id: UUID, session: Session, by: Reader) -> HousingNeed:
    """A home that is needed."""
    return await store.need(session, need_id, theirs(by))


@router.post("/housing-needs/{need_id}/offers", status_code=201, response_model=OfferView)
async def offer_home(
    need_id: UUID, command: OfferHome, session: Session, by: PartnerManager
) -> HousingOffer:
    """Offer a home of a landlord who was asked."""
    return await sourcing.offer_home(session, need_id, command, theirs(by))


@router.get("/housing-needs/{need_id}/offers", response_model=Page[OfferView])
async def list_offers(
    need_id: UUID, session: Session, by: Reader, after: After = None, limit: Limit = 50
) -> Page[Any]:
    """What was offered for a need; a confined manager sees what their landlords offered."""
    await store.need(session, need_id, theirs(by))
    query = queries.offers(need_id=need_id, within=theirs(by))
    order = (HousingOffer.offered_on, HousingOffer.id)
    return await page(session, query, by=order, after=after, limit=limit)


@router.post("/housing-needs/{need_id}/offers/{offer_id}/answer", response_model=OfferView)
async def answer_offer(
    need_id: UUID, offer_id: UUID, command: AnswerOffer, session: Session, _by: Team
) -> HousingOffer:
    """Note that the mentee takes an offer, or does not."""
    return await sourcing.answer_offer(session, need_id, offer_id, command)


@router.post("/housing-needs/{need_id}/end", response_model=NeedView)
async def close_need(need_id: UUID, command: CloseNeed, session: Session, _by: Team) -> HousingNeed:
    """Note that the mentee moved in, or how the need ended otherwise."""
    return await sourcing.close_need(session, need_id, command)
