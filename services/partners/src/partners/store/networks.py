"""Loading of networks, memberships and joint actions."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.errors import NotFound
from contracts.enums import ActionMeasure
from partners.domain.networks import NetworkNameTaken
from partners.domain.tables import (
    ActionCount,
    ActionPart,
    JointAction,
    Network,
    NetworkMember,
)


async def require_new_name(session: AsyncSession, name: str) -> None:
    """Raise `NetworkNameTaken` if the name is taken."""
    if (await session.exec(select(Network).where(Network.name == name))).first():
        raise NetworkNameTaken(f"There is a network {name} already. Give another name.")


async def network(session: AsyncSession, network_id: UUID) -> Network:
    return _there(await session.get(Network, network_id))


async def lock_network(session: AsyncSession, network_id: UUID) -> Network:
    return _there(await session.get(Network, network_id, with_for_update=True))


def _there(found: Network | None) -> Network:
    if found is None:
        raise NotFound("There is no such network. Look for it in the list of networks.")
    return found


async def times_in_network(
    session: AsyncSession, network_id: UUID, organisation_id: UUID
) -> Sequence[NetworkMember]:
    """Return the memberships of an organisation in a network, the latest first."""
    query = select(NetworkMember).where(
        NetworkMember.network_id == network_id, NetworkMember.organisation_id == organisation_id
    )
    return (await session.exec(query.order_by(col(NetworkMember.joined_on).desc()))).all()


async def members_of_network(session: AsyncSession, network_id: UUID, on: date) -> list[UUID]:
    """Return the ids of the members of a network on a date."""
    query = select(NetworkMember.organisation_id).where(
        NetworkMember.network_id == network_id,
        col(NetworkMember.joined_on) <= on,
        or_(col(NetworkMember.left_on).is_(None), col(NetworkMember.left_on) >= on),
    )
    return list((await session.exec(query)).all())


async def joint_action(session: AsyncSession, network_id: UUID, action_id: UUID) -> JointAction:
    found = await session.get(JointAction, action_id)
    if found is None or found.network_id != network_id:
        raise NotFound("There is no such action. Look for it among those of the network.")
    return found


async def action_parts(session: AsyncSession, action_id: UUID) -> set[UUID]:
    """Return the organisations that take part in a joint action."""
    query = select(ActionPart.organisation_id).where(ActionPart.action_id == action_id)
    return set((await session.exec(query)).all())


async def action_counts(session: AsyncSession, action_id: UUID) -> dict[ActionMeasure, ActionCount]:
    """Return the results of a joint action, by measure."""
    query = select(ActionCount).where(ActionCount.action_id == action_id)
    return {count.measure: count for count in await session.exec(query)}


async def network_named(session: AsyncSession, name: str) -> Network | None:
    return (await session.exec(select(Network).where(Network.name == name))).first()
