"""What the figures mean, on a history small enough to count on one's fingers."""

from datetime import date

import pytest

from demo.history.check.expected_figures import breakdown, count, share
from demo.history.corrections import (
    Attempt,
    Attendance,
    CommitmentEnd,
    Correction,
    GiftEnd,
    Introduction,
    MembershipEnd,
    Pause,
    SignatoryEnd,
    Suspension,
)
from demo.history.csv_rows import (
    Commitment,
    Contact,
    Convention,
    Event,
    Gift,
    History,
    Membership,
    Mentee,
    Mentor,
    Organisation,
    Outcome,
    Pairing,
)
from demo.history.ledger import Ledger

SPRING, SUMMER = date(2013, 4, 2), date(2013, 7, 1)


@pytest.fixture
def ledger() -> Ledger:
    """A union with a member, whose mentor accompanies two mentees; a landlord accedes late."""
    since, begun = date(2013, 1, 7), date(2013, 2, 4)
    who = ("A", "B", None, None, "fr")
    organisations = [
        Organisation(name, "company", name, name, "93", since)
        for name in ("union", "member", "landlord")
    ]
    signed = ("union", "landlord@2013-06-03")
    return Ledger(
        History(
            organisations=organisations,
            memberships=[Membership("member", "union", since)],
            conventions=[Convention("CV1", "framework", since, since, None, signed)],
            mentors=[Mentor("P1", *who, "75", False, "member", 2, since, since)],
            mentees=[
                Mentee(reference, *who, "93", False, date(1990, 5, 4), 5, "in", since)
                for reference in ("F1", "F2")
            ],
            pairings=[
                Pairing("B1", "F1", "P1", since, begun),
                Pairing("B2", "F2", "P1", since, begun, ended_on=SPRING, end_reason="completed"),
            ],
            contacts=[Contact("C1", "B1", date(2013, 6, 1), "phone", 15)],
            outcomes=[
                Outcome("I1", "F1", "B1", SPRING, "studies", None, True, "declared"),
                Outcome("I2", "F2", None, SPRING, "cdi", None, True, "declared"),
            ],
        )
    )


def test_studies_are_no_work_even_if_they_fit(ledger: Ledger) -> None:
    assert count(ledger, "outcomes", SUMMER) == 2
    assert count(ledger, "mentees_in_fitting_work", SUMMER) == 1
    assert share(ledger, "outcomes_fitting", SUMMER) == 0.5


def test_who_accedes_later_is_engaged_from_that_day(ledger: Ledger) -> None:
    assert count(ledger, "organisations_engaged", date(2013, 6, 2)) == 1
    assert count(ledger, "organisations_engaged", date(2013, 6, 3)) == 2
    assert count(ledger, "organisations_covered", date(2013, 6, 3)) == 3


def test_a_union_sees_the_mentees_of_its_members(ledger: Ledger) -> None:
    assert breakdown(ledger, "mentees_accompanied", "umbrella", SUMMER) == {"union": 2}
    assert breakdown(ledger, "mentees_accompanied", "organisation", SUMMER) == {"member": 2}


def test_a_pair_is_active_to_its_last_day(ledger: Ledger) -> None:
    assert count(ledger, "pairings_active", SPRING) == 2
    assert count(ledger, "pairings_ended", SPRING) == 0
    assert count(ledger, "pairings_active", SUMMER) == 1
    assert count(ledger, "mentors_with_room", SPRING) == 0
    assert count(ledger, "mentors_with_room", SUMMER) == 1


def test_a_pair_is_silent_after_more_than_a_month(ledger: Ledger) -> None:
    assert count(ledger, "silent_pairings", date(2013, 2, 10)) == 0
    assert count(ledger, "silent_pairings", date(2013, 3, 4)) == 0
    assert count(ledger, "silent_pairings", date(2013, 3, 5)) == 2
    assert count(ledger, "silent_pairings", SUMMER) == 0
    assert count(ledger, "silent_pairings", date(2013, 7, 2)) == 1


def test_a_suspended_convention_covers_nobody_until_it_is_resumed(ledger: Ledger) -> None:
    made = ledger.history.corrections
    made.suspensions.append(Suspension("CV1", date(2013, 5, 1), date(2013, 7, 1)))

    assert count(ledger, "conventions_in_force", date(2013, 4, 30)) == 1
    assert count(ledger, "conventions_in_force", date(2013, 6, 30)) == 0
    assert count(ledger, "organisations_covered", date(2013, 6, 30)) == 0
    assert count(ledger, "conventions_in_force", SUMMER) == 1
    assert count(ledger, "organisations_covered", SUMMER) == 3


def test_who_leaves_a_convention_or_an_umbrella_is_covered_to_that_day(ledger: Ledger) -> None:
    made = ledger.history.corrections
    made.signatories.append(SignatoryEnd("CV1", "landlord", date(2013, 6, 10)))
    made.memberships.append(MembershipEnd("member", "union", date(2013, 6, 20)))

    assert count(ledger, "organisations_covered", date(2013, 6, 10)) == 3
    assert count(ledger, "organisations_covered", date(2013, 6, 20)) == 2
    assert count(ledger, "organisations_covered", date(2013, 6, 21)) == 1
    assert count(ledger, "organisations_engaged", SUMMER) == 2
    assert breakdown(ledger, "mentees_accompanied", "umbrella", SUMMER) == {}


def test_a_pair_that_pauses_is_not_silent(ledger: Ledger) -> None:
    ledger.history.corrections.pauses.append(Pause("B1", date(2013, 7, 1), date(2013, 7, 10)))

    assert count(ledger, "silent_pairings", date(2013, 7, 9)) == 0
    assert count(ledger, "silent_pairings", date(2013, 7, 10)) == 1


def test_a_gift_counts_until_it_is_cancelled(ledger: Ledger) -> None:
    gift = Gift("G1", "union", "money", 1_000, "transfer", None, None, SPRING)
    ledger.history.gifts.append(gift)
    ledger.history.corrections.gifts.append(GiftEnd(gift, date(2013, 5, 1)))

    assert count(ledger, "patrons", date(2013, 4, 30)) == 1
    assert count(ledger, "patrons", date(2013, 5, 1)) == 0


def test_a_commitment_counts_until_it_is_withdrawn(ledger: Ledger) -> None:
    owed = Commitment("CV1", "union", "partner", "stand", 1, date(2013, 1, 7), SUMMER, None)
    ledger.history.commitments.append(owed)
    ledger.history.corrections.commitments.append(CommitmentEnd(owed, SPRING))

    assert count(ledger, "commitments_made", date(2013, 4, 1)) == 1
    assert count(ledger, "commitments_made", SPRING) == 0


def test_an_attempt_counts_as_it_is_corrected_unless_it_is_withdrawn(ledger: Ledger) -> None:
    noted = Attempt("B1", date(2013, 3, 1), "phone")
    made = ledger.history.corrections
    made.attempts += [Correction(noted, Attempt("B1", SPRING, "email")), Correction(noted, None)]

    assert count(ledger, "contacts_attempted", date(2013, 3, 1)) == 0
    assert count(ledger, "contacts_attempted", SPRING) == 1


def test_an_introduction_leads_to_an_interview_if_its_last_answer_is_one(ledger: Ledger) -> None:
    answers = (("interview", SPRING), ("no_answer", SUMMER))
    row = Introduction("B1", date(2013, 3, 1), "M15", "K", answers)
    ledger.history.corrections.introductions.append(row)

    assert count(ledger, "introductions", date(2013, 3, 1)) == 1
    assert count(ledger, "introductions_to_interviews", date(2013, 4, 1)) == 0
    assert count(ledger, "introductions_to_interviews", SPRING) == 1
    assert count(ledger, "introductions_to_interviews", SUMMER) == 0


def test_who_came_is_who_was_noted_to_last(ledger: Ledger) -> None:
    day = date(2013, 6, 18)
    ledger.history.events.append(Event("E1", "afterwork", "E", None, "93", None, day, day))
    ledger.history.corrections.attendances += [
        Attendance("E1", day, "union", (True, False)),
        Attendance("E1", day, "member", (False, True)),
    ]

    assert count(ledger, "attendances", date(2013, 6, 17)) == 0
    assert count(ledger, "attendances", SUMMER) == 1
