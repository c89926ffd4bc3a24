"""What notifications does in its own time: sends mail, sends SMS."""

import asyncio
from collections.abc import Sequence

from backbone.db import Sessions, transaction
from backbone.worker import Task, every
from notifications import commands
from notifications.domain.tables import Channel
from notifications.settings import NotificationsSettings
from notifications.worker.mail import MailServer
from notifications.worker.sender import Sender
from notifications.worker.sms import SmsCentre


def tasks(settings: NotificationsSettings) -> Sequence[Task]:
    """The tasks beside relay and consumer, each until it is told to stop."""

    async def send_mail(sessions: Sessions, stopping: asyncio.Event) -> None:
        server = MailServer(settings)
        sender = Sender(sessions, Channel.EMAIL, server, settings.patience)

        async def send_due() -> None:
            try:
                await sender.send_due(stopping)
            finally:
                await server.rest()

        await every(settings.send_every_seconds, stopping, send_due)

    async def send_sms(sessions: Sessions, stopping: asyncio.Event) -> None:
        centre = SmsCentre(settings)
        sender = Sender(sessions, Channel.SMS, centre, settings.patience)

        async def send_due_and_listen() -> None:
            await sender.send_due(stopping)
            await centre.listen()
            async with transaction(sessions) as session:
                await commands.note_receipts(session, centre.receipts)
            centre.receipts.clear()

        await every(settings.send_every_seconds, stopping, send_due_and_listen)
        await centre.leave()

    return send_mail, send_sms
