"""What falls due, and when. A clock raises each once, whenever it looks.

What was long past when we learnt of it is nobody's matter any more: a history that is loaded raises
nothing. What fell due while the clock stood still is raised when it goes again.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from contracts import CommitmentOverdue, ConventionExpiring, Event
from contracts.bounds import days_after
from contracts.moments import moment
from contracts.words import Party
from partners.domain.tables import Commitment, Convention, Due, DueRule, Lead
from partners.domain.terms import bound_on, tacit_renewal_on

EXPIRY_DAYS = (90, 30, 7)
"""So many days before its last one a convention that nobody renewed is warned of."""
LONG_PAST = timedelta(days=60)


class Raised(NamedTuple):
    """Something that falls due, and the fact that tells it, if anybody but us is to hear of it."""

    due: Due
    told: Event | None


def convention_expiring(
    convention: Convention, *, today: date, contacts: Mapping[UUID, Sequence[UUID]]
) -> Iterator[Raised]:
    """The nearest of the days before a convention's end on which it is warned of.

    One that goes on by itself unless somebody objects is warned of as well: this is the time to
    object. Of several days that passed unseen only the last is worth a word. `contacts` are whom
    to tell of it in each organisation.
    """
    ends_on = convention.last_day
    assert ends_on is not None  # noqa: S101  (asked of what ends)
    if today > ends_on:
        return
    passed = [days for days in EXPIRY_DAYS if days_after(ends_on, -days) <= today]
    if not passed or (tacit_renewal_on(convention) or date.max) <= today:
        return
    days = min(passed)
    due_on = days_after(ends_on, -days)
    due = Due(
        rule=DueRule.CONVENTION_EXPIRING,
        about_id=convention.id,
        due_on=due_on,
        convention_id=convention.id,
    )
    bound = tuple(s.organisation_id for s in bound_on(convention, ends_on))
    told = ConventionExpiring(
        convention_id=convention.id,
        days=days,
        ends_on=ends_on,
        due_on=due_on,
        organisations=bound,
        contacts=tuple(person for one in bound for person in contacts.get(one, ())),
        occurred_at=moment(due_on, *convention.departments),
    )
    yield Raised(due, told)


def commitment_overdue(
    commitment: Commitment, *, given: int, today: date, contacts: Sequence[UUID]
) -> Iterator[Raised]:
    """A commitment's day is over, and part of it is still owed.

    `contacts` of the partner are told if the partner owes it; what we owe is our own alert.
    """
    due_on = commitment.due_on
    assert due_on is not None  # noqa: S101  (asked of what has a day)
    if due_on >= today or given >= commitment.quantity or commitment.withdrawn_on is not None:
        return
    if is_long_past(due_on, commitment.learnt_at):
        return
    due = Due(
        rule=DueRule.COMMITMENT_OVERDUE,
        about_id=commitment.id,
        due_on=due_on,
        commitment_id=commitment.id,
    )
    told = CommitmentOverdue(
        commitment_id=commitment.id,
        organisation_id=commitment.organisation_id,
        missing=commitment.quantity - given,
        due_on=due_on,
        commitment_kind=commitment.kind,
        contacts=tuple(contacts) if commitment.party == Party.PARTNER else (),
        occurred_at=moment(due_on, commitment.organisation.department),
    )
    yield Raised(due, told)


def lead_step_due(lead: Lead, *, today: date) -> Iterator[Raised]:
    """The day is here by which the next step of a lead was to be done."""
    if lead.next_on is not None and lead.next_on <= today:
        due = Due(
            rule=DueRule.LEAD_STEP_DUE, about_id=lead.id, due_on=lead.next_on, lead_id=lead.id
        )
        yield Raised(due, None)


def is_long_past(due_on: date, learnt_at: datetime) -> bool:
    """Whether it was over for long already when we learnt of what makes it due."""
    return due_on < learnt_at.date() - LONG_PAST
