"""Commands: load, let the domain decide. The transaction is the caller's."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import case, delete, exists, or_, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.database.bulk import insert_missing
from backbone.database.tables import table_of
from backbone.errors import NotFound
from backbone.privacy.erasure import erase_answers
from backbone.web.etags import ExpectedVersion
from backbone.web.schemas import Command, example
from notifications import store
from notifications.domain import messages, optouts, receipts
from notifications.domain.messages import Accepted, Outcome, Reachable, Rejected, RetryPolicy
from notifications.domain.plans import Plan
from notifications.domain.tables import Bounce, Message, OptOut, Part, Receipt, Refusal, State

UNMATCHED_FOR = timedelta(days=7)
ERASED = "Erased."
DUPLICATE = "They applied twice, and are written to once."
WAITING = (State.PLANNED, State.FAILED)
SAME = ("rule", "pairing_id", "about_id", "channel", "due_on")
"""Columns by which two messages to one person are duplicates."""


class OptOutOf(Command):
    """A request of a person not to be contacted."""

    model_config = example(person_id="7f9c24e8-3b12-4fef-91e0-5d3c8f1a2b4c", channel="sms")

    person_id: UUID
    channel: Refusal


async def plan(session: AsyncSession, plans: Sequence[Plan]) -> None:
    """Insert messages; one with the same rule, pair, person and day as an earlier one is left out.

    A person merged into another one is contacted as the surviving one.
    """
    now = await store.now(session)
    start = {"state": State.PLANNED, "tries": 0, "planned_at": now, "due_at": now}
    people = {each for one in plans for each in (one.person_id, one.counterpart_id) if each}
    survivors = await store.surviving(session, people)
    rows = [
        asdict(planned)
        | start
        | {
            "id": uuid4(),
            "person_id": survivors.get(planned.person_id, planned.person_id),
            "counterpart_id": planned.counterpart_id
            and survivors.get(planned.counterpart_id, planned.counterpart_id),
        }
        for planned in plans
    ]
    await insert_missing(session, Message, rows)


async def erase_messages(session: AsyncSession, people: Collection[UUID]) -> None:
    """Erase the text of messages to and about `people`, and suppress those not sent yet."""
    if not people:
        return
    unsent = col(Message.state).in_(WAITING)
    no_text = dict.fromkeys(("address", "subject", "text"))
    connection = await session.connection()
    await connection.execute(delete(Bounce).where(col(Bounce.person_id).in_(people)))
    await connection.execute(
        update(Message)
        .where(or_(col(Message.person_id).in_(people), col(Message.counterpart_id).in_(people)))
        .values(
            no_text
            | {
                "state": case((unsent, State.SUPPRESSED), else_=col(Message.state)),
                "last_error": case((unsent, ERASED), else_=None),
            }
        )
    )


async def delete_outdated_bounces(session: AsyncSession, people: Mapping[UUID, Reachable]) -> None:
    """Delete the bounces of addresses that these people no longer have."""
    for bounce in await store.bounces_of(session, people):
        if not messages.is_still_used(bounce, people[bounce.person_id]):
            await session.delete(bounce)


async def reset_bounces(session: AsyncSession, person_id: UUID, within: store.Departments) -> None:
    for bounce in await store.bounces_to_reset(session, person_id, within):
        await session.delete(bounce)


async def erase(session: AsyncSession, people: Collection[UUID]) -> None:
    """Delete all data stored about `people`."""
    await erase_messages(session, people)
    await erase_answers(session, people)
    await (await session.connection()).execute(
        delete(OptOut).where(col(OptOut.person_id).in_(people))
    )


async def merge_duplicates(session: AsyncSession, duplicates: Collection[UUID]) -> None:
    """Move the messages and opt-outs of merged duplicates to the surviving mentee."""
    for duplicate, survivor in (await store.surviving(session, duplicates)).items():
        await _merge_messages(session, duplicate, survivor)
        # Locked: the duplicate's opt-out must not be extended while it moves to the survivor.
        opted_out = await session.get(OptOut, duplicate, with_for_update=True)
        if opted_out is not None:
            await session.delete(opted_out)
            await _record_opt_out(session, survivor, opted_out.channel)


async def _merge_messages(session: AsyncSession, duplicate: UUID, survivor: UUID) -> None:
    """Move messages; plan those again that were suppressed when the duplicate's card was erased."""
    message, connection = table_of(Message), await session.connection()
    erased = (message.c.state == State.SUPPRESSED) & (message.c.last_error == ERASED)
    replanned = {
        "state": case((erased, State.PLANNED), else_=message.c.state),
        "last_error": case((erased, None), else_=message.c.last_error),
    }
    same = message.alias("same")
    equal = (same.c[name].is_not_distinct_from(message.c[name]) for name in SAME)
    has_duplicate = exists().where(same.c.person_id == survivor, *equal)
    to_duplicate = message.c.person_id == duplicate
    await connection.execute(
        update(message)
        .where(to_duplicate, ~has_duplicate)
        .values(replanned | {"person_id": survivor})
    )
    stale = {"state": State.STALE, "last_error": DUPLICATE}
    unsent = message.c.state.in_(WAITING) | erased
    await connection.execute(update(message).where(to_duplicate, unsent).values(stale))
    about = message.c.counterpart_id == duplicate
    await connection.execute(
        update(message).where(about).values(replanned | {"counterpart_id": survivor})
    )


async def record_outcome(
    session: AsyncSession,
    message_id: UUID,
    outcome: Outcome,
    *,
    tries: int,
    retry_policy: RetryPolicy,
) -> None:
    """Record a delivery result, unless the lease expired and another attempt has started."""
    message = await store.lock_message_being_sent(session, message_id, tries=tries)
    if message is None:
        return
    now = await store.now(session)
    messages.apply_outcome(message, outcome, now=now, retry_policy=retry_policy)
    if isinstance(outcome, Accepted):
        await _record_parts(session, message, outcome.provider_ids)
    if isinstance(outcome, Rejected) and outcome.of_address and message.address:
        await insert_missing(session, Bounce, [messages.bounce(message, outcome.reason, now=now)])


async def _record_parts(
    session: AsyncSession, message: Message, provider_ids: Sequence[str]
) -> None:
    connection = await session.connection()
    await connection.execute(delete(Part).where(col(Part.message_id) == message.id))
    for number, provider_id in enumerate(provider_ids, start=1):
        session.add(Part(message_id=message.id, number=number, provider_id=provider_id))
    await session.flush()
    receipt_ids = {s for part_id in provider_ids for s in receipts.receipt_id_variants(part_id)}
    early = await store.receipts_before(session, receipt_ids)
    for receipt in early:
        await session.delete(receipt)
    await record_receipts(session, {receipt.provider_id: receipt.receipt for receipt in early})


async def record_receipts(session: AsyncSession, reports: Mapping[str, str]) -> None:
    """Record the SMS centre's receipts by part id; those without a part wait for 7 days."""
    for receipt_id, receipt in reports.items():
        parts = await store.lock_parts(session, receipts.provider_id_variants(receipt_id))
        for part in parts:
            if part.receipt is None:
                part.receipt = receipt
                await _apply_receipts(session, part.message_id)
        if not parts:
            await insert_missing(
                session, Receipt, [{"provider_id": receipt_id, "receipt": receipt}]
            )
    if reports:
        connection = await session.connection()
        old = col(Receipt.received_at) < await store.now(session) - UNMATCHED_FOR
        await connection.execute(delete(Receipt).where(old))


async def _apply_receipts(session: AsyncSession, message_id: UUID) -> None:
    await session.flush()
    # Locked: receipts of two parts, recorded at the same time, must see each other.
    message = await session.get_one(Message, message_id, with_for_update=True)
    reports = await store.receipts_of(session, message_id)
    receipts.apply_receipts(message, reports, now=await store.now(session))


async def try_message_again(
    session: AsyncSession, message_id: UUID, within: store.Departments
) -> Message:
    message = await store.lock_message(session, message_id, within)
    messages.try_again(message, now=await store.now(session))
    return message


async def opt_out(session: AsyncSession, command: OptOutOf, within: store.Departments) -> OptOut:
    survivors = await store.surviving(session, [command.person_id])
    person_id = survivors.get(command.person_id, command.person_id)
    if not await store.is_known(session, person_id, within):
        raise NotFound("The contact book has no such person. Look at the id, or wait a moment.")
    return await _record_opt_out(session, person_id, command.channel)


async def _record_opt_out(session: AsyncSession, person_id: UUID, channel: Refusal) -> OptOut:
    """Insert an opt-out, or extend the existing one by `channel`."""
    now = await store.now(session)
    # Locked: of two requests for different channels, the second must extend the first.
    opted_out = await session.get(OptOut, person_id, with_for_update=True)
    if opted_out is None:
        opted_out = OptOut(person_id=person_id, channel=channel, opted_out_at=now)
        session.add(opted_out)
        return opted_out
    optouts.widen(opted_out, channel, now=now)
    return opted_out


async def take_back_opt_out(
    session: AsyncSession, person_id: UUID, match: ExpectedVersion, within: store.Departments
) -> None:
    found = await store.lock_opt_out(session, person_id, within)
    match.require(found.version)
    await session.delete(found)
