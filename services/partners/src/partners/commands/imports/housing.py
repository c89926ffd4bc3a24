"""Imports of housing needs and offers."""

from collections.abc import Sequence
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import BeforeValidator, Field
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.errors import NotFound
from backbone.files.fields import Day, DayIfAny, YesNoUnknown, blank, whole_if_any
from backbone.imports.registry import ImportResult, Imports, ParsedRow, Row
from contracts.enums import HousingEnd
from partners import store
from partners.commands import Note
from partners.commands.imports.cells import Department, Euros, Siren, found
from partners.commands.imports.differences import columns, require_same
from partners.commands.sourcing import (
    AnswerOffer,
    AskForHome,
    CloseNeed,
    OfferHome,
    answer_offer,
    ask_for_home,
    close_need,
    offer_home,
)
from partners.domain.tables import HousingNeed, HousingOffer, OfferState

imports = Imports()
RentIfAny = Annotated[Euros | None, BeforeValidator(blank)]
RoomsIfAny = Annotated[Annotated[int, Field(ge=1, le=20)] | None, BeforeValidator(whole_if_any)]


class NeedRow(Row):
    """A housing need of a mentee, rent in euros a month; `ended` is how it ended."""

    key: ClassVar[tuple[str, ...]] = ("mentee_id", "asked_on")

    mentee_id: UUID
    department: Department
    rooms: RoomsIfAny = None
    most_rent: RentIfAny = None
    needed_by: DayIfAny = None
    consented_on: Day
    asked_on: Day
    ended: Annotated[HousingEnd | None, BeforeValidator(blank)] = None
    closed_on: DayIfAny = None


class OfferRow(Row):
    """A landlord's offer, and whether it was accepted, if it was answered."""

    key: ClassVar[tuple[str, ...]] = ("mentee_id", "asked_on", "siren", "offered_on")

    mentee_id: UUID
    asked_on: Day
    siren: Siren
    description: Note
    rooms: RoomsIfAny = None
    rent: RentIfAny = None
    free_on: DayIfAny = None
    offered_on: Day
    accepted: YesNoUnknown = None
    answered_on: DayIfAny = None


@imports.of("housing-needs", NeedRow)
async def take_needs(
    session: AsyncSession, lines: Sequence[ParsedRow[NeedRow]], tally: ImportResult
) -> None:
    """Import the housing needs of mentees, and how they ended."""
    for line in lines:
        row = line.row
        need = await store.need_on(session, row.mentee_id, row.asked_on)
        if need is not None:
            with tally.reject_refused(line):
                await _close(session, need, row, tally)
            continue
        values = row.model_dump(exclude={"ended", "closed_on"})
        need = await ask_for_home(session, AskForHome(**values))
        await session.flush()
        if row.ended is not None:
            await close_need(session, need.id, CloseNeed(end=row.ended, closed_on=row.closed_on))
        tally.created += 1


async def _close(
    session: AsyncSession, need: HousingNeed, row: NeedRow, tally: ImportResult
) -> None:
    """Close a stored need as the row says; nothing else can change."""
    fixed = ("department", "rooms", "most_rent", "needed_by", "consented_on")
    require_same(row, columns(need, *fixed))
    if row.ended is None or need.end is not None:
        require_same(row, {"ended": need.end, "closed_on": need.closed_on})
        tally.unchanged += 1
        return
    await close_need(session, need.id, CloseNeed(end=row.ended, closed_on=row.closed_on))
    tally.updated += 1


@imports.of("housing-offers", OfferRow)
async def take_offers(
    session: AsyncSession, lines: Sequence[ParsedRow[OfferRow]], tally: ImportResult
) -> None:
    """Import the housing offers of landlords, and the answers to them."""
    known = await store.by_siren(session, [line.row.siren for line in lines])
    for line in lines:
        row, landlord = line.row, found(known, line.row.siren)
        need = await store.need_on(session, row.mentee_id, row.asked_on)
        if need is None:
            raise NotFound("They needed no home that day. Import their need first.")
        same = {"need_id": need.id, "organisation_id": landlord.id, "offered_on": row.offered_on}
        if offer := await store.row_with(session, HousingOffer, **same):
            with tally.reject_refused(line):
                await _answer(session, offer, row, tally)
            continue
        excluded = {"mentee_id", "asked_on", "siren", "accepted", "answered_on"}
        command = OfferHome(organisation_id=landlord.id, **row.model_dump(exclude=excluded))
        offer = await offer_home(session, need.id, command, None)
        await session.flush()
        if row.accepted is not None:
            answer = AnswerOffer(accepted=row.accepted, answered_on=row.answered_on)
            await answer_offer(session, need.id, offer.id, answer)
        tally.created += 1


async def _answer(
    session: AsyncSession, offer: HousingOffer, row: OfferRow, tally: ImportResult
) -> None:
    """Record the answer to a stored offer; nothing else can change."""
    require_same(row, columns(offer, "description", "rooms", "rent", "free_on"))
    if row.accepted is None or offer.state != OfferState.OPEN:
        accepted = {OfferState.ACCEPTED: True, OfferState.DECLINED: False}.get(offer.state)
        require_same(row, {"accepted": accepted, "answered_on": offer.answered_on})
        tally.unchanged += 1
        return
    answer = AnswerOffer(accepted=row.accepted, answered_on=row.answered_on)
    await answer_offer(session, offer.need_id, offer.id, answer)
    tally.updated += 1
