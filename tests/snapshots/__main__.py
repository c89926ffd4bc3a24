"""`python -m tests.snapshots`: accept what others can see now; name the files that changed."""

import asyncio
import sys

from backbone.testing.servers import Servers, running_servers
from tests.snapshots import FOLDER, SERVICES, accepted, catalogue, differences, write
from tests.snapshots.texts import TEXTS


async def texts(servers: Servers) -> dict[str, str]:
    """Return all snapshots, by the names of their files."""
    found = {name: text() for name, text in TEXTS.items()}
    for service in SERVICES:
        found |= await catalogue.texts(servers, service)
    return found


def main() -> None:
    with running_servers() as servers:
        found = asyncio.run(texts(servers))
    for name, text in found.items():
        if differences(name, text):
            write(name, text)
            sys.stdout.write(f"{name} written\n")
    for name in sorted(accepted() - found.keys()):
        (FOLDER / name).unlink()
        sys.stdout.write(f"{name} removed\n")


if __name__ == "__main__":
    main()
