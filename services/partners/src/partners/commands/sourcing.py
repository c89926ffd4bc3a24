"""Referral and housing commands."""

from collections.abc import Collection
from itertools import chain
from uuid import UUID

from pydantic import Field
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.errors import Invalid, NotFound
from backbone.messaging.outbox import emit
from backbone.privacy.erased_persons import keys_of, note_erased
from backbone.privacy.erasure import erase_answers, erase_rows_of_files
from backbone.web.schemas import Command, example
from contracts.addresses import EmailAddress
from contracts.bounds import Day
from contracts.enums import AttendeeKind, ContactRole, HousingEnd, Language
from contracts.local_time import today_in
from partners import store
from partners.commands import Name, Note, Phone
from partners.domain import housing, sourcing
from partners.domain.tables import HousingNeed, HousingOffer, Referral, Youth

Rooms = Field(default=None, ge=1, le=20)
Rent = Field(default=None, ge=1, le=1_000_000, description="Cents a month.")


class MenteeUnknown(Invalid, kind="mentee-unknown"):
    """A mentee who is unknown here."""


class ReferYouth(Command):
    """A youth who consented to be referred, and how to reach them."""

    model_config = example(
        given_name="Amina",
        family_name="Diallo",
        email="amina.diallo@example.org",
        department="93",
        consented_on="2014-10-02",
    )

    given_name: Name
    family_name: Name
    email: EmailAddress | None = None
    phone: Phone | None = None
    language: Language = Language.FRENCH
    department: str = Field(max_length=3)
    consented_on: Day
    referred_on: Day | None = None


class AskForHome(Command):
    """A housing need of a mentee who consented that the landlords of the department receive it."""

    model_config = example(
        mentee_id="0b8f6a52-8f0e-4a0c-9d55-6a1f0b0d7c11",
        department="93",
        rooms=1,
        most_rent=55_000,
        needed_by="2014-12-01",
        consented_on="2014-10-02",
    )

    mentee_id: UUID
    department: str = Field(max_length=3)
    rooms: int | None = Rooms
    most_rent: int | None = Rent
    needed_by: Day | None = None
    consented_on: Day
    asked_on: Day | None = None


class OfferHome(Command):
    model_config = example(
        organisation_id="0b8f6a52-8f0e-4a0c-9d55-6a1f0b0d7c11",
        description="Studio, 24 m², près de la gare",
        rooms=1,
        rent=48_000,
        free_on="2014-11-15",
    )

    organisation_id: UUID
    description: Note
    rooms: int | None = Rooms
    rent: int | None = Rent
    free_on: Day | None = None
    offered_on: Day | None = None


class AnswerOffer(Command):
    model_config = example(accepted=True, answered_on="2014-11-02")

    accepted: bool
    answered_on: Day | None = None


class CloseNeed(Command):
    model_config = example(end="housed", closed_on="2014-11-20")

    end: HousingEnd
    closed_on: Day | None = None


async def refer(
    session: AsyncSession,
    organisation_id: UUID,
    command: ReferYouth,
    within: store.Scope,
    *,
    by: str,
) -> Referral:
    """Refer a youth; one with the same name and address or number is the same youth."""
    organisation = await store.organisation(session, organisation_id, within)
    values = command.model_dump(exclude={"consented_on", "referred_on"})
    described = sourcing.describe(**values)
    await store.lock_referrals(session)
    known = await store.youth_like(session, described)
    youth = known or described
    if known is None:
        session.add(youth)
    else:
        await store.require_new_referral(session, youth.id, organisation)
    referral, event = sourcing.refer(
        youth,
        organisation,
        consented_on=command.consented_on,
        referred_on=command.referred_on,
        is_first=known is None,
        by=by,
    )
    await session.flush()
    session.add(referral)
    emit(session, event, *([sourcing.card(youth)] if known is None else []))
    return referral


async def forget_youth(session: AsyncSession, referral_id: UUID, within: store.Scope) -> None:
    """Erase the personal data of a youth, here and in every service; the credit remains."""
    youth = await store.lock_youth(session, referral_id, within)
    await forget(session, [] if youth.forgotten else [youth])


async def forget(session: AsyncSession, youths: Collection[Youth]) -> None:
    """Erase youths and prevent files from adding them again. The caller has locked the rows."""
    await erase_answers(session, [youth.id for youth in youths])
    for youth in youths:
        keys = keys_of(email=youth.email, phone=youth.phone)
        await note_erased(session, keys, on=today_in(youth.department))
        names = youth.given_name or "", youth.family_name or ""
        values = [youth.email, youth.phone, " ".join(names), " ".join(names[::-1])]
        await erase_rows_of_files(session, values)
        emit(session, sourcing.forget(youth))


async def ask_for_home(session: AsyncSession, command: AskForHome) -> HousingNeed:
    """Invite the landlords of the department to offer a home."""
    await store.lock_referrals(session)
    mentee_id = await store.surviving_mentee_id(session, command.mentee_id)
    if not await store.attendee_exists(session, AttendeeKind.MENTEE, mentee_id, None):
        raise MenteeUnknown("No mentee of this id is known here. Check the id.")
    before = await store.open_need_of(session, mentee_id)
    if before is not None:
        raise housing.NeedOpen(
            f"They have an open need since {before.asked_on} ({before.id}). Close it first."
        )
    landlords = await store.landlords_in(session, command.department)
    contacts = await store.contacts_for(session, landlords, ContactRole.HOUSING)
    need, event = housing.ask(
        landlords=landlords,
        contacts=chain.from_iterable(contacts.values()),
        **command.model_dump() | {"mentee_id": mentee_id},
    )
    session.add(need)
    emit(session, event)
    return need


async def offer_home(
    session: AsyncSession, need_id: UUID, command: OfferHome, within: store.Scope
) -> HousingOffer:
    landlord = await store.organisation(session, command.organisation_id, within)
    need = await store.lock_need(session, need_id, within)
    offer, event = housing.offer(need, landlord, **command.model_dump(exclude={"organisation_id"}))
    session.add(offer)
    emit(session, event)
    return offer


async def answer_offer(
    session: AsyncSession, need_id: UUID, offer_id: UUID, command: AnswerOffer
) -> HousingOffer:
    need = await store.lock_need(session, need_id, None)
    offers = await store.offers_of(session, need_id)
    offer = next((each for each in offers if each.id == offer_id), None)
    if offer is None:
        raise NotFound("There is no such offer. Look for it among those of the need.")
    emit(session, *housing.answer(need, offer, offers, **command.model_dump()))
    return offer


async def close_need(session: AsyncSession, need_id: UUID, command: CloseNeed) -> HousingNeed:
    need = await store.lock_need(session, need_id, None)
    offers = await store.offers_of(session, need_id)
    emit(session, housing.close(need, offers, **command.model_dump()))
    return need
