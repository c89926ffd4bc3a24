"""`python -m bench.programs.consumer TOPIC GROUP PARTITIONS`: a worker's consumer.

It prints `ready` when it has its partitions, begins when it reads a line, and prints the number of
messages of each batch that it has processed.
"""

import asyncio
import sys
from contextlib import aclosing

from backbone.database.sessions import create_engine
from backbone.service import tune_gc
from backbone.settings import Settings
from bench.fixtures.topic import consuming, member, processed, projections


async def run(name: str, group: str, partitions: int) -> None:
    settings = Settings()
    engine = create_engine(settings)
    processing = consuming(engine, settings, projections(name))
    async with member(settings, name, group=group, partitions=partitions) as consumer:
        consumer.pause(*consumer.assignment())  # type: ignore[attr-defined]
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        consumer.resume(*consumer.assignment())  # type: ignore[attr-defined]
        async with aclosing(processed(processing, consumer)) as numbers:
            async for number in numbers:
                print(number, flush=True)


if __name__ == "__main__":
    tune_gc()  # as `worker` does
    asyncio.run(run(sys.argv[1], sys.argv[2], int(sys.argv[3])))
