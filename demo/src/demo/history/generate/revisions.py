"""Corrections of a planned history: the mistakes are in the files, and the plan is the final state.

Of the planned rows only some conventions and seats change.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import replace

from demo.history.corrections import Corrections
from demo.history.csv_rows import Convention, History, Pairing
from demo.history.generate import cancellations, duplicates, follow_ups, mistakes, terms


def revise(planned: History, scale: float) -> History:
    """Return the history with its corrections; no other random draw depends on them."""
    apart = {row.mentee for row in planned.referrals} | {row.mentee for row in planned.homes}
    merges = duplicates.generate_mentee_merges(planned, apart, scale)
    signed_again, registered_twice = duplicates.generate_organisation_merge(planned)
    corrections = _of_pairs(planned, {merge.kept for merge in merges}, scale)
    corrections.merges, corrections.organisations = merges, [registered_twice]
    _of_conventions(corrections, terms.FreeOrganisations(planned, {registered_twice.kept}), scale)
    _of_partners(corrections, planned, scale)
    seats = {change.first.siren: change.true for change in corrections.seats}
    return replace(
        planned,
        conventions=_conventions(planned, corrections, signed_again),
        board_seats=[seats.get(row.siren) or row for row in planned.board_seats],
        corrections=corrections,
    )


def _of_pairs(planned: History, apart: Collection[str], scale: float) -> Corrections:
    pairs = _identifiable_by_day(planned, apart)
    mentors = {row.reference: row for row in planned.mentors}
    return Corrections(
        contacts=mistakes.contacts(planned.contacts, pairs, scale),
        outcomes=mistakes.outcomes(planned.outcomes, pairs, scale),
        neighbourhoods=mistakes.neighbourhoods(planned.mentees, pairs, scale),
        attempts=list(follow_ups.attempts(pairs, scale)),
        introductions=list(follow_ups.introductions(pairs, mentors, scale)),
        pauses=list(follow_ups.pauses(pairs, scale)),
        capacities=list(follow_ups.capacities(pairs, mentors, scale)),
    )


def _identifiable_by_day(planned: History, apart: Collection[str]) -> dict[str, Pairing]:
    """Return the pairs that began, by reference, whose mentor has no other proposal that day.

    Their ids are found by mentor and day of the proposal.
    """
    proposed = Counter((row.mentor, row.proposed_on) for row in planned.pairings)
    return {
        row.reference: row
        for row in planned.pairings
        if row.accepted_on
        and row.mentee not in apart
        and proposed[row.mentor, row.proposed_on] == 1
    }


def _of_conventions(corrections: Corrections, free: terms.FreeOrganisations, scale: float) -> None:
    corrections.memberships = list(terms.left(free, scale))
    corrections.terms = [*terms.prolonged(free, scale), *terms.ended(free, scale)]
    corrections.suspensions = list(terms.suspended(free, scale))
    corrections.signatories = list(terms.withdrawn(free, scale))


def _of_partners(corrections: Corrections, planned: History, scale: float) -> None:
    corrections.gifts = list(cancellations.gifts(planned, scale))
    corrections.fulfilments = cancellations.fulfilments(planned, scale)
    corrections.commitments = cancellations.commitments(planned, corrections.fulfilments, scale)
    corrections.events, corrections.stands = (
        list(cancellations.events()),
        list(cancellations.stands(planned)),
    )
    corrections.seats = cancellations.seats(planned)
    corrections.homes = list(cancellations.homes(planned.homes))
    corrections.attendances = list(cancellations.attendances(planned))


def _conventions(planned: History, corrections: Corrections, other: Convention) -> list[Convention]:
    terms_now = {change.first.reference: change.true for change in corrections.terms}
    rows = [terms_now.get(row.reference, row) for row in planned.conventions]
    return sorted([*rows, other], key=lambda row: (row.signed_on, row.signatories))
