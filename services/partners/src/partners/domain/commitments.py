"""Commitments of either side of a convention, and their fulfilment."""

from collections.abc import Iterable, Iterator
from datetime import date
from uuid import UUID

from backbone.errors import Invalid, NotFound, Refused
from contracts import (
    CommitmentFulfilled,
    CommitmentMade,
    CommitmentWithdrawn,
    FulfilmentWithdrawn,
)
from contracts.enums import CommitmentKind, Party
from contracts.local_time import noon_in
from partners.domain.conventions import require_not_over
from partners.domain.dates import require_past
from partners.domain.lifecycle import NotSignatory
from partners.domain.tables import Commitment, Convention, Fulfilment, Gift


class DueBeforeMade(Invalid, kind="due-before-made"):
    """A due date before the date of the commitment."""


class ProgrammeCannotProvideMentors(Invalid, kind="mentors-of-ours"):
    """A commitment of mentors by the programme: only partners provide mentors."""


class MentorCommitmentIsComputed(Refused, kind="counted-by-itself"):
    """A manual fulfilment of a commitment of mentors, whose enrolments are counted instead."""


class GivenBeforeMade(Invalid, kind="given-before-made"):
    """A fulfilment or withdrawal before the date of the commitment."""


class CommitmentOver(Refused, kind="commitment-over"):
    """A commitment that was withdrawn."""


def commit(
    convention: Convention,
    *,
    organisation_id: UUID,
    party: Party,
    kind: CommitmentKind,
    quantity: int,
    made_on: date | None,
    due_on: date | None,
    note: str | None,
) -> tuple[Commitment, CommitmentMade]:
    """Commit one side of a convention to the other, on `made_on` or the date of signature."""
    bound = {s.organisation_id: s.organisation for s in convention.signatories}
    if organisation_id not in bound:
        raise NotSignatory("A commitment concerns a signatory. Name one of the convention's.")
    made_on = made_on or convention.signed_on
    require_past(made_on, convention.departments)
    require_not_over(convention, made_on)
    if party == Party.PROGRAMME and kind == CommitmentKind.MENTORS:
        raise ProgrammeCannotProvideMentors("Only partners provide mentors. Set party to partner.")
    if made_on < convention.signed_on or (due_on is not None and due_on < made_on):
        raise DueBeforeMade(
            f"It dates from {max(made_on, convention.signed_on)}. Give that date or later."
        )
    commitment = Commitment(
        convention_id=convention.id,
        organisation_id=organisation_id,
        organisation=bound[organisation_id],
        party=party,
        kind=kind,
        quantity=quantity,
        made_on=made_on,
        due_on=due_on,
        note=note,
        fulfilments=[],
    )
    return commitment, CommitmentMade(
        commitment_id=commitment.id,
        organisation_id=organisation_id,
        convention_id=convention.id,
        party=party,
        commitment_kind=kind,
        quantity=quantity,
        made_on=made_on,
        due_on=due_on,
        occurred_at=noon_in(made_on, bound[organisation_id].department),
    )


def fulfil(
    commitment: Commitment,
    *,
    quantity: int,
    given_on: date,
    note: str | None,
    by: str,
    gift_id: UUID | None = None,
) -> tuple[Fulfilment, CommitmentFulfilled]:
    """Record that `quantity` of a commitment was given. The caller has locked the row."""
    if commitment.kind == CommitmentKind.MENTORS:
        raise MentorCommitmentIsComputed(
            "Mentors are counted when they enrol. Do not record them here."
        )
    _require_owed(commitment)
    require_past(given_on, [commitment.organisation.department])
    if given_on < commitment.made_on:
        raise GivenBeforeMade(
            f"The commitment dates from {commitment.made_on}. Give that date or a later one."
        )
    fulfilment = Fulfilment(
        commitment_id=commitment.id,
        quantity=quantity,
        given_on=given_on,
        note=note,
        noted_by=by,
        gift_id=gift_id,
    )
    commitment.fulfilments.append(fulfilment)
    commitment.version += 1
    return fulfilment, CommitmentFulfilled(
        commitment_id=commitment.id,
        organisation_id=commitment.organisation_id,
        fulfilment_id=fulfilment.id,
        quantity=quantity,
        given_on=given_on,
        occurred_at=noon_in(given_on, commitment.organisation.department),
    )


def pay(
    owed: Iterable[Commitment], gift: Gift, *, by: str
) -> Iterator[tuple[Fulfilment, CommitmentFulfilled]]:
    """Fulfil the amounts that the giver of a gift of money owes, up to the gift's amount.

    `owed` comes in the order of payment; the caller has locked its rows.
    """
    left = gift.amount
    for commitment in owed:
        missing = commitment.quantity - commitment.recorded_by(date.max)
        if (quantity := min(left, missing)) > 0:
            left -= quantity
            yield fulfil(
                commitment,
                quantity=quantity,
                given_on=gift.given_on,
                note=None,
                by=by,
                gift_id=gift.id,
            )


def take_back(commitment: Commitment, fulfilment_id: UUID) -> FulfilmentWithdrawn:
    """Void a fulfilment entered by mistake; raise `NotFound`.

    The caller has locked the commitment.
    """
    found = [f for f in commitment.fulfilments if f.id == fulfilment_id and not f.withdrawn]
    if not found:
        raise NotFound("There is no such fulfilment. Look for it among those of the commitment.")
    found[0].withdrawn = True
    commitment.version += 1
    return FulfilmentWithdrawn(
        commitment_id=commitment.id,
        organisation_id=commitment.organisation_id,
        fulfilment_id=fulfilment_id,
    )


def withdraw(commitment: Commitment, withdrawn_on: date) -> CommitmentWithdrawn:
    """Withdraw a commitment on `withdrawn_on`. The caller has locked the row."""
    _require_owed(commitment)
    require_past(withdrawn_on, [commitment.organisation.department])
    if withdrawn_on < commitment.made_on:
        raise GivenBeforeMade(
            f"The commitment dates from {commitment.made_on}. Give that date or a later one."
        )
    commitment.withdrawn_on, commitment.version = withdrawn_on, commitment.version + 1
    return CommitmentWithdrawn(
        commitment_id=commitment.id,
        organisation_id=commitment.organisation_id,
        withdrawn_on=withdrawn_on,
        occurred_at=noon_in(withdrawn_on, commitment.organisation.department),
    )


def _require_owed(commitment: Commitment) -> None:
    if commitment.withdrawn_on is not None:
        raise CommitmentOver(f"The commitment was withdrawn on {commitment.withdrawn_on}.")
