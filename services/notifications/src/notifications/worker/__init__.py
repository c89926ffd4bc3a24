"""The background tasks of notifications: sending e-mails and SMS."""

import asyncio
from collections.abc import Sequence

from backbone.db import Sessions, is_passing, transaction
from backbone.dead_letters import note_failure
from backbone.worker import Task, every
from notifications import commands
from notifications.domain.tables import Channel
from notifications.settings import NotificationsSettings
from notifications.worker.mail import MailServer
from notifications.worker.sender import Sender
from notifications.worker.sms import SmsCentre


def tasks(settings: NotificationsSettings) -> Sequence[Task]:
    """Return the tasks that run next to relay and consumer, until shutdown."""

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

        async def send_due() -> None:
            await sender.send_due(stopping)

        async def note_receipts() -> None:
            await centre.listen()
            while centre.receipts:
                name, receipt = next(iter(centre.receipts.items()))
                await _note_receipt(sessions, name, receipt)
                del centre.receipts[name]

        await every(settings.send_every_seconds, stopping, send_due, note_receipts)
        await centre.leave()

    return send_mail, send_sms


async def _note_receipt(sessions: Sessions, name: str, receipt: str) -> None:
    """Record the receipt of a part; one that cannot be recorded is logged and left out."""
    try:
        async with transaction(sessions) as session:
            await commands.note_receipts(session, {name: receipt})
    except Exception as error:
        if is_passing(error):
            raise
        note_failure("note-receipts", error, name=name[:100], receipt=receipt)
