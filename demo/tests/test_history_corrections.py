"""What the files state first, what is corrected, and what changes with it."""

import csv
from collections import Counter
from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest

from demo.history.check.expected_figures import count
from demo.history.check.expected_messages import expected_messages
from demo.history.corrections import Corrections
from demo.history.coverage import Coverage
from demo.history.days import ENDS_ON, PUBLISHED_ON
from demo.history.ledger import Ledger, is_admitted
from demo.history.statements import uncorrected_history

CORRECTED = (
    *("contacts", "outcomes", "mentees_in_fitting_work", "mentees_from_priority_neighbourhoods"),
    *("mentees_admitted", "mentees_accompanied", "commitments_kept", "commitments_made"),
    *("organisations_engaged", "conventions_in_force", "organisations_covered", "patrons"),
    *("events_held", "stands_held", "board_seats"),
)
ADDED = ("contacts_attempted", "introductions", "introductions_to_interviews", "attendances")
"""What is in no file."""


@pytest.fixture(scope="module")
def first(whole: Ledger) -> Ledger:
    return Ledger(uncorrected_history(whole.history))


def values(folder: Path, kind: str, column: str) -> dict[str, str]:
    with (folder / f"{kind}.csv").open(encoding="utf-8", newline="") as file:
        return {row["reference"]: row[column] for row in csv.DictReader(file)}


@pytest.mark.parametrize("kind", [each.name for each in fields(Corrections)])
def test_a_small_history_has_corrections_of_every_kind(small: Ledger, kind: str) -> None:
    assert getattr(small.history.corrections, kind)


def test_contacts_outcomes_and_attempts_are_corrected_and_withdrawn(small: Ledger) -> None:
    made = small.history.corrections

    for corrections in (made.contacts, made.outcomes, made.attempts):
        assert any(each.true is None for each in corrections)
        assert any(each.true is not None and each.true != each.first for each in corrections)


def test_conventions_are_amended_renewed_and_ended_some_suspensions_last(small: Ledger) -> None:
    made = small.history.corrections

    assert {change.step for change in made.terms} == {"amendment", "renewal", "end"}
    assert {one.resumed_on is None for one in made.suspensions} == {True, False}
    assert {one.resumed_on is None for one in made.pauses} == {True, False}


def test_files_state_what_was_noted_first(small: Ledger, folder: Path) -> None:
    days, media = (values(folder, "contacts", name) for name in ("contact_on", "medium"))
    lives_in = values(folder, "mentees", "priority_neighbourhood")

    for contact in small.history.corrections.contacts:
        row = contact.first
        assert (days[row.reference], media[row.reference]) == (str(row.contact_on), row.medium)
        assert contact.true is None or small.history.contacts.count(contact.true) == 1
    for mentee in small.history.corrections.neighbourhoods:
        assert lives_in[mentee.first.reference] == mentee.first.priority_neighbourhood


def test_only_what_is_corrected_is_stated_otherwise(small: Ledger) -> None:
    stated, made = uncorrected_history(small.history), small.history.corrections
    by_reference = {row.reference: row for row in stated.contacts}
    stated_otherwise = [
        row.reference for row in small.history.contacts if by_reference[row.reference] != row
    ]

    assert sorted(stated_otherwise) == sorted(
        each.first.reference for each in made.contacts if each.true is not None
    )
    withdrawn = sum(each.true is None for each in made.contacts)
    assert len(stated.contacts) == len(small.history.contacts) + withdrawn


def test_what_is_stated_first_is_stated_again_as_it_is(small: Ledger) -> None:
    stated = uncorrected_history(small.history)

    assert uncorrected_history(stated) == stated
    assert expected_messages(stated) != expected_messages(small.history)


@pytest.mark.parametrize("figure", CORRECTED)
def test_figures_as_known_before_the_corrections_differ_from_those_since(
    whole: Ledger, first: Ledger, figure: str
) -> None:
    days = (PUBLISHED_ON, ENDS_ON)

    assert any(count(first, figure, day) != count(whole, figure, day) for day in days)


@pytest.mark.parametrize("figure", ADDED)
def test_what_is_in_no_file_is_not_known_before(whole: Ledger, first: Ledger, figure: str) -> None:
    assert count(first, figure, ENDS_ON) == 0
    assert count(whole, figure, ENDS_ON) > 0


def test_mistakes_are_as_rare_as_in_an_office(whole: Ledger) -> None:
    made = whole.history.corrections

    assert 0.006 < len(made.contacts) / len(whole.history.contacts) < 0.012
    assert 0.010 < len(made.outcomes) / len(whole.history.outcomes) < 0.020
    assert len(made) < 1_500


def test_a_corrected_contact_shares_its_days_with_no_other_of_the_pair(whole: Ledger) -> None:
    days = Counter((row.pairing, row.contact_on) for row in whole.history.contacts)
    for each in whole.history.corrections.contacts:
        if each.true is None or each.first.contact_on != each.true.contact_on:
            days[each.first.pairing, each.first.contact_on] += 1

    assert max(days.values()) == 1


def test_what_is_stated_first_keeps_to_the_pairs_dates(whole: Ledger, first: Ledger) -> None:
    for row in first.history.contacts:
        pairing = first.pairings[row.pairing]
        assert pairing.accepted_on
        assert pairing.accepted_on <= row.contact_on <= (pairing.ended_on or ENDS_ON)
    for attempt in whole.history.corrections.attempts:
        pairing = whole.pairings[attempt.first.pairing]
        assert pairing.accepted_on
        assert pairing.accepted_on <= attempt.first.attempted_on <= (pairing.ended_on or ENDS_ON)


def test_who_applied_twice_had_ended_a_pair_and_is_admitted_again(
    whole: Ledger, first: Ledger
) -> None:
    for merge in whole.history.corrections.merges:
        kept = whole.mentees[merge.kept]
        before = [row for row in first.history.pairings if row.mentee == merge.kept]
        assert kept.applied_on < merge.duplicate.applied_on
        assert is_admitted(merge.duplicate)
        assert all(row.ended_on and row.ended_on < merge.duplicate.applied_on for row in before)
        assert before


def test_what_is_stated_of_a_second_application_follows_it(first: Ledger) -> None:
    for row in first.history.pairings:
        assert first.mentees[row.mentee].applied_on <= row.proposed_on
    for outcome in first.history.outcomes:
        pairing = first.pairings[outcome.pairing] if outcome.pairing else None
        assert pairing is None or pairing.mentee == outcome.mentee


@pytest.mark.parametrize("stated_first", [True, False])
def test_every_mentor_enrols_and_is_proposed_while_covered(
    whole: Ledger, first: Ledger, *, stated_first: bool
) -> None:
    ledger = first if stated_first else whole
    coverage = Coverage.of(ledger.history)

    for mentor in ledger.history.mentors:
        assert coverage.covers(mentor.organisation_siren, mentor.enrolled_on)
    for pairing in ledger.history.pairings:
        siren = ledger.mentors[pairing.mentor].organisation_siren
        assert coverage.covers(siren, pairing.proposed_on)


def test_a_convention_is_changed_while_it_lasts(whole: Ledger) -> None:
    for change in whole.history.corrections.terms:
        last_days = [day for day in (change.first.ends_on, change.true.ends_on) if day]
        assert change.first.signed_on <= change.changed_on <= min(last_days)


def test_seats_are_left_after_the_last_meeting(whole: Ledger) -> None:
    last = max(row.held_on for row in whole.history.board_meetings)

    for correction in whole.history.corrections.seats:
        assert correction.true
        assert correction.true.left_on
        assert last < correction.true.left_on <= date(2015, 7, 23)
