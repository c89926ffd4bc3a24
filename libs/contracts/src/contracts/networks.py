"""What partners tells of networks: named groups of organisations, and what they do together."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from contracts.event import Event
from contracts.words import ActionMeasure


class NetworkFact(Event):
    """Something that happened to a network."""

    topic: ClassVar[str] = "partners.networks"
    keyed_by: ClassVar[str] = "network_id"

    network_id: UUID


class NetworkJoined(NetworkFact):
    """An organisation is of a network since a day."""

    type: Literal["network-joined.v1"] = "network-joined.v1"
    organisation_id: UUID
    joined_on: date


class NetworkLeft(NetworkFact):
    """An organisation, which had joined on a day, is of the network for the last time."""

    type: Literal["network-left.v1"] = "network-left.v1"
    organisation_id: UUID
    joined_on: date
    left_on: date


class JointActionBegun(NetworkFact):
    """Organisations of a network do something together."""

    type: Literal["joint-action-begun.v1"] = "joint-action-begun.v1"
    action_id: UUID
    organisations: tuple[UUID, ...]
    begun_on: date


class JointActionCounted(NetworkFact):
    """What a joint action came to: a later count of a measure takes the place of an earlier."""

    type: Literal["joint-action-counted.v1"] = "joint-action-counted.v1"
    action_id: UUID
    measure: ActionMeasure
    quantity: int
    counted_on: date
