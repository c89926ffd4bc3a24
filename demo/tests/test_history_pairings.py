"""The rules that pairs keep on every day of the history."""

from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise

from demo.history.coverage import Coverage
from demo.history.csv_rows import Pairing
from demo.history.days import ENDS_ON
from demo.history.ledger import Ledger, is_admitted
from demo.history.territories import region_of


def by(small: Ledger, side: str) -> dict[str, list[Pairing]]:
    found = defaultdict[str, list[Pairing]](list)
    for row in small.history.pairings:
        found[getattr(row, side)].append(row)
    return found


def test_a_mentor_never_accompanies_more_than_they_offer_to(small: Ledger) -> None:
    for reference, rows in by(small, "mentor").items():
        changes = list[tuple[date, int]]()
        for row in rows:
            if row.accepted_on:
                last_day = row.ended_on or ENDS_ON
                changes += [(row.accepted_on, 1), (last_day + timedelta(days=1), -1)]
        running = most = 0
        for _, change in sorted(changes):
            running += change
            most = max(most, running)
        assert most <= small.mentors[reference].capacity


def test_a_mentee_has_one_open_pairing_at_a_time_and_the_next_begins_later(small: Ledger) -> None:
    for rows in by(small, "mentee").values():
        for one, following in pairwise(rows):
            closed_on = one.declined_on or one.ended_on
            assert closed_on is not None
            assert closed_on < following.proposed_on


def test_some_are_matched_anew_after_an_end_and_some_after_declining(small: Ledger) -> None:
    lives = by(small, "mentee").values()

    assert any(sum(row.accepted_on is not None for row in rows) > 1 for rows in lives)
    assert any(rows[0].declined_on and rows[-1].accepted_on for rows in lives)


def test_nobody_is_proposed_before_both_came_or_without_a_convention_in_force(
    small: Ledger,
) -> None:
    coverage = Coverage(small.history.conventions, small.history.memberships)

    for row in small.history.pairings:
        mentee, mentor = small.mentees[row.mentee], small.mentors[row.mentor]
        assert max(mentee.applied_on, mentor.enrolled_on) <= row.proposed_on
        assert coverage.covers(mentor.organisation_siren, row.proposed_on)
        assert is_admitted(mentee)


def test_pairs_live_in_one_region_or_both_work_at_a_distance(small: Ledger) -> None:
    for row in small.history.pairings:
        mentee, mentor = small.mentees[row.mentee], small.mentors[row.mentor]
        regions = {region_of(one.department, row.proposed_on) for one in (mentee, mentor)}
        assert len(regions) == 1 or (mentee.remote and mentor.remote)


def test_the_steps_of_a_pair_come_in_their_order(small: Ledger) -> None:
    for row in small.history.pairings:
        assert not (row.accepted_on and row.declined_on)
        assert bool(row.declined_on) == bool(row.declined_by) == bool(row.decline_reason)
        assert bool(row.ended_on) == bool(row.end_reason)
        assert not (row.ended_on or row.first_interview_on) or row.accepted_on
        steps = [row.proposed_on, row.accepted_on, row.first_interview_on, row.ended_on]
        days = [day for day in (*steps, row.declined_on) if day]
        assert days == sorted(days)
        assert days[-1] <= ENDS_ON


def test_a_proposal_may_still_be_open_and_a_pair_still_at_work_when_the_history_ends(
    small: Ledger,
) -> None:
    rows = small.history.pairings

    assert any(row.accepted_on is None and row.declined_on is None for row in rows)
    assert any(row.accepted_on and row.ended_on is None for row in rows)


def test_contacts_lie_within_their_pairs_dates(small: Ledger) -> None:
    for row in small.history.contacts:
        pairing = small.pairings[row.pairing]
        assert pairing.accepted_on
        begun_on = pairing.first_interview_on or pairing.accepted_on
        assert begun_on <= row.contact_on <= (pairing.ended_on or ENDS_ON)


def test_some_pairs_are_lively_and_some_are_silent(small: Ledger) -> None:
    begun = [row.reference for row in small.history.pairings if row.accepted_on]
    contacts = [len(small.contacts[reference]) for reference in begun]

    assert contacts.count(0) > len(begun) // 10
    assert sum(number >= 6 for number in contacts) > len(begun) // 20


def test_outcomes_come_after_the_first_pairing_began_and_name_one_of_the_mentees(
    small: Ledger,
) -> None:
    begun = {
        mentee: [row for row in rows if row.accepted_on]
        for mentee, rows in by(small, "mentee").items()
    }

    for row in small.history.outcomes:
        first = begun[row.mentee][0].accepted_on
        assert first
        assert first <= row.found_on <= ENDS_ON
        if row.pairing:
            assert row.pairing in {pairing.reference for pairing in begun[row.mentee]}


def test_work_that_ends_the_pair_was_found_while_it_lasted(small: Ledger) -> None:
    found = defaultdict[str, list[date]](list)
    for row in small.history.outcomes:
        found[row.mentee].append(row.found_on)

    for pairing in small.history.pairings:
        if pairing.end_reason == "early_success" and pairing.accepted_on and pairing.ended_on:
            assert any(
                pairing.accepted_on <= day <= pairing.ended_on for day in found[pairing.mentee]
            )


def test_most_begin_within_the_twenty_days_that_are_promised(small: Ledger) -> None:
    first = {
        mentee: next((r for r in rows if r.accepted_on), None)
        for mentee, rows in by(small, "mentee").items()
    }
    waited = [
        (row.accepted_on - small.mentees[mentee].applied_on).days
        for mentee, row in first.items()
        if row and row.accepted_on
    ]

    assert 0.6 < sum(days <= 20 for days in waited) / len(waited) < 0.8
    assert max(waited) > 100
