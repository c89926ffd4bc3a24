"""The sender of due messages, one at a time, so that a crash sends at most one message twice.

A message is marked as being sent, and committed; sent; marked as sent, and committed. A message
found between these steps after its lease has expired is sent again under the same id.
"""

import asyncio
from dataclasses import dataclass, replace
from typing import Protocol
from uuid import UUID

import structlog
from jinja2 import TemplateError
from prometheus_client import Counter
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.crash import crash_point
from backbone.database.sessions import Sessions, is_transient, transaction
from backbone.database.task_failures import note_failure
from notifications import commands, store
from notifications.delivery.calendar_entries import calendar_entry
from notifications.delivery.rendering import RenderedMessage, TemplateContext, render
from notifications.domain import messages
from notifications.domain.messages import Defer, Outcome, RetryPolicy, Send, Skip, TemporaryFailure
from notifications.domain.tables import Channel, Message, State

TRIED = Counter("messages_tried_total", "Messages handed to a server.", ["channel", "outcome"])

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """A rendered message with its address, a calendar entry, and the number of this attempt."""

    id: UUID
    tries: int
    address: str
    name: str
    language: str
    rendered: RenderedMessage
    entry: bytes | None = None


class Transport(Protocol):
    """The transport of one channel."""

    async def deliver(self, outgoing: OutgoingMessage) -> Outcome: ...


@dataclass(frozen=True, slots=True)
class Sender:
    """The sender of the messages of one channel."""

    sessions: Sessions
    channel: Channel
    transport: Transport
    retry_policy: RetryPolicy

    async def send_due(self, stopping: asyncio.Event) -> None:
        """Send messages until none is due, or until shutdown."""
        while not stopping.is_set() and await self.send_next():
            pass

    async def send_next(self) -> bool:
        """Process the message that is due longest; return whether there was one."""
        message_id = None
        try:
            async with transaction(self.sessions) as session:
                message = await store.lock_next_due_message(session, self.channel)
                if message is None:
                    return False
                message_id = message.id
                outgoing = await self._begin(session, message)
        except Exception as error:
            if message_id is None or is_transient(error):
                raise
            await self._fail(message_id, error)
            return True
        if outgoing:
            await self._send(outgoing)
        return True

    async def _fail(self, message_id: UUID, error: Exception) -> None:
        """Mark a message that cannot be processed as failed; a coordinator can retry it."""
        cause = note_failure(self.task, error, message_id=str(message_id))
        async with transaction(self.sessions) as session:
            message = await store.lock_message(session, message_id, None)
            messages.skip(message, Skip(State.FAILED, cause))

    @property
    def task(self) -> str:
        return f"send-{self.channel}"

    async def _begin(self, session: AsyncSession, message: Message) -> OutgoingMessage | None:
        """Render the message and mark it as being sent; return None if it is not to be sent now."""
        reader, other = await store.people_of(session, message)
        occasion, organisation = await store.load_occasion_and_organisation(
            session, message, reader
        )
        delivery_context = await store.load_delivery_context(
            session, message, reader=reader, other=other, occasion=occasion
        )
        now = await store.now(session)
        decision = messages.decide(
            message, delivery_context, now=now, retry_policy=self.retry_policy
        )
        if isinstance(decision, Send):
            bounce = await store.bounce_of(session, message.channel, decision.address)
            decision = messages.unless_bounced(decision, bounce)
        if isinstance(decision, Send) and reader:
            context = TemplateContext(
                reader=reader, other=other, occasion=occasion, organisation=organisation
            )
            outgoing = _render(message, context, address=decision.address)
            if outgoing:
                messages.begin(message, now=now, retry_policy=self.retry_policy)
                return replace(outgoing, tries=message.tries)
        elif isinstance(decision, Skip):
            messages.skip(message, decision)
            log.info("message dropped", message_id=str(message.id), state=str(decision.state))
        elif isinstance(decision, Defer):
            messages.defer(message, decision, now=now, retry_policy=self.retry_policy)
        return None

    async def _send(self, outgoing: OutgoingMessage) -> None:
        crash_point("notifier.before_send")
        outcome = await self._deliver(outgoing)
        crash_point("notifier.after_send")
        try:
            async with transaction(self.sessions) as session:
                await commands.record_outcome(
                    session,
                    outgoing.id,
                    outcome,
                    tries=outgoing.tries,
                    retry_policy=self.retry_policy,
                )
        except Exception as error:
            if is_transient(error):
                raise
            await self._fail(outgoing.id, error)  # otherwise it would be sent over and over
        crash_point("notifier.after_mark")
        TRIED.labels(self.channel, outcome.label).inc()
        log.info(
            "message tried",
            message_id=str(outgoing.id),
            outcome=outcome.label,
            tries=outgoing.tries,
        )

    async def _deliver(self, outgoing: OutgoingMessage) -> Outcome:
        """Hand a message to the transport; an unexpected error is a temporary failure."""
        try:
            return await self.transport.deliver(outgoing)
        except Exception as error:  # noqa: BLE001  (whatever it is, the next one follows)
            return TemporaryFailure(note_failure(self.task, error, message_id=str(outgoing.id)))


def _render(message: Message, context: TemplateContext, *, address: str) -> OutgoingMessage | None:
    """Render a message, store its text in the row, and return it with its address."""
    try:
        rendered = render(message, context)
    except TemplateError as error:
        log.exception("template is wrong", message_id=str(message.id))
        messages.skip(message, Skip(State.FAILED, f"Its template is wrong: {error}"))
        return None
    message.address, message.subject, message.text = address, rendered.subject, rendered.text
    reader = context.reader
    name = f"{reader.given_name} {reader.family_name}"
    return OutgoingMessage(
        message.id, 0, address, name, reader.language, rendered, calendar_entry(message)
    )
