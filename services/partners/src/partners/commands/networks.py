"""Network commands: form, join, leave, joint actions and their results."""

from uuid import UUID

from pydantic import Field
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.messaging.outbox import emit
from backbone.web.schemas import Command, example
from contracts.bounds import Day
from contracts.enums import ActionMeasure
from partners import store
from partners.commands import Name
from partners.domain import networks
from partners.domain.tables import ActionCount, ActionPart, JointAction, Network, NetworkMember


class FormNetwork(Command):
    model_config = example(name="Réseau des bailleurs")

    name: Name


class JoinNetwork(Command):
    model_config = example(
        organisation_id="0b8f6a52-8f0e-4a0c-9d55-6a1f0b0d7c11", joined_on="2014-03-01"
    )

    organisation_id: UUID
    joined_on: Day


class LeaveNetwork(Command):
    model_config = example(left_on="2015-03-01")

    left_on: Day


class BeginAction(Command):
    """A joint action of members; `event_id` if it takes place at an event."""

    model_config = example(
        name="Forum des locataires",
        begun_on="2014-10-11",
        organisations=["0b8f6a52-8f0e-4a0c-9d55-6a1f0b0d7c11"],
    )

    name: Name
    begun_on: Day
    event_id: UUID | None = None
    organisations: list[UUID] = Field(min_length=1, max_length=1000)


class CountAction(Command):
    model_config = example(quantity=42, counted_on="2014-12-01")

    quantity: int = Field(ge=0, le=1_000_000)
    counted_on: Day


async def form(session: AsyncSession, command: FormNetwork) -> Network:
    await store.require_new_name(session, command.name)
    network = Network(name=command.name)
    session.add(network)
    return network


async def join(session: AsyncSession, network_id: UUID, command: JoinNetwork) -> NetworkMember:
    network = await store.lock_network(session, network_id)
    organisation = await store.organisation(session, command.organisation_id)
    before = await store.times_in_network(session, network_id, organisation.id)
    member, joined = networks.join(network, organisation, command.joined_on, before)
    session.add(member)
    emit(session, joined)
    return member


async def leave(
    session: AsyncSession, network_id: UUID, organisation_id: UUID, command: LeaveNetwork
) -> NetworkMember:
    network = await store.lock_network(session, network_id)
    organisation = await store.organisation(session, organisation_id)
    times = await store.times_in_network(session, network_id, organisation_id)
    last = next((each for each in times if each.left_on is None), None)
    left = networks.leave(last, network, organisation, command.left_on)
    emit(session, left)
    assert last is not None  # else it could not have left
    return last


async def begin(session: AsyncSession, network_id: UUID, command: BeginAction) -> JointAction:
    network = await store.lock_network(session, network_id)
    if command.event_id is not None:
        await store.event(session, command.event_id)
    members = await store.members_of_network(session, network_id, command.begun_on)
    action, begun = networks.begin(network, **command.model_dump(), members=members)
    session.add(action)
    await session.flush()
    session.add_all(
        ActionPart(action_id=action.id, organisation_id=each) for each in begun.organisations
    )
    emit(session, begun)
    return action


async def count(
    session: AsyncSession,
    network_id: UUID,
    action_id: UUID,
    measure: ActionMeasure,
    command: CountAction,
) -> ActionCount:
    await store.lock_network(session, network_id)
    action = await store.joint_action(session, network_id, action_id)
    counted, event = networks.count(action, measure=measure, **command.model_dump())
    emit(session, event)
    return await session.merge(counted)
