"""Commitments of companies: to present their jobs within a year of signing."""

from collections.abc import Iterator, Sequence

from demo.history.csv_rows import Commitment, Convention, Organisation
from demo.history.days import ENDS_ON, after, working_day_before

COMMITMENTS = 30
UNFULFILLED_EVERY = 3
"""Every third commitment is not fulfilled."""
A_YEAR, A_MONTH = 365, 30


def of_companies(
    conventions: Sequence[Convention], organisations: Sequence[Organisation]
) -> Iterator[Commitment]:
    """Yield the commitments of some companies, most of them fulfilled."""
    companies = {one.siren for one in organisations if one.kind == "company"}
    own = [one for one in conventions if one.kind == "own" and one.signatories[0] in companies]
    for number, one in enumerate(own[:: max(1, len(own) // COMMITMENTS)]):
        due_on = after(one.signed_on, A_YEAR)
        given_on = working_day_before(after(due_on, -A_MONTH))
        yield Commitment(
            convention=one.reference,
            siren=one.signatories[0],
            party="partner",
            kind="job_presentation",
            quantity=1,
            made_on=one.signed_on,
            due_on=due_on,
            given_on=given_on if number % UNFULFILLED_EVERY and given_on <= ENDS_ON else None,
        )
