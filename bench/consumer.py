"""`python -m bench.consumer TOPIC GROUP PARTITIONS`: a worker's consumer that waits for a word.

It says `ready` when it has its partitions, begins when a line comes in, and says how many messages
each batch had, once it is taken in.
"""

import asyncio
import sys
from contextlib import aclosing

from backbone.database.sessions import create_engine
from backbone.service import tune_gc
from backbone.settings import Settings
from bench.told import consuming, member, projections, taken


async def run(name: str, group: str, partitions: int) -> None:
    settings = Settings()
    engine = create_engine(settings)
    taking = consuming(engine, settings, projections(name))
    async with member(settings, name, group=group, partitions=partitions) as consumer:
        consumer.pause(*consumer.assignment())  # type: ignore[attr-defined]
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        consumer.resume(*consumer.assignment())  # type: ignore[attr-defined]
        async with aclosing(taken(taking, consumer)) as numbers:
            async for number in numbers:
                print(number, flush=True)


if __name__ == "__main__":
    tune_gc()  # as `worker` does
    asyncio.run(run(sys.argv[1], sys.argv[2], int(sys.argv[3])))
