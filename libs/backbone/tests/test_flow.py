"""From a commit to another service's read model, over real PostgreSQL and real Kafka."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

from notebook import NOTES, OWNERS, Noted, NoteWritten, Owner, OwnerCard, projections
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.consumer import Consuming
from backbone.db import Sessions, transaction
from backbone.kafka import create_consumer, create_producer
from backbone.outbox import Outbox, emit
from backbone.relay import Relay
from backbone.replay import Replay
from backbone.service import Service
from backbone.settings import Settings
from backbone.topics import Topic, create_topics


async def until(condition: Any, seconds: float = 20) -> None:
    for _ in range(int(seconds * 20)):
        if await condition():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("It did not come about.")


async def test_what_is_committed_reaches_the_read_model_and_can_be_rebuilt(
    engine: AsyncEngine,
    sessions: Sessions,
    db: AsyncSession,
    settings: Settings,
    service: Service[Any],
) -> None:
    await create_topics(
        {NOTES: Topic(partitions=3, kept="forever"), OWNERS: Topic(partitions=2, kept="compacted")},
        bootstrap_servers=settings.kafka_bootstrap_servers,
    )
    notebooks: list[UUID] = [uuid4() for _ in range(20)]
    jo = uuid4()
    async with transaction(sessions) as session:
        for _ in range(50):
            emit(session, *(NoteWritten(notebook_id=notebook) for notebook in notebooks))
        emit(session, OwnerCard(owner_id=jo, name="Jo"), OwnerCard.erasure(jo))
        emit(session, OwnerCard(owner_id=uuid4(), name="Al"))
    stopping = asyncio.Event()
    relay = Relay(
        engine, create_producer=lambda: create_producer(settings), source="/envol/notebook"
    )
    consuming = Consuming(
        sessions,
        projections,
        create_consumer=lambda: create_consumer(settings, group=f"test-{uuid4()}"),
    )

    async def all_noted() -> bool:
        await db.rollback()
        owners = [o.name for o in (await db.exec(select(Owner))).all()]
        return len((await db.exec(select(Noted))).all()) == 1000 and owners == ["Al"]

    async with asyncio.TaskGroup() as group:
        group.create_task(relay.run(stopping))
        group.create_task(consuming.run(stopping))
        try:
            await until(all_noted)
        finally:
            stopping.set()

    assert (await db.exec(select(Outbox))).all() == []
    await db.rollback()
    rebuilt = await Replay(
        engine,
        projections,
        service.views,
        create_consumer=lambda: create_consumer(settings, group=None),
    ).run()
    assert rebuilt.messages == 1003
    assert rebuilt.same
    assert await all_noted()
