"""Notifications over HTTP."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict

from backbone.pages import After, Limit, Page, page
from backbone.requests import IfMatch, Session, UnitOfWork, etag
from notifications import commands, queries, store
from notifications.access import Coordinator, departments
from notifications.commands import OptOutOf
from notifications.domain.tables import Bounce, Channel, Message, OptOut, Refusal, Rule, State

messages = APIRouter(prefix="/messages", route_class=UnitOfWork, tags=["messages"])
opt_outs = APIRouter(prefix="/opt-outs", route_class=UnitOfWork, tags=["opt-outs"])
bounces = APIRouter(prefix="/bounces", route_class=UnitOfWork, tags=["bounces"])
routers = [messages, opt_outs, bounces]


class View(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class MessageView(View):
    """A message and where it is in its life; `due_at` is when it is tried next."""

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
    """The same with what was written, once it was; nothing of people who were erased."""

    address: str | None
    subject: str | None
    text: str | None


class OptOutView(View):
    person_id: UUID
    channel: Refusal
    opted_out_at: datetime
    version: int


class BounceView(View):
    """An address that a server refused for good; nothing is sent there until it is corrected."""

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
    """The messages about mentees of the caller's regions, in the order they were planned."""
    query = queries.messages(
        within=departments(by),
        state=state,
        channel=channel,
        rule=rule,
        person_id=person_id,
        pairing_id=pairing_id,
    )
    order = (Message.planned_at, Message.id)
    return await page(session, query, by=order, after=after, limit=limit)


@messages.get("/{message_id}", response_model=WrittenMessageView)
async def get_message(message_id: UUID, session: Session, by: Coordinator) -> Message:
    """A message: its state, its tries, and what was written."""
    return await store.message(session, message_id, departments(by))


@messages.post("/{message_id}/retries", response_model=MessageView)
async def try_message_again(message_id: UUID, session: Session, by: Coordinator) -> Message:
    """Plan a message that has failed anew, with all its tries."""
    return await commands.try_message_again(session, message_id, departments(by))


@opt_outs.post("", status_code=201, response_model=OptOutView)
async def opt_out(
    command: OptOutOf, session: Session, by: Coordinator, response: Response
) -> OptOut:
    """Note that someone does not wish to be written to; a second channel makes it all."""
    opted_out = await commands.opt_out(session, command, departments(by))
    response.headers["etag"] = etag(opted_out.version)
    return opted_out


@opt_outs.get("", response_model=Page[OptOutView])
async def list_opt_outs(
    session: Session, by: Coordinator, after: After = None, limit: Limit = 50
) -> Page[Any]:
    """Who does not wish to be written to, in the order they said so."""
    query = queries.opt_outs(within=departments(by))
    order = (OptOut.opted_out_at, OptOut.person_id)
    return await page(session, query, by=order, after=after, limit=limit)


@opt_outs.get("/{person_id}", response_model=OptOutView)
async def get_opt_out(
    person_id: UUID, session: Session, by: Coordinator, response: Response
) -> OptOut:
    """What someone does not wish."""
    found = await store.opt_out(session, person_id, departments(by))
    response.headers["etag"] = etag(found.version)
    return found


@opt_outs.delete("/{person_id}", status_code=204)
async def take_back_opt_out(
    person_id: UUID, session: Session, by: Coordinator, match: IfMatch
) -> None:
    """Note that someone wishes to be written to again."""
    await commands.take_back_opt_out(session, person_id, match, departments(by))


@bounces.get("", response_model=Page[BounceView])
async def list_bounces(
    session: Session, by: Coordinator, after: After = None, limit: Limit = 50
) -> Page[Any]:
    """Addresses that were refused for good, in that order: correct them on their cards."""
    query = queries.bounces(within=departments(by))
    order = (Bounce.bounced_at, Bounce.address)
    return await page(session, query, by=order, after=after, limit=limit)


@bounces.delete("/{person_id}", status_code=204)
async def reset_bounces(person_id: UUID, session: Session, by: Coordinator) -> None:
    """Write to someone's addresses again that were refused, as they are right after all."""
    await commands.reset_bounces(session, person_id, departments(by))
