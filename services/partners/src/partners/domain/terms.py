"""What becomes of a convention that stands: suspended, amended, renewed, left by a signatory.

In each function the caller holds the convention's row.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from backbone.errors import Invalid, Refused
from contracts import (
    ConventionAmended,
    ConventionNoticeGiven,
    ConventionRenewed,
    ConventionResumed,
    ConventionSuspended,
    SignatoryWithdrew,
)
from contracts.bounds import days_after, months_after
from contracts.moments import moment
from contracts.words import ConventionKind, Party
from partners.domain.conventions import require_end_after_effect, require_not_over
from partners.domain.days import require_past
from partners.domain.tables import (
    Amendment,
    Convention,
    Organisation,
    Renewal,
    Signature,
    Suspension,
)


class NotSignatory(Refused, kind="not-signatory"):
    """The organisation is not bound by the convention."""


class WithdrawalBeforeAccession(Invalid, kind="withdrawal-before-accession"):
    """Nobody withdraws before the day from which the convention binds them."""


class LastSignatory(Refused, kind="last-signatory"):
    """A convention that binds nobody any more is ended."""


class SuspensionBackwards(Invalid, kind="suspension-backwards"):
    """A suspension ends on the day it begins, or later."""


class AlreadySuspended(Refused, kind="already-suspended"):
    """The convention is suspended on one of these days."""


class NotSuspended(Refused, kind="not-suspended"):
    """No suspension of the convention lasts that day."""


class NothingAmended(Invalid, kind="nothing-amended"):
    """An amendment changes something."""


class AmendedBefore(Invalid, kind="amended-before"):
    """Amendments follow one another."""


class NoTerm(Refused, kind="no-term"):
    """A convention without a last day goes on by itself."""


class RenewalShortens(Invalid, kind="renewal-shortens"):
    """A renewal lets the convention last longer."""


class NoticeTooLate(Refused, kind="notice-too-late"):
    """The day by which notice was due is over."""


class NoticeGiven(Refused, kind="notice-given"):
    """One side has said that the convention is not to go on."""


def withdraw(
    convention: Convention, organisation: Organisation, withdrawn_on: date
) -> SignatoryWithdrew:
    """Let a signatory of a framework convention be bound for the last time that day."""
    bound = [s for s in convention.signatories if s.withdrawn_on is None]
    mine = next((s for s in bound if s.organisation_id == organisation.id), None)
    if mine is None:
        raise NotSignatory(
            f"{organisation.name} is not bound by this convention. Look at its signatories."
        )
    require_not_over(convention, withdrawn_on)
    if withdrawn_on < mine.accedes_on:
        raise WithdrawalBeforeAccession(
            f"{organisation.name} is bound from {mine.accedes_on} on. Give that day or a later one."
        )
    if convention.kind == ConventionKind.OWN or len(bound) == 1:
        raise LastSignatory(
            f"Without {organisation.name} this convention binds nobody. End it instead."
        )
    mine.withdrawn_on = withdrawn_on
    convention.version += 1
    return SignatoryWithdrew(
        convention_id=convention.id,
        organisation_id=organisation.id,
        withdrawn_on=withdrawn_on,
        occurred_at=moment(withdrawn_on, organisation.department),
    )


def suspend(
    convention: Convention, *, from_on: date, until_on: date | None, reason: str | None
) -> ConventionSuspended:
    """Let a convention cover nobody on certain days."""
    if until_on is not None and until_on < from_on:
        raise SuspensionBackwards(
            f"It cannot be suspended from {from_on} to {until_on}. Check both dates."
        )
    require_end_after_effect(convention, from_on)
    require_not_over(convention, from_on)
    for other in convention.suspensions:
        if other.from_on <= (until_on or date.max) and from_on <= (other.until_on or date.max):
            raise AlreadySuspended(
                f"It is suspended from {other.from_on} to {other.until_on or 'its resumption'}."
                " Give other days, or let it be resumed first."
            )
    suspension = Suspension(
        convention_id=convention.id, from_on=from_on, until_on=until_on, reason=reason
    )
    convention.suspensions.append(suspension)
    convention.version += 1
    return ConventionSuspended(
        convention_id=convention.id,
        from_on=from_on,
        until_on=until_on,
        occurred_at=moment(from_on, *convention.departments),
    )


def resume(convention: Convention, resumed_on: date) -> ConventionResumed:
    """Let a suspended convention cover again from that day on."""
    last_on = days_after(resumed_on, -1)
    mine = next((s for s in convention.suspensions if s.lasts(last_on)), None)
    if mine is None:
        raise NotSuspended(
            f"It is not suspended on {last_on}, the day before. Look at its suspensions."
        )
    mine.until_on = last_on
    convention.version += 1
    return ConventionResumed(
        convention_id=convention.id,
        from_on=mine.from_on,
        until_on=last_on,
        occurred_at=moment(resumed_on, *convention.departments),
    )


def amend(  # noqa: PLR0913  (what, when, why and by whom)
    convention: Convention,
    *,
    amended_on: date,
    summary: str,
    changes: Mapping[str, Any],
    by: str,
    last: Amendment | None,
) -> tuple[Amendment, ConventionAmended]:
    """Change the term of a convention: its last day, its tacit renewal or its period of notice.

    `last` is its last amendment. What was said before is kept with the new one.
    """
    require_past(amended_on, convention.departments)
    earliest = last.amended_on if last else convention.signed_on
    if amended_on < earliest:
        raise AmendedBefore(f"What stands was signed on {earliest}. Give that day or a later one.")
    require_not_over(convention, amended_on)
    before = {name: getattr(convention, name) for name in changes}
    if before == dict(changes):
        raise NothingAmended("Nothing would change. Give what the amendment changes.")
    for name, value in changes.items():
        setattr(convention, name, value)
    _require_term(convention)
    convention.version += 1
    amendment = Amendment(
        convention_id=convention.id,
        number=last.number + 1 if last else 1,
        amended_on=amended_on,
        summary=summary,
        before=_told(before),
        after=_told(changes),
        amended_by=by,
    )
    return amendment, ConventionAmended(
        convention_id=convention.id,
        amended_on=amended_on,
        ends_on=convention.ends_on,
        renews_for_months=convention.renews_for_months,
        notice_days=convention.notice_days,
        occurred_at=moment(amended_on, *convention.departments),
    )


def _require_term(convention: Convention) -> None:
    require_end_after_effect(convention, convention.ends_on)
    latest = max(s.accedes_on for s in convention.signatories)
    if convention.ends_on is not None and convention.ends_on < latest:
        raise Invalid(
            f"A signatory accedes on {latest}: it cannot end before. Give that day or a later one."
        )


def _told(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: str(fact) if isinstance(fact, date) else fact for name, fact in facts.items()}


def give_notice(convention: Convention, *, party: Party, given_on: date) -> ConventionNoticeGiven:
    """Note that one side does not want the convention to be renewed after its term."""
    ends_on = _term(convention)
    require_past(given_on, convention.departments)
    if convention.notice_given_on is not None:
        raise NoticeGiven(f"Notice was given on {convention.notice_given_on}: it ends {ends_on}.")
    due_on = notice_due_on(convention, ends_on)
    if convention.renews_for_months and given_on > due_on:
        raise NoticeTooLate(
            f"Notice was due by {due_on}: it goes on for {convention.renews_for_months} months"
            f" after {ends_on}. Amend it, if both sides agree to end it before."
        )
    convention.notice_given_on, convention.version = given_on, convention.version + 1
    return ConventionNoticeGiven(
        convention_id=convention.id,
        party=party,
        given_on=given_on,
        ends_on=ends_on,
        occurred_at=moment(given_on, *convention.departments),
    )


def notice_due_on(convention: Convention, ends_on: date) -> date:
    """The last day on which either side can say that the convention is not to go on."""
    return days_after(ends_on, -convention.notice_days)


def renew(convention: Convention, *, renewed_on: date, ends_on: date) -> ConventionRenewed:
    """Let a convention go on after its term, by a signature on its last day or before."""
    term = _term(convention)
    require_past(renewed_on, convention.departments)
    require_not_over(convention, renewed_on)
    if ends_on <= term:
        raise RenewalShortens(f"It lasts until {term} already. Give a later day.")
    return _renewed(convention, term, renewed_on=renewed_on, ends_on=ends_on, tacit=False)


def renew_tacitly(convention: Convention, *, today: date) -> list[ConventionRenewed]:
    """Let a convention go on, term by term up to today, once its notice can no longer be given."""
    renewed = list[ConventionRenewed]()
    while (due_on := tacit_renewal_on(convention)) is not None and due_on <= today:
        term, months = _term(convention), convention.renews_for_months or 0
        ends_on = days_after(months_after(days_after(term, 1), months), -1)
        renewed.append(_renewed(convention, term, renewed_on=due_on, ends_on=ends_on, tacit=True))
    return renewed


def tacit_renewal_on(convention: Convention) -> date | None:
    """The day on which it is clear that a convention goes on by itself, if it does."""
    agreed = convention.renews_for_months and not convention.notice_given_on
    if convention.ends_on is None or convention.ended_on is not None or not agreed:
        return None
    return days_after(notice_due_on(convention, convention.ends_on), 1)


def _renewed(
    convention: Convention, term: date, *, renewed_on: date, ends_on: date, tacit: bool
) -> ConventionRenewed:
    convention.renewals.append(
        Renewal(
            convention_id=convention.id,
            number=len(convention.renewals) + 1,
            previous_ends_on=term,
            ends_on=ends_on,
            renewed_on=renewed_on,
            tacit=tacit,
        )
    )
    convention.ends_on, convention.notice_given_on = ends_on, None
    convention.version += 1
    return ConventionRenewed(
        convention_id=convention.id,
        renewed_on=renewed_on,
        previous_ends_on=term,
        ends_on=ends_on,
        tacit=tacit,
        occurred_at=moment(renewed_on, *convention.departments),
    )


def _term(convention: Convention) -> date:
    if convention.ended_on is not None:
        require_not_over(convention, date.max)
    if convention.ends_on is None:
        raise NoTerm("It has no last day: it goes on until it is ended.")
    return convention.ends_on


def bound_on(convention: Convention, day: date) -> list[Signature]:
    """The signatures that bind somebody that day, if the convention is in force."""
    return [
        s
        for s in convention.signatories
        if s.accedes_on <= day and (s.withdrawn_on is None or day <= s.withdrawn_on)
    ]
