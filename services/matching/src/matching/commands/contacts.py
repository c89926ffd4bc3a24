"""Commands on the contacts of a pair, by one of the pair or a coordinator."""

from typing import ClassVar, Self
from uuid import UUID

from pydantic import Field, model_validator
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.messaging.outbox import emit
from backbone.web.etags import ExpectedVersion
from backbone.web.schemas import Command, example
from contracts.bounds import Day
from contracts.enums import ContactKind, Medium
from contracts.local_time import today_in
from matching import store
from matching.commands.base import Change
from matching.domain import contacts, pairings
from matching.domain.contacts import Exchange
from matching.domain.tables import Contact, ContactState
from matching.store import Scope


class LogContact(Command):
    """A contact, or an attempt (`made` is false); a draft is not published."""

    model_config = example(
        contact_on="2013-10-15", medium="phone", minutes=30, contact_kind="interview_preparation"
    )

    contact_on: Day
    medium: Medium
    minutes: int | None = Field(default=None, ge=1, le=600)
    contact_kind: ContactKind | None = None
    made: bool = True
    draft: bool = False

    @model_validator(mode="after")
    def an_attempt_was_in_vain(self) -> Self:
        if not self.made and (self.minutes or self.contact_kind):
            message = "An attempt has no duration and no kind. Leave both out, or say it was made."
            raise ValueError(message)
        return self


class CorrectContact(Change):
    model_config = example(contact_on="2013-10-14", medium="video")
    nullable: ClassVar[frozenset[str]] = frozenset({"minutes", "contact_kind"})

    contact_on: Day | None = None
    medium: Medium | None = None
    minutes: int | None = Field(default=None, ge=1, le=600)
    contact_kind: ContactKind | None = None


async def log_contact(
    session: AsyncSession, pairing_id: UUID, command: LogContact, within: Scope, *, by: str
) -> Contact:
    """Record a contact or an attempt; publish it unless it is a draft."""
    pairing, mentee = await store.lock_pairing(session, pairing_id, within)
    pairings.require_past(command.contact_on, today=today_in(mentee.department))
    exchange = Exchange(**command.model_dump(exclude={"draft"}))
    contact = contacts.draft(pairing, exchange, by=by)
    if not command.draft:
        emit(session, contacts.log(contact, pairing, mentee.department))
    session.add(contact)
    return contact


async def log_draft(
    session: AsyncSession, contact_id: UUID, match: ExpectedVersion, within: Scope, *, by: str
) -> Contact:
    contact, pairing, mentee = await store.lock_contact(session, contact_id, within, by=by)
    match.require(contact.version)
    emit(session, contacts.log(contact, pairing, mentee.department))
    return contact


async def correct_contact(
    session: AsyncSession,
    contact_id: UUID,
    command: CorrectContact,
    match: ExpectedVersion,
    within: Scope,
    *,
    by: str,
) -> Contact:
    """Correct a contact and keep its previous values, unless it is a draft."""
    contact, pairing, mentee = await store.lock_contact(session, contact_id, within, by=by)
    match.require(contact.version)
    if command.contact_on is not None:
        pairings.require_past(command.contact_on, today=today_in(mentee.department))
    if corrected := contacts.correct(contact, pairing, command.changes, by=by):
        correction, event = corrected
        session.add(correction)
        emit(session, event)
    return contact


async def withdraw_contact(
    session: AsyncSession, contact_id: UUID, match: ExpectedVersion, within: Scope, *, by: str
) -> None:
    """Void a contact entered by mistake, keeping its history; delete it if it is a draft."""
    contact, pairing, _ = await store.lock_contact(session, contact_id, within, by=by)
    match.require(contact.version)
    if contact.state == ContactState.DRAFT:
        await session.delete(contact)
        return
    correction, event = contacts.withdraw(contact, pairing, by=by)
    session.add(correction)
    emit(session, event)
    await session.flush()
    if await store.last_contact_on(session, pairing.id) is None:
        contacts.out_of_touch(pairing)
