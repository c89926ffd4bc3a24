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
from backbone.db import Sessions, is_passing, transaction
from backbone.dead_letters import note_failure
from notifications import commands, store
from notifications.domain import messages
from notifications.domain.messages import Drop, Outcome, Patience, Postponed, Send, Wait
from notifications.domain.tables import Channel, Message, State
from notifications.worker.entries import entry_of
from notifications.worker.rendering import Cast, Written, write

TRIED = Counter("messages_tried_total", "Messages handed to a server.", ["channel", "outcome"])

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Letter:
    """A rendered message with its address, a calendar entry, and the number of this attempt."""

    id: UUID
    tries: int
    address: str
    name: str
    language: str
    written: Written
    entry: bytes | None = None


class Carrier(Protocol):
    """The transport of one channel."""

    async def carry(self, letter: Letter) -> Outcome: ...


@dataclass(frozen=True, slots=True)
class Sender:
    """The sender of the messages of one channel."""

    sessions: Sessions
    channel: Channel
    carrier: Carrier
    patience: Patience

    async def send_due(self, stopping: asyncio.Event) -> None:
        """Send messages until none is due, or until shutdown."""
        while not stopping.is_set() and await self.send_next():
            pass

    async def send_next(self) -> bool:
        """Process the message that is due longest; return whether there was one."""
        message_id = None
        try:
            async with transaction(self.sessions) as session:
                message = await store.next_message_to_send(session, self.channel)
                if message is None:
                    return False
                message_id = message.id
                letter = await self._begin(session, message)
        except Exception as error:
            if message_id is None or is_passing(error):
                raise
            await self._fail(message_id, error)
            return True
        if letter:
            await self._send(letter)
        return True

    async def _fail(self, message_id: UUID, error: Exception) -> None:
        """Mark a message that cannot be processed as failed; a coordinator can retry it."""
        cause = note_failure(self.task, error, message_id=str(message_id))
        async with transaction(self.sessions) as session:
            message = await store.message_to_change(session, message_id, None)
            messages.drop(message, Drop(State.FAILED, cause))

    @property
    def task(self) -> str:
        return f"send-{self.channel}"

    async def _begin(self, session: AsyncSession, message: Message) -> Letter | None:
        """Render the message and mark it as being sent; return None if it is not to be sent now."""
        reader, other = await store.people_of(session, message)
        occasion, organisation = await store.circumstances_of(session, message, reader)
        known = await store.known_about(
            session, message, reader=reader, other=other, occasion=occasion
        )
        now = await store.now(session)
        verdict = messages.verdict(message, known, now=now, patience=self.patience)
        if isinstance(verdict, Send):
            bounce = await store.bounce_of(session, message.channel, verdict.address)
            verdict = messages.unless_bounced(verdict, bounce)
        if isinstance(verdict, Send) and reader:
            cast = Cast(reader=reader, other=other, occasion=occasion, organisation=organisation)
            letter = _letter(message, cast, address=verdict.address)
            if letter:
                messages.begin(message, now=now, patience=self.patience)
                return replace(letter, tries=message.tries)
        elif isinstance(verdict, Drop):
            messages.drop(message, verdict)
            log.info("message dropped", message_id=str(message.id), state=str(verdict.state))
        elif isinstance(verdict, Wait):
            messages.wait(message, verdict, now=now, patience=self.patience)
        return None

    async def _send(self, letter: Letter) -> None:
        crash_point("notifier.before_send")
        outcome = await self._carried(letter)
        crash_point("notifier.after_send")
        try:
            async with transaction(self.sessions) as session:
                await commands.note_outcome(
                    session, letter.id, outcome, tries=letter.tries, patience=self.patience
                )
        except Exception as error:
            if is_passing(error):
                raise
            await self._fail(letter.id, error)  # otherwise it would be sent over and over
        crash_point("notifier.after_mark")
        name = type(outcome).__name__.lower()
        TRIED.labels(self.channel, name).inc()
        log.info("message tried", message_id=str(letter.id), outcome=name, tries=letter.tries)

    async def _carried(self, letter: Letter) -> Outcome:
        """Hand a message to the transport; an unexpected error is a temporary failure."""
        try:
            return await self.carrier.carry(letter)
        except Exception as error:  # noqa: BLE001  (whatever it is, the next one follows)
            return Postponed(note_failure(self.task, error, message_id=str(letter.id)))


def _letter(message: Message, cast: Cast, *, address: str) -> Letter | None:
    """Render a message, store its text in the row, and return it with its address."""
    try:
        written = write(message, cast)
    except TemplateError as error:
        log.exception("template is wrong", message_id=str(message.id))
        messages.drop(message, Drop(State.FAILED, f"Its template is wrong: {error}"))
        return None
    message.address, message.subject, message.text = address, written.subject, written.text
    reader = cast.reader
    name = f"{reader.given_name} {reader.family_name}"
    return Letter(message.id, 0, address, name, reader.language, written, entry_of(message))
