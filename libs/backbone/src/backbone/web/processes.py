"""Several API processes on one port: they accept connections from one listening socket."""

import asyncio
import os
import sys
import tempfile
from asyncio.subprocess import Process

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.responses import Response

from backbone.settings import Settings
from backbone.web.server import SHARED_SOCKET, listening_socket

METRICS = "PROMETHEUS_MULTIPROC_DIR"  # where the processes write what one of them reports


class ProcessEnded(RuntimeError):
    """One of the API processes ended by itself."""

    shown_as = "ProcessEnded"


async def serve_processes(settings: Settings, stopping: asyncio.Event) -> None:
    """Run this command in `settings.api_processes` processes until `stopping` is set.

    When one ends by itself, stop the others and raise `ProcessEnded`: the supervisor of this
    process decides whether to start it again, as with a single one.
    """
    with (
        listening_socket(settings.api_host, settings.api_port) as listening,
        tempfile.TemporaryDirectory(prefix="envol-metrics-") as metrics,
    ):
        descriptor = listening.fileno()
        own = {"API_PROCESSES": "1", SHARED_SOCKET: str(descriptor), METRICS: metrics}
        processes = [
            await asyncio.create_subprocess_exec(
                *(sys.executable, *sys.orig_argv[1:]),
                env=os.environ | own,
                pass_fds=[descriptor],
            )
            for _ in range(settings.api_processes)
        ]
        try:
            await _first_end(processes, stopping)
        finally:
            await _end(processes)
    if not stopping.is_set():
        codes = ", ".join(str(process.returncode) for process in processes)
        raise ProcessEnded(f"An API process ended by itself; exit codes: {codes}. See its log.")


async def _first_end(processes: list[Process], stopping: asyncio.Event) -> None:
    waits = [asyncio.create_task(process.wait()) for process in processes]
    stop = asyncio.create_task(stopping.wait())
    await asyncio.wait([*waits, stop], return_when=asyncio.FIRST_COMPLETED)
    for task in (*waits, stop):
        task.cancel()


async def _end(processes: list[Process]) -> None:
    """Ask those that still run to end, and wait until they have."""
    for process in processes:
        if process.returncode is None:
            process.terminate()
    await asyncio.gather(*(process.wait() for process in processes))


def metrics() -> Response:
    """Return the metrics of this process, or the sum over all that share a port."""
    if METRICS not in os.environ:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)
