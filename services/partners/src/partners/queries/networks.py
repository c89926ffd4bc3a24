"""Networks, and what their joint actions came to."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from partners.domain.tables import (
    ActionCount,
    ActionPart,
    JointAction,
    Network,
    NetworkMember,
)


def networks() -> SelectOfScalar[Network]:
    return select(Network)


def times_of_network(network_id: UUID) -> SelectOfScalar[NetworkMember]:
    return select(NetworkMember).where(NetworkMember.network_id == network_id)


def actions_of(network_id: UUID) -> SelectOfScalar[JointAction]:
    return select(JointAction).where(JointAction.network_id == network_id)


async def parts_of(session: AsyncSession, actions: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """Which organisations take part in each of the actions."""
    found = defaultdict[UUID, list[UUID]](list)
    query = select(ActionPart).where(col(ActionPart.action_id).in_(actions))
    for part in await session.exec(query.order_by(col(ActionPart.organisation_id))):
        found[part.action_id].append(part.organisation_id)
    return found


async def counts_of(
    session: AsyncSession, actions: Collection[UUID]
) -> dict[UUID, list[ActionCount]]:
    """What each of the actions came to."""
    found = defaultdict[UUID, list[ActionCount]](list)
    query = select(ActionCount).where(col(ActionCount.action_id).in_(actions))
    for count in await session.exec(query.order_by(col(ActionCount.measure))):
        found[count.action_id].append(count)
    return found
