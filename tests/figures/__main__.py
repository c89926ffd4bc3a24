"""`python -m tests.figures`: reporting's figures against the second implementation, on a sample.

It reads the facts from Kafka and asks reporting where the environment says they are. Exits 1 and
names each difference: figure, breakdown, key, both values.
"""

import asyncio
import os
import sys
import time

from rich.console import Console

from demo.client import from_environment
from tests.figures import topics
from tests.figures.comparison import wait_until_settled
from tests.figures.facts import Published
from tests.figures.samples import compare_sampled

MOST_SHOWN = 40


def main() -> None:
    console, envol = Console(highlight=False), from_environment()
    wait_until_settled(envol)
    servers = os.environ["KAFKA_BOOTSTRAP_SERVERS"]
    published, began = Published(asyncio.run(topics.read(servers))), time.monotonic()
    compared = compare_sampled(envol, published)
    for difference in compared.differences[:MOST_SHOWN]:
        console.print(f"[red]{difference}[/]", soft_wrap=True)
    agree = f"{compared.numbers - len(compared.differences):,} of {compared.numbers:,}"
    seconds = f"{time.monotonic() - began:.0f} s"
    console.print(
        f"{agree} numbers of figures are those of the second implementation ({seconds}).",
        soft_wrap=True,
    )
    sys.exit(1 if compared.differences else 0)


if __name__ == "__main__":
    main()
