"""Files of what is known of organisations, who speaks for them, and whom they refer."""

from collections.abc import Sequence
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Field
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.cells import Day, DayIfAny, Text, blank
from backbone.erased import erased_days, keys_of, require_unknown
from backbone.errors import Missing
from backbone.imports import Imports, Line, Row, Tally
from backbone.requests import Version
from contracts.addresses import EmailAddress
from contracts.territories import department_code
from contracts.words import ActionMeasure, ContactRole, Language, PromoterRole
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
from partners.commands.imports.cells import BY_FILE, Department, Siren, found, words
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
    LetContactGo,
    NamePromoter,
    NoteContact,
    NotePlace,
    describe_organisation,
    let_contact_go,
    name_promoter,
    note_contact,
    note_place,
)
from partners.commands.sourcing import ReferYouth, refer
from partners.domain.profiles import AlreadyPromoter
from partners.domain.sourcing import AlreadyReferred
from partners.domain.tables import JointAction, Place

imports = Imports()
NumberIfAny = Annotated[Annotated[int, Field(ge=0, le=1_000_000)] | None, BeforeValidator(blank)]
NameIfAny = Annotated[Name | None, BeforeValidator(blank)]
EmailIfAny = Annotated[EmailAddress | None, BeforeValidator(blank)]
Phone = Annotated[str, Field(max_length=30, pattern=r"^[0-9+ ().-]+$")]
PhoneIfAny = Annotated[Phone | None, BeforeValidator(blank)]


class ProfileRow(Row):
    """Registers, address and other departments of an organisation: what is empty is not known."""

    key: ClassVar[tuple[str, ...]] = ("siren",)

    siren: Siren
    legal_form: NameIfAny = None
    rna: NameIfAny = None
    naf: NameIfAny = None
    street: NameIfAny = None
    postal_code: NameIfAny = None
    city: NameIfAny = None
    departments: Annotated[list[str], words(department_code)] = Field(default_factory=list)


class PlaceRow(Row):
    """An establishment of an organisation, by its SIRET."""

    key: ClassVar[tuple[str, ...]] = ("siret",)

    siren: Siren
    siret: Siren
    name: Name
    department: Department


class ContactRow(Row):
    """Someone who speaks for an organisation, for these matters, with a space between."""

    key: ClassVar[tuple[str, ...]] = ("siren", "given_name", "family_name")

    siren: Siren
    given_name: Name
    family_name: Name
    function: NameIfAny = None
    roles: Annotated[list[ContactRole], words()]
    email: EmailIfAny = None
    phone: PhoneIfAny = None
    language: Language = Language.FRENCH
    from_on: DayIfAny = None
    until_on: DayIfAny = None


class PromoterRow(Row):
    key: ClassVar[tuple[str, ...]] = ("siren", "role")

    siren: Siren
    role: PromoterRole
    named_on: Day


class SeatRow(Row):
    """A seat on the board; `represented_by` is the whole name of a contact of its organisation."""

    key: ClassVar[tuple[str, ...]] = ("siren", "starts_on")

    siren: Siren
    starts_on: Day
    term_ends_on: DayIfAny = None
    left_on: DayIfAny = None
    represented_by: NameIfAny = None


class NetworkRow(Row):
    """An organisation of a network, which is formed if there is none of that name."""

    key: ClassVar[tuple[str, ...]] = ("network", "siren", "joined_on")

    network: Text
    siren: Siren
    joined_on: Day
    left_on: DayIfAny = None


class ActionRow(Row):
    """What organisations of a network did together, and what it came to, as far as it was counted.

    `sirens` have a space between.
    """

    key: ClassVar[tuple[str, ...]] = ("network", "name", "begun_on")

    network: Text
    name: Name
    begun_on: Day
    sirens: Annotated[list[Siren], words()]
    youths_met: NumberIfAny = None
    youths_referred: NumberIfAny = None
    youths_housed: NumberIfAny = None
    mentors_found: NumberIfAny = None
    jobs_offered: NumberIfAny = None
    counted_on: DayIfAny = None


class ReferralRow(Row):
    """A youth whom an organisation refers; the first file that names them has the credit."""

    key: ClassVar[tuple[str, ...]] = ("siren", "email", "phone")

    siren: Siren
    given_name: Name
    family_name: Name
    email: EmailIfAny = None
    phone: PhoneIfAny = None
    department: Department
    consented_on: Day
    referred_on: Day


@imports.of("profiles", ProfileRow)
async def take_profiles(
    session: AsyncSession, lines: Sequence[Line[ProfileRow]], tally: Tally
) -> None:
    """Take what is known of organisations from a file: all of it, for each."""
    known = await store.by_siren(session, [line.row.siren for line in lines])
    for line in lines:
        with tally.taking(line):
            organisation = found(known, line.row.siren)
            command = DescribeOrganisation(**line.row.model_dump(exclude={"siren"}))
            before = await store.profile(session, organisation.id)
            said = command.model_dump()
            if before.version and before.model_dump(include=set(said)) == said:
                tally.unchanged += 1
                continue
            new = not before.version
            await describe_organisation(session, organisation.id, command, Version("*"), None)
            tally.created += new
            tally.updated += not new


@imports.of("places", PlaceRow)
async def take_places(session: AsyncSession, lines: Sequence[Line[PlaceRow]], tally: Tally) -> None:
    """Take the establishments of organisations from a file."""
    known = await store.by_siren(session, [line.row.siren for line in lines])
    for line in lines:
        with tally.taking(line):
            organisation = found(known, line.row.siren)
            said = line.row.model_dump(exclude={"siren"})
            if await store.is_there(session, Place, organisation_id=organisation.id, **said):
                tally.unchanged += 1
                continue
            await note_place(session, organisation.id, NotePlace(**said), None)
            tally.created += 1


@imports.of("contact-persons", ContactRow)
async def take_contacts(
    session: AsyncSession, lines: Sequence[Line[ContactRow]], tally: Tally
) -> None:
    """Take those who speak for organisations from a file."""
    known = await store.by_siren(session, [line.row.siren for line in lines])
    for line in lines:
        row, organisation = line.row, found(known, line.row.siren)
        if await store.has_contact(
            session, organisation.id, given_name=row.given_name, family_name=row.family_name
        ):
            tally.unchanged += 1
            continue
        command = NoteContact(**row.model_dump(exclude={"siren", "until_on"}))
        person = await note_contact(session, organisation.id, command, None)
        await session.flush()
        if row.until_on is not None:
            gone = LetContactGo(until_on=row.until_on)
            await let_contact_go(session, organisation.id, person.id, gone, None)
        tally.created += 1


@imports.of("promoters", PromoterRow)
async def take_promoters(
    session: AsyncSession, lines: Sequence[Line[PromoterRow]], tally: Tally
) -> None:
    """Take the ambassadors and relays of the programme from a file."""
    known = await store.by_siren(session, [line.row.siren for line in lines])
    for line in lines:
        with tally.taking(line):
            organisation = found(known, line.row.siren)
            command = NamePromoter(**line.row.model_dump(exclude={"siren"}))
            try:
                await name_promoter(session, organisation.id, command, None)
                tally.created += 1
            except AlreadyPromoter:
                tally.unchanged += 1


@imports.of("board-seats", SeatRow)
async def take_seats(session: AsyncSession, lines: Sequence[Line[SeatRow]], tally: Tally) -> None:
    """Take who holds seats on the board from a file."""
    known = await store.by_siren(session, [line.row.siren for line in lines])
    for line in lines:
        organisation = found(known, line.row.siren)
        before = await store.seats_of(session, organisation.id)
        if any(seat.starts_on == line.row.starts_on for seat in before):
            tally.unchanged += 1
            continue
        said = line.row.model_dump(include={"starts_on", "term_ends_on"})
        seat = await take_seat(session, TakeSeat(organisation_id=organisation.id, **said))
        await session.flush()
        if line.row.represented_by is not None:
            person_id = await store.contact_called(
                session, organisation.id, line.row.represented_by
            )
            named = NameRepresentative(person_id=person_id, from_on=line.row.starts_on)
            await name_representative(session, seat.id, named)
        if line.row.left_on is not None:
            await leave_seat(session, seat.id, LeaveSeat(left_on=line.row.left_on))
        tally.created += 1


@imports.of("network-members", NetworkRow)
async def take_members(
    session: AsyncSession, lines: Sequence[Line[NetworkRow]], tally: Tally
) -> None:
    """Take the organisations of networks from a file."""
    known = await store.by_siren(session, [line.row.siren for line in lines])
    for line in lines:
        row, organisation = line.row, found(known, line.row.siren)
        network = await store.network_named(session, row.network)
        if network is None:
            network = await form(session, FormNetwork(name=row.network))
            await session.flush()
        times = await store.times_in_network(session, network.id, organisation.id)
        if any(each.joined_on == row.joined_on for each in times):
            tally.unchanged += 1
            continue
        command = JoinNetwork(organisation_id=organisation.id, joined_on=row.joined_on)
        await join(session, network.id, command)
        if row.left_on is not None:
            gone = LeaveNetwork(left_on=row.left_on)
            await leave(session, network.id, organisation.id, gone)
        tally.created += 1


@imports.of("joint-actions", ActionRow)
async def take_actions(
    session: AsyncSession, lines: Sequence[Line[ActionRow]], tally: Tally
) -> None:
    """Take what networks do together, and what came of it, from a file."""
    known = await store.by_siren(session, [siren for line in lines for siren in line.row.sirens])
    for line in lines:
        row = line.row
        network = await store.network_named(session, row.network)
        if network is None:
            raise Missing(f"There is no network {row.network}. Import its members first.")
        said = {"network_id": network.id, "name": row.name, "begun_on": row.begun_on}
        if await store.is_there(session, JointAction, **said):
            tally.unchanged += 1
            continue
        those = [found(known, siren).id for siren in row.sirens]
        command = BeginAction(name=row.name, begun_on=row.begun_on, organisations=those)
        action = await begin(session, network.id, command)
        for measure in ActionMeasure:
            quantity = getattr(row, measure)
            if quantity is not None:
                counted_on = row.counted_on or row.begun_on
                counted = CountAction(quantity=quantity, counted_on=counted_on)
                await count(session, network.id, action.id, measure, counted)
        tally.created += 1


@imports.of("referrals", ReferralRow)
async def take_referrals(
    session: AsyncSession, lines: Sequence[Line[ReferralRow]], tally: Tally
) -> None:
    """Take the youths whom organisations refer from a file."""
    known = await store.by_siren(session, [line.row.siren for line in lines])
    for line in lines:
        with tally.taking(line):
            organisation = found(known, line.row.siren)
            command = ReferYouth(**line.row.model_dump(exclude={"siren"}))
            await _require_consent_since(session, line.row)
            try:
                await refer(session, organisation.id, command, None, by=BY_FILE)
                tally.created += 1
            except AlreadyReferred:
                tally.unchanged += 1


async def _require_consent_since(session: AsyncSession, row: ReferralRow) -> None:
    """Refuse a youth who was forgotten, unless they agreed again on a later day."""
    keys = keys_of(email=row.email, phone=row.phone)
    days = await erased_days(session, keys)
    require_unknown(keys, {key: day for key, day in days.items() if day >= row.consented_on})
