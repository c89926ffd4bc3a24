"""The execution of a round by the worker: start, progress, finish, fail."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.database.bulk import insert_all
from matching import store
from matching.domain.tables import TO_WORK_OUT, Proposal, RoundState
from matching.solver.compression import compress, decompress
from matching.solver.draft import Draft
from matching.solver.inputs import Inputs


async def start(session: AsyncSession, round_id: UUID) -> Inputs | None:
    """Start a round; return its inputs, the same on a restart, or `None` if it was cancelled."""
    found = await store.lock_round(session, round_id)
    if found.state not in TO_WORK_OUT:
        return None
    if found.inputs is None:
        found.inputs = await asyncio.to_thread(compress, await store.inputs(session, found))
    found.state, found.step, found.done, found.of = RoundState.RUNNING, "begun", 0, 0
    return await asyncio.to_thread(decompress, Inputs, found.inputs)


async def record_progress(session: AsyncSession, round_id: UUID, step: Mapping[str, Any]) -> bool:
    """Record the progress if there is any; return whether the round is still running."""
    if not step:
        return (await store.round_(session, round_id)).state == RoundState.RUNNING
    found = await store.lock_round(session, round_id)
    if found.state != RoundState.RUNNING:
        return False
    for name in ("step", "done", "of"):
        setattr(found, name, step.get(name, getattr(found, name)))
    return True


async def finish(session: AsyncSession, round_id: UUID, draft: Draft) -> None:
    """Store the solved draft, unless the round was cancelled."""
    found = await store.lock_round(session, round_id)
    if found.state != RoundState.RUNNING:
        return
    found.state, found.step, found.finished_at = RoundState.DRAFT, "done", datetime.now(UTC)
    found.done = found.of
    found.certificate = compress(draft.certificate)
    found.report = draft.report | {"pairs": draft.counts}
    found.version += 1
    await insert_all(
        session, Proposal, [{"round_id": round_id} | each.model_dump() for each in draft.proposed]
    )


async def fail(session: AsyncSession, round_id: UUID, failure: str) -> None:
    """Record why the round could not be solved, unless it was cancelled."""
    found = await store.lock_round(session, round_id)
    if found.state in TO_WORK_OUT:
        found.state, found.failure = RoundState.FAILED, failure
        found.finished_at = datetime.now(UTC)
        found.version += 1
