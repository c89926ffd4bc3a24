"""Imports of gifts, pledges and returns."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import BeforeValidator, Field
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.files.fields import Day, DayIfAny, Text, blank, whole_if_any
from backbone.imports.registry import ImportResult, Imports, ParsedRow, Row
from contracts.enums import GiftKind
from partners import store
from partners.commands import Note
from partners.commands.imports.cells import BY_FILE, Euros, NoteIfAny, Siren, found, siren_of
from partners.commands.imports.differences import columns, require_same, take_known
from partners.commands.patronage import (
    GiveReturn,
    PledgeGift,
    ReceiveGift,
    give_return,
    pledge_gift,
    receive_gift,
)
from partners.domain.tables import DonorBenefit, Gift, Payment, Pledge

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
