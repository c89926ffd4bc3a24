"""What the files of a history state, before anything is corrected."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from demo.history.corrections import Correction, Corrections
from demo.history.csv_rows import (
    Commitment,
    Convention,
    History,
    Mentee,
    Mentor,
    Organisation,
    Outcome,
    Pairing,
)

R = TypeVar("R")


def uncorrected_history(history: History) -> History:
    """Return the rows as the files state them; nothing in them is corrected or added later."""
    made = history.corrections
    contacts = _first(history.contacts, made.contacts, _reference)
    return replace(
        history,
        mentees=_mentees(history),
        pairings=_pairings(history),
        contacts=sorted(contacts, key=lambda row: (row.contact_on, row.pairing)),
        outcomes=_outcomes(history),
        organisations=_organisations(history),
        mentors=_mentors(history),
        conventions=_conventions(history),
        commitments=_first(history.commitments, made.fulfilments, commitment_key),
        board_seats=_first(history.board_seats, made.seats, lambda row: row.siren),
        events=[*history.events, *(cancellation.event for cancellation in made.events)],
        stands=[*history.stands, *made.stands],
        corrections=Corrections(),
    )


def commitment_key(row: Commitment) -> tuple[object, ...]:
    """Return what tells a commitment from others: whose it is, what is owed, and by when."""
    return row.convention, row.siren, row.party, row.kind, row.made_on, row.due_on


def _first(
    rows: Sequence[R], corrections: Iterable[Correction[R]], key: Callable[[R], object]
) -> list[R]:
    """Return each row as it is stated first; at the end those that are withdrawn."""
    stated = {key(correction.first): correction.first for correction in corrections}
    return [*(stated.pop(key(row), row) for row in rows), *stated.values()]


def _reference(row: Any) -> str:  # noqa: ANN401  (a row that has one)
    return str(row.reference)


def _mentees(history: History) -> list[Mentee]:
    made = history.corrections
    rows = _first(history.mentees, made.neighbourhoods, _reference)
    rows += (merge.duplicate for merge in made.merges)
    return sorted(rows, key=lambda row: row.applied_on)


def _pairings(history: History) -> list[Pairing]:
    duplicates = {
        pairing: merge.duplicate.reference
        for merge in history.corrections.merges
        for pairing in merge.pairings
    }
    return [
        replace(row, mentee=duplicates.get(row.reference, row.mentee)) for row in history.pairings
    ]


def _outcomes(history: History) -> list[Outcome]:
    made = history.corrections
    duplicates = {
        outcome: merge.duplicate.reference for merge in made.merges for outcome in merge.outcomes
    }
    rows = [
        replace(row, mentee=duplicates.get(row.reference, row.mentee))
        for row in _first(history.outcomes, made.outcomes, _reference)
    ]
    return sorted(rows, key=lambda row: (row.found_on, row.mentee))


def _organisations(history: History) -> list[Organisation]:
    rows = [*history.organisations, *(m.duplicate for m in history.corrections.organisations)]
    return sorted(rows, key=lambda row: (row.registered_on, row.siren))


def _mentors(history: History) -> list[Mentor]:
    duplicates = {
        mentor: merge.duplicate.siren
        for merge in history.corrections.organisations
        for mentor in merge.mentors
    }
    return [
        replace(row, organisation_siren=duplicates.get(row.reference, row.organisation_siren))
        for row in history.mentors
    ]


def _conventions(history: History) -> list[Convention]:
    made = history.corrections
    terms = [Correction(change.first, change.true) for change in made.terms]
    duplicates = {merge.convention: (merge.duplicate.siren,) for merge in made.organisations}
    return [
        replace(row, signatories=duplicates.get(row.reference, row.signatories))
        for row in _first(history.conventions, terms, _reference)
    ]
