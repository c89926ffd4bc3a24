"""Merging of duplicates: of two applications of one person, the one decided on first remains."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from backbone.errors import Invalid, Refused
from contracts import MenteesMerged, Message
from contracts.enums import PriorityNeighbourhood
from contracts.local_time import noon_in
from matching.domain import neighbourhoods, people
from matching.domain.tables import Mentee, NeighbourhoodCorrection, Pairing

FILLED = (
    *("email", "phone", "gender", "degree_field", "wished_functions", "wished_sectors"),
    *("employer_id", "birth_date", "degree_level"),
)
"""The fields that the remaining application takes from the other one if it lacks them."""


class AppliedAlready(Refused, kind="applied-already"):
    """An application that may be of the same person exists."""


class MergedWithItself(Invalid, kind="merged-with-itself"):
    """Two different applications are merged."""


class MergedAlready(Refused, kind="merged-already"):
    """A merged application belongs to the other one."""


class OtherWayRound(Refused, kind="other-way-round"):
    """The application that was decided on first remains, so that no past figure changes."""


class BothPaired(Refused, kind="both-paired"):
    """A person works with one mentor at a time."""


def require_new(alike: Mentee | None) -> None:
    """Raise `AppliedAlready` if `alike` is an open application that resembles this one."""
    if alike is not None:
        raise AppliedAlready(
            f"Somebody with the same name and birth date, e-mail or phone applied on "
            f"{alike.applied_on}: {alike.id}. Go on with that application; if it is somebody "
            "else's, send this one again with confirmed."
        )


def held_reason(alike: Mentee, *, line: int | None) -> str:
    """Return which application a row may repeat, and the remedy; `line` is one of the same file."""
    if line is not None:
        where = f"line {line}. Leave one of the two out"
    else:
        where = f"the application {alike.id} of {alike.applied_on}. Go on with that one"
    return (
        f"The same name and birth date, e-mail or phone stand on {where}; if it is somebody "
        "else, send the row again with oui in the column confirmed."
    )


def require_mergeable(remaining: Mentee, duplicate: Mentee) -> None:
    """Raise a refusal unless the two can be merged and the right one remains."""
    if remaining.id == duplicate.id:
        raise MergedWithItself("This is one and the same application. Name the other one.")
    for mentee in (remaining, duplicate):
        if mentee.merged_into is not None:
            raise MergedAlready(f"{mentee.id} is merged into {mentee.merged_into}. Take that one.")
        people.require_remembered(mentee)
    if _rank(duplicate) < _rank(remaining):
        raise OtherWayRound(
            f"{duplicate.id} was decided on first, and stays: merge {remaining.id} into it."
        )


def _rank(mentee: Mentee) -> tuple[bool, date]:
    """Return the order of precedence: admitted, refused, undecided; earlier decisions first."""
    return (not mentee.is_admitted, mentee.decided_on or date.max)


def require_one_open(pairings: Collection[Pairing]) -> None:
    if len(pairings) > 1:
        one, other = list(pairings)[:2]
        raise BothPaired(
            f"Both have an open pairing: {one.id} and {other.id}. End or decline one, then merge."
        )


def merge(
    remaining: Mentee, duplicate: Mentee, *, before: Collection[UUID], on: date
) -> Sequence[Message]:
    """Merge the duplicate; `before` are those merged earlier into one of the two.

    The caller moves what is linked to the duplicate.
    """
    changes = {name: getattr(duplicate, name) for name in FILLED if not getattr(remaining, name)}
    card = people.renew(remaining, changes) or ()
    reference = duplicate.reference
    forgotten = people.erase(duplicate)
    duplicate.reference, duplicate.merged_into = reference, remaining.id
    merged = MenteesMerged(
        mentee_id=remaining.id,
        duplicates=(duplicate.id, *sorted(before)),
        merged_on=on,
        occurred_at=noon_in(on, remaining.department),
    )
    return (merged, *card, *forgotten)


def learn_neighbourhood(
    remaining: Mentee, finding: neighbourhoods.Finding, *, by: str, on: date
) -> tuple[NeighbourhoodCorrection | None, Sequence[Message]]:
    """Take over a neighbourhood that only the duplicate has; of an admission, as a correction."""
    known = remaining.priority_neighbourhood != PriorityNeighbourhood.UNKNOWN
    if known or finding == neighbourhoods.NOTHING:
        return None, ()
    if not remaining.is_admitted:
        neighbourhoods.establish(remaining, finding)
        return None, ()
    correction, corrected = neighbourhoods.correct(remaining, finding, by=by, on=on)
    return correction, (corrected,)
