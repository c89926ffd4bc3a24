"""The same person applied twice: their applications become one."""

from collections.abc import Collection
from uuid import UUID

from pydantic import ConfigDict
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.bodies import Command
from backbone.outbox import emit
from contracts.moments import today_in
from matching import store
from matching.domain import merging, neighbourhoods
from matching.domain.tables import Mentee


class Merge(Command):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"duplicate_id": "b7a4b9f2-6f7f-4c39-8a53-0de3a8b6d1c5"}]}
    )

    duplicate_id: UUID


async def merge(
    session: AsyncSession,
    mentee_id: UUID,
    command: Merge,
    within: Collection[str] | None,
    *,
    by: str,
) -> Mentee:
    """Let a duplicate's pairings, outcomes and exclusions be the mentee's, and forget the rest."""
    await store.hold_round(session)
    await store.two_to_change(session, mentee_id, command.duplicate_id)
    kept = await store.mentee(session, mentee_id, within)
    duplicate = await store.mentee(session, command.duplicate_id, within)
    merging.require_mergeable(kept, duplicate)
    both = [kept.id, duplicate.id]
    merging.require_one_open(await store.open_pairings_of(session, both))
    before = [found for each in both for found in await store.merged_into(session, each)]
    on, finding = today_in(kept.department), neighbourhoods.of(duplicate)
    told = merging.merge(kept, duplicate, before=before, on=on)
    correction, corrected = merging.learn_neighbourhood(kept, finding, by=by, on=on)
    kept.version += 1
    if correction is not None:
        session.add(correction)
    await session.flush()
    await store.move_links(session, source=duplicate.id, to=kept.id)
    emit(session, *told, *corrected)
    return kept
