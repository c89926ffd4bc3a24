from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from contracts.enums import DeclineReason, EndReason, PriorityNeighbourhood, Side
from matching.domain.pairing_history import Occupancies, PairingHistory, StepMissing, record_history
from matching.domain.pairings import (
    BeforePairing,
    InTheFuture,
    MenteeAlreadyPaired,
    MenteeNotAdmitted,
    MentorFull,
)
from matching.domain.tables import Mentee, Mentor, PairingState

WHOLE = PairingHistory(
    proposed_on=date(2013, 9, 10),
    accepted_on=date(2013, 9, 14),
    first_interview_on=date(2013, 9, 20),
    first_interview_minutes=60,
    ended_on=date(2014, 3, 1),
    end_reason=EndReason.EARLY_SUCCESS,
)
RUNNING = replace(WHOLE, ended_on=None, end_reason=None)


def a_mentee(**said: Any) -> Mentee:
    known: dict[str, Any] = {
        "reference": f"F{uuid4()}",
        "given_name": "Amina",
        "family_name": "Diallo",
        "department": "93",
        "birth_date": date(1990, 5, 4),
        "degree_level": 5,
        "priority_neighbourhood": PriorityNeighbourhood.IN,
        "applied_on": date(2013, 9, 2),
        "decided_on": date(2013, 9, 2),
        "rule_version": "2006",
        "decision_inputs": {},
    }
    return Mentee(**(known | said))


def a_mentor(*, capacity: int = 1, mentees: int = 0) -> Mentor:
    return Mentor(
        reference=f"P{uuid4()}",
        given_name="Jo",
        family_name="Martin",
        department="75",
        organisation_id=uuid4(),
        capacity=capacity,
        mentees=mentees,
        enrolled_on=date(2013, 2, 1),
    )


def test_a_life_tells_each_of_its_steps_in_their_order() -> None:
    pairing, told = record_history(WHOLE, a_mentee(), a_mentor(), Occupancies())

    assert [event.kind() for event in told] == [
        "pairing-proposed.v1",
        "mentee-paired.v1",
        "first-interview-held.v1",
        "pairing-ended.v1",
    ]
    assert [str(event.occurred_at.date()) for event in told] == [
        "2013-09-10",
        "2013-09-14",
        "2013-09-20",
        "2014-03-01",
    ]
    assert pairing.state == PairingState.ENDED


def test_a_pair_that_has_not_ended_keeps_one_of_its_mentors_places() -> None:
    mentor = a_mentor()

    record_history(RUNNING, a_mentee(), mentor, Occupancies())

    assert mentor.mentees == 1


def test_a_pair_that_has_ended_keeps_none() -> None:
    mentor = a_mentor()

    record_history(WHOLE, a_mentee(), mentor, Occupancies())

    assert mentor.mentees == 0


def test_a_mentor_who_is_full_today_may_have_had_room_before() -> None:
    mentor, occupancies = a_mentor(), Occupancies()
    later = timedelta(days=365)
    now = replace(RUNNING, proposed_on=WHOLE.proposed_on + later, first_interview_on=None)
    record_history(
        replace(now, accepted_on=WHOLE.proposed_on + later), a_mentee(), mentor, occupancies
    )

    _, told = record_history(WHOLE, a_mentee(), mentor, occupancies)

    assert told
    assert mentor.mentees == 1


def test_on_no_day_does_a_mentor_have_more_mentees_than_places() -> None:
    mentor, occupancies = a_mentor(capacity=2), Occupancies()
    record_history(WHOLE, a_mentee(), mentor, occupancies)
    record_history(RUNNING, a_mentee(), mentor, occupancies)

    with pytest.raises(MentorFull, match="On 2013-09-14 the mentor accompanied 2 of 2"):
        record_history(WHOLE, a_mentee(), mentor, occupancies)


def test_a_place_that_is_taken_later_on_is_not_free() -> None:
    mentor, occupancies = a_mentor(), Occupancies()
    record_history(WHOLE, a_mentee(), mentor, occupancies)
    early = replace(
        RUNNING, proposed_on=date(2013, 9, 3), accepted_on=date(2013, 9, 4), first_interview_on=None
    )

    with pytest.raises(MentorFull, match="On 2013-09-14"):
        record_history(early, a_mentee(), mentor, occupancies)


def test_a_place_is_free_again_on_the_day_a_pair_ends() -> None:
    mentor, occupancies = a_mentor(), Occupancies()
    record_history(WHOLE, a_mentee(), mentor, occupancies)
    next_one = PairingHistory(proposed_on=date(2014, 2, 1), accepted_on=WHOLE.ended_on)

    _, told = record_history(next_one, a_mentee(), mentor, occupancies)

    assert len(told) == 2


def test_a_mentee_has_one_pairing_at_a_time() -> None:
    mentee, occupancies = a_mentee(), Occupancies()
    record_history(WHOLE, mentee, a_mentor(), occupancies)
    too_soon = PairingHistory(proposed_on=date(2014, 2, 28))

    with pytest.raises(MenteeAlreadyPaired, match="from 2013-09-10 to 2014-03-01"):
        record_history(too_soon, mentee, a_mentor(), occupancies)


def test_a_proposal_that_was_declined_keeps_nobody() -> None:
    mentee, mentor, occupancies = a_mentee(), a_mentor(), Occupancies()
    declined = PairingHistory(
        proposed_on=date(2013, 9, 10),
        declined_on=date(2013, 9, 12),
        declined_by=Side.MENTEE,
        decline_reason=DeclineReason.TOO_FAR,
    )

    pairing, told = record_history(declined, mentee, mentor, occupancies)

    assert (pairing.state, len(told)) == (PairingState.DECLINED, 2)
    assert record_history(WHOLE, mentee, mentor, occupancies)


def test_who_was_refused_is_not_paired() -> None:
    with pytest.raises(MenteeNotAdmitted):
        record_history(WHOLE, a_mentee(refusal="too_old"), a_mentor(), Occupancies())


@pytest.mark.parametrize(
    ("life", "what"),
    [
        (replace(WHOLE, accepted_on=None), "without an acceptance"),
        (replace(WHOLE, end_reason=None), "a day and a reason"),
        (replace(WHOLE, declined_on=date(2013, 9, 12)), "accepted and declined"),
        (
            PairingHistory(proposed_on=date(2013, 9, 10), declined_by=Side.MENTOR),
            "a day and a reason",
        ),
    ],
)
def test_a_step_rests_on_the_ones_before(life: PairingHistory, what: str) -> None:
    with pytest.raises(StepMissing, match=what):
        record_history(life, a_mentee(), a_mentor(), Occupancies())


@pytest.mark.parametrize(
    "life",
    [
        replace(WHOLE, proposed_on=date(2013, 9, 1)),
        replace(WHOLE, accepted_on=date(2013, 9, 9)),
        replace(WHOLE, first_interview_on=date(2013, 9, 13)),
        replace(WHOLE, ended_on=date(2013, 9, 13)),
    ],
)
def test_no_step_comes_before_the_one_it_rests_on(life: PairingHistory) -> None:
    with pytest.raises(BeforePairing):
        record_history(life, a_mentee(), a_mentor(), Occupancies())


def test_nothing_is_told_that_is_still_to_come() -> None:
    with pytest.raises(InTheFuture):
        record_history(
            replace(WHOLE, ended_on=date(2099, 1, 1)), a_mentee(), a_mentor(), Occupancies()
        )
