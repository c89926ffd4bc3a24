"""Two applications of one person become one: the one that was decided on first, with all links."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from backbone.errors import Invalid, Refused
from contracts import MenteesMerged, Message
from contracts.moments import moment
from contracts.words import PriorityNeighbourhood
from matching.domain import neighbourhoods, people
from matching.domain.tables import Mentee, NeighbourhoodCorrection, Pairing

FILLED = (
    *("email", "phone", "gender", "degree_field", "wished_functions", "wished_sectors"),
    *("employer_id", "birth_date", "degree_level"),
)
"""What the one that stays takes over where it knows nothing itself."""


class AppliedAlready(Refused, kind="applied-already"):
    """Somebody who may be the same person has applied before."""


class MergedWithItself(Invalid, kind="merged-with-itself"):
    """Two applications are merged, not one."""


class MergedAlready(Refused, kind="merged-already"):
    """An application that was merged is the other's."""


class OtherWayRound(Refused, kind="other-way-round"):
    """The application that was decided on first stays, so that no figure of the past changes."""


class BothPaired(Refused, kind="both-paired"):
    """One person works with one mentor at a time."""


def require_new(alike: Mentee | None) -> None:
    """Raise `AppliedAlready` if there is an open application that resembles this one."""
    if alike is not None:
        raise AppliedAlready(
            f"Somebody with the same name and birth date, e-mail or phone applied on "
            f"{alike.applied_on}: {alike.id}. Go on with that application; if it is somebody "
            "else's, send this one again with confirmed."
        )


def held_reason(alike: Mentee, *, line: int | None) -> str:
    """Say whose application a row may repeat, and how to go on; `line`: one of the same file."""
    if line is not None:
        where = f"line {line}. Leave one of the two out"
    else:
        where = f"the application {alike.id} of {alike.applied_on}. Go on with that one"
    return (
        f"The same name and birth date, e-mail or phone stand on {where}; if it is somebody "
        "else, send the row again with oui in the column confirmed."
    )


def require_mergeable(kept: Mentee, duplicate: Mentee) -> None:
    """The two can be merged, and the one that stays is the right one."""
    if kept.id == duplicate.id:
        raise MergedWithItself("This is one and the same application. Name the other one.")
    for mentee in (kept, duplicate):
        if mentee.merged_into is not None:
            raise MergedAlready(f"{mentee.id} is merged into {mentee.merged_into}. Take that one.")
        people.require_remembered(mentee)
    if _rank(duplicate) < _rank(kept):
        raise OtherWayRound(
            f"{duplicate.id} was decided on first, and stays: merge {kept.id} into it."
        )


def _rank(mentee: Mentee) -> tuple[bool, date]:
    """Who was admitted goes before who was refused, and they before who waits for a decision."""
    return (not mentee.is_admitted, mentee.decided_on or date.max)


def require_one_open(pairings: Collection[Pairing]) -> None:
    if len(pairings) > 1:
        one, other = list(pairings)[:2]
        raise BothPaired(
            f"Both have an open pairing: {one.id} and {other.id}. End or decline one, then merge."
        )


def merge(
    kept: Mentee, duplicate: Mentee, *, before: Collection[UUID], on: date
) -> Sequence[Message]:
    """One person from now on; `before` are those merged into the duplicate or the kept earlier.

    The caller moves what is linked to the duplicate.
    """
    news = {name: getattr(duplicate, name) for name in FILLED if not getattr(kept, name)}
    told = people.renew(kept, news) or ()
    reference = duplicate.reference
    forgotten = people.erase(duplicate)
    duplicate.reference, duplicate.merged_into = reference, kept.id
    merged = MenteesMerged(
        mentee_id=kept.id,
        duplicates=(duplicate.id, *sorted(before)),
        merged_on=on,
        occurred_at=moment(on, kept.department),
    )
    return (merged, *told, *forgotten)


def learn_neighbourhood(
    kept: Mentee, finding: neighbourhoods.Finding, *, by: str, on: date
) -> tuple[NeighbourhoodCorrection | None, Sequence[Message]]:
    """Take over what only the other application knew; of an admission, that is a correction."""
    known = kept.priority_neighbourhood != PriorityNeighbourhood.UNKNOWN
    if known or finding == neighbourhoods.NOTHING:
        return None, ()
    if not kept.is_admitted:
        neighbourhoods.establish(kept, finding)
        return None, ()
    correction, corrected = neighbourhoods.correct(kept, finding, by=by, on=on)
    return correction, (corrected,)
