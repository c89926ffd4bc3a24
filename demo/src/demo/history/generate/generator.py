"""The generator of the whole history, each part from those before it."""

from dataclasses import fields

from demo.history import territories
from demo.history.csv_rows import History
from demo.history.generate import careers
from demo.history.generate.contacts import contacts
from demo.history.generate.conventions import generate_partners
from demo.history.generate.leads import leads
from demo.history.generate.mentees import applicants
from demo.history.generate.mentor_pool import Pool
from demo.history.generate.mentors import mentors
from demo.history.generate.outcomes import outcomes
from demo.history.generate.pairings import PairSimulation, of_ush
from demo.history.generate.partner_activity import generate_partner_activity
from demo.history.generate.revisions import revise
from demo.history.generate.seeded_random import Chance


def generate_history(scale: float = 1.0) -> History:
    """Return the history at `scale`, 1 for the real size; the same rows on every machine."""
    partners = generate_partners(scale)
    coverage = partners.coverage
    executives, graduates = mentors(partners, coverage, scale), applicants(scale)
    careers.set_mentor_careers(executives, partners.organisations)
    careers.set_mentee_careers(graduate.row for graduate in graduates)
    chance = Chance("pairings")
    pairs = PairSimulation(chance, Pool(chance, executives, coverage), of_ush(graduates, scale))
    pairs.simulate(graduates)
    mentees = [graduate.row for graduate in graduates]
    activity = generate_partner_activity(
        partners.organisations, partners.conventions, mentees, pairs.rows
    )
    planned = History(
        organisations=partners.organisations,
        memberships=partners.memberships,
        conventions=partners.conventions,
        departments=territories.opened(),
        leads=leads(partners.organisations),
        mentors=executives,
        mentees=mentees,
        pairings=pairs.rows,
        contacts=contacts(pairs.begun),
        outcomes=outcomes(graduates, pairs.begun),
        **{part.name: getattr(activity, part.name) for part in fields(activity)},
    )
    return revise(planned, scale)
