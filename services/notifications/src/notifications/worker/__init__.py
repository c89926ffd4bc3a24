"""What notifications does in its own time: sends mail, sends SMS."""

import asyncio
from collections.abc import Mapping

from backbone.db import Sessions, is_passing, transaction
from backbone.dead_letters import note_failure
from backbone.worker import Task, every
from notifications import commands
from notifications.domain.tables import Channel
from notifications.settings import NotificationsSettings
from notifications.worker.mail import MailServer
from notifications.worker.sender import Sender
from notifications.worker.sms import SmsCentre


def tasks(settings: NotificationsSettings) -> Mapping[str, Task]:
    """The tasks beside relay and consumer, each until it is told to stop."""

    async def send_mail(sessions: Sessions, stopping: asyncio.Event) -> None:
        server = MailServer(settings)
        sender = Sender(sessions, Channel.EMAIL, server, settings.patience)

        async def send_due() -> None:
            try:
                await sender.send_due(stopping)
            finally:
                await server.rest()

        await every(settings.send_every_seconds, stopping, {"send-due": send_due})

    async def send_sms(sessions: Sessions, stopping: asyncio.Event) -> None:
        centre = SmsCentre(settings)
        sender = Sender(sessions, Channel.SMS, centre, settings.patience)

        async def send_due() -> None:
            await sender.send_due(stopping)

        async def note_receipts() -> None:
            await centre.listen()
            while centre.receipts:
                name, receipt = next(iter(centre.receipts.items()))
                await _note_receipt(sessions, name, receipt)
                del centre.receipts[name]

        await every(
            settings.send_every_seconds,
            stopping,
            {"send-due": send_due, "note-receipts": note_receipts},
        )
        await centre.leave()

    return {"send-mail": send_mail, "send-sms": send_sms}


async def _note_receipt(sessions: Sessions, name: str, receipt: str) -> None:
    """Note what became of a part of an SMS; what cannot be noted is logged and left out."""
    try:
        async with transaction(sessions) as session:
            await commands.note_receipts(session, {name: receipt})
    except Exception as error:
        if is_passing(error):
            raise
        note_failure("note-receipts", error, name=name[:100], receipt=receipt)
