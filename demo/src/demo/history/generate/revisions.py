"""What is corrected in a history, so that what was planned is what is known in the end.

The rows stay as they were planned, but for what becomes of some conventions and seats: the mistakes
are in what the files state first.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import replace

from demo.history.corrections import Corrections
from demo.history.csv_rows import Convention, History, Pairing
from demo.history.generate import cancellations, duplicates, follow_ups, mistakes, terms


def revised(planned: History, scale: float) -> History:
    """Return the history with its corrections; no other draw of chance depends on them."""
    apart = {row.mentee for row in planned.referrals} | {row.mentee for row in planned.homes}
    merges = duplicates.mentees(planned, apart, scale)
    signed_again, registered_twice = duplicates.organisation(planned)
    made = _of_pairs(planned, {merge.kept for merge in merges}, scale)
    made.merges, made.organisations = merges, [registered_twice]
    _of_conventions(made, terms.Free(planned, {registered_twice.kept}), scale)
    _of_partners(made, planned, scale)
    seats = {change.first.siren: change.true for change in made.seats}
    return replace(
        planned,
        conventions=_conventions(planned, made, signed_again),
        board_seats=[seats.get(row.siren) or row for row in planned.board_seats],
        corrections=made,
    )


def _of_pairs(planned: History, apart: Collection[str], scale: float) -> Corrections:
    pairs = _found_by_day(planned, apart)
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


def _found_by_day(planned: History, apart: Collection[str]) -> dict[str, Pairing]:
    """Return the pairs that began by reference, if the mentor was proposed to nobody else that day.

    By the mentor and the day of the proposal their ids are found.
    """
    proposed = Counter((row.mentor, row.proposed_on) for row in planned.pairings)
    return {
        row.reference: row
        for row in planned.pairings
        if row.accepted_on
        and row.mentee not in apart
        and proposed[row.mentor, row.proposed_on] == 1
    }


def _of_conventions(made: Corrections, free: terms.Free, scale: float) -> None:
    made.memberships = list(terms.left(free, scale))
    made.terms = [*terms.prolonged(free, scale), *terms.ended(free, scale)]
    made.suspensions = list(terms.suspended(free, scale))
    made.signatories = list(terms.withdrawn(free, scale))


def _of_partners(made: Corrections, planned: History, scale: float) -> None:
    made.gifts = list(cancellations.gifts(planned, scale))
    made.fulfilments = cancellations.fulfilments(planned, scale)
    made.commitments = cancellations.commitments(planned, made.fulfilments, scale)
    made.events, made.stands = list(cancellations.events()), list(cancellations.stands(planned))
    made.seats = cancellations.seats(planned)
    made.homes = list(cancellations.homes(planned.homes))
    made.attendances = list(cancellations.attendances(planned))


def _conventions(planned: History, made: Corrections, other: Convention) -> list[Convention]:
    terms_now = {change.first.reference: change.true for change in made.terms}
    rows = [terms_now.get(row.reference, row) for row in planned.conventions]
    return sorted([*rows, other], key=lambda row: (row.signed_on, row.signatories))
