"""Sends mail as the worker does, until nothing is open. The tests kill it on the way."""

import asyncio

from sqlmodel import col, func, select

from backbone.database.sessions import create_engine, create_sessions
from notifications.domain.tables import Channel, Message
from notifications.settings import NotificationsSettings
from notifications.store import OPEN
from notifications.worker import tasks


async def main() -> None:
    settings, stopping = NotificationsSettings(), asyncio.Event()
    engine = create_engine(settings, pool_size=2)
    sessions = create_sessions(engine)
    send_mail = tasks(settings)["send-mail"]
    sending = asyncio.create_task(send_mail(sessions, stopping))
    open_mails = (
        select(func.count())
        .select_from(Message)
        .where(Message.channel == Channel.EMAIL, col(Message.state).in_(OPEN))
    )
    left = 1
    while left:
        await asyncio.sleep(0.05)
        async with sessions() as session:
            left = (await session.exec(open_mails)).one()
    stopping.set()
    await sending
    await engine.dispose()


if __name__ == "__main__":
    asyncio.run(main())
