"""Serves an app until told to stop: what is being answered is answered, then the process may go."""

import asyncio

import uvicorn
from fastapi import FastAPI

from backbone.settings import Settings

LAST_ANSWERS = 8  # seconds that answers which last may take to end


async def serve(app: FastAPI, settings: Settings, *, port: int, stopping: asyncio.Event) -> None:
    """Serve on `port` until `stopping` is set. Raises `SystemExit` when the port cannot be had.

    `app.state.is_stopping` tells answers that last, such as streams, that they are to end.
    """
    app.state.is_stopping = stopping.is_set
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            host=settings.api_host,
            port=port,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=LAST_ANSWERS,
        )
    )
    serving = asyncio.ensure_future(server._serve())  # noqa: SLF001  (`serve` takes our signals)
    told = asyncio.ensure_future(stopping.wait())
    await asyncio.wait({serving, told}, return_when=asyncio.FIRST_COMPLETED)
    told.cancel()
    server.should_exit = True
    await serving
