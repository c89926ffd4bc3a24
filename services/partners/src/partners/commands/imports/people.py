"""Imports of profiles, establishments, promoters, board seats, networks and joint actions."""

from collections.abc import Sequence
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import BeforeValidator, Field
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.errors import NotFound
from backbone.files.fields import Day, DayIfAny, Text, blank, whole_if_any
from backbone.imports.registry import ImportResult, Imports, ParsedRow, Row
from backbone.web.etags import ExpectedVersion
from contracts.enums import ActionMeasure, PromoterRole
from contracts.spelling import postal_code
from contracts.territories import department_code
from partners import store
from partners.commands import Name
from partners.commands.board import (
    LeaveSeat,
    NameRepresentative,
    TakeSeat,
    leave_seat,
    name_representative,
    take_seat,
)
from partners.commands.imports.cells import (
    Department,
    NameIfAny,
    Siren,
    Sirens,
    Siret,
    found,
    words,
)
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
from partners.commands.profiles import (
    DescribeOrganisation,
    NamePromoter,
    NotePlace,
    describe_organisation,
    name_promoter,
    note_place,
)
from partners.domain.tables import AmbassadorRole, Establishment, JointAction, NetworkMember, Seat

imports = Imports()
NumberIfAny = Annotated[
    Annotated[int, Field(ge=0, le=1_000_000)] | None, BeforeValidator(whole_if_any)
]
PostalCodeIfAny = Annotated[
    Annotated[Name, BeforeValidator(postal_code)] | None, BeforeValidator(blank)
]


class ProfileRow(Row):
    """The profile of an organisation; empty cells become unknown."""

    key: ClassVar[tuple[str, ...]] = ("siren",)

    siren: Siren
    legal_form: NameIfAny = None
    rna: NameIfAny = None
    naf: NameIfAny = None
    street: NameIfAny = None
    postal_code: PostalCodeIfAny = None
    city: NameIfAny = None
    departments: Annotated[list[str], words(department_code)] = Field(default_factory=list)


class PlaceRow(Row):
    """An establishment of an organisation, identified by its SIRET."""

    key: ClassVar[tuple[str, ...]] = ("siret",)

    siren: Siren
    siret: Siret
    name: Name
    department: Department


class PromoterRow(Row):
    key: ClassVar[tuple[str, ...]] = ("siren", "role")

    siren: Siren
    role: PromoterRole
    named_on: Day


class SeatRow(Row):
    """A board seat; `represented_by` is the full name of a contact of its organisation."""

    key: ClassVar[tuple[str, ...]] = ("siren", "starts_on")

    siren: Siren
    starts_on: Day
    term_ends_on: DayIfAny = None
    left_on: DayIfAny = None
    represented_by: NameIfAny = None


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


@imports.of("profiles", ProfileRow)
async def take_profiles(
    session: AsyncSession, lines: Sequence[ParsedRow[ProfileRow]], tally: ImportResult
) -> None:
    """Import the profiles of organisations; each row replaces the whole profile."""
    known = await store.by_siren(session, [line.row.siren for line in lines])
    for line in lines:
        with tally.reject_refused(line):
            organisation = found(known, line.row.siren)
            command = DescribeOrganisation(**line.row.model_dump(exclude={"siren"}))
            before = await store.profile(session, organisation.id)
            values = command.model_dump()
            if before.version and before.model_dump(include=set(values)) == values:
                tally.unchanged += 1
                continue
            new = not before.version
            await describe_organisation(
                session, organisation.id, command, ExpectedVersion("*"), None
            )
            tally.created += new
            tally.updated += not new


@imports.of("places", PlaceRow)
async def take_places(
    session: AsyncSession, lines: Sequence[ParsedRow[PlaceRow]], tally: ImportResult
) -> None:
    """Import the establishments of organisations."""
    known = await store.by_siren(session, [line.row.siren for line in lines])
    for line in lines:
        with tally.reject_refused(line):
            organisation = found(known, line.row.siren)
            values = line.row.model_dump(exclude={"siren"})
            before = await store.row_with(session, Establishment, siret=line.row.siret)
            same = before is not None and before.organisation_id == organisation.id
            if same and not differences(line.row, columns(before, "name", "department")):
                tally.unchanged += 1
                continue
            await note_place(session, organisation.id, NotePlace(**values), None)
            tally.created += before is None
            tally.updated += before is not None


@imports.of("promoters", PromoterRow)
async def take_promoters(
    session: AsyncSession, lines: Sequence[ParsedRow[PromoterRow]], tally: ImportResult
) -> None:
    """Import the ambassadors and relays of the programme."""
    known = await store.by_siren(session, [line.row.siren for line in lines])
    for line in lines:
        with tally.reject_refused(line):
            organisation = found(known, line.row.siren)
            command = NamePromoter(**line.row.model_dump(exclude={"siren"}))
            before = await session.get(AmbassadorRole, (organisation.id, command.role))
            if before is not None:
                require_same(line.row, columns(before, "named_on"))
                tally.unchanged += 1
                continue
            await name_promoter(session, organisation.id, command, None)
            tally.created += 1


@imports.of("board-seats", SeatRow)
async def take_seats(
    session: AsyncSession, lines: Sequence[ParsedRow[SeatRow]], tally: ImportResult
) -> None:
    """Import the holders of board seats."""
    known = await store.by_siren(session, [line.row.siren for line in lines])
    for line in lines:
        organisation = found(known, line.row.siren)
        before = await store.seats_of(session, organisation.id)
        if known_seat := next((s for s in before if s.starts_on == line.row.starts_on), None):
            await _change_seat(session, known_seat, line.row, tally)
            continue
        term = line.row.model_dump(include={"starts_on", "term_ends_on"})
        seat = await take_seat(session, TakeSeat(organisation_id=organisation.id, **term))
        await session.flush()
        if line.row.represented_by is not None:
            await _represent(session, seat, line.row.represented_by)
        if line.row.left_on is not None:
            await leave_seat(session, seat.id, LeaveSeat(left_on=line.row.left_on))
        tally.created += 1


async def _represent(session: AsyncSession, seat: Seat, name: str) -> None:
    person_id = await store.contact_called(session, seat.organisation_id, name)
    named = NameRepresentative(person_id=person_id, from_on=seat.starts_on)
    await name_representative(session, seat.id, named)


async def _change_seat(
    session: AsyncSession, seat: Seat, row: SeatRow, tally: ImportResult
) -> None:
    """Record the first representative and the end of a stored seat; its term cannot change."""
    names = await store.represented_by(session, seat.id)
    leaves = row.left_on is not None and seat.left_on is None
    stored = columns(seat, "term_ends_on") | ({} if leaves else columns(seat, "left_on"))
    if names and row.represented_by not in names:
        stored["represented_by"] = "another contact"
    require_same(row, stored, remedy="Name the new one with the day, or correct the file.")
    represented = row.represented_by is not None and not names
    if row.represented_by is not None and represented:
        await _represent(session, seat, row.represented_by)
    if row.left_on is not None and leaves:
        await leave_seat(session, seat.id, LeaveSeat(left_on=row.left_on))
    tally.updated += represented or leaves
    tally.unchanged += not (represented or leaves)


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
