"""Runs a relay or a consumer that dies at one named step after the other, then to its end.

Each run is a fork of one process, so that only the first has to import everything. What a run does
until it is killed is real: real PostgreSQL, real Kafka, SIGKILL.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Sequence

from notebook import SERVICE
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from steps import until

from backbone.database.sessions import create_engine, create_sessions
from backbone.imports.worker import ImportWorker
from backbone.messaging.consumer import MessageConsumer
from backbone.messaging.inbox import Handlers
from backbone.messaging.kafka import create_consumer
from backbone.messaging.rebuild import Rebuild
from backbone.settings import Settings
from backbone.worker import Worker

PATIENCE = 120  # seconds
EXPECTED = 60  # notes, in the tests that let a consumer crash


async def crash(
    what: str, *, at: Sequence[str], settings: Settings, run: str, to_the_end: bool = True
) -> list[str]:
    """Run `what`, to be killed at each of these steps in turn; tell how each run ended."""
    settings = settings.model_copy(update={"batch_size": 10})
    steps = [*at, ""] if to_the_end else at
    asked = {"what": what, "at": steps, "settings": settings.model_dump()}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "error", __file__, json.dumps(asked)),
        env=os.environ | {"NOTEBOOK_RUN": run},
        stdout=asyncio.subprocess.PIPE,
    )
    told, _ = await process.communicate()
    ended: list[str] = json.loads(told.splitlines()[-1])
    return ended


def ending(pid: int) -> str:
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return signal.Signals(-code).name if code < 0 else str(code)


async def relay(settings: Settings) -> None:
    engine = create_engine(settings)
    worker = Worker(settings, "notebook", Handlers())
    stopping = asyncio.Event()
    relaying = asyncio.create_task(worker.relay(engine).run(stopping))
    async with asyncio.timeout(PATIENCE):
        await until(lambda: is_sent(engine))
    stopping.set()
    await relaying
    await engine.dispose()


async def consumer(settings: Settings) -> None:
    engine = create_engine(settings)
    group = f"crashing-{os.environ['NOTEBOOK_RUN']}"
    consuming = MessageConsumer(
        create_sessions(engine),
        SERVICE.handlers,
        # Whoever comes back under the name of a dead member need not wait until it is missed.
        create_consumer=lambda: create_consumer(settings, group=group, group_instance_id="only"),
        batch_size=settings.batch_size,
    )
    stopping = asyncio.Event()
    working = asyncio.create_task(consuming.run(stopping))
    async with asyncio.timeout(PATIENCE):
        await until(lambda: is_taken(engine, consuming))
    stopping.set()
    await working
    await engine.dispose()


async def rebuild(settings: Settings) -> None:
    engine = create_engine(settings)
    await Rebuild(
        engine,
        SERVICE.projections,
        SERVICE.read_model,
        create_consumer=lambda: create_consumer(settings, group=None),
        batch_size=settings.batch_size,
    ).run()
    await engine.dispose()


async def importing(settings: Settings) -> None:
    engine = create_engine(settings)
    taking = ImportWorker(create_sessions(engine), SERVICE.imports)
    while await taking.process_next_chunk():
        pass
    await engine.dispose()


RUNS = {"importing": importing, "relay": relay, "consumer": consumer, "rebuild": rebuild}


async def is_sent(engine: AsyncEngine) -> bool:
    async with engine.connect() as connection:
        return not await connection.scalar(text("SELECT count(*) FROM outbox"))


async def is_taken(engine: AsyncEngine, consuming: MessageConsumer) -> bool:
    async with engine.connect() as connection:
        noted = int(await connection.scalar(text("SELECT count(*) FROM noted")) or 0)
    return noted >= EXPECTED and consuming.lag == 0


def main() -> None:
    asked = json.loads(sys.argv[1])
    settings = Settings(**asked["settings"])
    ended = list[str]()
    for step in asked["at"]:
        pid = os.fork()
        if pid == 0:
            os.environ["CRASH_AT"] = step
            asyncio.run(RUNS[asked["what"]](settings))
            os._exit(0)
        ended.append(ending(pid))
    sys.stdout.write(json.dumps(ended))


if __name__ == "__main__":
    main()
