"""Merging duplicates: two applications of one person become one."""

from collections.abc import Collection
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.messaging.outbox import emit
from backbone.web.schemas import Command, example
from contracts.local_time import today_in
from matching import store
from matching.domain import duplicates, neighbourhoods
from matching.domain.tables import Mentee


class Merge(Command):
    model_config = example(duplicate_id="b7a4b9f2-6f7f-4c39-8a53-0de3a8b6d1c5")

    duplicate_id: UUID


async def merge(
    session: AsyncSession,
    mentee_id: UUID,
    command: Merge,
    within: Collection[str] | None,
    *,
    by: str,
) -> Mentee:
    """Move a duplicate's pairings, outcomes and exclusions to the mentee, and erase the rest."""
    await store.lock_round_publication(session)
    await store.lock_both(session, mentee_id, command.duplicate_id)
    mentee = await store.mentee(session, mentee_id, within)
    duplicate = await store.mentee(session, command.duplicate_id, within)
    duplicates.require_mergeable(mentee, duplicate)
    both = [mentee.id, duplicate.id]
    duplicates.require_one_open(await store.open_pairings_of(session, both))
    before = [found for each in both for found in await store.merged_into(session, each)]
    on, finding = today_in(mentee.department), neighbourhoods.of(duplicate)
    messages = duplicates.merge(mentee, duplicate, before=before, on=on)
    correction, corrected = duplicates.learn_neighbourhood(mentee, finding, by=by, on=on)
    mentee.version += 1
    if correction is not None:
        session.add(correction)
    await session.flush()
    await store.move_links(session, source=duplicate.id, to=mentee.id)
    emit(session, *messages, *corrected)
    return mentee
