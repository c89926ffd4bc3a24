"""The HTTP API of notifications."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter

from backbone.web.etags import IfMatch
from backbone.web.pagination import After, Limit, Page, paginate
from backbone.web.routes import Session, TransactionalRoute
from backbone.web.schemas import View
from notifications import commands, queries, store
from notifications.access import Coordinator, departments
from notifications.commands import OptOutOf
from notifications.domain.tables import Bounce, Channel, Message, OptOut, Refusal, Rule, State

messages = APIRouter(prefix="/messages", route_class=TransactionalRoute, tags=["messages"])
opt_outs = APIRouter(prefix="/opt-outs", route_class=TransactionalRoute, tags=["opt-outs"])
bounces = APIRouter(prefix="/bounces", route_class=TransactionalRoute, tags=["bounces"])
routers = [messages, opt_outs, bounces]


class MessageView(View):
    """A message and its state; `due_at` is the instant of the next attempt."""

    id: UUID
    rule: Rule
    channel: Channel
    pairing_id: UUID | None
    person_id: UUID
    counterpart_id: UUID | None
    due_on: date
    since_on: date
    state: State
    tries: int
    last_error: str | None
    planned_at: datetime
    due_at: datetime
    sent_at: datetime | None
    delivered_at: datetime | None


class WrittenMessageView(MessageView):
    """A message with its rendered text, once sent; without it if a person was erased."""

    address: str | None
    subject: str | None
    text: str | None


class OptOutView(View):
    person_id: UUID
    channel: Refusal
    opted_out_at: datetime
    version: int


class BounceView(View):
    """An address that a server rejected permanently; it is not used until it is corrected."""

    person_id: UUID
    channel: Channel
    address: str
    reason: str
    bounced_at: datetime


@messages.get("", response_model=Page[MessageView])
async def list_messages(
    session: Session,
    by: Coordinator,
    state: State | None = None,
    channel: Channel | None = None,
    rule: Rule | None = None,
    person_id: UUID | None = None,
    pairing_id: UUID | None = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[Any]:
    """List the messages about mentees of the caller's regions, in the order they were planned."""
    query = queries.messages(
        within=departments(by),
        state=state,
        channel=channel,
        rule=rule,
        person_id=person_id,
        pairing_id=pairing_id,
    )
    order = (Message.planned_at, Message.id)
    return await paginate(session, query, by=order, after=after, limit=limit)


@messages.get("/{message_id}", response_model=WrittenMessageView)
async def get_message(message_id: UUID, session: Session, by: Coordinator) -> Message:
    """Get a message: its state, its attempts, and its text."""
    return await store.message(session, message_id, departments(by))


@messages.post("/{message_id}/retries", response_model=MessageView)
async def try_message_again(message_id: UUID, session: Session, by: Coordinator) -> Message:
    """Plan a failed message again, with all its attempts."""
    return await commands.try_message_again(session, message_id, departments(by))


@opt_outs.post("", status_code=201, response_model=OptOutView)
async def opt_out(command: OptOutOf, session: Session, by: Coordinator) -> OptOut:
    """Record that a person does not wish to be contacted; a second channel opts out of all."""
    return await commands.opt_out(session, command, departments(by))


@opt_outs.get("", response_model=Page[OptOutView])
async def list_opt_outs(
    session: Session, by: Coordinator, after: After = None, limit: Limit = 50
) -> Page[Any]:
    """List the persons who do not wish to be contacted, in the order they opted out."""
    query = queries.opt_outs(within=departments(by))
    order = (OptOut.opted_out_at, OptOut.person_id)
    return await paginate(session, query, by=order, after=after, limit=limit)


@opt_outs.get("/{person_id}", response_model=OptOutView)
async def get_opt_out(person_id: UUID, session: Session, by: Coordinator) -> OptOut:
    """Get the opt-out of a person."""
    return await store.opt_out(session, person_id, departments(by))


@opt_outs.delete("/{person_id}", status_code=204)
async def take_back_opt_out(
    person_id: UUID, session: Session, by: Coordinator, match: IfMatch
) -> None:
    """Record that a person wishes to be contacted again."""
    await commands.take_back_opt_out(session, person_id, match, departments(by))


@bounces.get("", response_model=Page[BounceView])
async def list_bounces(
    session: Session, by: Coordinator, after: After = None, limit: Limit = 50
) -> Page[Any]:
    """List the permanently rejected addresses, oldest first: correct them on their cards."""
    query = queries.bounces(within=departments(by))
    order = (Bounce.bounced_at, Bounce.address)
    return await paginate(session, query, by=order, after=after, limit=limit)


@bounces.delete("/{person_id}", status_code=204)
async def reset_bounces(person_id: UUID, session: Session, by: Coordinator) -> None:
    """Use the rejected addresses of a person again, because they are right after all."""
    await commands.reset_bounces(session, person_id, departments(by))
