"""How many messages the services tell of a history, counted from its rows."""

from demo.history.rows import History


def messages(history: History) -> dict[str, int]:
    """For each service that has to hear all of it, the messages on the topics that it listens to.

    Reporting hears every fact. An organisation and a person are each a fact and a card, an event
    and a meeting of the board have a card too. Notifications hears the cards, the facts of mentees
    (it keeps who was merged), what becomes of their pairings, and what partners' contacts may be
    written to about.
    """
    people, pairings = len(history.mentees) + len(history.mentors), _of_pairings(history)
    applied = sum(referral.first for referral in history.referrals)
    of_mentees = len(history.mentees) + len(history.outcomes) + applied
    happening = _of_events(history) + _of_board(history) + _of_homes(history)
    partners = (
        2 * len(history.organisations)
        + len(history.promoters)
        + len(history.memberships)
        + len(history.conventions)
        + len(history.commitments)
        + sum(commitment.given_on is not None for commitment in history.commitments)
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
    """Seats, and each meeting as it is convened and as it is held."""
    return len(history.board_seats) + 2 * len(history.board_meetings)


def _of_homes(history: History) -> int:
    """Each home asked for and offered; taken and moved into, if it was."""
    return sum(2 + 2 * (home.housed_on is not None) for home in history.homes)
