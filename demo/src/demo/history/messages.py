"""How many messages the services tell of a history, counted from its rows."""

from demo.history.rows import History


def messages(history: History) -> dict[str, int]:
    """For each service that has to hear all of it, the messages on the topics that it listens to.

    An organisation and a person are each a fact and a card. Notifications hears the cards of
    persons, the facts of mentees (it keeps who was merged), and what becomes of their pairings.
    """
    people, pairings = len(history.mentees) + len(history.mentors), _of_pairings(history)
    facts = people + pairings + len(history.outcomes)
    partners = (
        2 * len(history.organisations)
        + len(history.memberships)
        + len(history.conventions)
        + len(history.departments)
        + len(history.leads)
        + sum(lead.moved_on is not None for lead in history.leads)
    )
    of_mentees = len(history.mentees) + len(history.outcomes)
    return {"reporting": partners + facts, "notifications": people + of_mentees + pairings}


def _of_pairings(history: History) -> int:
    steps = ("proposed_on", "declined_on", "accepted_on", "first_interview_on", "ended_on")
    told = (getattr(row, step) is not None for row in history.pairings for step in steps)
    return sum(told) + len(history.contacts)
