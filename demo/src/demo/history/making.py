"""The whole history, each part from those before it."""

from dataclasses import fields

from demo.history import careers, territories
from demo.history.chance import Chance
from demo.history.contacts import contacts
from demo.history.conventions import partners
from demo.history.leads import leads
from demo.history.mentees import applicants
from demo.history.mentors import mentors
from demo.history.outcomes import outcomes
from demo.history.pairings import Pairs, of_ush
from demo.history.pool import Pool
from demo.history.revisions import revised
from demo.history.rows import History
from demo.history.together import together


def history(scale: float = 1.0) -> History:
    """The same rows wherever it is made; at another scale than 1 fewer of them, or more."""
    those = partners(scale)
    coverage = those.coverage
    executives, graduates = mentors(those, coverage, scale), applicants(scale)
    careers.of_mentors(executives, those.organisations)
    careers.of_mentees(graduate.row for graduate in graduates)
    chance = Chance("pairings")
    pairs = Pairs(chance, Pool(chance, executives, coverage), of_ush(graduates, scale))
    pairs.live(graduates)
    mentees = [graduate.row for graduate in graduates]
    beside = together(those.organisations, those.conventions, mentees, pairs.rows)
    planned = History(
        organisations=those.organisations,
        memberships=those.memberships,
        conventions=those.conventions,
        departments=territories.opened(),
        leads=leads(those.organisations),
        mentors=executives,
        mentees=mentees,
        pairings=pairs.rows,
        contacts=contacts(pairs.begun),
        outcomes=outcomes(graduates, pairs.begun),
        **{part.name: getattr(beside, part.name) for part in fields(beside)},
    )
    return revised(planned, scale)
