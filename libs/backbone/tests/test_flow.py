"""From a commit to another service's read model, over real PostgreSQL and real Kafka."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from notebook import Noted, NoteWritten, Owner, OwnerCard
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession
from steps import a_relay, running, until

from backbone.database.sessions import Sessions, transaction
from backbone.messaging.consumer import MessageConsumer
from backbone.messaging.kafka import create_consumer
from backbone.messaging.outbox import Outbox, emit
from backbone.messaging.rebuild import Rebuild
from backbone.service import Service
from backbone.settings import Settings


@pytest.mark.usefixtures("kafka")
async def test_what_is_committed_reaches_the_read_model_and_can_be_rebuilt(
    engine: AsyncEngine,
    sessions: Sessions,
    db: AsyncSession,
    settings: Settings,
    service: Service[Any],
) -> None:
    notebooks: list[UUID] = [uuid4() for _ in range(20)]
    jo = uuid4()
    async with transaction(sessions) as session:
        for _ in range(50):
            emit(session, *(NoteWritten(notebook_id=notebook) for notebook in notebooks))
        emit(session, OwnerCard(owner_id=jo, name="Jo"), OwnerCard.erasure(jo))
        emit(session, OwnerCard(owner_id=uuid4(), name="Al"))
    consuming = MessageConsumer(
        sessions,
        service.projections,
        create_consumer=lambda: create_consumer(settings, group=f"test-{uuid4()}"),
    )

    async def all_noted() -> bool:
        await db.rollback()
        owners = [owner.name for owner in (await db.exec(select(Owner))).all()]
        return len((await db.exec(select(Noted))).all()) == 1000 and owners == ["Al"]

    async with running(a_relay(engine, settings).run, consuming.run):
        await until(all_noted)

    assert (await db.exec(select(Outbox))).all() == []
    await db.rollback()
    rebuilt = await Rebuild(
        engine,
        service.projections,
        service.read_model,
        create_consumer=lambda: create_consumer(settings, group=None),
    ).run()
    assert rebuilt.messages == 1003
    assert rebuilt.same
    assert await all_noted()
