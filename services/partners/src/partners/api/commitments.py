from uuid import UUID

from fastapi import APIRouter

from backbone.web.etags import IfMatch
from backbone.web.routes import Session, TransactionalRoute
from contracts.local_time import today_in
from partners import queries, store
from partners.access import PartnerManager, Reader, organisation_scope
from partners.api.convention_views import CommitmentView, FulfilmentView, LedgerView
from partners.api.views import AsOf
from partners.commands import commitments
from partners.commands.commitments import MakeCommitment, NoteFulfilment, WithdrawCommitment
from partners.domain.tables import HOME, Commitment, Fulfilment

router = APIRouter(route_class=TransactionalRoute, tags=["commitments"])


@router.post(
    "/conventions/{convention_id}/commitments", status_code=201, response_model=CommitmentView
)
async def make_commitment(
    convention_id: UUID, command: MakeCommitment, session: Session, by: PartnerManager
) -> Commitment:
    """Commit one side of a convention to the other."""
    return await commitments.make_commitment(
        session, convention_id, command, organisation_scope(by)
    )


@router.get("/conventions/{convention_id}/commitments")
async def ledger_of_convention(
    convention_id: UUID, session: Session, by: Reader, as_of: AsOf = None
) -> LedgerView:
    """Return the ledger of a convention on a date."""
    within = organisation_scope(by)
    await store.convention(session, convention_id, within)
    as_of = as_of or today_in(HOME)
    entries = await queries.owed(session, as_of, convention_id=convention_id, within=within)
    return LedgerView.of(as_of, entries, queries.balances(entries))


@router.get("/organisations/{organisation_id}/ledger")
async def ledger_of_organisation(
    organisation_id: UUID, session: Session, by: Reader, as_of: AsOf = None
) -> LedgerView:
    """Return the ledger of an organisation on a date, over all conventions that it signed."""
    organisation = await store.organisation(session, organisation_id, organisation_scope(by))
    as_of = as_of or today_in(organisation.department)
    entries = await queries.owed(session, as_of, organisation_id=organisation_id)
    return LedgerView.of(as_of, entries, queries.balances(entries))


@router.post(
    "/commitments/{commitment_id}/fulfilments", status_code=201, response_model=FulfilmentView
)
async def note_fulfilment(
    commitment_id: UUID, command: NoteFulfilment, session: Session, by: PartnerManager
) -> Fulfilment:
    """Record that a commitment, or a part of it, was given."""
    return await commitments.note_fulfilment(
        session, commitment_id, command, organisation_scope(by), by=by.subject
    )


@router.delete(
    "/commitments/{commitment_id}/fulfilments/{fulfilment_id}", response_model=CommitmentView
)
async def take_fulfilment_back(
    commitment_id: UUID, fulfilment_id: UUID, session: Session, by: PartnerManager
) -> Commitment:
    """Void a fulfilment entered by mistake; it remains readable."""
    return await commitments.take_fulfilment_back(
        session, commitment_id, fulfilment_id, organisation_scope(by)
    )


@router.post("/commitments/{commitment_id}/withdrawal", response_model=CommitmentView)
async def withdraw_commitment(
    commitment_id: UUID,
    command: WithdrawCommitment,
    session: Session,
    by: PartnerManager,
    match: IfMatch,
) -> Commitment:
    """Withdraw a commitment."""
    return await commitments.withdraw_commitment(
        session, commitment_id, command, match, organisation_scope(by)
    )
