"""What the figures mean, on a history small enough to count on one's fingers."""

from datetime import date

import pytest

from demo.history.expected import count, parted, share
from demo.history.ledger import Ledger
from demo.history.rows import (
    Contact,
    Convention,
    History,
    Membership,
    Mentee,
    Mentor,
    Organisation,
    Outcome,
    Pairing,
)

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
            mentors=[Mentor("P1", *who, "75", False, "member", 2, since)],
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
    assert parted(ledger, "mentees_accompanied", "umbrella", SUMMER) == {"union": 2}
    assert parted(ledger, "mentees_accompanied", "organisation", SUMMER) == {"member": 2}


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
