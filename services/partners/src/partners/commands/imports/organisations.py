"""Imports of organisations and their memberships in umbrellas."""

from collections.abc import Sequence
from typing import ClassVar

from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.files.fields import Day
from backbone.imports.registry import ImportResult, Imports, ParsedRow, Row
from backbone.messaging.outbox import emit
from contracts.enums import OrganisationKind
from partners import store
from partners.commands import Name
from partners.commands.imports.cells import Department, Siren, SiretIfAny, found
from partners.commands.imports.differences import columns, require_same
from partners.commands.organisations import (
    JoinUmbrella,
    RegisterOrganisation,
    join_umbrella,
    register_organisation,
)
from partners.domain import organisations as naming
from partners.domain.tables import Organisation

imports = Imports()


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
