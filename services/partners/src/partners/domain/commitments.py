"""What each side of a convention owes the other, and what is given of it."""

from collections.abc import Iterable, Iterator
from datetime import date
from uuid import UUID

from backbone.errors import Invalid, Missing, Refused
from contracts import (
    CommitmentFulfilled,
    CommitmentMade,
    CommitmentWithdrawn,
    FulfilmentWithdrawn,
)
from contracts.moments import moment
from contracts.words import CommitmentKind, Party
from partners.domain.conventions import require_not_over
from partners.domain.days import require_past
from partners.domain.tables import Commitment, Convention, Fulfilment, Gift
from partners.domain.terms import NotSignatory


class DueBeforeMade(Invalid, kind="due-before-made"):
    """A commitment falls due on the day it is made, or later."""


class MentorsOfOurs(Invalid, kind="mentors-of-ours"):
    """Mentors are provided by partners, not by the programme."""


class CountedByItself(Refused, kind="counted-by-itself"):
    """The mentors that a partner provides are counted as they enrol."""


class GivenBeforeMade(Invalid, kind="given-before-made"):
    """Nothing is given of a commitment before it is made."""


class CommitmentOver(Refused, kind="commitment-over"):
    """The commitment is owed no more."""


def commit(  # noqa: PLR0913  (who owes whom what, since when, and by when)
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
    """Let one side owe the other, since the convention was signed unless another day is given."""
    bound = {s.organisation_id: s.organisation for s in convention.signatories}
    if organisation_id not in bound:
        raise NotSignatory("Only a signatory owes, or is owed. Name one of the convention's.")
    made_on = made_on or convention.signed_on
    require_past(made_on, convention.departments)
    require_not_over(convention, made_on)
    if party == Party.PROGRAMME and kind == CommitmentKind.MENTORS:
        raise MentorsOfOurs("Mentors come from partners: let the partner owe them.")
    if made_on < convention.signed_on or (due_on is not None and due_on < made_on):
        raise DueBeforeMade(
            f"It is owed since {max(made_on, convention.signed_on)}. Give that day or a later one."
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
        occurred_at=moment(made_on, bound[organisation_id].department),
    )


def fulfil(  # noqa: PLR0913  (what of it, when, by which gift, noted by whom)
    commitment: Commitment,
    *,
    quantity: int,
    given_on: date,
    note: str | None,
    by: str,
    gift_id: UUID | None = None,
) -> tuple[Fulfilment, CommitmentFulfilled]:
    """Note that so much of it was given on a day. The caller holds the row."""
    if commitment.kind == CommitmentKind.MENTORS:
        raise CountedByItself("Mentors count as they enrol: there is nothing to note by hand.")
    _require_owed(commitment)
    require_past(given_on, [commitment.organisation.department])
    if given_on < commitment.made_on:
        raise GivenBeforeMade(
            f"It is owed since {commitment.made_on}. Give that day or a later one."
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
        occurred_at=moment(given_on, commitment.organisation.department),
    )


def pay(
    owed: Iterable[Commitment], gift: Gift, *, by: str
) -> Iterator[tuple[Fulfilment, CommitmentFulfilled]]:
    """Fulfil the amounts owed by the giver of a gift of money, each as far as it is missing.

    The commitments come in the order in which they are paid; the caller holds their rows.
    """
    left = gift.amount
    for commitment in owed:
        missing = commitment.quantity - commitment.noted_by_then(date.max)
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
    """What was said to be given was not. The caller holds the commitment's row."""
    found = [f for f in commitment.fulfilments if f.id == fulfilment_id and not f.withdrawn]
    if not found:
        raise Missing("Nothing like that was given. Look at what was given of the commitment.")
    found[0].withdrawn = True
    commitment.version += 1
    return FulfilmentWithdrawn(
        commitment_id=commitment.id,
        organisation_id=commitment.organisation_id,
        fulfilment_id=fulfilment_id,
    )


def withdraw(commitment: Commitment, withdrawn_on: date) -> CommitmentWithdrawn:
    """Let a commitment be owed no more from a day on. The caller holds the row."""
    _require_owed(commitment)
    require_past(withdrawn_on, [commitment.organisation.department])
    if withdrawn_on < commitment.made_on:
        raise GivenBeforeMade(
            f"It is owed since {commitment.made_on}. Give that day or a later one."
        )
    commitment.withdrawn_on, commitment.version = withdrawn_on, commitment.version + 1
    return CommitmentWithdrawn(
        commitment_id=commitment.id,
        organisation_id=commitment.organisation_id,
        withdrawn_on=withdrawn_on,
        occurred_at=moment(withdrawn_on, commitment.organisation.department),
    )


def _require_owed(commitment: Commitment) -> None:
    if commitment.withdrawn_on is not None:
        raise CommitmentOver(f"It is owed no more since {commitment.withdrawn_on}.")
