"""The rows as the files state them, before the corrections."""

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
    """Return a history with the rows that the files state, without corrections."""
    corrections = history.corrections
    contacts = _uncorrected(history.contacts, corrections.contacts, _reference)
    return replace(
        history,
        mentees=_mentees(history),
        pairings=_pairings(history),
        contacts=sorted(contacts, key=lambda row: (row.contact_on, row.pairing)),
        outcomes=_outcomes(history),
        organisations=_organisations(history),
        mentors=_mentors(history),
        conventions=_conventions(history),
        commitments=_uncorrected(history.commitments, corrections.fulfilments, commitment_key),
        board_seats=_uncorrected(history.board_seats, corrections.seats, lambda row: row.siren),
        events=[*history.events, *(cancellation.event for cancellation in corrections.events)],
        stands=[*history.stands, *corrections.stands],
        corrections=Corrections(),
    )


def commitment_key(row: Commitment) -> tuple[object, ...]:
    """Return the fields that identify a commitment."""
    return row.convention, row.siren, row.party, row.kind, row.made_on, row.due_on


def _uncorrected(
    rows: Sequence[R], corrections: Iterable[Correction[R]], key: Callable[[R], object]
) -> list[R]:
    """Return each row as the files state it, then those that are withdrawn later."""
    stated = {key(correction.first): correction.first for correction in corrections}
    return [*(stated.pop(key(row), row) for row in rows), *stated.values()]


def _reference(row: Any) -> str:  # noqa: ANN401  (a row that has one)
    return str(row.reference)


def _mentees(history: History) -> list[Mentee]:
    corrections = history.corrections
    rows = _uncorrected(history.mentees, corrections.neighbourhoods, _reference)
    rows += (merge.duplicate for merge in corrections.merges)
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
    corrections = history.corrections
    duplicates = {
        outcome: merge.duplicate.reference
        for merge in corrections.merges
        for outcome in merge.outcomes
    }
    rows = [
        replace(row, mentee=duplicates.get(row.reference, row.mentee))
        for row in _uncorrected(history.outcomes, corrections.outcomes, _reference)
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
    corrections = history.corrections
    terms = [Correction(change.first, change.true) for change in corrections.terms]
    duplicates = {merge.convention: (merge.duplicate.siren,) for merge in corrections.organisations}
    return [
        replace(row, signatories=duplicates.get(row.reference, row.signatories))
        for row in _uncorrected(history.conventions, terms, _reference)
    ]
