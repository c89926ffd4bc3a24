"""The job `erase-again`: erases the people whom a restored backup brought back.

A backup does not contain later erasures, but the topics do: events are stored for ever, and the
tombstone of an applicant without an event for as long as Kafka retains it. So does the register of
the erased persons' keys, if it is newer than the tables of people.
"""

from argparse import ArgumentParser, Namespace
from collections.abc import Collection, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.database.sessions import Sessions, create_engine, create_sessions, transaction
from backbone.messaging.handlers import Handlers
from backbone.messaging.kafka import Consumer, create_consumer
from backbone.messaging.rebuild import read_to_end
from backbone.privacy.erased_persons import erased_days
from backbone.service import DatabaseCommand
from contracts import MenteeErased, MenteesMerged, MentorErased, Message, PersonCard
from contracts.enums import Side
from matching import store
from matching.commands import people
from matching.domain.tables import Mentee, Mentor
from matching.settings import MatchingSettings

SIDES: tuple[tuple[Side, type[Mentee | Mentor]], ...] = (
    (Side.MENTEE, Mentee),
    (Side.MENTOR, Mentor),
)

handlers = Handlers()


async def _only_read(_: AsyncSession, __: Sequence[Message]) -> None:
    """Ignore the messages: the job reads them itself."""


for event in (MenteeErased, MentorErased, MenteesMerged, PersonCard):
    handlers.on(event)(_only_read)


@dataclass(slots=True)
class Erasures:
    """The people who were erased, according to the topics."""

    stated: set[UUID] = field(default_factory=set)
    without_card: set[UUID] = field(default_factory=set)
    merged: set[UUID] = field(default_factory=set)

    @property
    def people(self) -> Collection[UUID]:
        """The ids of erased people; a missing card after a merge is no erasure."""
        return self.stated | (self.without_card - self.merged)

    def note(self, message: Message) -> None:
        match message:
            case MenteeErased():
                self.stated |= {message.mentee_id, *message.duplicates}
            case MentorErased():
                self.stated.add(message.mentor_id)
            case MenteesMerged():
                self.merged |= set(message.duplicates)
            case PersonCard() if message.erased:
                self.without_card.add(message.person_id)


async def read_erasures(consumer: Consumer, *, batch_size: int) -> Collection[UUID]:
    """Return the ids of the people who were erased according to the topics."""
    found = Erasures()
    async with aclosing(read_to_end(consumer, handlers, batch_size=batch_size)) as batches:
        async for messages in batches:
            for message in messages:
                found.note(message)
    return found.people


async def erase_again(
    sessions: Sessions, erased: Collection[UUID], *, answer_days: int, everybody: bool = False
) -> int:
    """Erase the known people who are in `erased` or in the register; return how many.

    `everybody` also erases those who are erased here already, so that all services process it.
    """
    async with transaction(sessions) as session:
        again = [
            (side, person_id)
            for side, table in SIDES
            for person_id in await _to_erase(session, side, table, erased, everybody=everybody)
        ]
    for side, person_id in again:
        erase = people.erase_mentee if side == Side.MENTEE else people.erase_mentor
        async with transaction(sessions) as session:
            await erase(session, person_id, answer_days=answer_days)
    return len(again)


async def _to_erase(
    session: AsyncSession,
    side: Side,
    table: type[Mentee | Mentor],
    erased: Collection[UUID],
    *,
    everybody: bool,
) -> Collection[UUID]:
    """Return who is to be erased: by their id, or by the reference of their office.

    An address or a phone number may belong to another person and is not enough.
    """
    query = select(table.id, table.reference, table.erased).order_by(col(table.id))
    if table is Mentee:
        query = query.where(col(Mentee.merged_into).is_(None))
    people_here = (await session.exec(query)).all()
    known = [each for each, _, is_erased in people_here if not is_erased]
    keys = {
        key: person_id
        for person_id, reference, is_erased in people_here
        if not is_erased
        for key in store.keys_of(side, reference=reference, email=None, phone=None)
    }
    registered = {keys[key] for key in await erased_days(session, list(keys))}
    again = [each for each in known if each in registered or each in erased]
    return [*again, *(each for each, _, is_erased in people_here if everybody and is_erased)]


async def _run(settings: MatchingSettings, options: Namespace) -> None:
    consumer, engine = create_consumer(settings, group=None), create_engine(settings)
    try:
        erased = await read_erasures(consumer, batch_size=settings.batch_size)
    finally:
        await consumer.stop()
    sessions = create_sessions(engine)
    days, everybody = settings.answer_days, options.all
    count = await erase_again(sessions, erased, answer_days=days, everybody=everybody)
    await engine.dispose()
    print(f"{count} erased again; {len(erased)} were erased according to the topics.")


def _arguments(parser: ArgumentParser) -> None:
    purpose = "also whoever is erased here already: once after the upgrade to this release"
    parser.add_argument("--all", action="store_true", help=purpose)


ERASE_AGAIN = DatabaseCommand(
    name="erase-again",
    purpose="after a backup was restored: erase whoever was erased since it was made",
    arguments=_arguments,
    run=_run,
)
