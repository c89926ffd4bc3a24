"""Imports of profiles, establishments and promoters."""

from collections.abc import Sequence
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Field
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.files.fields import Day, blank
from backbone.imports.registry import ImportResult, Imports, ParsedRow, Row
from backbone.web.etags import ExpectedVersion
from contracts.enums import PromoterRole
from contracts.spelling import postal_code
from contracts.territories import department_code
from partners import store
from partners.commands import Name
from partners.commands.imports.cells import Department, NameIfAny, Siren, Siret, found, words
from partners.commands.imports.differences import columns, differences, require_same
from partners.commands.profiles import (
    DescribeOrganisation,
    NamePromoter,
    NotePlace,
    describe_organisation,
    name_promoter,
    note_place,
)
from partners.domain.tables import AmbassadorRole, Establishment

imports = Imports()
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
