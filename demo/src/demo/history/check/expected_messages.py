"""Expected numbers of messages that the services publish for a history, counted from its rows."""

from collections.abc import Iterator, Sized

from demo.history.corrections import Corrections
from demo.history.csv_rows import History
from demo.history.statements import uncorrected_history


def expected_messages(history: History) -> dict[str, int]:
    """Return the number of messages that reporting and notifications have to apply.

    They are the messages of the uncorrected files, and those of the corrections.
    """
    loaded = _of_files(uncorrected_history(history))
    corrected = _of_corrections(history.corrections)
    return {service: number + corrected[service] for service, number in loaded.items()}


def _of_corrections(corrections: Corrections) -> dict[str, int]:
    """Return the number of messages of the corrections, by consuming service.

    A merge of mentees is an event, and the tombstone of a card that reporting does not consume; one
    of organisations the same, of a card that it consumes.
    """
    both: tuple[Sized, ...] = (
        corrections.contacts,
        corrections.outcomes,
        corrections.neighbourhoods,
        corrections.merges,
        corrections.terms,
        corrections.suspensions,
        corrections.signatories,
        corrections.events,
        corrections.stands,
        corrections.seats,
        corrections.homes,
        corrections.pauses,
        corrections.organisations,
    )
    of_both = sum(map(len, both)) + sum(_of_pairs(corrections)) + sum(_of_workshops(corrections))
    of_both += sum(suspension.resumed_on is not None for suspension in corrections.suspensions)
    of_both += (
        len(corrections.fulfilments) + len(corrections.commitments) + len(corrections.capacities)
    )
    reporting: tuple[Sized, ...] = (
        corrections.organisations,
        corrections.memberships,
        corrections.gifts,
    )
    return {
        "reporting": of_both + sum(map(len, reporting)),
        "notifications": of_both + len(corrections.merges),
    }


def _of_pairs(corrections: Corrections) -> Iterator[int]:
    """Yield the number of messages of each attempt, introduction and resumption."""
    for pause in corrections.pauses:
        yield int(pause.resumed_on is not None)
    for attempt in corrections.attempts:
        yield 1 + (attempt.first != attempt.true)
    for introduction in corrections.introductions:
        yield 1 + len(introduction.answers)


def _of_workshops(corrections: Corrections) -> Iterator[int]:
    """Yield the number of messages of each attendance: its registration, and each record of it."""
    for attendance in corrections.attendances:
        yield 1 + len(attendance.recorded)


def _of_files(history: History) -> dict[str, int]:
    """Return the number of messages of the uncorrected files, by consuming service.

    Reporting consumes every event. An organisation and a person are each an event and a card, an
    event and a meeting of the board have a card too. Notifications consumes the cards, the events
    of mentees (for merges) and of mentors (for erasures), those of pairings, and those about which
    partners' contacts may get messages.
    """
    people, pairings = len(history.mentees) + len(history.mentors), _of_pairings(history)
    applied = sum(referral.first for referral in history.referrals)
    of_mentees = len(history.mentees) + len(history.outcomes) + applied
    partner_steps = _of_events(history) + _of_board(history) + _of_homes(history)
    commitments = len(history.commitments)
    commitments += sum(commitment.given_on is not None for commitment in history.commitments)
    partners = (
        2 * len(history.organisations)
        + len(history.promoters)
        + len(history.memberships)
        + len(history.conventions)
        + commitments
        + len(history.gifts)
        + len(history.network_members)
        + len(history.departments)
        + len(history.leads)
        + sum(lead.moved_on is not None for lead in history.leads)
        + len(history.referrals)
        + partner_steps
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
        + commitments
        + of_mentees
        + pairings
        + cards
        + len(history.conventions)
        + partner_steps,
    }


def _of_pairings(history: History) -> int:
    steps = ("proposed_on", "declined_on", "accepted_on", "first_interview_on", "ended_on")
    steps_taken = (getattr(row, step) is not None for row in history.pairings for step in steps)
    return sum(steps_taken) + len(history.contacts)


def _of_events(history: History) -> int:
    return len(history.events) + len(history.stands)


def _of_board(history: History) -> int:
    """Return the messages of seats taken and left, and of meetings convened and held."""
    left = sum(seat.left_on is not None for seat in history.board_seats)
    return len(history.board_seats) + left + 2 * len(history.board_meetings)


def _of_homes(history: History) -> int:
    """Return the messages of homes needed and offered, and of those accepted and moved into."""
    return sum(2 + 2 * (home.housed_on is not None) for home in history.homes)
