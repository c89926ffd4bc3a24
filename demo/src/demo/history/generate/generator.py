"""The whole history, each part from those before it."""

from dataclasses import fields

from demo.history import territories
from demo.history.csv_rows import History
from demo.history.generate import careers
from demo.history.generate.contacts import contacts
from demo.history.generate.conventions import partners
from demo.history.generate.leads import leads
from demo.history.generate.mentees import applicants
from demo.history.generate.mentor_pool import Pool
from demo.history.generate.mentors import mentors
from demo.history.generate.outcomes import outcomes
from demo.history.generate.pairings import Pairs, of_ush
from demo.history.generate.partner_activity import partner_activity
from demo.history.generate.revisions import revised
from demo.history.generate.seeded_random import Chance


def generate_history(scale: float = 1.0) -> History:
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
    beside = partner_activity(those.organisations, those.conventions, mentees, pairs.rows)
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
