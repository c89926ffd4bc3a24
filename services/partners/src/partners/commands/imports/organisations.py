"""Imports of organisations, memberships, conventions, leads and open departments."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.files.fields import Day, DayIfAny, Text, blank
from backbone.imports.registry import ImportResult, Imports, ParsedRow, Row
from backbone.messaging.outbox import emit
from contracts.enums import ConventionKind, LeadStage, LossReason, OrganisationKind
from partners import store
from partners.commands import Name
from partners.commands.imports.cells import (
    BY_FILE,
    Department,
    Siren,
    SirenIfAny,
    SiretIfAny,
    found,
    siren_of,
    sirens,
)
from partners.commands.imports.differences import columns, require_same, take_known
from partners.commands.leads import MoveLead, move_lead
from partners.commands.organisations import (
    JoinUmbrella,
    RegisterOrganisation,
    join_umbrella,
    register_organisation,
)
from partners.commands.territories import OpenDepartment, open_department
from partners.domain import conventions, leads
from partners.domain import organisations as naming
from partners.domain.tables import Convention, DepartmentOpening, Lead, Organisation

imports = Imports()


def _signatories(cell: object) -> object:
    return [signatory.partition("@")[::2] for signatory in sirens(cell)]


class OrganisationRow(Row):
    key: ClassVar[tuple[str, ...]] = ("siren",)

    name: Name
    kind: OrganisationKind
    siren: Siren
    siret: SiretIfAny = None
    department: Department
    registered_on: Day


class MembershipRow(Row):
    key: ClassVar[tuple[str, ...]] = ("siren", "umbrella_siren")

    siren: Siren
    umbrella_siren: Siren
    joined_on: Day


class ConventionRow(Row):
    """A convention; `signatories` are SIRENs, with `@date` for a later accession."""

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
    """A lead, the organisation that introduced it, and the stage it reached on `moved_on`."""

    key: ClassVar[tuple[str, ...]] = ("reference",)

    reference: Text
    name: Name
    kind: OrganisationKind
    siren: SirenIfAny = None
    department: Department
    heard_on: Day
    introduced_by_siren: SirenIfAny = None
    stage: Annotated[LeadStage, BeforeValidator(lambda cell: cell or "heard_of")] = (
        LeadStage.HEARD_OF
    )
    moved_on: DayIfAny = None
    lost_for: Annotated[LossReason | None, BeforeValidator(blank)] = None


@imports.of("organisations", OrganisationRow)
async def take_organisations(
    session: AsyncSession, lines: Sequence[ParsedRow[OrganisationRow]], tally: ImportResult
) -> None:
    """Import organisations; rename those that are registered under another name."""
    known = await store.by_siren(session, [line.row.siren for line in lines])
    for line in lines:
        with tally.reject_refused(line):
            before = known.get(line.row.siren)
            if before is not None and before.siren != line.row.siren:
                tally.unchanged += 1  # a duplicate's number
            elif before is not None:
                _rename(session, before, line.row, tally)
            else:
                command = RegisterOrganisation(**line.row.model_dump())
                await register_organisation(session, command)
                tally.created += 1


def _rename(
    session: AsyncSession, organisation: Organisation, row: OrganisationRow, tally: ImportResult
) -> None:
    fixed = columns(organisation, "kind", "siret", "department", "registered_on")
    require_same(row, fixed, remedy="A file changes the name alone: correct the file.")
    renamed = naming.rename(organisation, row.name)
    emit(session, *renamed)
    tally.updated += bool(renamed)
    tally.unchanged += not renamed


@imports.of("memberships", MembershipRow)
async def take_memberships(
    session: AsyncSession, lines: Sequence[ParsedRow[MembershipRow]], tally: ImportResult
) -> None:
    """Import memberships in umbrellas."""
    sirens = {siren for line in lines for siren in (line.row.siren, line.row.umbrella_siren)}
    known = await store.by_siren(session, sirens)
    for line in lines:
        with tally.reject_refused(line):
            member, umbrella = found(known, line.row.siren), found(known, line.row.umbrella_siren)
            times = await store.memberships_of(session, member.id, umbrella.id)
            if any(each.joined_on == line.row.joined_on for each in times):
                tally.unchanged += 1
                continue
            command = JoinUmbrella(umbrella_id=umbrella.id, joined_on=line.row.joined_on)
            await join_umbrella(session, member.id, command, None)
            tally.created += 1


@imports.of("conventions", ConventionRow)
async def take_conventions(
    session: AsyncSession, lines: Sequence[ParsedRow[ConventionRow]], tally: ImportResult
) -> None:
    """Import conventions with all their signatories."""
    known = await store.by_reference(session, Convention, [line.row.reference for line in lines])
    sirens = {siren for line in lines for siren, _ in line.row.signatories}
    organisations = await store.by_siren(session, sirens)
    for line in lines:
        if convention := known.get(line.row.reference):
            stored = _stored(convention, line.row, organisations)
            take_known(line, stored, tally, remedy="Amend the convention, or correct the file.")
            continue
        with tally.reject_refused(line):
            _sign(session, line.row, organisations)
            tally.created += 1


def _stored(
    convention: Convention, row: ConventionRow, organisations: Mapping[str, Organisation]
) -> dict[str, Any]:
    """Return what is stored of a convention in the columns of its row.

    Later renewals and accessions are no difference: the row was true when it was first imported.
    """
    stored = columns(convention, "kind", "signed_on", "effective_on", "ends_on")
    if row.ends_on in {renewal.previous_ends_on for renewal in convention.renewals}:
        stored["ends_on"] = row.ends_on
    signed = {each.organisation_id: each.accedes_on for each in convention.signatories}
    same = [
        (siren, accedes_on)
        for siren, accedes_on in row.signatories
        if siren in organisations
        and signed.get(organisations[siren].id) == (accedes_on or convention.effective_on)
    ]
    others = row.signatories if same == row.signatories else "others, or on other days"
    return stored | {"signatories": others}


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
async def take_leads(
    session: AsyncSession, lines: Sequence[ParsedRow[LeadRow]], tally: ImportResult
) -> None:
    """Import leads, each with the stage it reached."""
    known = await store.by_reference(session, Lead, [line.row.reference for line in lines])
    givers = {line.row.introduced_by_siren for line in lines}
    organisations = await store.by_siren(session, list(filter(None, givers)))
    for line in lines:
        with tally.reject_refused(line):
            if lead := known.get(line.row.reference):
                await _move(session, lead, line.row, organisations, tally)
            else:
                await _hear_of(session, line.row, organisations)
                tally.created += 1


async def _move(
    session: AsyncSession,
    lead: Lead,
    row: LeadRow,
    organisations: Mapping[str, Organisation],
    tally: ImportResult,
) -> None:
    """Move a stored lead to the stage of the row, unless it has been there."""
    stored = columns(lead, "name", "kind", "siren", "department", "heard_on")
    if siren := row.introduced_by_siren:
        stored["introduced_by_siren"] = siren_of(organisations, siren, lead.introduced_by)
    require_same(row, stored)
    moves = await store.moves_of_lead(session, lead.id)
    days = {move.moved_on for move in moves if move.stage == row.stage}
    if "stage" not in row.model_fields_set or (days and row.moved_on is None):
        tally.unchanged += 1
    elif row.moved_on in days:
        last = row.stage == lead.stage
        require_same(row, {"lost_for": lead.lost_for} if last else {})
        tally.unchanged += 1
    else:
        moved_on = row.moved_on or row.heard_on
        command = MoveLead(stage=row.stage, moved_on=moved_on, lost_for=row.lost_for)
        await move_lead(session, lead.id, command, None, by=BY_FILE)
        tally.updated += 1


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
    session: AsyncSession, lines: Sequence[ParsedRow[DepartmentRow]], tally: ImportResult
) -> None:
    """Import departments where the programme is open; each opens once."""
    for line in lines:
        before = await session.get(DepartmentOpening, line.row.department)
        if before and before.opened_on == line.row.opened_on:
            tally.unchanged += 1
            continue
        with tally.reject_refused(line):
            await open_department(session, OpenDepartment(**line.row.model_dump()))
            tally.created += 1
