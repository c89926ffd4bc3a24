"""Files of organisations, who belongs to whom, what they signed, and possible partners."""

from collections.abc import Mapping, Sequence
from typing import Annotated, ClassVar

from pydantic import BeforeValidator
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.cells import Day, DayIfAny, Text, blank
from backbone.imports import Imports, Line, Row, Tally
from backbone.outbox import emit
from contracts.words import ConventionKind, LeadStage, LossReason, OrganisationKind
from partners import store
from partners.commands import Name
from partners.commands.imports.cells import BY_FILE, Department, Siren, found
from partners.commands.organisations import (
    JoinUmbrella,
    RegisterOrganisation,
    join_umbrella,
    register_organisation,
)
from partners.commands.territories import OpenDepartment, open_department
from partners.domain import conventions, leads
from partners.domain import organisations as naming
from partners.domain.organisations import AlreadyMember
from partners.domain.tables import Convention, Lead, Opening, Organisation

imports = Imports()


def _signatories(said: object) -> object:
    return [signatory.partition("@")[::2] for signatory in str(said).split()]


class OrganisationRow(Row):
    key: ClassVar[tuple[str, ...]] = ("siren",)

    name: Name
    kind: OrganisationKind
    siren: Siren
    siret: Annotated[str | None, BeforeValidator(blank)] = None
    department: Department
    registered_on: Day


class MembershipRow(Row):
    key: ClassVar[tuple[str, ...]] = ("siren", "umbrella_siren")

    siren: Siren
    umbrella_siren: Siren
    joined_on: Day


class ConventionRow(Row):
    """`signatories` are SIRENs with a space between; `siren@day` for who accedes on a later day."""

    key: ClassVar[tuple[str, ...]] = ("reference",)

    reference: Text
    kind: ConventionKind
    signed_on: Day
    effective_on: DayIfAny = None
    ends_on: DayIfAny = None
    signatories: Annotated[list[tuple[Siren, DayIfAny]], BeforeValidator(_signatories)]


class DepartmentRow(Row):
    key: ClassVar[tuple[str, ...]] = ("department",)

    department: Department
    opened_on: Day


class LeadRow(Row):
    """A possible partner, by whom it was introduced, and the stage it came to on a day."""

    key: ClassVar[tuple[str, ...]] = ("reference",)

    reference: Text
    name: Name
    kind: OrganisationKind
    siren: Annotated[Siren | None, BeforeValidator(blank)] = None
    department: Department
    heard_on: Day
    introduced_by_siren: Annotated[Siren | None, BeforeValidator(blank)] = None
    stage: Annotated[LeadStage, BeforeValidator(lambda said: said or "heard_of")] = (
        LeadStage.HEARD_OF
    )
    moved_on: DayIfAny = None
    lost_for: Annotated[LossReason | None, BeforeValidator(blank)] = None


@imports.of("organisations", OrganisationRow)
async def take_organisations(
    session: AsyncSession, lines: Sequence[Line[OrganisationRow]], tally: Tally
) -> None:
    """Register the organisations of a file; rename those that are known by another name."""
    known = await store.by_siren(session, [line.row.siren for line in lines])
    for line in lines:
        with tally.taking(line):
            before = known.get(line.row.siren)
            if before is not None and before.siren != line.row.siren:
                tally.unchanged += 1  # a duplicate's number
            elif before is not None:
                _rename(session, before, line.row.name, tally)
            else:
                command = RegisterOrganisation(**line.row.model_dump())
                await register_organisation(session, command)
                tally.created += 1


def _rename(session: AsyncSession, organisation: Organisation, name: str, tally: Tally) -> None:
    renamed = naming.rename(organisation, name)
    emit(session, *renamed)
    tally.updated += bool(renamed)
    tally.unchanged += not renamed


@imports.of("memberships", MembershipRow)
async def take_memberships(
    session: AsyncSession, lines: Sequence[Line[MembershipRow]], tally: Tally
) -> None:
    """Let the organisations of a file join their umbrellas."""
    sirens = {siren for line in lines for siren in (line.row.siren, line.row.umbrella_siren)}
    known = await store.by_siren(session, sirens)
    for line in lines:
        with tally.taking(line):
            member, umbrella = found(known, line.row.siren), found(known, line.row.umbrella_siren)
            command = JoinUmbrella(umbrella_id=umbrella.id, joined_on=line.row.joined_on)
            try:
                await join_umbrella(session, member.id, command, None)
                tally.created += 1
            except AlreadyMember:
                tally.unchanged += 1


@imports.of("conventions", ConventionRow)
async def take_conventions(
    session: AsyncSession, lines: Sequence[Line[ConventionRow]], tally: Tally
) -> None:
    """Take the conventions of a file, each with all who signed it."""
    known = await store.named(session, Convention, [line.row.reference for line in lines])
    sirens = {siren for line in lines for siren, _ in line.row.signatories}
    organisations = await store.by_siren(session, sirens)
    for line in lines:
        if line.row.reference in known:
            tally.unchanged += 1
            continue
        with tally.taking(line):
            _sign(session, line.row, organisations)
            tally.created += 1


def _sign(
    session: AsyncSession, row: ConventionRow, organisations: Mapping[str, Organisation]
) -> None:
    convention, signed = conventions.sign(
        [(found(organisations, siren), accedes_on) for siren, accedes_on in row.signatories],
        **row.model_dump(exclude={"reference", "signatories"}),
    )
    convention.reference = row.reference
    session.add(convention)
    emit(session, signed)


@imports.of("leads", LeadRow)
async def take_leads(session: AsyncSession, lines: Sequence[Line[LeadRow]], tally: Tally) -> None:
    """Take possible partners from a file, each with the stage it has come to."""
    known = await store.named(session, Lead, [line.row.reference for line in lines])
    givers = {line.row.introduced_by_siren for line in lines}
    organisations = await store.by_siren(session, list(filter(None, givers)))
    for line in lines:
        if line.row.reference in known:
            tally.unchanged += 1
            continue
        with tally.taking(line):
            await _hear_of(session, line.row, organisations)
            tally.created += 1


async def _hear_of(
    session: AsyncSession, row: LeadRow, organisations: Mapping[str, Organisation]
) -> None:
    siren = row.introduced_by_siren
    lead, first, heard = leads.hear_of(
        **row.model_dump(include={"name", "kind", "siren", "department", "heard_on"}),
        introduced_by=found(organisations, siren).id if siren else None,
        by=BY_FILE,
    )
    lead.reference = row.reference
    moved = row.stage != LeadStage.HEARD_OF and leads.move(
        lead,
        row.heard_on,
        stage=row.stage,
        on=row.moved_on or row.heard_on,
        lost_for=row.lost_for,
        note=None,
        by=BY_FILE,
    )
    session.add(lead)
    await session.flush()
    session.add(first)
    emit(session, heard)
    if moved:
        session.add(moved[0])
        emit(session, moved[1])


@imports.of("departments", DepartmentRow)
async def take_departments(
    session: AsyncSession, lines: Sequence[Line[DepartmentRow]], tally: Tally
) -> None:
    """Open the programme in the departments of a file; a department opens once."""
    for line in lines:
        before = await session.get(Opening, line.row.department)
        if before and before.opened_on == line.row.opened_on:
            tally.unchanged += 1
            continue
        with tally.taking(line):
            await open_department(session, OpenDepartment(**line.row.model_dump()))
            tally.created += 1
