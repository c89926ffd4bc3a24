"""Imports of commitments of both sides of conventions."""

from collections.abc import Sequence
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Field
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.files.fields import DayIfAny, Text, read_whole
from backbone.imports.registry import ImportResult, Imports, ParsedRow, Row
from contracts.enums import CommitmentKind, Party
from partners import store
from partners.commands.commitments import (
    MakeCommitment,
    NoteFulfilment,
    make_commitment,
    note_fulfilment,
)
from partners.commands.imports.cells import BY_FILE, NoteIfAny, Siren, found
from partners.commands.imports.differences import columns, require_same
from partners.domain.tables import Commitment, Convention

imports = Imports()


class CommitmentRow(Row):
    """A commitment of one side; `given_on` is when all of it was given."""

    key: ClassVar[tuple[str, ...]] = ("convention", "siren", "party", "kind", "made_on", "due_on")

    convention: Text
    siren: Siren
    party: Party
    kind: CommitmentKind
    quantity: Annotated[int, BeforeValidator(read_whole), Field(ge=1, le=10**12)] = 1
    made_on: DayIfAny = None
    due_on: DayIfAny = None
    given_on: DayIfAny = None
    note: NoteIfAny = None


@imports.of("commitments", CommitmentRow)
async def take_commitments(
    session: AsyncSession, lines: Sequence[ParsedRow[CommitmentRow]], tally: ImportResult
) -> None:
    """Import commitments of both sides of conventions, and their fulfilment."""
    conventions = await store.by_reference(
        session, Convention, [line.row.convention for line in lines]
    )
    organisations = await store.by_siren(session, [line.row.siren for line in lines])
    for line in lines:
        convention = store.get_by_reference(conventions, line.row.convention, "convention")
        owner = found(organisations, line.row.siren)
        command = MakeCommitment(
            organisation_id=owner.id,
            **line.row.model_dump(exclude={"convention", "siren", "given_on"}),
        )
        before = await store.commitment_like(
            session,
            convention.id,
            owner.id,
            party=command.party,
            kind=command.kind,
            made_on=command.made_on or convention.signed_on,
            due_on=command.due_on,
        )
        if before is not None:
            with tally.reject_refused(line):
                await _fulfil(session, before, line.row, tally)
            continue
        commitment = await make_commitment(session, convention.id, command, None)
        if line.row.given_on is not None:
            given = NoteFulfilment(quantity=commitment.quantity, given_on=line.row.given_on)
            await session.flush()
            await note_fulfilment(session, commitment.id, given, None, by=BY_FILE)
        tally.created += 1


async def _fulfil(
    session: AsyncSession, commitment: Commitment, row: CommitmentRow, tally: ImportResult
) -> None:
    """Record the missing part of a stored commitment as given; nothing else can change."""
    require_same(row, columns(commitment, "quantity", "note"))
    parts = [each for each in commitment.fulfilments if not each.withdrawn]
    missing = commitment.quantity - sum(each.quantity for each in parts)
    if row.given_on is None or missing <= 0:
        require_same(row, {"given_on": max((each.given_on for each in parts), default=None)})
        tally.unchanged += 1
        return
    fulfilment = NoteFulfilment(quantity=missing, given_on=row.given_on)
    await note_fulfilment(session, commitment.id, fulfilment, None, by=BY_FILE)
    tally.updated += 1
