"""The status of a mentee, derived from decision, pairings and outcomes; it is not stored.

Rounds, lists, alerts and mails use it; reporting derives its figure of waiting mentees by the same
rules from the published events.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, and_, case, false, not_, null, or_
from sqlmodel import col, exists

from contracts.enums import Contract, EndReason, MenteeStatus, TurnDownReason
from matching.domain.tables import RUNNING, Mentee, Outcome, Pairing, PairingState

Condition = ColumnElement[bool]


def _has_pairing(condition: Condition) -> Condition:
    return exists().where(col(Pairing.mentee_id) == col(Mentee.id), condition)


FITTING_OUTCOME = exists().where(
    col(Outcome.mentee_id) == col(Mentee.id),
    col(Outcome.fits_qualification).is_(True),
    col(Outcome.contract) != Contract.STUDIES,
    ~col(Outcome.withdrawn),
)

STATUSES: Sequence[tuple[Condition, MenteeStatus | None]] = (
    (col(Mentee.erased) | col(Mentee.merged_into).is_not(None), MenteeStatus.CLOSED),
    (col(Mentee.decided_on).is_(None), None),
    (
        col(Mentee.refusal).is_not_distinct_from(TurnDownReason.WITHDRAWN),
        MenteeStatus.WITHDRAWN,
    ),
    (col(Mentee.refusal).is_not(None), MenteeStatus.CLOSED),
    (_has_pairing(col(Pairing.state).in_(RUNNING)), MenteeStatus.PAIRED),
    (_has_pairing(col(Pairing.state) == PairingState.PROPOSED), MenteeStatus.ASKED),
    (
        FITTING_OUTCOME | _has_pairing(col(Pairing.end_reason) == EndReason.EARLY_SUCCESS),
        MenteeStatus.PLACED,
    ),
    (_has_pairing(col(Pairing.end_reason) == EndReason.COMPLETED), MenteeStatus.CLOSED),
)
"""The first condition that holds gives the status; if none does, the mentee waits.

An application without a decision has no status. No condition is ever `NULL`: its negation has to
hold where it does not.
"""


def mentee_status() -> ColumnElement[str | None]:
    """Return the SQL expression of the status of the mentee in the row."""
    whens = [(condition, null() if name is None else name.value) for condition, name in STATUSES]
    return case(*whens, else_=MenteeStatus.WAITING.value)


def has_status(*statuses: MenteeStatus) -> Condition:
    """Return the SQL condition that the mentee in the row has one of these statuses.

    It is a conjunction for each rule, so that the planner joins where a `CASE` would be computed
    for every row.
    """
    wanted = [rule for name, rule in _exclusive() if name in statuses]
    return or_(false(), *wanted)


def _exclusive() -> Iterator[tuple[MenteeStatus | None, Condition]]:
    """Yield each rule as a condition that holds for no row of an earlier rule."""
    earlier: list[Condition] = []
    for condition, name in STATUSES:
        yield name, and_(*earlier, condition)
        earlier.append(not_(condition))
    yield MenteeStatus.WAITING, and_(*earlier)
