"""Imports of commitments, gifts, pledges and returns."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import BeforeValidator, Field
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.files.fields import Day, DayIfAny, Text, blank, read_whole, whole_if_any
from backbone.imports.registry import ImportResult, Imports, ParsedRow, Row
from contracts.enums import CommitmentKind, GiftKind, Party
from partners import store
from partners.commands import Note
from partners.commands.commitments import (
    MakeCommitment,
    NoteFulfilment,
    make_commitment,
    note_fulfilment,
)
from partners.commands.imports.cells import (
    BY_FILE,
    Euros,
    NoteIfAny,
    Siren,
    found,
    siren_of,
)
from partners.commands.imports.differences import columns, require_same, take_known
from partners.commands.patronage import (
    GiveReturn,
    PledgeGift,
    ReceiveGift,
    give_return,
    pledge_gift,
    receive_gift,
)
from partners.domain.tables import Commitment, Convention, DonorBenefit, Gift, Payment, Pledge

imports = Imports()


class GiftRow(Row):
    """A gift: money in euros with its payment, or goods or skills at their declared value."""

    key: ClassVar[tuple[str, ...]] = ("reference",)

    reference: Text
    siren: Siren
    kind: GiftKind = GiftKind.MONEY
    amount: Euros
    payment: Annotated[Payment | None, BeforeValidator(blank)] = None
    days: Annotated[
        Annotated[int, Field(ge=1, le=10_000)] | None, BeforeValidator(whole_if_any)
    ] = None
    description: NoteIfAny = None
    given_on: Day


class PledgeRow(Row):
    """A pledge of a patron, in euros."""

    key: ClassVar[tuple[str, ...]] = ("siren", "amount", "pledged_on")

    siren: Siren
    amount: Euros
    pledged_on: Day
    due_on: DayIfAny = None
    note: NoteIfAny = None


class ReturnRow(Row):
    """A return to a patron, valued in euros."""

    key: ClassVar[tuple[str, ...]] = ("siren", "amount", "given_on", "description")

    siren: Siren
    amount: Euros
    description: Note
    given_on: Day


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


@imports.of("gifts", GiftRow)
async def take_gifts(
    session: AsyncSession, lines: Sequence[ParsedRow[GiftRow]], tally: ImportResult
) -> None:
    """Import the gifts of patrons."""
    known = await store.by_reference(session, Gift, [line.row.reference for line in lines])
    organisations = await store.by_siren(session, [line.row.siren for line in lines])
    for line in lines:
        if gift := known.get(line.row.reference):
            stored = columns(gift, "kind", "amount", "payment", "days", "description", "given_on")
            stored["siren"] = siren_of(organisations, line.row.siren, gift.organisation_id)
            remedy = "Cancel the gift and receive another, or correct the file."
            take_known(line, stored, tally, remedy=remedy)
            continue
        with tally.reject_refused(line):
            giver = found(organisations, line.row.siren)
            command = ReceiveGift(**line.row.model_dump(exclude={"reference", "siren"}))
            gift = await receive_gift(session, giver.id, command, None, by=BY_FILE)
            gift.reference = line.row.reference
            tally.created += 1


@imports.of("pledges", PledgeRow)
async def take_pledges(
    session: AsyncSession, lines: Sequence[ParsedRow[PledgeRow]], tally: ImportResult
) -> None:
    """Import the pledges of patrons."""

    async def pledge(giver: UUID, values: Mapping[str, Any]) -> None:
        await pledge_gift(session, giver, PledgeGift(**values), None)

    await _take_once(session, lines, tally, Pledge, pledge)


@imports.of("returns", ReturnRow)
async def take_returns(
    session: AsyncSession, lines: Sequence[ParsedRow[ReturnRow]], tally: ImportResult
) -> None:
    """Import the returns to patrons: at most a quarter of the year's gifts."""

    async def give_back(giver: UUID, values: Mapping[str, Any]) -> None:
        await give_return(session, giver, GiveReturn(**values), None)

    await _take_once(session, lines, tally, DonorBenefit, give_back)


async def _take_once(
    session: AsyncSession,
    lines: Sequence[ParsedRow[Any]],
    tally: ImportResult,
    table: type[Pledge | DonorBenefit],
    take: Callable[[UUID, Mapping[str, Any]], Awaitable[None]],
) -> None:
    """Import rows about givers, unless a row with the same key is stored."""
    organisations = await store.by_siren(session, [line.row.siren for line in lines])
    for line in lines:
        with tally.reject_refused(line):
            giver = found(organisations, line.row.siren).id
            values = line.row.model_dump(exclude={"siren"})
            key = {name: values[name] for name in line.row.key if name != "siren"}
            if before := await store.row_with(session, table, organisation_id=giver, **key):
                require_same(line.row, columns(before, *(values.keys() - key.keys())))
                tally.unchanged += 1
            else:
                await take(giver, values)
                tally.created += 1


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
