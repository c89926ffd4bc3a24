"""Keeps programs alive: starts, watches, restarts and stops them."""

import asyncio
import enum
import time
from asyncio.subprocess import Process
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any, Self, TypeVar

from envol_local import process
from envol_local.errors import Failed, Trouble
from envol_local.probes import Probe, until_ready
from envol_local.process import Program

READY_WITHIN = 300.0  # seconds; one that ends is noticed at once
REPORT_EVERY = 30.0
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0
DEATHS_ALLOWED, DEATHS_COUNTED_FOR = 10, 60.0

T = TypeVar("T")
Report = Callable[[str], None]


class Rank(enum.IntEnum):
    """The order in which programs are stopped: servers last."""

    SERVER = 0
    SERVICE = 1


class Child:
    """A program that is started again whenever it dies."""

    def __init__(self, program: Program, rank: Rank, report: Report) -> None:
        self.program = program
        self.rank = rank
        self.is_ready = False
        self._report = report
        self._process: Process | None = None
        self._deaths: deque[float] = deque()
        self.life = asyncio.create_task(self._live(), name=program.name)

    async def until_ready(self, probe: Probe) -> None:
        """Wait until it answers; a Failed with its log when it ends by itself or stays silent."""
        asking = asyncio.create_task(until_ready(probe))
        try:
            await self._until_first_of(asking)
            if self.life.done():
                await self.life
            if not asking.done():
                raise self._failed(f"did not answer within {READY_WITHIN:.0f} s")
        finally:
            asking.cancel()
        self.is_ready = True

    async def _until_first_of(self, asking: asyncio.Task[None]) -> None:
        """Wait until it answers or ends; report now and then that it is still starting."""
        waited = 0.0
        while waited < READY_WITHIN:
            done, _ = await asyncio.wait(
                (asking, self.life), timeout=REPORT_EVERY, return_when=asyncio.FIRST_COMPLETED
            )
            if done:
                return
            waited += REPORT_EVERY
            self._report(f"{self.program.name} is still starting, after {waited:.0f} s")

    async def stop(self) -> None:
        """Stop it for good."""
        self.life.cancel()
        await asyncio.wait((self.life,))
        if self._process is not None:
            await process.end(self._process, self.program)

    async def _live(self) -> None:
        while True:
            self._process = await process.start(self.program)
            code = await self._process.wait()
            await process.end(self._process, self.program)
            self._count_death(code)
            await asyncio.sleep(self._pause())

    def _count_death(self, code: int) -> None:
        how = process.describe_exit(code)
        if code >= 0 and not self.is_ready:
            raise self._failed(f"ended before it was ready ({how})")
        now = time.monotonic()
        self._deaths.append(now)
        while self._deaths[0] < now - DEATHS_COUNTED_FOR:
            self._deaths.popleft()
        if len(self._deaths) > DEATHS_ALLOWED:
            raise self._failed(f"died {len(self._deaths)} times within a minute ({how})")
        self._report(f"{self.program.name} died ({how}); starting it again")

    def _pause(self) -> float:
        return min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** (len(self._deaths) - 1))

    def _failed(self, what: str) -> Trouble:
        sentence = f"{self.program.name} {what}."
        return Failed(sentence, self.program.log) if self.program.log else Trouble(sentence)


class Supervisor:
    """All children of one launcher; leaving its block stops them, last started first."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._children: list[Child] = []
        self._trouble: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for rank in sorted(Rank, reverse=True):
            await self._stop(rank)
        if not self._trouble.cancel() and not self._trouble.cancelled():
            self._trouble.exception()  # reported already, or overtaken by another end

    async def start(self, program: Program, probe: Probe, rank: Rank) -> None:
        """Start a program and wait until it is ready."""
        if program.log is not None:
            program.log.write_bytes(b"")
        child = Child(program, rank, self._report)
        self._children.append(child)
        await child.until_ready(probe)
        child.life.add_done_callback(self._note)

    async def watch(self, work: Coroutine[Any, Any, T]) -> T:
        """Do some work, unless a child fails for good before its end: then raise its Trouble."""
        task = asyncio.ensure_future(work)
        try:
            await asyncio.wait((task, self._trouble), return_when=asyncio.FIRST_COMPLETED)
            if self._trouble.done():
                self._trouble.result()
            return await task
        finally:
            task.cancel()
            await asyncio.wait((task,))

    async def watch_for_ever(self) -> None:
        """Wait until a child fails for good."""
        await self._trouble

    def _note(self, life: asyncio.Task[None]) -> None:
        if life.cancelled() or self._trouble.done():
            return
        cause = life.exception()
        if cause is not None:
            self._trouble.set_exception(cause)

    async def _stop(self, rank: Rank) -> None:
        children = [child for child in self._children if child.rank == rank]
        await asyncio.gather(*(child.stop() for child in children))


async def together(*works: Coroutine[Any, Any, None]) -> None:
    """Do works at once; when one fails, end the others before raising what it raised."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
