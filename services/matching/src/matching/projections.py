"""Projections: events of partners update the read model. They run again in a rebuild."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, delete
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.database.bulk import insert_missing, rows_from, upsert
from backbone.database.merges import merge_duplicates
from backbone.messaging.inbox import Handlers
from contracts import (
    ConventionAcceded,
    ConventionAmended,
    ConventionEnded,
    ConventionRenewed,
    ConventionResumed,
    ConventionSigned,
    ConventionSuspended,
    OrganisationCard,
    OrganisationsMerged,
    SignatoryWithdrew,
    UmbrellaJoined,
    UmbrellaLeft,
    YouthCard,
    YouthReferred,
)
from matching.read_model import (
    Convention,
    Membership,
    Organisation,
    OrganisationMerge,
    Referral,
    ReferredYouth,
    Signatory,
    SignatoryEnd,
    Suspension,
)

projections = Handlers()


@projections.on(OrganisationCard)
async def know_organisations(session: AsyncSession, cards: Sequence[OrganisationCard]) -> None:
    last = {card.organisation_id: card for card in cards}
    known = [card for card in last.values() if not card.erased]
    await upsert(session, Organisation, rows_from(known, "organisation_id", "siren", "name"))
    erased = [card.organisation_id for card in last.values() if card.erased]
    await _forget(session, Organisation.organisation_id, erased)


async def _forget(session: AsyncSession, key: Any, erased: Sequence[UUID]) -> None:  # noqa: ANN401  (a column)
    if erased:
        forgotten = delete(key.class_).where(col(key).in_(erased))
        await (await session.connection()).execute(forgotten)


@projections.on(OrganisationsMerged)
async def merge_organisations(session: AsyncSession, events: Sequence[OrganisationsMerged]) -> None:
    """Store which organisation survived; `store.coverage` reads the duplicates' rows as its own.

    The rows themselves stay as published: if they moved, the result would depend on the order in
    which the topics are read.
    """
    survivors = {duplicate: e.organisation_id for e in events for duplicate in e.duplicates}
    await merge_duplicates(session, OrganisationMerge, survivors)


@projections.on(YouthCard)
async def know_youths(session: AsyncSession, cards: Sequence[YouthCard]) -> None:
    last = {card.youth_id: card for card in cards}
    known = [card for card in last.values() if not card.erased]
    await upsert(session, ReferredYouth, rows_from(known, *ReferredYouth.model_fields))
    erased = [card.youth_id for card in last.values() if card.erased]
    await _forget(session, ReferredYouth.youth_id, erased)


@projections.on(YouthReferred)
async def note_referrals(session: AsyncSession, events: Sequence[YouthReferred]) -> None:
    await upsert(session, Referral, rows_from(events, *Referral.model_fields))


@projections.on(UmbrellaJoined)
async def note_memberships(session: AsyncSession, events: Sequence[UmbrellaJoined]) -> None:
    await insert_missing(
        session, Membership, rows_from(events, "organisation_id", "umbrella_id", "joined_on")
    )


@projections.on(UmbrellaLeft)
async def end_memberships(session: AsyncSession, events: Sequence[UmbrellaLeft]) -> None:
    fields = ("organisation_id", "umbrella_id", "joined_on", "left_on")
    await upsert(session, Membership, rows_from(events, *fields))


@projections.on(ConventionSigned)
async def note_conventions(session: AsyncSession, events: Sequence[ConventionSigned]) -> None:
    await insert_missing(
        session, Convention, rows_from(events, "convention_id", "effective_on", "ends_on")
    )
    signatories = [
        {"convention_id": event.convention_id} | signatory.model_dump()
        for event in events
        for signatory in event.signatories
    ]
    await insert_missing(session, Signatory, signatories)


@projections.on(ConventionAcceded)
async def note_accessions(session: AsyncSession, events: Sequence[ConventionAcceded]) -> None:
    rows = rows_from(events, "convention_id", "organisation_id", "accedes_on")
    await insert_missing(session, Signatory, rows)


@projections.on(SignatoryWithdrew)
async def end_signatures(session: AsyncSession, events: Sequence[SignatoryWithdrew]) -> None:
    rows = rows_from(events, "convention_id", "organisation_id", "withdrawn_on")
    await upsert(session, SignatoryEnd, rows)


@projections.on(ConventionSuspended)
async def note_suspensions(session: AsyncSession, events: Sequence[ConventionSuspended]) -> None:
    await upsert(session, Suspension, rows_from(events, "convention_id", "from_on", "until_on"))


@projections.on(ConventionResumed)
async def end_suspensions(session: AsyncSession, events: Sequence[ConventionResumed]) -> None:
    await upsert(session, Suspension, rows_from(events, "convention_id", "from_on", "until_on"))


@projections.on(ConventionRenewed)
async def prolong_conventions(session: AsyncSession, events: Sequence[ConventionRenewed]) -> None:
    for event in events:
        await _change(session, event.convention_id, ends_on=event.ends_on)


@projections.on(ConventionAmended)
async def amend_conventions(session: AsyncSession, events: Sequence[ConventionAmended]) -> None:
    for event in events:
        await _change(session, event.convention_id, ends_on=event.ends_on)


@projections.on(ConventionEnded)
async def end_conventions(session: AsyncSession, events: Sequence[ConventionEnded]) -> None:
    for event in events:
        await _change(session, event.convention_id, ended_on=event.ended_on)


async def _change(session: AsyncSession, convention_id: UUID, **days: date | None) -> None:
    is_convention = col(Convention.convention_id) == convention_id
    await (await session.connection()).execute(
        update(Convention).where(is_convention).values(**days)
    )
