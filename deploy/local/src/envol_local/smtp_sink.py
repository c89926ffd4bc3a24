"""An SMTP server that delivers nothing and keeps every mail as an .eml file."""

import argparse
import asyncio
import itertools
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from envol_local.ports import HOST


class Keeper:
    """Writes each mail to the folder; names sort by arrival."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count(1)

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep a mail before it is acknowledged, in one step, so that nobody reads half of it."""
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{next(self._numbers):06}"
        content = envelope.original_content or b""
        header = f"X-Envelope-To: {', '.join(envelope.rcpt_tos)}\r\n"
        part = self._folder / f"{name}.part"
        part.write_bytes(header.encode() + content)
        part.rename(self._folder / f"{name}.eml")
        return "250 Kept"


def session(keeper: Keeper) -> Callable[[], SMTP]:
    """Make what serves one connection."""
    return lambda: SMTP(keeper, enable_SMTPUTF8=True, hostname="localhost", ident="Envol")


async def serve(port: int, folder: Path) -> None:
    """Take mail until the process is ended."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(session(Keeper(folder)), HOST, port)
    await server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m envol_local.smtp_sink", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(serve(options.port, options.folder))


if __name__ == "__main__":
    main()
