"""The HTTP server: on shutdown, requests in progress are answered first."""

import asyncio
import os
import socket
import sys

import uvicorn
from fastapi import FastAPI

from backbone.settings import Settings

if sys.platform == "win32":
    from asyncio import run
else:
    from uvloop import run

__all__ = ["PortTaken", "run", "serve"]

SHARED_SOCKET = "API_SOCKET"  # the environment variable with the descriptor of a listening socket
SHUTDOWN_GRACE_SECONDS = 8  # seconds that answers which last may take to end


class PortTaken(OSError):
    """A port on which another process listens."""

    shown_as = "PortTaken"


async def serve(app: FastAPI, settings: Settings, *, port: int, stopping: asyncio.Event) -> None:
    """Serve on `port` until `stopping` is set; raise `PortTaken` if it is not free.

    `app.state.is_stopping` says when long responses, such as streams, have to end.
    """
    app.state.is_stopping = stopping.is_set
    configuration = uvicorn.Config(
        app, log_config=None, access_log=False, timeout_graceful_shutdown=SHUTDOWN_GRACE_SECONDS
    )
    server = uvicorn.Server(configuration)
    with _socket(settings, port) as listening:
        ending = asyncio.create_task(_end(server, stopping))
        await server._serve([listening])  # noqa: SLF001  (`serve` would take our signals)
        ending.cancel()


async def _end(server: uvicorn.Server, stopping: asyncio.Event) -> None:
    await stopping.wait()
    server.should_exit = True


def _socket(settings: Settings, port: int) -> socket.socket:
    """Return the socket that the process that started this one shares, or one of its own."""
    if SHARED_SOCKET in os.environ and port == settings.api_port:
        return socket.socket(fileno=int(os.environ[SHARED_SOCKET]))
    return listening_socket(settings.api_host, port)


def listening_socket(host: str, port: int) -> socket.socket:
    """Return a socket that listens; raise `PortTaken` when the port cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family, backlog=2048)
    except OSError as taken:
        raise PortTaken(f"Port {port} of {host} cannot be had: {taken.strerror}.") from taken
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # no answer waits for an ack
    return listening
