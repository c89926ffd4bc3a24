"""The messages that the services publish. A published shape never changes; it gains a version.

Each module has the name of its topic: `contracts.partners.leads` has the messages of
`partners.leads`. All are imported here, so that none can be left out of `MESSAGES`.
"""

from collections.abc import Iterator
from typing import Final

from contracts.base import Card as Card
from contracts.base import Event as Event
from contracts.base import Message as Message
from contracts.matching.mentees import *
from contracts.matching.mentors import *
from contracts.matching.pairings import *
from contracts.matching.people import *
from contracts.matching.rounds import *
from contracts.partners.board import *
from contracts.partners.commitments import *
from contracts.partners.contacts import *
from contracts.partners.conventions import *
from contracts.partners.events import *
from contracts.partners.housing import *
from contracts.partners.leads import *
from contracts.partners.networks import *
from contracts.partners.occasions import *
from contracts.partners.organisations import *
from contracts.partners.patronage import *
from contracts.partners.people import *
from contracts.partners.sourcing import *
from contracts.partners.territories import *
from contracts.partners.youths import *


def _published(base: type[Message]) -> Iterator[type[Message]]:
    """Yield the subclasses of `base` that have a type; the others are bases of such."""
    for message in base.__subclasses__():
        if isinstance(message.model_fields["type"].default, str):
            yield message
        yield from _published(message)


MESSAGES: Final[tuple[type[Message], ...]] = tuple(
    sorted(_published(Message), key=lambda message: message.kind())
)
"""All messages, cards included, by type."""
