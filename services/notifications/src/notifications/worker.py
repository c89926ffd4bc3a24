"""The background tasks of notifications: sending e-mails and SMS."""

import asyncio
from collections.abc import Mapping

from backbone.database.sessions import Sessions, is_transient, transaction
from backbone.database.task_failures import note_failure
from backbone.worker import Task, run_every
from notifications import commands
from notifications.delivery.sender import Sender
from notifications.delivery.sms import SmsCentre
from notifications.delivery.smtp import MailServer
from notifications.domain.tables import Channel
from notifications.settings import NotificationsSettings


def tasks(settings: NotificationsSettings) -> Mapping[str, Task]:
    """Return the tasks that run next to relay and consumer, until shutdown."""

    async def send_mail(sessions: Sessions, stopping: asyncio.Event) -> None:
        server = MailServer(settings)
        sender = Sender(sessions, Channel.EMAIL, server, settings.retry_policy)

        async def send_due() -> None:
            try:
                await sender.send_due(stopping)
            finally:
                await server.close_idle()

        await run_every(settings.send_every_seconds, stopping, {"send-due": send_due})

    async def send_sms(sessions: Sessions, stopping: asyncio.Event) -> None:
        centre = SmsCentre(settings)
        sender = Sender(sessions, Channel.SMS, centre, settings.retry_policy)

        async def send_due() -> None:
            await sender.send_due(stopping)

        async def record_receipts() -> None:
            await centre.poll_receipts()
            while centre.receipts:
                name, receipt = next(iter(centre.receipts.items()))
                await _record_receipt(sessions, name, receipt)
                del centre.receipts[name]

        await run_every(
            settings.send_every_seconds,
            stopping,
            {"send-due": send_due, "note-receipts": record_receipts},
        )
        await centre.close()

    return {"send-mail": send_mail, "send-sms": send_sms}


async def _record_receipt(sessions: Sessions, name: str, receipt: str) -> None:
    """Record the receipt of a part; one that cannot be recorded is logged and left out."""
    try:
        async with transaction(sessions) as session:
            await commands.record_receipts(session, {name: receipt})
    except Exception as error:
        if is_transient(error):
            raise
        note_failure("note-receipts", error, name=name[:100], receipt=receipt)
