"""Networks of organisations: members, joint actions and their results."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from backbone.errors import Invalid, Refused
from contracts import JointActionBegun, JointActionCounted, NetworkJoined, NetworkLeft
from contracts.enums import ActionMeasure
from contracts.local_time import noon_in
from partners.domain.dates import require_past
from partners.domain.tables import (
    HOME,
    ActionCount,
    JointAction,
    Network,
    NetworkMember,
    Organisation,
)


class NetworkNameTaken(Refused, kind="network-named"):
    """A network name that is taken."""


class AlreadyNetworkMember(Refused, kind="of-network-already"):
    """A membership that overlaps another one of the same organisation in the network."""


class NotOfNetwork(Refused, kind="not-of-network"):
    """An organisation that is no member of the network on the given date."""


class BeforeBegun(Invalid, kind="before-begun"):
    """A result counted before the action began."""


def join(
    network: Network,
    organisation: Organisation,
    joined_on: date,
    before: Collection[NetworkMember],
) -> tuple[NetworkMember, NetworkJoined]:
    """Add an organisation to a network; `before` are its earlier memberships."""
    require_past(joined_on, [organisation.department])
    for each in before:
        if each.left_on is None or joined_on <= each.left_on:
            raise AlreadyNetworkMember(
                f"{organisation.name} is a member of {network.name} since {each.joined_on}. Give a"
                " date after it left."
            )
    member = NetworkMember(
        network_id=network.id, organisation_id=organisation.id, joined_on=joined_on
    )
    return member, NetworkJoined(
        network_id=network.id,
        organisation_id=organisation.id,
        joined_on=joined_on,
        occurred_at=noon_in(joined_on, organisation.department),
    )


def leave(
    member: NetworkMember | None, network: Network, organisation: Organisation, left_on: date
) -> NetworkLeft:
    """End a membership on `left_on`, its last day. The caller has locked the network."""
    require_past(left_on, [organisation.department])
    if member is None or left_on < member.joined_on:
        raise NotOfNetwork(f"{organisation.name} is no member of {network.name} on {left_on}.")
    member.left_on = left_on
    return NetworkLeft(
        network_id=network.id,
        organisation_id=organisation.id,
        joined_on=member.joined_on,
        left_on=left_on,
        occurred_at=noon_in(left_on, organisation.department),
    )


def begin(
    network: Network,
    *,
    name: str,
    begun_on: date,
    event_id: UUID | None,
    organisations: Collection[UUID],
    members: Collection[UUID],
) -> tuple[JointAction, JointActionBegun]:
    """Begin a joint action of a network; `members` are its members on `begun_on`."""
    require_past(begun_on, [HOME])
    strangers = set(organisations) - set(members)
    if strangers:
        raise NotOfNetwork(
            f"{min(strangers)} is no member of {network.name} on {begun_on}. Add it first, or"
            " leave it out."
        )
    action = JointAction(network_id=network.id, name=name, begun_on=begun_on, event_id=event_id)
    return action, JointActionBegun(
        network_id=network.id,
        action_id=action.id,
        organisations=tuple(sorted(set(organisations))),
        begun_on=begun_on,
        occurred_at=noon_in(begun_on, HOME),
    )


def count(
    action: JointAction, *, measure: ActionMeasure, quantity: int, counted_on: date
) -> tuple[ActionCount, JointActionCounted]:
    """Record a result of a joint action, which replaces the earlier count of the measure."""
    require_past(counted_on, [HOME])
    if counted_on < action.begun_on:
        raise BeforeBegun(
            f"{action.name} began on {action.begun_on}. Give that date or a later one."
        )
    counted = ActionCount(
        action_id=action.id, measure=measure, quantity=quantity, counted_on=counted_on
    )
    return counted, JointActionCounted(
        **counted.model_dump(),
        network_id=action.network_id,
        occurred_at=noon_in(counted_on, HOME),
    )
