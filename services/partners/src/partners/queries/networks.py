"""Networks, joint actions and their results."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from partners import store
from partners.domain.tables import (
    ActionCount,
    ActionPart,
    JointAction,
    Network,
    NetworkMember,
)


def networks() -> SelectOfScalar[Network]:
    return select(Network)


def times_of_network(network_id: UUID, within: store.Scope) -> SelectOfScalar[NetworkMember]:
    query = select(NetworkMember).where(NetworkMember.network_id == network_id)
    return query if within is None else query.where(col(NetworkMember.organisation_id).in_(within))


def actions_of(network_id: UUID, within: store.Scope) -> SelectOfScalar[JointAction]:
    """Select the joint actions of a network in which visible organisations take part."""
    query = select(JointAction).where(JointAction.network_id == network_id)
    if within is None:
        return query
    part = select(ActionPart).where(
        ActionPart.action_id == JointAction.id, col(ActionPart.organisation_id).in_(within)
    )
    return query.where(part.exists())


async def parts_of(
    session: AsyncSession, actions: Collection[UUID], within: store.Scope
) -> dict[UUID, list[UUID]]:
    """Return the visible participants of each joint action."""
    found = defaultdict[UUID, list[UUID]](list)
    query = select(ActionPart).where(col(ActionPart.action_id).in_(actions))
    if within is not None:
        query = query.where(col(ActionPart.organisation_id).in_(within))
    for part in await session.exec(query.order_by(col(ActionPart.organisation_id))):
        found[part.action_id].append(part.organisation_id)
    return found


async def counts_of(
    session: AsyncSession, actions: Collection[UUID]
) -> dict[UUID, list[ActionCount]]:
    """Return the results of each joint action."""
    found = defaultdict[UUID, list[ActionCount]](list)
    query = select(ActionCount).where(col(ActionCount.action_id).in_(actions))
    for count in await session.exec(query.order_by(col(ActionCount.measure))):
        found[count.action_id].append(count)
    return found
