"""Imports of leads."""

from collections.abc import Mapping, Sequence
from typing import Annotated, ClassVar

from pydantic import BeforeValidator
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.files.fields import Day, DayIfAny, Text, blank
from backbone.imports.registry import ImportResult, Imports, ParsedRow, Row
from backbone.messaging.outbox import emit
from contracts.enums import LeadStage, LossReason, OrganisationKind
from partners import store
from partners.commands import Name
from partners.commands.imports.cells import BY_FILE, Department, SirenIfAny, found, siren_of
from partners.commands.imports.differences import columns, require_same
from partners.commands.leads import MoveLead, move_lead
from partners.domain import leads
from partners.domain.tables import Lead, Organisation

imports = Imports()


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
