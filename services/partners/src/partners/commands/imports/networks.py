"""Imports of networks and their joint actions."""

from collections.abc import Sequence
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import BeforeValidator, Field
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.errors import NotFound
from backbone.files.fields import Day, DayIfAny, Text, whole_if_any
from backbone.imports.registry import ImportResult, Imports, ParsedRow, Row
from contracts.enums import ActionMeasure
from partners import store
from partners.commands import Name
from partners.commands.imports.cells import Siren, Sirens, found
from partners.commands.imports.differences import columns, differences, require_same
from partners.commands.networks import (
    BeginAction,
    CountAction,
    FormNetwork,
    JoinNetwork,
    LeaveNetwork,
    begin,
    count,
    form,
    join,
    leave,
)
from partners.domain.tables import JointAction, NetworkMember

imports = Imports()
NumberIfAny = Annotated[
    Annotated[int, Field(ge=0, le=1_000_000)] | None, BeforeValidator(whole_if_any)
]


class NetworkRow(Row):
    """A membership in a network, which is created if there is none with that name."""

    key: ClassVar[tuple[str, ...]] = ("network", "siren", "joined_on")

    network: Text
    siren: Siren
    joined_on: Day
    left_on: DayIfAny = None


class ActionRow(Row):
    """A joint action of members of a network, and its results as far as they were counted.

    `sirens` are separated by spaces.
    """

    key: ClassVar[tuple[str, ...]] = ("network", "name", "begun_on")

    network: Text
    name: Name
    begun_on: Day
    sirens: Sirens
    youths_met: NumberIfAny = None
    youths_referred: NumberIfAny = None
    youths_housed: NumberIfAny = None
    mentors_found: NumberIfAny = None
    jobs_offered: NumberIfAny = None
    counted_on: DayIfAny = None


@imports.of("network-members", NetworkRow)
async def take_members(
    session: AsyncSession, lines: Sequence[ParsedRow[NetworkRow]], tally: ImportResult
) -> None:
    """Import the members of networks."""
    known = await store.by_siren(session, [line.row.siren for line in lines])
    for line in lines:
        row, organisation = line.row, found(known, line.row.siren)
        network = await store.network_named(session, row.network)
        if network is None:
            network = await form(session, FormNetwork(name=row.network))
            await session.flush()
        times = await store.times_in_network(session, network.id, organisation.id)
        if member := next((t for t in times if t.joined_on == row.joined_on), None):
            with tally.reject_refused(line):
                await _leave(session, member, row, tally)
            continue
        command = JoinNetwork(organisation_id=organisation.id, joined_on=row.joined_on)
        await join(session, network.id, command)
        if row.left_on is not None:
            departure = LeaveNetwork(left_on=row.left_on)
            await leave(session, network.id, organisation.id, departure)
        tally.created += 1


async def _leave(
    session: AsyncSession, member: NetworkMember, row: NetworkRow, tally: ImportResult
) -> None:
    """Record that a member left its network, unless it is recorded."""
    if row.left_on is None or member.left_on is not None:
        require_same(row, columns(member, "left_on"))
        tally.unchanged += 1
        return
    left = LeaveNetwork(left_on=row.left_on)
    await leave(session, member.network_id, member.organisation_id, left)
    tally.updated += 1


@imports.of("joint-actions", ActionRow)
async def take_actions(
    session: AsyncSession, lines: Sequence[ParsedRow[ActionRow]], tally: ImportResult
) -> None:
    """Import the joint actions of networks, and their results."""
    known = await store.by_siren(session, [siren for line in lines for siren in line.row.sirens])
    for line in lines:
        row = line.row
        network = await store.network_named(session, row.network)
        if network is None:
            raise NotFound(f"There is no network {row.network}. Import its members first.")
        key = {"network_id": network.id, "name": row.name, "begun_on": row.begun_on}
        those = [found(known, siren).id for siren in row.sirens]
        if before := await store.row_with(session, JointAction, **key):
            with tally.reject_refused(line):
                await _count_again(session, before, row, those, tally)
            continue
        command = BeginAction(name=row.name, begun_on=row.begun_on, organisations=those)
        action = await begin(session, network.id, command)
        for measure in ActionMeasure:
            if getattr(row, measure) is not None:
                await _count(session, action, row, measure)
        tally.created += 1


async def _count(
    session: AsyncSession, action: JointAction, row: ActionRow, measure: ActionMeasure
) -> None:
    counted_on = row.counted_on or row.begun_on
    counted = CountAction(quantity=getattr(row, measure), counted_on=counted_on)
    await count(session, action.network_id, action.id, measure, counted)


async def _count_again(
    session: AsyncSession,
    action: JointAction,
    row: ActionRow,
    those: Sequence[UUID],
    tally: ImportResult,
) -> None:
    """Record new results of a stored joint action; its participants cannot change."""
    if set(those) != await store.action_parts(session, action.id):
        require_same(row, {"sirens": "others"})
    known = await store.action_counts(session, action.id)
    stored = {str(measure): counted.quantity for measure, counted in known.items()}
    measures = dict.fromkeys(ActionMeasure) | stored
    changed = [ActionMeasure(name) for name in differences(row, measures)]
    latest = max((each.counted_on for each in known.values()), default=row.begun_on)
    if changed and (row.counted_on or row.begun_on) < latest:
        require_same(row, {name: stored.get(name) for name in changed})
    for measure in changed:
        await _count(session, action, row, measure)
    tally.updated += bool(changed)
    tally.unchanged += not changed
