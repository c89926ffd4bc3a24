"""What companies promise in their conventions: to present their jobs within a year."""

from collections.abc import Iterator, Sequence

from demo.history.csv_rows import Commitment, Convention, Organisation
from demo.history.days import ENDS_ON, after, working_day_before

PROMISES = 30
KEPT_OF = 3
"""Every third promise is not kept."""
A_YEAR, A_MONTH = 365, 30


def of_companies(
    conventions: Sequence[Convention], organisations: Sequence[Organisation]
) -> Iterator[Commitment]:
    """Yield what some companies promise, and when most of them keep it."""
    companies = {one.siren for one in organisations if one.kind == "company"}
    own = [one for one in conventions if one.kind == "own" and one.signatories[0] in companies]
    for number, one in enumerate(own[:: max(1, len(own) // PROMISES)]):
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
            given_on=given_on if number % KEPT_OF and given_on <= ENDS_ON else None,
        )
