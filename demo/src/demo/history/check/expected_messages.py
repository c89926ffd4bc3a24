"""How many messages the services tell of a history, counted from its rows."""

from collections.abc import Iterator, Sized

from demo.history.corrections import Corrections
from demo.history.csv_rows import History
from demo.history.statements import first_stated


def messages(history: History) -> dict[str, int]:
    """Return how many messages each service consumes that has to consume all of them.

    They are those that the files lead to, as they state it first, and those of the corrections.
    """
    loaded, corrected = _of_files(first_stated(history)), _of_corrections(history.corrections)
    return {service: number + corrected[service] for service, number in loaded.items()}


def _of_corrections(made: Corrections) -> dict[str, int]:
    """Return the messages on the topics that each service listens to.

    A merge of mentees is a fact, and the tombstone of a card that reporting does not read; one of
    organisations the same, of a card that it reads.
    """
    both: tuple[Sized, ...] = (
        *(made.contacts, made.outcomes, made.neighbourhoods, made.merges, made.terms),
        *(made.suspensions, made.signatories, made.events, made.stands, made.seats, made.homes),
        *(made.pauses, made.organisations),
    )
    of_both = sum(map(len, both)) + sum(_of_pairs(made)) + sum(_of_workshops(made))
    of_both += sum(suspension.resumed_on is not None for suspension in made.suspensions)
    of_both += len(made.fulfilments) + len(made.commitments) + len(made.capacities)
    reporting: tuple[Sized, ...] = (made.organisations, made.memberships, made.gifts)
    return {
        "reporting": of_both + sum(map(len, reporting)),
        "notifications": of_both + len(made.merges),
    }


def _of_pairs(made: Corrections) -> Iterator[int]:
    """Yield the messages of each attempt, introduction and resumption."""
    for pause in made.pauses:
        yield int(pause.resumed_on is not None)
    for attempt in made.attempts:
        yield 1 + (attempt.first != attempt.true)
    for introduction in made.introductions:
        yield 1 + len(introduction.answers)


def _of_workshops(made: Corrections) -> Iterator[int]:
    """Yield the messages of each who came: the registration, and each time it was noted."""
    for attendance in made.attendances:
        yield 1 + len(attendance.noted)


def _of_files(history: History) -> dict[str, int]:
    """For each service that has to hear all of it, the messages on the topics that it listens to.

    Reporting hears every fact. An organisation and a person are each a fact and a card, an event
    and a meeting of the board have a card too. Notifications hears the cards, the facts of mentees
    (it keeps who was merged) and of mentors (it forgets who is erased), what becomes of pairings,
    and what partners' contacts may be written to about.
    """
    people, pairings = len(history.mentees) + len(history.mentors), _of_pairings(history)
    applied = sum(referral.first for referral in history.referrals)
    of_mentees = len(history.mentees) + len(history.outcomes) + applied
    happening = _of_events(history) + _of_board(history) + _of_homes(history)
    owed = len(history.commitments)
    owed += sum(commitment.given_on is not None for commitment in history.commitments)
    partners = (
        2 * len(history.organisations)
        + len(history.promoters)
        + len(history.memberships)
        + len(history.conventions)
        + owed
        + len(history.gifts)
        + len(history.network_members)
        + len(history.departments)
        + len(history.leads)
        + sum(lead.moved_on is not None for lead in history.leads)
        + len(history.referrals)
        + happening
    )
    cards = (
        len(history.organisations)
        + len(history.contact_persons)
        + len(history.events)
        + len(history.board_meetings)
    )
    return {
        "reporting": partners + of_mentees + len(history.mentors) + pairings,
        "notifications": people
        + len(history.mentors)
        + owed
        + of_mentees
        + pairings
        + cards
        + len(history.conventions)
        + happening,
    }


def _of_pairings(history: History) -> int:
    steps = ("proposed_on", "declined_on", "accepted_on", "first_interview_on", "ended_on")
    told = (getattr(row, step) is not None for row in history.pairings for step in steps)
    return sum(told) + len(history.contacts)


def _of_events(history: History) -> int:
    return len(history.events) + len(history.stands)


def _of_board(history: History) -> int:
    """Seats as they are taken and left, and each meeting as it is convened and as it is held."""
    left = sum(seat.left_on is not None for seat in history.board_seats)
    return len(history.board_seats) + left + 2 * len(history.board_meetings)


def _of_homes(history: History) -> int:
    """Each home asked for and offered; taken and moved into, if it was."""
    return sum(2 + 2 * (home.housed_on is not None) for home in history.homes)
