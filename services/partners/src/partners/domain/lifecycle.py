"""Changes of a signed convention: suspension, amendment, notice, renewal, withdrawal.

In each function the caller has locked the convention's row.
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
from contracts.enums import ConventionKind, Party
from contracts.local_time import noon_in
from partners.domain.conventions import require_end_after_effect, require_not_over
from partners.domain.dates import require_past
from partners.domain.tables import (
    Amendment,
    Convention,
    Organisation,
    Renewal,
    Signature,
    Suspension,
)


class NotSignatory(Refused, kind="not-signatory"):
    """An organisation that the convention does not bind."""


class WithdrawalBeforeAccession(Invalid, kind="withdrawal-before-accession"):
    """A withdrawal before the accession."""


class LastSignatory(Refused, kind="last-signatory"):
    """A withdrawal of the last signatory: the convention is ended instead."""


class SuspensionBackwards(Invalid, kind="suspension-backwards"):
    """A suspension that ends before it begins."""


class AlreadySuspended(Refused, kind="already-suspended"):
    """A suspension that overlaps another one."""


class NotSuspended(Refused, kind="not-suspended"):
    """A resumption without a suspension."""


class NothingAmended(Invalid, kind="nothing-amended"):
    """An amendment that changes nothing."""


class AmendedBefore(Invalid, kind="amended-before"):
    """An amendment dated before the previous one."""


class NoTerm(Refused, kind="no-term"):
    """A renewal or notice of a convention without a last day."""


class RenewalShortens(Invalid, kind="renewal-shortens"):
    """A renewal that does not prolong the convention."""


class NoticeTooLate(Refused, kind="notice-too-late"):
    """A notice after the period of notice began."""


class NoticeGiven(Refused, kind="notice-given"):
    """A second notice."""


def withdraw(
    convention: Convention, organisation: Organisation, withdrawn_on: date
) -> SignatoryWithdrew:
    """End a signature of a framework convention on `withdrawn_on`, its last day."""
    bound = [s for s in convention.signatories if s.withdrawn_on is None]
    signature = next((s for s in bound if s.organisation_id == organisation.id), None)
    if signature is None:
        raise NotSignatory(
            f"{organisation.name} is not bound by this convention. Look at its signatories."
        )
    require_not_over(convention, withdrawn_on)
    if withdrawn_on < signature.accedes_on:
        raise WithdrawalBeforeAccession(
            f"{organisation.name} is bound since {signature.accedes_on}. Give that date or later."
        )
    if convention.kind == ConventionKind.OWN or len(bound) == 1:
        raise LastSignatory(
            f"Without {organisation.name} this convention binds nobody. End it instead."
        )
    signature.withdrawn_on = withdrawn_on
    convention.version += 1
    return SignatoryWithdrew(
        convention_id=convention.id,
        organisation_id=organisation.id,
        withdrawn_on=withdrawn_on,
        occurred_at=noon_in(withdrawn_on, organisation.department),
    )


def suspend(
    convention: Convention, *, from_on: date, until_on: date | None, reason: str | None
) -> ConventionSuspended:
    """Suspend a convention from `from_on` to `until_on`, both included, or until it is resumed."""
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
        occurred_at=noon_in(from_on, *convention.departments),
    )


def resume(convention: Convention, resumed_on: date) -> ConventionResumed:
    """Resume a suspended convention on `resumed_on`."""
    last_on = days_after(resumed_on, -1)
    suspension = next((s for s in convention.suspensions if s.lasts(last_on)), None)
    if suspension is None:
        raise NotSuspended(
            f"It is not suspended on {last_on}, the day before. Look at its suspensions."
        )
    suspension.until_on = last_on
    convention.version += 1
    return ConventionResumed(
        convention_id=convention.id,
        from_on=suspension.from_on,
        until_on=last_on,
        occurred_at=noon_in(resumed_on, *convention.departments),
    )


def amend(
    convention: Convention,
    *,
    amended_on: date,
    summary: str,
    changes: Mapping[str, Any],
    by: str,
    last: Amendment | None,
) -> tuple[Amendment, ConventionAmended]:
    """Amend the term of a convention: its last day, tacit renewal or period of notice.

    `last` is its previous amendment. The values before the change are stored with the amendment.
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
        before=_as_json(before),
        after=_as_json(changes),
        amended_by=by,
    )
    return amendment, ConventionAmended(
        convention_id=convention.id,
        amended_on=amended_on,
        ends_on=convention.ends_on,
        renews_for_months=convention.renews_for_months,
        notice_days=convention.notice_days,
        occurred_at=noon_in(amended_on, *convention.departments),
    )


def _require_term(convention: Convention) -> None:
    require_end_after_effect(convention, convention.ends_on)
    latest = max(s.accedes_on for s in convention.signatories)
    if convention.ends_on is not None and convention.ends_on < latest:
        raise Invalid(
            f"A signatory accedes on {latest}: it cannot end before. Give that day or a later one."
        )


def _as_json(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: str(fact) if isinstance(fact, date) else fact for name, fact in facts.items()}


def give_notice(convention: Convention, *, party: Party, given_on: date) -> ConventionNoticeGiven:
    """Record the notice of one side, which prevents the renewal after the term."""
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
        occurred_at=noon_in(given_on, *convention.departments),
    )


def notice_due_on(convention: Convention, ends_on: date) -> date:
    """Return the last day on which either side can give notice."""
    return days_after(ends_on, -convention.notice_days)


def renew(convention: Convention, *, renewed_on: date, ends_on: date) -> ConventionRenewed:
    """Renew a convention by signature, on its last day or before."""
    term = _term(convention)
    require_past(renewed_on, convention.departments)
    require_not_over(convention, renewed_on)
    if ends_on <= term:
        raise RenewalShortens(f"It lasts until {term} already. Give a later day.")
    return _renewed(convention, term, renewed_on=renewed_on, ends_on=ends_on, tacit=False)


def renew_tacitly(convention: Convention, *, today: date) -> list[ConventionRenewed]:
    """Renew a convention for each term up to today whose period of notice has begun."""
    renewed = list[ConventionRenewed]()
    while (due_on := tacit_renewal_on(convention)) is not None and due_on <= today:
        term, months = _term(convention), convention.renews_for_months or 0
        ends_on = days_after(months_after(days_after(term, 1), months), -1)
        renewed.append(_renewed(convention, term, renewed_on=due_on, ends_on=ends_on, tacit=True))
    return renewed


def tacit_renewal_on(convention: Convention) -> date | None:
    """Return the first day on which notice is too late, `None` if it is not tacitly renewed."""
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
        occurred_at=noon_in(renewed_on, *convention.departments),
    )


def _term(convention: Convention) -> date:
    if convention.ended_on is not None:
        require_not_over(convention, date.max)
    if convention.ends_on is None:
        raise NoTerm("It has no last day: it goes on until it is ended.")
    return convention.ends_on


def bound_on(convention: Convention, day: date) -> list[Signature]:
    """Return the signatures that bind on a date, whether or not the convention is in force."""
    return [
        s
        for s in convention.signatories
        if s.accedes_on <= day and (s.withdrawn_on is None or day <= s.withdrawn_on)
    ]
