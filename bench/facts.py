"""The fact that every row is measured with: a logged contact, the commonest there is."""

from collections.abc import Sequence
from datetime import date
from typing import ClassVar
from uuid import UUID, uuid4

from aiokafka import AIOKafkaProducer

from backbone.messaging.kafka import create_producer
from backbone.settings import Settings
from contracts import ContactLogged
from contracts.enums import Medium

CONTACT_ON = date(2013, 10, 8)


def contact_on(name: str) -> type[ContactLogged]:
    """A contact that is told on that topic."""

    class Contact(ContactLogged):
        topic: ClassVar[str] = name

    return Contact


def contact(of: UUID, kind: type[ContactLogged] = ContactLogged) -> ContactLogged:
    """A contact of a pairing, with the key that this gives it."""
    return kind(
        contact_id=uuid4(),
        pairing_id=of,
        mentee_id=uuid4(),
        mentor_id=uuid4(),
        contact_on=CONTACT_ON,
        medium=Medium.PHONE,
        minutes=30,
    )


def contacts(
    number: int, *, pairings: int, kind: type[ContactLogged] = ContactLogged
) -> Sequence[ContactLogged]:
    """So many contacts, in the order they come in: each pairing's next, over and over."""
    keys = [uuid4() for _ in range(pairings)]
    return [contact(keys[nth % pairings], kind) for nth in range(number)]


def own_producer(settings: Settings) -> AIOKafkaProducer:
    """The relay's producer, as aiokafka has it: the baselines use its `send()`."""
    return create_producer(settings)
