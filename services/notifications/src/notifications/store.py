"""Loading of own tables and of the read model. A function that locks says so in its name."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, or_, true
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from backbone.database.tables import table_of
from backbone.errors import NotFound
from contracts.enums import Side
from notifications.domain.messages import ABOUT_INTERVIEW, DeliveryContext
from notifications.domain.tables import Bounce, Channel, Message, OptOut, Part, Receipt, Rule, State
from notifications.read_model import (
    FittingOutcome,
    Merge,
    Occasion,
    Organisation,
    Pair,
    Person,
)

V = TypeVar("V", Occasion, Organisation)
Departments = Collection[str] | None
OPEN = (State.PLANNED, State.SENDING)


async def now(session: AsyncSession) -> datetime:
    """Return the database's clock, which is the same for all processes."""
    moment: datetime = (await session.exec(select(func.now()))).one()
    return moment


def visible_to(within: Departments) -> ColumnElement[bool]:
    """Build the condition that a message is about a mentee in `within`; None means everywhere."""
    if within is None:
        return true()
    return exists().where(
        col(Person.person_id).in_([Message.person_id, Message.counterpart_id]),
        col(Person.side) == Side.MENTEE,
        col(Person.department).in_(within),
    )


async def message(
    session: AsyncSession, message_id: UUID, within: Departments, *, lock: bool = False
) -> Message:
    """Return a message about a mentee in `within`; raise `NotFound` for any other."""
    query = select(Message).where(Message.id == message_id, visible_to(within))
    found = (await session.exec(query.with_for_update() if lock else query)).first()
    if found is None:
        raise NotFound("There is no such message. Look for it in the list of messages.")
    return found


async def lock_message(session: AsyncSession, message_id: UUID, within: Departments) -> Message:
    return await message(session, message_id, within, lock=True)


async def lock_next_due_message(session: AsyncSession, channel: Channel) -> Message | None:
    """Lock and return the message that is due longest, skipping those locked by others."""
    due = (
        select(Message)
        .where(
            Message.channel == channel,
            col(Message.state).in_(OPEN),
            col(Message.due_at) <= func.now(),
        )
        .order_by(col(Message.due_at), col(Message.id))
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return (await session.exec(due)).first()


async def lock_message_being_sent(
    session: AsyncSession, message_id: UUID, *, tries: int
) -> Message | None:
    """Lock and return the message if attempt `tries` still runs; None after its lease."""
    query = select(Message).where(
        Message.id == message_id, Message.state == State.SENDING, Message.tries == tries
    )
    return (await session.exec(query.with_for_update())).first()


async def people_of(session: AsyncSession, message: Message) -> tuple[Person | None, Person | None]:
    """Return the reader and the counterpart, each None until its card has arrived."""
    reader = await session.get(Person, message.person_id)
    if message.counterpart_id is None:
        return reader, None
    return reader, await session.get(Person, message.counterpart_id)


async def load_occasion_and_organisation(
    session: AsyncSession, message: Message, reader: Person | None
) -> tuple[Occasion | None, Organisation | None]:
    """Return the occasion of a message, and the organisation of its reader."""
    occasion = await _maybe(session, Occasion, message.occasion_id)
    organisation_id = reader.organisation_id if reader else None
    return occasion, await _maybe(session, Organisation, organisation_id)


async def _maybe(session: AsyncSession, table: type[V], key: UUID | None) -> V | None:
    return None if key is None else await session.get(table, key)


async def load_delivery_context(
    session: AsyncSession,
    message: Message,
    *,
    reader: Person | None,
    other: Person | None,
    occasion: Occasion | None,
) -> DeliveryContext:
    """Return all data on which the decision to send `message` depends."""
    pair = await _pair_of(session, message)
    opt_out = await session.get(OptOut, message.person_id)
    return DeliveryContext(
        arrived=reader is not None
        and (other is not None or message.counterpart_id is None)
        and (occasion is not None or message.occasion_id is None),
        email=reader.email if reader else None,
        phone=reader.phone if reader else None,
        department=reader.department if reader else "",
        opted_out=opt_out is not None and opt_out.covers(Channel(message.channel)),
        starts_on=pair.starts_on if pair else None,
        last_sign_on=pair.last_sign_on if pair else None,
        ended_on=pair.ended_on if pair else None,
        is_waiting=message.rule != Rule.MENTEE_WAITING
        or await _is_waiting(session, message.person_id),
        is_moved=message.rule in ABOUT_INTERVIEW and await _is_moved(session, message),
    )


async def _pair_of(session: AsyncSession, message: Message) -> Pair | None:
    return await session.get(Pair, message.pairing_id) if message.pairing_id else None


async def _is_moved(session: AsyncSession, message: Message) -> bool:
    """Return whether a later message announces another day for the pair's first interview."""
    later = exists().where(
        col(Message.pairing_id) == message.pairing_id,
        col(Message.rule).in_(ABOUT_INTERVIEW),
        col(Message.happened_at) > message.happened_at,
    )
    return (await session.exec(select(later))).one()


async def _is_waiting(session: AsyncSession, mentee_id: UUID) -> bool:
    """Return whether a mentee has no mentor so far, no open proposal and no fitting work."""
    merged = select(Merge.duplicate_id).where(Merge.mentee_id == mentee_id)
    begun_or_asked = col(Pair.starts_on).is_not(None) | (
        col(Pair.proposed_on).is_not(None) & col(Pair.ended_on).is_(None)
    )
    paired = exists().where(_is_of(Pair.mentee_id, mentee_id, merged), begun_or_asked)
    placed = exists().where(_is_of(FittingOutcome.mentee_id, mentee_id, merged))
    return not (await session.exec(select(paired | placed))).one()


def _is_of(column: object, mentee_id: UUID, merged: SelectOfScalar[UUID]) -> ColumnElement[bool]:
    return (col(column) == mentee_id) | col(column).in_(merged)


async def bounce_of(session: AsyncSession, channel: Channel, address: str) -> Bounce | None:
    return await session.get(Bounce, (channel, address))


async def bounces_of(session: AsyncSession, people: Collection[UUID]) -> Sequence[Bounce]:
    """Return the permanently rejected addresses of `people`."""
    query = select(Bounce).where(col(Bounce.person_id).in_(people))
    return (await session.exec(query)).all()


async def bounces_to_reset(
    session: AsyncSession, person_id: UUID, within: Departments
) -> Sequence[Bounce]:
    bounces = await bounces_of(session, [person_id])
    if not bounces or not await _in_scope(session, person_id, within):
        raise NotFound("No address of this person was refused. Look at the list of bounces.")
    return bounces


async def surviving(session: AsyncSession, people: Collection[UUID]) -> Mapping[UUID, UUID]:
    """Return, for each merged person among `people`, the surviving one after all merges."""
    later = table_of(Merge).alias("later")
    once_more = exists().where(later.c.duplicate_id == col(Merge.mentee_id))
    query = select(Merge.duplicate_id, Merge.mentee_id)
    found = await session.exec(query.where(col(Merge.duplicate_id).in_(people), ~once_more))
    return dict(found.all())


async def start_dates(session: AsyncSession, pairings: Collection[UUID]) -> Mapping[UUID, date]:
    """Return the start date of each pairing, where known."""
    found = await session.exec(select(Pair).where(col(Pair.pairing_id).in_(pairings)))
    return {pair.pairing_id: pair.starts_on for pair in found.all() if pair.starts_on}


async def lock_parts(session: AsyncSession, ids: Collection[str]) -> Sequence[Part]:
    """Lock and return the parts with one of these ids."""
    query = select(Part).where(col(Part.provider_id).in_(ids))
    return (await session.exec(query.with_for_update())).all()


async def receipts_before(session: AsyncSession, ids: Collection[str]) -> Sequence[Receipt]:
    """Return the receipts that arrived before their part was recorded."""
    query = select(Receipt).where(col(Receipt.provider_id).in_(ids))
    return (await session.exec(query)).all()


async def receipts_of(session: AsyncSession, message_id: UUID) -> Sequence[str | None]:
    query = select(Part.receipt).where(Part.message_id == message_id)
    return (await session.exec(query)).all()


async def is_known(session: AsyncSession, person_id: UUID, within: Departments) -> bool:
    """Return whether a person has a card and is in scope of `within`."""
    query = select(Person.person_id).where(Person.person_id == person_id, in_scope(within))
    return (await session.exec(query)).first() is not None


def in_scope(within: Departments) -> ColumnElement[bool]:
    """Build the condition that a person is a mentor or lives in `within`; None means everywhere."""
    if within is None:
        return true()
    return or_(col(Person.side) == Side.MENTOR, col(Person.department).in_(within))


async def opt_out(session: AsyncSession, person_id: UUID, within: Departments) -> OptOut:
    """Return a person's opt-out; raise `NotFound` outside the caller's scope."""
    found = await session.get(OptOut, person_id)
    if found is None or not await _in_scope(session, person_id, within):
        raise NotFound("This person has not opted out.")
    return found


async def lock_opt_out(session: AsyncSession, person_id: UUID, within: Departments) -> OptOut:
    found = await opt_out(session, person_id, within)
    await session.refresh(found, with_for_update=True)
    return found


async def _in_scope(session: AsyncSession, person_id: UUID, within: Departments) -> bool:
    return within is None or await is_known(session, person_id, within)
