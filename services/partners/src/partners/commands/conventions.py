"""Convention commands: drafts, signature, accession, end."""

from typing import Annotated
from uuid import UUID

from pydantic import Field
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.errors import Forbidden
from backbone.messaging.outbox import emit
from backbone.web.etags import ExpectedVersion
from backbone.web.schemas import Command, example
from contracts.bounds import Day
from contracts.enums import CommitmentKind, ConventionKind, Party
from partners import store
from partners.commands import Name, Note
from partners.domain import commitments, conventions
from partners.domain.tables import Convention, Draft

Months = Annotated[int, Field(ge=1, le=120)]
NoticeDays = Annotated[int, Field(ge=0, le=730)]
AN_ORGANISATION = "0b8f6a52-8f0e-4a0c-9d55-6a1f0b0d7c11"


class SignatoryNamed(Command):
    """A signatory; without `accedes_on` it accedes on the effective date."""

    organisation_id: UUID
    accedes_on: Day | None = None


class CommitmentNamed(Command):
    """A commitment of one side; the `quantity` of an amount is in cents."""

    organisation_id: UUID
    party: Party
    kind: CommitmentKind
    quantity: int = Field(ge=1, le=10**12)
    due_on: Day | None = None
    note: Note | None = None


class Proposal(Command):
    """The terms of a draft, as far as they are known."""

    kind: ConventionKind | None = None
    effective_on: Day | None = None
    ends_on: Day | None = None
    renews_for_months: Months | None = None
    notice_days: NoticeDays = 0
    signatories: list[SignatoryNamed] = Field(default_factory=list, max_length=500)
    commitments: list[CommitmentNamed] = Field(default_factory=list, max_length=500)


class WriteDraft(Command):
    """A convention that is not signed yet."""

    model_config = example(
        title="Convention-cadre Aquitaine",
        proposal={
            "kind": "framework",
            "ends_on": "2018-08-31",
            "renews_for_months": 12,
            "notice_days": 60,
            "signatories": [{"organisation_id": AN_ORGANISATION}],
        },
    )

    title: Name
    proposal: Proposal = Proposal()


class SignDraft(Command):
    model_config = example(signed_on="2015-09-14")

    signed_on: Day


class SignConvention(Command):
    """A convention, effective on the date of signature unless `effective_on` is given.

    With `renews_for_months` it is renewed for that many months after each term, unless a side gives
    notice `notice_days` before.
    """

    model_config = example(
        kind="own",
        signed_on="2012-07-10",
        effective_on="2012-09-01",
        signatories=[{"organisation_id": AN_ORGANISATION}],
    )

    kind: ConventionKind
    signed_on: Day
    effective_on: Day | None = None
    ends_on: Day | None = None
    renews_for_months: Months | None = None
    notice_days: NoticeDays = 0
    signatories: list[SignatoryNamed] = Field(max_length=500)
    commitments: list[CommitmentNamed] = Field(default_factory=list, max_length=500)


class AccedeToConvention(Command):
    model_config = example(organisation_id=AN_ORGANISATION, accedes_on="2015-03-01")

    organisation_id: UUID
    accedes_on: Day


class EndConvention(Command):
    model_config = example(ended_on="2015-08-31")

    ended_on: Day


async def sign_convention(
    session: AsyncSession,
    command: SignConvention,
    within: store.Scope,
    *,
    convention_id: UUID | None = None,
) -> Convention:
    ids = [signatory.organisation_id for signatory in command.signatories]
    known = await store.organisations(session, ids, within)
    convention, signed = conventions.sign(
        [(known[s.organisation_id], s.accedes_on) for s in command.signatories],
        **command.model_dump(exclude={"signatories", "commitments"}),
        convention_id=convention_id,
    )
    committed = [
        commitments.commit(convention, **named.model_dump(), made_on=None)
        for named in command.commitments
    ]
    session.add(convention)
    await session.flush()
    session.add_all(commitment for commitment, _ in committed)
    emit(session, signed, *(event for _, event in committed))
    return convention


async def write_draft(session: AsyncSession, command: WriteDraft, *, by: str) -> Draft:
    draft = Draft(
        title=command.title, proposal=command.proposal.model_dump(mode="json"), written_by=by
    )
    session.add(draft)
    return draft


async def rewrite_draft(
    session: AsyncSession, draft_id: UUID, command: WriteDraft, match: ExpectedVersion, *, by: str
) -> Draft:
    draft = await store.lock_draft(session, draft_id)
    match.require(draft.version)
    draft.title, draft.proposal = command.title, command.proposal.model_dump(mode="json")
    draft.written_by, draft.version = by, draft.version + 1
    return draft


async def discard_draft(session: AsyncSession, draft_id: UUID, match: ExpectedVersion) -> None:
    draft = await store.lock_draft(session, draft_id)
    match.require(draft.version)
    await session.delete(draft)


async def sign_draft(
    session: AsyncSession, draft_id: UUID, command: SignDraft, match: ExpectedVersion
) -> Convention:
    """Sign a draft as it is; it becomes the convention and is deleted."""
    draft = await store.lock_draft(session, draft_id)
    match.require(draft.version)
    proposal = Proposal.model_validate(draft.proposal)
    kind = proposal.kind or (
        ConventionKind.FRAMEWORK if len(proposal.signatories) > 1 else ConventionKind.OWN
    )
    written = proposal.model_dump() | {"kind": kind, "signed_on": command.signed_on}
    convention = await sign_convention(
        session, SignConvention(**written), None, convention_id=draft.id
    )
    await session.delete(draft)
    return convention


async def accede_to_convention(
    session: AsyncSession, convention_id: UUID, command: AccedeToConvention, within: store.Scope
) -> Convention:
    convention = await store.lock_convention(session, convention_id, within)
    organisation = await store.organisation(session, command.organisation_id, within)
    emit(session, conventions.accede(convention, organisation, command.accedes_on))
    return convention


def require_all(convention: Convention, within: store.Scope) -> None:
    """Raise `Forbidden` unless the caller looks after all signatories."""
    if within is not None and not {s.organisation_id for s in convention.signatories} <= {*within}:
        raise Forbidden(
            "It binds organisations that you do not look after. Ask the national team to do this."
        )


async def end_convention(
    session: AsyncSession,
    convention_id: UUID,
    command: EndConvention,
    match: ExpectedVersion,
    within: store.Scope,
) -> Convention:
    convention = await store.lock_convention(session, convention_id, within)
    require_all(convention, within)
    match.require(convention.version)
    emit(session, conventions.end(convention, command.ended_on))
    return convention
