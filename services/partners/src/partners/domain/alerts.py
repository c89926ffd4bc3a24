"""The rules by which alerts are raised. Each alert is raised once, however often they run.

What was long overdue when it was entered raises no alert, so that loading a history raises none.
What became due while the worker was stopped is raised when it runs again.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from uuid import UUID

from backbone.alerts.tables import NewAlert, is_long_past
from contracts import CommitmentOverdue, ConventionExpiring
from contracts.bounds import days_after
from contracts.enums import Party
from contracts.local_time import noon_in
from partners.domain.lifecycle import bound_on, tacit_renewal_on
from partners.domain.tables import Alert, AlertRule, Commitment, Convention, Lead

EXPIRY_DAYS = (90, 30, 7)
"""The numbers of days before a convention's last day on which an alert is raised."""


def convention_expiring(
    convention: Convention, *, today: date, contacts: Mapping[UUID, Sequence[UUID]]
) -> Iterator[NewAlert]:
    """Yield the alert for the last passed date of warning before a convention's end.

    Tacitly renewed conventions are included: notice can still be given then. Of several warnings
    that were missed only the latest is raised. `contacts` are the persons to notify, by
    organisation.
    """
    ends_on = convention.last_day
    assert ends_on is not None  # the caller selects conventions that end
    if today > ends_on:
        return
    passed = [days for days in EXPIRY_DAYS if days_after(ends_on, -days) <= today]
    if not passed or (tacit_renewal_on(convention) or date.max) <= today:
        return
    days = min(passed)
    due_on = days_after(ends_on, -days)
    alert = Alert(
        rule=AlertRule.CONVENTION_EXPIRING,
        about_id=convention.id,
        due_on=due_on,
        convention_id=convention.id,
    )
    bound = tuple(s.organisation_id for s in bound_on(convention, ends_on))
    event = ConventionExpiring(
        convention_id=convention.id,
        days=days,
        ends_on=ends_on,
        due_on=due_on,
        organisations=bound,
        contacts=tuple(person for one in bound for person in contacts.get(one, ())),
        occurred_at=noon_in(due_on, *convention.departments),
    )
    yield NewAlert(alert, event)


def commitment_overdue(
    commitment: Commitment, *, given: int, today: date, contacts: Sequence[UUID]
) -> Iterator[NewAlert]:
    """Yield an alert if the due date has passed and part of a commitment is missing.

    The partner's `contacts` are notified if the partner owes it; what we owe is an alert only.
    """
    due_on = commitment.due_on
    assert due_on is not None  # the caller selects commitments with a due date
    if due_on >= today or given >= commitment.quantity or commitment.withdrawn_on is not None:
        return
    if is_long_past(due_on, commitment.learnt_at):
        return
    alert = Alert(
        rule=AlertRule.COMMITMENT_OVERDUE,
        about_id=commitment.id,
        due_on=due_on,
        commitment_id=commitment.id,
    )
    event = CommitmentOverdue(
        commitment_id=commitment.id,
        organisation_id=commitment.organisation_id,
        missing=commitment.quantity - given,
        due_on=due_on,
        commitment_kind=commitment.kind,
        contacts=tuple(contacts) if commitment.party == Party.PARTNER else (),
        occurred_at=noon_in(due_on, commitment.organisation.department),
    )
    yield NewAlert(alert, event)


def lead_step_due(lead: Lead, *, today: date) -> Iterator[NewAlert]:
    """Yield an alert if the next step of a lead is due by today."""
    if lead.next_on is not None and lead.next_on <= today:
        alert = Alert(
            rule=AlertRule.LEAD_STEP_DUE, about_id=lead.id, due_on=lead.next_on, lead_id=lead.id
        )
        yield NewAlert(alert, None)
