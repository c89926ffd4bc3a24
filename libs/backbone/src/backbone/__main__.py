"""`python -m backbone topics deploy/topics.yaml`: create the topics that are missing."""

import asyncio
import os
import sys
from pathlib import Path

from backbone.messaging.topics import create_topics, read_topics


def main() -> None:
    match sys.argv[1:]:
        case ["topics", path]:
            servers = os.environ.get("KAFKA_BOOTSTRAP_SERVERS")
            if not servers:
                sys.exit("Say where Kafka is: KAFKA_BOOTSTRAP_SERVERS=host:port.")
            factor = int(os.environ.get("KAFKA_REPLICATION_FACTOR", "1"))
            topics = read_topics(Path(path))
            created = asyncio.run(
                create_topics(topics, bootstrap_servers=servers, replication_factor=factor)
            )
            print(f"{len(created)} topics created, {len(topics) - len(created)} were there.")
        case _:
            sys.exit("Usage: python -m backbone topics <file>")


if __name__ == "__main__":
    main()
