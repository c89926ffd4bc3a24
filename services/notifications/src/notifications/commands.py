"""What people and the world ask of notifications: the transaction is the caller's."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from uuid import UUID, uuid4

from pydantic import ConfigDict
from sqlalchemy import case, delete, exists, or_, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.bodies import Command
from backbone.db import add_new, table_of
from backbone.erasing import erase_answers
from backbone.errors import Missing
from backbone.requests import Version
from notifications import store
from notifications.domain import messages, optouts, receipts
from notifications.domain.messages import Accepted, Outcome, Patience, Reachable, Rejected
from notifications.domain.plans import Plan
from notifications.domain.tables import Bounce, Message, OptOut, Part, Receipt, Refusal, State

UNMATCHED_FOR = timedelta(days=7)
ERASED = "Erased."
TOLD_ALREADY = "They applied twice, and are written to once."
WAITING = (State.PLANNED, State.FAILED)
SAME = ("rule", "pairing_id", "about_id", "channel", "due_on")
"""What makes two messages to one person the same message."""


class OptOutOf(Command):
    """Someone asks not to be written to."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"person_id": "7f9c24e8-3b12-4fef-91e0-5d3c8f1a2b4c", "channel": "sms"}]
        },
    )

    person_id: UUID
    channel: Refusal


async def plan(session: AsyncSession, plans: Sequence[Plan]) -> None:
    """Plan messages; one that was planned before, by its rule, pair, person and day, stays.

    Whoever was merged with another is written to as the one that stayed.
    """
    now = await store.now(session)
    start = {"state": State.PLANNED, "tries": 0, "planned_at": now, "due_at": now}
    named = {each for one in plans for each in (one.person_id, one.counterpart_id) if each}
    kept = await store.stayed(session, named)
    rows = [
        asdict(planned)
        | start
        | {
            "id": uuid4(),
            "person_id": kept.get(planned.person_id, planned.person_id),
            "counterpart_id": planned.counterpart_id
            and kept.get(planned.counterpart_id, planned.counterpart_id),
        }
        for planned in plans
    ]
    await add_new(session, Message, rows)


async def forget(session: AsyncSession, people: Collection[UUID]) -> None:
    """Remove what was written to these people and about them, and what was still to be."""
    if not people:
        return
    waits = col(Message.state).in_(WAITING)
    nothing = dict.fromkeys(("address", "subject", "text"))
    connection = await session.connection()
    await connection.execute(delete(Bounce).where(col(Bounce.person_id).in_(people)))
    await connection.execute(
        update(Message)
        .where(or_(col(Message.person_id).in_(people), col(Message.counterpart_id).in_(people)))
        .values(
            nothing
            | {
                "state": case((waits, State.SUPPRESSED), else_=col(Message.state)),
                "last_error": case((waits, ERASED), else_=None),
            }
        )
    )


async def forget_old_bounces(session: AsyncSession, people: Mapping[UUID, Reachable]) -> None:
    """Forget the refusals of addresses that these people have no more."""
    for bounce in await store.bounces_of(session, people):
        if not messages.is_still_used(bounce, people[bounce.person_id]):
            await session.delete(bounce)


async def reset_bounces(session: AsyncSession, person_id: UUID, within: store.Departments) -> None:
    for bounce in await store.bounces_to_reset(session, person_id, within):
        await session.delete(bounce)


async def erase(session: AsyncSession, people: Collection[UUID]) -> None:
    """Remove all that is stored about these people."""
    await forget(session, people)
    await erase_answers(session, people)
    await (await session.connection()).execute(
        delete(OptOut).where(col(OptOut.person_id).in_(people))
    )


async def join(session: AsyncSession, duplicates: Collection[UUID]) -> None:
    """Let what is written to duplicates, or refused by them, be that of the one that stayed."""
    for duplicate, kept in (await store.stayed(session, duplicates)).items():
        await _join_messages(session, duplicate, kept)
        refused = await session.get(OptOut, duplicate, with_for_update=True)
        if refused is not None:
            await session.delete(refused)
            await _refuse(session, kept, refused.channel)


async def _join_messages(session: AsyncSession, duplicate: UUID, kept: UUID) -> None:
    """Move messages, and plan again those that were dropped when the duplicate's card went."""
    message, connection = table_of(Message), await session.connection()
    dropped = (message.c.state == State.SUPPRESSED) & (message.c.last_error == ERASED)
    again = {
        "state": case((dropped, State.PLANNED), else_=message.c.state),
        "last_error": case((dropped, None), else_=message.c.last_error),
    }
    same = message.alias("same")
    alike = (same.c[name].is_not_distinct_from(message.c[name]) for name in SAME)
    told_already = exists().where(same.c.person_id == kept, *alike)
    mine = message.c.person_id == duplicate
    await connection.execute(
        update(message).where(mine, ~told_already).values(again | {"person_id": kept})
    )
    over = {"state": State.STALE, "last_error": TOLD_ALREADY}
    waits = message.c.state.in_(WAITING) | dropped
    await connection.execute(update(message).where(mine, waits).values(over))
    about = message.c.counterpart_id == duplicate
    await connection.execute(update(message).where(about).values(again | {"counterpart_id": kept}))


async def note_outcome(
    session: AsyncSession, message_id: UUID, outcome: Outcome, *, tries: int, patience: Patience
) -> None:
    """Note what became of a try, unless it was taken for interrupted and begun anew."""
    message = await store.message_being_sent(session, message_id, tries=tries)
    if message is None:
        return
    now = await store.now(session)
    messages.settle(message, outcome, now=now, patience=patience)
    if isinstance(outcome, Accepted):
        await _note_parts(session, message, outcome.provider_ids)
    if isinstance(outcome, Rejected) and outcome.of_address and message.address:
        await add_new(session, Bounce, [messages.bounce(message, outcome.reason, now=now)])


async def _note_parts(session: AsyncSession, message: Message, provider_ids: Sequence[str]) -> None:
    connection = await session.connection()
    await connection.execute(delete(Part).where(col(Part.message_id) == message.id))
    for number, provider_id in enumerate(provider_ids, start=1):
        session.add(Part(message_id=message.id, number=number, provider_id=provider_id))
    await session.flush()
    spellings = {s for name in provider_ids for s in receipts.receipt_spellings(name)}
    early = await store.receipts_before(session, spellings)
    for receipt in early:
        await session.delete(receipt)
    await note_receipts(session, {receipt.provider_id: receipt.receipt for receipt in early})


async def note_receipts(session: AsyncSession, told: Mapping[str, str]) -> None:
    """Note what the SMS centre says of parts, by their names; unknown ones wait for a week."""
    for name, receipt in told.items():
        parts = await store.parts_to_note(session, receipts.spellings(name))
        for part in parts:
            if part.receipt is None:
                part.receipt = receipt
                await _conclude(session, part.message_id)
        if not parts:
            await add_new(session, Receipt, [{"provider_id": name, "receipt": receipt}])
    if told:
        connection = await session.connection()
        old = col(Receipt.received_at) < await store.now(session) - UNMATCHED_FOR
        await connection.execute(delete(Receipt).where(old))


async def _conclude(session: AsyncSession, message_id: UUID) -> None:
    await session.flush()
    message = await session.get_one(Message, message_id, with_for_update=True)
    said = await store.receipts_of(session, message_id)
    receipts.conclude(message, said, now=await store.now(session))


async def try_message_again(
    session: AsyncSession, message_id: UUID, within: store.Departments
) -> Message:
    message = await store.message_to_change(session, message_id, within)
    messages.try_again(message, now=await store.now(session))
    return message


async def opt_out(session: AsyncSession, command: OptOutOf, within: store.Departments) -> OptOut:
    kept = await store.stayed(session, [command.person_id])
    person_id = kept.get(command.person_id, command.person_id)
    if not await store.is_known(session, person_id, within):
        raise Missing("The contact book has no such person. Look at the id, or wait a moment.")
    return await _refuse(session, person_id, command.channel)


async def _refuse(session: AsyncSession, person_id: UUID, channel: Refusal) -> OptOut:
    """Note what somebody refuses, beside what they refused before."""
    now = await store.now(session)
    found = await session.get(OptOut, person_id, with_for_update=True)
    if found is None:
        found = OptOut(person_id=person_id, channel=channel, opted_out_at=now)
        session.add(found)
        return found
    optouts.widen(found, channel, now=now)
    return found


async def take_back_opt_out(
    session: AsyncSession, person_id: UUID, match: Version, within: store.Departments
) -> None:
    found = await store.opt_out_to_change(session, person_id, within)
    match.must_be(found.version)
    await session.delete(found)
