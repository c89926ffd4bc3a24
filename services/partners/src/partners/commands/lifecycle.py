"""Commands on signed conventions: withdraw, suspend, resume, amend, give notice, renew."""

from typing import Any, Self
from uuid import UUID

from pydantic import model_validator
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.messaging.outbox import emit
from backbone.web.etags import ExpectedVersion
from backbone.web.schemas import Command, example
from contracts.bounds import Day
from contracts.enums import Party
from partners import store
from partners.commands import Note
from partners.commands.conventions import Months, NoticeDays, require_all
from partners.domain import lifecycle
from partners.domain.tables import Convention


class WithdrawSignatory(Command):
    """The last day on which the convention binds a signatory."""

    model_config = example(withdrawn_on="2015-12-31")

    withdrawn_on: Day


class SuspendConvention(Command):
    """The first and last day of a suspension; without the last, until the convention is resumed."""

    model_config = example(from_on="2015-03-01", until_on="2015-05-31", reason="Reorganisation")

    from_on: Day
    until_on: Day | None = None
    reason: Note | None = None


class ResumeConvention(Command):
    """The first day on which the convention covers again."""

    model_config = example(resumed_on="2015-06-01")

    resumed_on: Day


class AmendConvention(Command):
    """A signed amendment: a summary, and the values that change."""

    model_config = example(
        amended_on="2015-02-02", summary="Prolonged by a year", ends_on="2016-08-31"
    )

    amended_on: Day
    summary: Note
    ends_on: Day | None = None
    renews_for_months: Months | None = None
    notice_days: NoticeDays | None = None

    @model_validator(mode="after")
    def notice_is_a_number(self) -> Self:
        if "notice_days" in self.model_fields_set and self.notice_days is None:
            message = "notice_days is a number of days; 0 for none"
            raise ValueError(message)
        return self

    @property
    def changes(self) -> dict[str, Any]:
        return self.model_dump(exclude={"amended_on", "summary"}, exclude_unset=True)


class GiveNotice(Command):
    """The side that opposes the renewal, and the date of its notice."""

    model_config = example(party="partner", given_on="2015-04-30")

    party: Party
    given_on: Day


class RenewConvention(Command):
    """The date of signature of a renewal, and the new last day."""

    model_config = example(renewed_on="2015-06-15", ends_on="2018-08-31")

    renewed_on: Day
    ends_on: Day


async def withdraw_signatory(
    session: AsyncSession,
    convention_id: UUID,
    organisation_id: UUID,
    command: WithdrawSignatory,
    within: store.Scope,
) -> Convention:
    convention = await store.lock_convention(session, convention_id, within)
    organisation = await store.organisation(session, organisation_id, within)
    emit(session, lifecycle.withdraw(convention, organisation, command.withdrawn_on))
    return convention


async def suspend_convention(
    session: AsyncSession,
    convention_id: UUID,
    command: SuspendConvention,
    match: ExpectedVersion,
    within: store.Scope,
) -> Convention:
    convention = await _held(session, convention_id, match, within)
    emit(session, lifecycle.suspend(convention, **command.model_dump()))
    return convention


async def resume_convention(
    session: AsyncSession,
    convention_id: UUID,
    command: ResumeConvention,
    match: ExpectedVersion,
    within: store.Scope,
) -> Convention:
    convention = await _held(session, convention_id, match, within)
    emit(session, lifecycle.resume(convention, command.resumed_on))
    return convention


async def amend_convention(
    session: AsyncSession,
    convention_id: UUID,
    command: AmendConvention,
    match: ExpectedVersion,
    within: store.Scope,
    *,
    by: str,
) -> Convention:
    convention = await _held(session, convention_id, match, within)
    amendment, amended = lifecycle.amend(
        convention,
        amended_on=command.amended_on,
        summary=command.summary,
        changes=command.changes,
        by=by,
        last=await store.last_amendment(session, convention_id),
    )
    session.add(amendment)
    emit(session, amended)
    return convention


async def give_notice(
    session: AsyncSession,
    convention_id: UUID,
    command: GiveNotice,
    match: ExpectedVersion,
    within: store.Scope,
) -> Convention:
    convention = await _held(session, convention_id, match, within)
    emit(session, lifecycle.give_notice(convention, **command.model_dump()))
    return convention


async def renew_convention(
    session: AsyncSession,
    convention_id: UUID,
    command: RenewConvention,
    match: ExpectedVersion,
    within: store.Scope,
) -> Convention:
    convention = await _held(session, convention_id, match, within)
    emit(session, lifecycle.renew(convention, **command.model_dump()))
    return convention


async def _held(
    session: AsyncSession, convention_id: UUID, match: ExpectedVersion, within: store.Scope
) -> Convention:
    """Lock a convention that the caller may change; raise unless `match` is its version."""
    convention = await store.lock_convention(session, convention_id, within)
    require_all(convention, within)
    match.require(convention.version)
    return convention
