from datetime import date
from typing import Any
from uuid import UUID

from fastapi import APIRouter

from backbone.web.pagination import After, Limit, Page, paginate
from backbone.web.routes import Session, TransactionalRoute
from backbone.web.schemas import View
from contracts.enums import ActionMeasure
from partners import queries, store
from partners.access import NationalManager, Reader, organisation_scope
from partners.commands import networks
from partners.commands.networks import (
    BeginAction,
    CountAction,
    FormNetwork,
    JoinNetwork,
    LeaveNetwork,
)
from partners.domain.tables import JointAction, Network, NetworkMember

router = APIRouter(prefix="/networks", route_class=TransactionalRoute, tags=["networks"])


class NetworkView(View):
    id: UUID
    name: str


class NetworkMemberView(View):
    organisation_id: UUID
    joined_on: date
    left_on: date | None


class CountView(View):
    measure: ActionMeasure
    quantity: int
    counted_on: date


class ActionView(View):
    """A joint action of members of a network, with its results."""

    id: UUID
    name: str
    begun_on: date
    event_id: UUID | None
    organisations: list[UUID]
    counts: list[CountView]


@router.post("", status_code=201, response_model=NetworkView)
async def form_network(command: FormNetwork, session: Session, _by: NationalManager) -> Network:
    """Create a network, a named group of organisations."""
    return await networks.form(session, command)


@router.get("", response_model=Page[NetworkView])
async def list_networks(
    session: Session, _by: Reader, after: After = None, limit: Limit = 50
) -> Page[Any]:
    """List the networks by name."""
    return await paginate(session, queries.networks(), by=(Network.name,), after=after, limit=limit)


@router.post("/{network_id}/members", status_code=201, response_model=NetworkMemberView)
async def join_network(
    network_id: UUID, command: JoinNetwork, session: Session, _by: NationalManager
) -> NetworkMember:
    """Add an organisation to a network."""
    return await networks.join(session, network_id, command)


@router.get("/{network_id}/members", response_model=Page[NetworkMemberView])
async def list_network_members(
    network_id: UUID, session: Session, by: Reader, after: After = None, limit: Limit = 50
) -> Page[Any]:
    """List current and past members of a network; a confined manager sees their organisations."""
    await store.network(session, network_id)
    query = queries.times_of_network(network_id, organisation_scope(by))
    order = (NetworkMember.joined_on, NetworkMember.organisation_id)
    return await paginate(session, query, by=order, after=after, limit=limit)


@router.post("/{network_id}/members/{organisation_id}/end", response_model=NetworkMemberView)
async def leave_network(
    network_id: UUID,
    organisation_id: UUID,
    command: LeaveNetwork,
    session: Session,
    _by: NationalManager,
) -> NetworkMember:
    """End a membership in a network on `left_on`, its last day."""
    return await networks.leave(session, network_id, organisation_id, command)


@router.post("/{network_id}/actions", status_code=201)
async def begin_action(
    network_id: UUID, command: BeginAction, session: Session, _by: NationalManager
) -> ActionView:
    """Begin a joint action of members of a network."""
    action = await networks.begin(session, network_id, command)
    [view] = await _with_counts(session, [action], None)
    return view


@router.get("/{network_id}/actions", response_model=Page[ActionView])
async def list_actions(
    network_id: UUID, session: Session, by: Reader, after: After = None, limit: Limit = 50
) -> Page[Any]:
    """List the joint actions of a network, with their results."""
    await store.network(session, network_id)
    query, order = (
        queries.actions_of(network_id, organisation_scope(by)),
        (JointAction.begun_on, JointAction.id),
    )
    found = await paginate(session, query, by=order, after=after, limit=limit)
    found.items = await _with_counts(session, found.items, organisation_scope(by))
    return found


@router.put("/{network_id}/actions/{action_id}/counts/{measure}", response_model=CountView)
async def count_action(
    network_id: UUID,
    action_id: UUID,
    measure: ActionMeasure,
    command: CountAction,
    session: Session,
    _by: NationalManager,
) -> Any:  # noqa: ANN401  (a row)
    """Record a result of a joint action."""
    return await networks.count(session, network_id, action_id, measure, command)


async def _with_counts(
    session: Session, actions: list[JointAction], within: store.Scope
) -> list[ActionView]:
    ids = [action.id for action in actions]
    parts = await queries.parts_of(session, ids, within)
    counts = await queries.counts_of(session, ids)
    return [
        ActionView(
            id=action.id,
            name=action.name,
            begun_on=action.begun_on,
            event_id=action.event_id,
            organisations=parts[action.id],
            counts=[CountView.model_validate(each) for each in counts[action.id]],
        )
        for action in actions
    ]
