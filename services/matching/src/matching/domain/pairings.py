"""The states of a pairing: proposed, accepted by both, declined, expired, ended."""

from datetime import date
from uuid import UUID

from backbone.errors import Refused
from contracts import (
    MenteePaired,
    PairingDeclined,
    PairingEnded,
    PairingExpired,
    PairingProposed,
)
from contracts.enums import DeclineReason, EndReason, Side
from contracts.local_time import noon_in
from matching.domain.tables import (
    OPEN,
    RUNNING,
    Mentee,
    Mentor,
    Pairing,
    PairingState,
)


class PairExcluded(Refused, kind="pair-excluded"):
    """One side, or a coordinator, asked not to propose the two to each other."""


class MentorFull(Refused, kind="mentor-full"):
    """The mentor already works with as many mentees as they have places."""


class MenteeAlreadyPaired(Refused, kind="mentee-already-paired"):
    """The mentee already works with a mentor, or has a proposal."""


class MenteeNotAdmitted(Refused, kind="mentee-not-admitted"):
    """Only admitted mentees are paired."""


class OrganisationNotCovered(Refused, kind="organisation-not-covered"):
    """The mentor's organisation has no convention in force."""


class NotProposed(Refused, kind="not-proposed"):
    """Only a proposal can be accepted or declined."""


class AnswerTooLate(Refused, kind="answer-too-late"):
    """The last day to answer is over."""


class NotRunning(Refused, kind="not-running"):
    """The pairing has not begun, or has ended."""


class BeforePairing(Refused, kind="before-pairing"):
    """The date is before the pair began."""


class InTheFuture(Refused, kind="in-the-future"):
    """The date is in the future."""


def propose(
    mentee: Mentee, mentor: Mentor, *, on: date, proposed: int, answer_by: date | None = None
) -> tuple[Pairing, PairingProposed]:
    """Propose a pair, to be answered by `answer_by` if given; raise `MentorFull` without a place.

    `proposed` is how many of the mentor's places are proposed to others: each may be accepted.
    """
    require_admitted(mentee)
    require_room(mentor, proposed=proposed)
    return proposal(mentee, mentor, on=on, answer_by=answer_by)


def require_not_excluded(asked_on: date | None, *, on: date) -> None:
    """Raise `PairExcluded` if the two were excluded from each other by `on`."""
    if asked_on is not None and asked_on <= on:
        raise PairExcluded(
            f"They are not proposed to each other since {asked_on}: it was asked for. "
            "Choose another mentor."
        )


def require_admitted(mentee: Mentee) -> None:
    if not mentee.is_admitted:
        raise MenteeNotAdmitted("This mentee is not admitted. Look at the decision, or take one.")


def proposal(
    mentee: Mentee,
    mentor: Mentor,
    *,
    on: date,
    answer_by: date | None = None,
    round_id: UUID | None = None,
) -> tuple[Pairing, PairingProposed]:
    """Return a proposed pairing and its event; raise `BeforePairing` before an enrolment."""
    require_not_before(mentee.decided_on, on, what="The proposal")
    require_not_before(mentor.enrolled_on, on, what="The proposal")
    pairing = Pairing(
        mentee_id=mentee.id,
        mentor_id=mentor.id,
        round_id=round_id,
        proposed_on=on,
        answer_by=answer_by,
    )
    return pairing, PairingProposed(
        pairing_id=pairing.id,
        mentee_id=mentee.id,
        mentor_id=mentor.id,
        proposed_on=on,
        answer_by=answer_by,
        occurred_at=noon_in(on, mentee.department),
    )


def require_room(mentor: Mentor, *, proposed: int = 0) -> None:
    """Raise `MentorFull` unless the mentor has a place that is neither taken nor proposed."""
    if mentor.mentees + proposed >= mentor.capacity:
        proposals = f" and is asked about {proposed} more" if proposed else ""
        raise MentorFull(
            f"The mentor already accompanies {mentor.mentees} of {mentor.capacity} mentees"
            f"{proposals}. Choose another mentor, or ask this one for one more place."
        )


def accept(
    pairing: Pairing, mentee: Mentee, mentor: Mentor, *, by: Side, on: date
) -> MenteePaired | None:
    """Record that one side accepts; when both have, the pair begins and takes one of the places.

    The caller has locked the mentor's row, so that two pairs cannot take the same last place.
    """
    _require_proposed(pairing)
    require_not_before(pairing.proposed_on, on, what="The acceptance")
    if pairing.answer_by is not None and on > pairing.answer_by:
        raise AnswerTooLate(
            f"The answer was due by {pairing.answer_by}. Ask for a new proposal: the place may "
            "be taken."
        )
    require_room(mentor)
    if by == Side.MENTEE:
        pairing.mentee_accepted_on = on
    else:
        pairing.mentor_accepted_on = on
    pairing.version += 1
    if pairing.mentee_accepted_on is None or pairing.mentor_accepted_on is None:
        return None
    mentor.mentees += 1
    return begin(pairing, mentee)


def begin(pairing: Pairing, mentee: Mentee) -> MenteePaired:
    """Begin a pair on the later of its two acceptances."""
    _require_proposed(pairing)
    answered = [day for day in (pairing.mentee_accepted_on, pairing.mentor_accepted_on) if day]
    pairing.state, pairing.starts_on = PairingState.ACCEPTED, max(answered)
    require_not_before(pairing.proposed_on, pairing.starts_on, what="The acceptance")
    return MenteePaired(
        **pairing.ids,
        starts_on=pairing.starts_on,
        occurred_at=noon_in(pairing.starts_on, mentee.department),
    )


def decline(
    pairing: Pairing,
    mentee: Mentee,
    *,
    by: Side,
    reason: DeclineReason,
    on: date,
    erased_side: Side | None = None,
) -> PairingDeclined:
    """Decline a proposal for one side; the two will not be proposed to each other again."""
    _require_proposed(pairing)
    require_not_before(pairing.proposed_on, on, what="The answer")
    pairing.state, pairing.declined_by = PairingState.DECLINED, by
    pairing.decline_reason, pairing.came_to_nothing_on = reason, on
    pairing.version += 1
    return PairingDeclined(
        **pairing.ids,
        by=by,
        reason=reason,
        declined_on=on,
        erased_side=erased_side,
        occurred_at=noon_in(on, mentee.department),
    )


def is_overdue(pairing: Pairing, *, today: date) -> bool:
    """Return whether a proposal should have been answered by both before `today`."""
    if pairing.state != PairingState.PROPOSED or pairing.answer_by is None:
        return False
    return pairing.answer_by < today


def expire(pairing: Pairing, mentee: Mentee, *, on: date) -> PairingExpired:
    """Expire a proposal that not both accepted in time; the two will not be proposed again."""
    _require_proposed(pairing)
    pairing.state, pairing.came_to_nothing_on = PairingState.EXPIRED, on
    pairing.version += 1
    answered = {
        Side.MENTEE: pairing.mentee_accepted_on,
        Side.MENTOR: pairing.mentor_accepted_on,
    }
    return PairingExpired(
        **pairing.ids,
        missing=tuple(side for side, day in answered.items() if day is None),
        expired_on=on,
        occurred_at=noon_in(on, mentee.department),
    )


def end(
    pairing: Pairing,
    mentee: Mentee,
    mentor: Mentor,
    *,
    reason: EndReason,
    on: date,
    last_contact_on: date | None = None,
    erased_side: Side | None = None,
) -> PairingEnded:
    """End a pair and free the mentor's place. The caller has locked the mentor's row."""
    for day in (last_contact_on, pairing.first_interview_on):
        require_not_before(day, on, what="The end")
    ended = close(pairing, mentee, reason=reason, on=on, erased_side=erased_side)
    mentor.mentees -= 1
    return ended


def close(
    pairing: Pairing,
    mentee: Mentee,
    *,
    reason: EndReason,
    on: date,
    erased_side: Side | None = None,
) -> PairingEnded:
    """Set the end of a running pair, whose last day is `on`."""
    if pairing.state not in RUNNING:
        raise NotRunning("Only a running pairing can end. Look at its state.")
    require_within(pairing, on, what="The end")
    pairing.state, pairing.ended_on, pairing.end_reason = PairingState.ENDED, on, reason
    pairing.version += 1
    return PairingEnded(
        **pairing.ids,
        reason=reason,
        ended_on=on,
        erased_side=erased_side,
        occurred_at=noon_in(on, mentee.department),
    )


def require_covered(covered: bool) -> None:  # noqa: FBT001  (the one thing it is about)
    if not covered:
        raise OrganisationNotCovered(
            "The mentor's organisation has no convention in force on that day. "
            "Let it sign one, or join an umbrella that has, first."
        )


def require_free(open_pairing: Pairing | None) -> None:
    """Raise `MenteeAlreadyPaired` if the mentee has an open pairing."""
    if open_pairing is not None and open_pairing.state in OPEN:
        raise MenteeAlreadyPaired(
            f"This mentee has a pairing that is {open_pairing.state}: {open_pairing.id}. "
            "Let it be answered, or end it, first."
        )


def _require_proposed(pairing: Pairing) -> None:
    if pairing.state != PairingState.PROPOSED:
        raise NotProposed(f"This pairing is {pairing.state}: there is nothing to answer.")


def require_within(pairing: Pairing, on: date, *, what: str) -> None:
    """Raise `NotRunning` or `BeforePairing` unless `on` lies within the pair's dates."""
    if pairing.starts_on is None:
        raise NotRunning("This pairing has not begun: both sides must accept it first.")
    require_not_before(pairing.starts_on, on, what=what)
    if pairing.ended_on is not None and on > pairing.ended_on:
        raise NotRunning(f"This pairing ended on {pairing.ended_on}. Give a day until then.")


def require_not_before(first: date | None, on: date, *, what: str) -> None:
    """Raise `BeforePairing` if `on` is before `first`."""
    if first is not None and on < first:
        raise BeforePairing(f"{what} cannot be on {on}, before {first}. Correct the date.")


def require_past(on: date, *, today: date) -> None:
    """Raise `InTheFuture` if `on` is after `today`."""
    if on > today:
        raise InTheFuture(f"{on} is in the future. Record it once it has happened.")
