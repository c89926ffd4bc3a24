"""Imports of conventions with their signatories."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.files.fields import Day, DayIfAny, Text
from backbone.imports.registry import ImportResult, Imports, ParsedRow, Row
from backbone.messaging.outbox import emit
from contracts.enums import ConventionKind
from partners import store
from partners.commands.imports.cells import Siren, found, sirens
from partners.commands.imports.differences import columns, take_known
from partners.domain import conventions
from partners.domain.tables import Convention, Organisation

imports = Imports()


def _signatories(cell: object) -> object:
    return [signatory.partition("@")[::2] for signatory in sirens(cell)]


class ConventionRow(Row):
    """A convention; `signatories` are SIRENs, with `@date` for a later accession."""

    key: ClassVar[tuple[str, ...]] = ("reference",)

    reference: Text
    kind: ConventionKind
    signed_on: Day
    effective_on: DayIfAny = None
    ends_on: DayIfAny = None
    signatories: Annotated[list[tuple[Siren, DayIfAny]], BeforeValidator(_signatories)]


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
