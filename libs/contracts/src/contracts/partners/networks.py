"""Events about networks, which are named groups of organisations, and their joint actions."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from contracts.base import Event
from contracts.enums import ActionMeasure


class NetworkFact(Event):
    """A fact about a network."""

    topic: ClassVar[str] = "partners.networks"
    keyed_by: ClassVar[str] = "network_id"

    network_id: UUID


class NetworkJoined(NetworkFact):
    """An organisation joined a network on `joined_on`."""

    type: Literal["network-joined.v1"] = "network-joined.v1"
    organisation_id: UUID
    joined_on: date


class NetworkLeft(NetworkFact):
    """An organisation, a member since `joined_on`, left a network; `left_on` is its last day."""

    type: Literal["network-left.v1"] = "network-left.v1"
    organisation_id: UUID
    joined_on: date
    left_on: date


class JointActionBegun(NetworkFact):
    """Organisations of a network began a joint action."""

    type: Literal["joint-action-begun.v1"] = "joint-action-begun.v1"
    action_id: UUID
    organisations: tuple[UUID, ...]
    begun_on: date


class JointActionCounted(NetworkFact):
    """The count of one measure of a joint action; a later one replaces an earlier one."""

    type: Literal["joint-action-counted.v1"] = "joint-action-counted.v1"
    action_id: UUID
    measure: ActionMeasure
    quantity: int
    counted_on: date
