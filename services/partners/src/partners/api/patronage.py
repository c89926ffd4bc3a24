from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response

from backbone.web.pagination import After, Limit, Page, paginate
from backbone.web.routes import Session, TransactionalRoute
from backbone.web.schemas import View
from contracts.bounds import FIRST_DAY, LAST_DAY
from contracts.enums import GiftKind, OrganisationKind
from contracts.local_time import today_in
from partners import queries, store
from partners.access import NationalManager, PartnerManager, Reader, organisation_scope
from partners.api.papers import paper
from partners.api.papers.amounts import in_words
from partners.api.views import AsOf, OrganisationView
from partners.commands import patronage
from partners.commands.patronage import (
    CancelGift,
    CancelReceipt,
    GiveReturn,
    IssueReceipt,
    PledgeGift,
    ReceiveGift,
)
from partners.domain.patronage import euros
from partners.domain.tables import HOME, DonorBenefit, Gift, Organisation, Payment, Pledge, Receipt

router = APIRouter(route_class=TransactionalRoute, tags=["patronage"])
Year = Annotated[int, Query(ge=FIRST_DAY.year, le=LAST_DAY.year)]
YearOfReceipt = Annotated[int, Path(ge=FIRST_DAY.year, le=LAST_DAY.year)]
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]

FORMS = {"transfer": "Virement", "cheque": "Chèque", "card": "Carte bancaire", "cash": "Espèces"}
KINDS = {"goods": "Don en nature", "skills": "Mise à disposition de salariés"}


class PledgeView(View):
    id: UUID
    organisation_id: UUID
    amount: int
    pledged_on: date
    due_on: date | None
    note: str | None


class PledgePaidView(View):
    """A pledge, and how much of it was paid up to a date; in cents."""

    pledge: PledgeView
    paid: int


class GiftView(View):
    """A gift, in cents; goods and skills at the value that the giver declared."""

    id: UUID
    organisation_id: UUID
    pledge_id: UUID | None
    kind: GiftKind
    amount: int
    days: int | None
    description: str | None
    payment: Payment | None
    given_on: date
    cancelled_on: date | None


class ReturnView(View):
    id: UUID
    organisation_id: UUID
    amount: int
    description: str
    given_on: date


class ReceiptView(View):
    """An entry of the register; with `cancels_number` it cancels another by a negative amount."""

    year: int
    number: int
    name: str
    gift_id: UUID
    organisation_id: UUID
    amount: int
    issued_on: date
    issued_by: str
    issued_at: datetime
    cancels_year: int | None
    cancels_number: int | None
    mentions: dict[str, Any]


class DeclarationView(View):
    """The receipts of a year that are not cancelled, their total in cents, and all entries."""

    year: int
    receipts: int
    amount: int
    givers: int
    entries: int


@router.post("/organisations/{organisation_id}/pledges", status_code=201, response_model=PledgeView)
async def pledge_gift(
    organisation_id: UUID, command: PledgeGift, session: Session, by: PartnerManager
) -> Pledge:
    """Record a pledge of a patron."""
    return await patronage.pledge_gift(session, organisation_id, command, organisation_scope(by))


@router.get("/organisations/{organisation_id}/pledges", response_model=list[PledgePaidView])
async def list_pledges(
    organisation_id: UUID, session: Session, by: Reader, as_of: AsOf = None
) -> list[queries.PledgePaid]:
    """List the pledges of a patron, and how much of each was paid up to a date."""
    organisation = await store.organisation(session, organisation_id, organisation_scope(by))
    as_of = as_of or today_in(organisation.department)
    return await queries.pledges(session, organisation_id, as_of)


@router.post("/organisations/{organisation_id}/gifts", status_code=201, response_model=GiftView)
async def receive_gift(
    organisation_id: UUID, command: ReceiveGift, session: Session, by: PartnerManager
) -> Gift:
    """Record a gift: money, goods, or the working time of staff."""
    return await patronage.receive_gift(
        session, organisation_id, command, organisation_scope(by), by=by.subject
    )


@router.get("/gifts", response_model=Page[GiftView])
async def list_gifts(
    session: Session,
    by: Reader,
    organisation_id: UUID | None = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[Any]:
    """List the gifts by date."""
    query = queries.gifts(within=organisation_scope(by), organisation_id=organisation_id)
    return await paginate(session, query, by=(Gift.given_on, Gift.id), after=after, limit=limit)


@router.post("/gifts/{gift_id}/cancellation", response_model=GiftView)
async def cancel_gift(
    gift_id: UUID, command: CancelGift, session: Session, by: PartnerManager
) -> Gift:
    """Cancel a gift that was never received, or was refunded. Cancel its receipt first."""
    return await patronage.cancel_gift(session, gift_id, command, organisation_scope(by))


@router.get("/patrons", response_model=Page[OrganisationView])
async def list_patrons(
    session: Session,
    by: Reader,
    as_of: AsOf = None,
    kind: OrganisationKind | None = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[Any]:
    """List the organisations with a gift by a date."""
    query = queries.patrons(as_of or today_in(HOME), within=organisation_scope(by), kind=kind)
    order = (Organisation.folded_name, Organisation.id)
    return await paginate(session, query, by=order, after=after, limit=limit)


@router.post("/organisations/{organisation_id}/returns", status_code=201, response_model=ReturnView)
async def give_return(
    organisation_id: UUID, command: GiveReturn, session: Session, by: PartnerManager
) -> DonorBenefit:
    """Record a return to a patron: at most a quarter of the year's gifts."""
    return await patronage.give_return(session, organisation_id, command, organisation_scope(by))


@router.get("/organisations/{organisation_id}/returns", response_model=Page[ReturnView])
async def list_returns(
    organisation_id: UUID, session: Session, by: Reader, after: After = None, limit: Limit = 50
) -> Page[Any]:
    """List the returns to a patron."""
    await store.organisation(session, organisation_id, organisation_scope(by))
    query = queries.returns_of(organisation_id)
    return await paginate(
        session, query, by=(DonorBenefit.given_on, DonorBenefit.id), after=after, limit=limit
    )


@router.post("/gifts/{gift_id}/receipt", status_code=201, response_model=ReceiptView)
async def issue_receipt(
    gift_id: UUID, command: IssueReceipt, session: Session, by: NationalManager, request: Request
) -> Receipt:
    """Issue the tax receipt of a gift, with the next number of the year."""
    issuer = request.app.state.settings.issuer
    return await patronage.issue_receipt(session, gift_id, command, issuer, by=by.subject)


@router.get("/receipts", response_model=Page[ReceiptView])
async def list_receipts(
    session: Session,
    _by: NationalManager,
    year: Year | None = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[Any]:
    """List the register of receipts: every number of a year, cancelled or not."""
    query = queries.receipts(year=year)
    return await paginate(
        session, query, by=(Receipt.year, Receipt.number), after=after, limit=limit
    )


@router.get("/receipts/declaration", response_model=DeclarationView)
async def get_declaration(
    session: Session, _by: NationalManager, year: Year
) -> queries.Declaration:
    """Return the declaration of a year: the number of valid receipts, and their total."""
    return await queries.declaration(session, year)


# Before the path of the receipt itself, which would match `7.pdf` too.
@router.get("/receipts/{year}/{number}.pdf", response_class=Response)
async def print_receipt(
    year: YearOfReceipt, number: Number, session: Session, _by: NationalManager
) -> Response:
    """Return a receipt as PDF, with the contents that form 2041-MEC-SD requires."""
    receipt = await store.receipt(session, year, number)
    gift, cancels = receipt.mentions["gift"], None
    if receipt.cancels_year and receipt.cancels_number:
        cancels = (await store.receipt(session, receipt.cancels_year, receipt.cancels_number)).name
    amount = abs(receipt.amount)
    content = receipt.mentions | {
        "title": "Annulation d'un reçu" if cancels else "Reçu fiscal",
        "name": receipt.name,
        "cancels": cancels,
        "amount": euros(amount),
        "words": in_words(amount),
        "given_on": _day(date.fromisoformat(gift["given_on"])),
        "issued_on": _day(receipt.issued_on),
        "kind": gift["kind"],
        "form": KINDS.get(gift["kind"]) or f"Numéraire — {FORMS[gift['payment']]}",
        "description": gift["description"],
        "days": gift["days"],
        "reason": receipt.mentions.get("reason"),
    }
    return await paper("receipt", content, name=f"recu-{receipt.name}")


@router.get("/receipts/{year}/{number}", response_model=ReceiptView)
async def get_receipt(
    year: YearOfReceipt, number: Number, session: Session, _by: NationalManager
) -> Receipt:
    """Return an entry of the register."""
    return await store.receipt(session, year, number)


@router.post("/receipts/{year}/{number}/cancellation", status_code=201, response_model=ReceiptView)
async def cancel_receipt(
    year: YearOfReceipt,
    number: Number,
    command: CancelReceipt,
    session: Session,
    by: NationalManager,
) -> Receipt:
    """Cancel a receipt by a counter-entry, which takes the next number."""
    return await patronage.cancel_receipt(session, year, number, command, by=by.subject)


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
