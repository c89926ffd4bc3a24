"""A clock that is moved: Python's by time-machine, PostgreSQL's by a function of our own.

Both go on ticking from where they were put. `public.now()` is found before PostgreSQL's because
the connections of a model name `pg_catalog` last; it adds a shift that stands in a table.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Self

import time_machine
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncEngine

BEGINNING = datetime(2024, 2, 5, 9, tzinfo=UTC)  # a leap day is near, and the programme's year ends
SEARCH_PATH = "SET search_path TO public, read_model, pg_catalog"
MAKE = (
    text("CREATE TABLE public.reference_clock AS SELECT interval '0' AS shift"),
    text("CREATE FUNCTION public.now() RETURNS timestamptz LANGUAGE sql STABLE AS"
         " 'SELECT pg_catalog.now() + shift FROM public.reference_clock'"),
)  # fmt: skip
SHIFT = text("UPDATE public.reference_clock SET shift = :at - pg_catalog.clock_timestamp()")


def take_our_now(engine: AsyncEngine) -> None:
    """Let the connections of an engine find `public.now()` before PostgreSQL's."""

    def search(connection: Any, _: object) -> None:
        connection.run_async(lambda driver: driver.execute(SEARCH_PATH))

    event.listen(engine.sync_engine, "connect", search)


class Clock:
    """The one clock of a model's services."""

    def __init__(self, engines: Sequence[AsyncEngine]) -> None:
        self.engines = engines
        self._travel: Any = None
        self._time: Any = None

    def __enter__(self) -> Self:
        self._travel = time_machine.travel(BEGINNING, tick=True)
        self._time = self._travel.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._travel.stop()

    @property
    def now(self) -> datetime:
        return datetime.now(UTC)

    @property
    def today(self) -> date:
        return self.now.date()

    async def put(self, at: datetime) -> None:
        """Put both clocks on a moment."""
        for engine in self.engines:
            async with engine.begin() as connection:
                await connection.execute(SHIFT, {"at": at})
        self._time.move_to(at, tick=True)

    async def step(self, by: timedelta) -> None:
        await self.put(self.now + by)
