"""The SMTP sink and the page of its mails as one container, heard beyond it."""  # noqa: INP001 - a script that an image runs

import asyncio
from http.server import ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from envol_local.mails_page import Handler
from envol_local.smtp_sink import Keeper, session

EVERYWHERE = ""
SMTP, PAGE = 1025, 8025
FOLDER = Path(__file__).parent / "mails"


async def main() -> None:
    """Take mail and show it until the process is ended."""
    handler = type("FolderHandler", (Handler,), {"folder": FOLDER})
    page = ThreadingHTTPServer((EVERYWHERE, PAGE), handler)
    Thread(target=page.serve_forever, daemon=True).start()
    loop = asyncio.get_running_loop()
    sink = await loop.create_server(session(Keeper(FOLDER)), EVERYWHERE, SMTP)
    await sink.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
