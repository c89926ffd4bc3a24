from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import uuid4

import notebook
import pytest
import structlog
from httpx import AsyncClient
from notebook import NoteThanked, NoteWritten, OwnerCard
from structlog.testing import LogCapture

from backbone.messaging.topics import Topic, create_topics
from backbone.observability.logging import add_trace
from backbone.observability.telemetry import start_tracing
from backbone.service import Service
from backbone.settings import Settings
from backbone.testing.fixtures import ClientOf


@pytest.fixture(scope="session")
def service() -> Service[Any]:
    return notebook.SERVICE


@pytest.fixture(scope="session")
def tracing() -> None:
    """As in production: every request has a trace."""
    start_tracing("test")


@pytest.fixture
async def kafka(settings: Settings) -> str:
    """Kafka, with topics that only this test uses; the name of the run they are for."""
    run = uuid4().hex[:8]
    notebook.move_to(run)
    await create_topics(
        {
            NoteWritten.topic: Topic(partitions=3, kept="forever"),
            NoteThanked.topic: Topic(partitions=1, kept="forever"),
            OwnerCard.topic: Topic(partitions=2, kept="compacted"),
        },
        bootstrap_servers=settings.kafka_bootstrap_servers,
    )
    return run


@pytest.fixture
async def unlucky() -> AsyncIterator[set[int]]:
    """The words that the projection cannot take: empty it to mend the projection."""
    before = set(notebook.UNLUCKY)
    yield notebook.UNLUCKY
    notebook.UNLUCKY.clear()
    notebook.UNLUCKY.update(before)


@pytest.fixture
def client(client_of: ClientOf) -> AsyncClient:
    return client_of("writer")


@pytest.fixture
def logged() -> Iterator[list[Any]]:
    """What is logged meanwhile, with what is bound to it."""
    before, captured = structlog.get_config(), LogCapture()
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, add_trace, captured],
        cache_logger_on_first_use=False,
    )
    yield captured.entries
    structlog.configure(**before)
