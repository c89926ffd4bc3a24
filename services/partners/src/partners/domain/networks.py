"""Networks: who is of one, what its members do together, and what came of it."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from backbone.errors import Invalid, Refused
from contracts import JointActionBegun, JointActionCounted, NetworkJoined, NetworkLeft
from contracts.moments import moment
from contracts.words import ActionMeasure
from partners.domain.days import require_past
from partners.domain.tables import (
    HOME,
    ActionCount,
    JointAction,
    Network,
    NetworkMember,
    Organisation,
)


class NetworkNamed(Refused, kind="network-named"):
    """A network's name is its own."""


class OfNetworkAlready(Refused, kind="of-network-already"):
    """An organisation is of a network once at a time."""


class NotOfNetwork(Refused, kind="not-of-network"):
    """Whoever leaves a network, or acts in it, is of it that day."""


class BeforeBegun(Invalid, kind="before-begun"):
    """What an action came to is counted once it has begun."""


def join(
    network: Network,
    organisation: Organisation,
    joined_on: date,
    before: Collection[NetworkMember],
) -> tuple[NetworkMember, NetworkJoined]:
    """Let an organisation be of a network; `before` is when it was already."""
    require_past(joined_on, [organisation.department])
    for each in before:
        if each.left_on is None or joined_on <= each.left_on:
            raise OfNetworkAlready(
                f"{organisation.name} is of {network.name} since {each.joined_on}. Give a day after"
                " it left."
            )
    member = NetworkMember(
        network_id=network.id, organisation_id=organisation.id, joined_on=joined_on
    )
    return member, NetworkJoined(
        network_id=network.id,
        organisation_id=organisation.id,
        joined_on=joined_on,
        occurred_at=moment(joined_on, organisation.department),
    )


def leave(
    member: NetworkMember | None, network: Network, organisation: Organisation, left_on: date
) -> NetworkLeft:
    """Let an organisation be of a network for the last time. The caller holds the network's row."""
    require_past(left_on, [organisation.department])
    if member is None or left_on < member.joined_on:
        raise NotOfNetwork(f"{organisation.name} is not of {network.name} on {left_on}.")
    member.left_on = left_on
    return NetworkLeft(
        network_id=network.id,
        organisation_id=organisation.id,
        joined_on=member.joined_on,
        left_on=left_on,
        occurred_at=moment(left_on, organisation.department),
    )


def begin(  # noqa: PLR0913  (an action has that many parts)
    network: Network,
    *,
    name: str,
    begun_on: date,
    event_id: UUID | None,
    organisations: Collection[UUID],
    members: Collection[UUID],
) -> tuple[JointAction, JointActionBegun]:
    """Let members of a network do something together; `members` are those of that day."""
    require_past(begun_on, [HOME])
    strangers = set(organisations) - set(members)
    if strangers:
        raise NotOfNetwork(
            f"{min(strangers)} is not of {network.name} on {begun_on}. Let it join first, or leave"
            " it out."
        )
    action = JointAction(network_id=network.id, name=name, begun_on=begun_on, event_id=event_id)
    return action, JointActionBegun(
        network_id=network.id,
        action_id=action.id,
        organisations=tuple(sorted(set(organisations))),
        begun_on=begun_on,
        occurred_at=moment(begun_on, HOME),
    )


def count(
    action: JointAction, *, measure: ActionMeasure, quantity: int, counted_on: date
) -> tuple[ActionCount, JointActionCounted]:
    """Note what a joint action came to; a later count takes the place of an earlier one."""
    require_past(counted_on, [HOME])
    if counted_on < action.begun_on:
        raise BeforeBegun(
            f"{action.name} began on {action.begun_on}. Give that day or a later one."
        )
    counted = ActionCount(
        action_id=action.id, measure=measure, quantity=quantity, counted_on=counted_on
    )
    return counted, JointActionCounted(
        **counted.model_dump(),
        network_id=action.network_id,
        occurred_at=moment(counted_on, HOME),
    )
