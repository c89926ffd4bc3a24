"""Runs rounds, one at a time, each in a process of its own.

So the relay and the consumer continue, the memory is released, and a round can be stopped at any
moment. The worker holds an advisory lock of its database connection: if its process dies, another
one runs the round again, from the stored inputs.
"""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from uuid import UUID

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from backbone.crash import crash_point
from backbone.database.sessions import Sessions, is_transient, transaction
from backbone.database.task_failures import dead_letters, note_failure, set_aside, surviving
from backbone.shutdown import pause
from matching import store
from matching.commands import round_execution
from matching.solver.draft import Draft
from matching.solver.inputs import Inputs

TASK = "work-rounds-out"
POLL_INTERVAL = 0.25  # seconds
TRY_LOCK = text("SELECT pg_try_advisory_lock(hashtextextended(:round, 2))")
UNLOCK = text("SELECT pg_advisory_unlock(hashtextextended(:round, 2))")
COMMAND = (sys.executable, "-m", "matching", "work-out")

log = structlog.get_logger()


class RoundCancelled(Exception):
    """The round was cancelled, or this process is to stop."""


class RoundFailed(Exception):
    """The round cannot be solved; the message says why."""


class RoundRunner:
    """The runner of requested rounds; a round may take `longest` seconds."""

    def __init__(self, sessions: Sessions, *, longest: float) -> None:
        self.sessions, self.longest = sessions, longest
        self.engine: AsyncEngine = sessions.kw["bind"]

    async def run(self, stopping: asyncio.Event) -> None:
        """Run rounds until `stopping` is set; one that is then running is run again later."""
        while not stopping.is_set():
            await surviving(TASK, partial(self._run_all, stopping))
            await pause(stopping, seconds=POLL_INTERVAL)

    async def _run_all(self, stopping: asyncio.Event) -> None:
        while not stopping.is_set() and await self.run_next(stopping):
            pass

    async def run_next(self, stopping: asyncio.Event) -> bool:
        """Run the oldest round that no other worker has locked; return whether there was one."""
        async with self.sessions() as session:
            waiting = await store.rounds_to_work_out(session)
            dead = await dead_letters(session, TASK) if waiting else ()
        for round_id in waiting:
            if str(round_id) in dead:
                continue
            async with self._locked(round_id) as is_locked:
                if is_locked:
                    await self._run_or_fail(round_id, stopping)
                    return True
        return False

    @asynccontextmanager
    async def _locked(self, round_id: UUID) -> AsyncIterator[bool]:
        """Lock a round for the length of the block; yield whether it could be locked."""
        async with self.engine.connect() as connection:
            free: AsyncConnection = await connection.execution_options(isolation_level="AUTOCOMMIT")
            held = bool(await free.scalar(TRY_LOCK, {"round": str(round_id)}))
            try:
                yield held
            finally:
                if held:
                    await free.execute(UNLOCK, {"round": str(round_id)})

    async def _run_or_fail(self, round_id: UUID, stopping: asyncio.Event) -> None:
        """Run a round; record its failure, or make it a dead letter if that fails too."""
        try:
            await self._run_round(round_id, stopping)
        except Exception as error:
            if is_transient(error):
                raise
            why = note_failure(TASK, error, round_id=str(round_id))
            try:
                async with transaction(self.sessions) as session:
                    await round_execution.fail(session, round_id, why)
            except Exception as again:
                if is_transient(again):
                    raise
                async with transaction(self.sessions) as session:
                    await set_aside(session, TASK, round_id, again)

    async def _run_round(self, round_id: UUID, stopping: asyncio.Event) -> None:
        async with transaction(self.sessions) as session:
            inputs = await round_execution.start(session, round_id)
        if inputs is None:
            return
        crash_point("round.begun")
        try:
            async with asyncio.timeout(self.longest):
                draft = await self._solve(round_id, inputs, stopping)
        except RoundCancelled:
            log.info("round abandoned", round_id=str(round_id))
        except (RoundFailed, TimeoutError) as failure:
            why = str(failure) or f"It took longer than {self.longest:.0f} s."
            log.warning("round failed", round_id=str(round_id), reason=why)
            async with transaction(self.sessions) as session:
                await round_execution.fail(session, round_id, why)
        else:
            crash_point("round.worked_out")
            async with transaction(self.sessions) as session:
                await round_execution.finish(session, round_id, draft)
            log.info("round worked out", round_id=str(round_id), proposed=len(draft.proposed))

    async def _solve(self, round_id: UUID, inputs: Inputs, stopping: asyncio.Event) -> Draft:
        child = await asyncio.create_subprocess_exec(*COMMAND, stdin=PIPE, stdout=PIPE, stderr=PIPE)
        exchange = asyncio.create_task(_exchange(child, inputs))
        try:
            failure = await self._record_steps(round_id, child, stopping)
            output = await exchange
            if await child.wait() or failure:
                raise RoundFailed(failure or f"The process ended with {child.returncode}.")
            return await asyncio.to_thread(Draft.model_validate_json, output)
        finally:
            exchange.cancel()
            if child.returncode is None:
                child.kill()
            await asyncio.gather(exchange, child.wait(), return_exceptions=True)

    async def _record_steps(
        self, round_id: UUID, child: Process, stopping: asyncio.Event
    ) -> str | None:
        """Record the steps of the solver's process; return the failure that it reports, if any."""
        assert child.stderr  # it was asked for
        steps = child.stderr
        reading, failure = asyncio.ensure_future(steps.readline()), None
        try:
            while True:
                done, _ = await asyncio.wait([reading], timeout=POLL_INTERVAL)
                line = reading.result() if done else None
                if line == b"":
                    return failure
                if done:
                    reading = asyncio.ensure_future(steps.readline())
                failure = await self._record_step(round_id, line, stopping) or failure
        finally:
            reading.cancel()

    async def _record_step(
        self, round_id: UUID, line: bytes | None, stopping: asyncio.Event
    ) -> str | None:
        """Record a step; raise `RoundCancelled` if it was cancelled or this process stops."""
        try:
            step = json.loads(line) if line else {}
        except ValueError:
            log.warning("round says", text=repr(line))
            step = {}
        async with transaction(self.sessions) as session:
            wanted = await round_execution.record_progress(session, round_id, step)
        if stopping.is_set() or not wanted:
            raise RoundCancelled
        return step.get("failure")


async def _exchange(child: Process, inputs: Inputs) -> bytes:
    """Write the inputs to the solver's process and return its output."""
    assert child.stdin  # both were asked for
    assert child.stdout
    document = await asyncio.to_thread(inputs.model_dump_json)
    child.stdin.write(document.encode())
    with suppress(BrokenPipeError, ConnectionResetError):  # its exit code says why it ended
        await child.stdin.drain()
        child.stdin.close()
    return await child.stdout.read()
