"""A history's rows by key, with its umbrellas, signatories and the eligibility rule."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from demo.history.coverage import Coverage, signatories
from demo.history.csv_rows import Convention, History, Mentee, Organisation
from demo.history.territories import in_ile_de_france

YOUNGER_THAN = 30
DEGREE, DEGREE_IN_ILE_DE_FRANCE = 3, 4


class Ledger:
    """A history with its rows by reference or SIREN."""

    def __init__(self, history: History) -> None:
        self.history = history
        self.mentees = {row.reference: row for row in history.mentees}
        self.mentors = {row.reference: row for row in history.mentors}
        self.pairings = {row.reference: row for row in history.pairings}
        self.organisations = {row.siren: row for row in history.organisations}
        self.contacts = defaultdict[str, list[date]](list)
        for contact in history.contacts:
            self.contacts[contact.pairing].append(contact.contact_on)

    def named(self, name: str) -> Organisation:
        return next(row for row in self.organisations.values() if row.name == name)

    def umbrellas(self, as_of: date) -> dict[str, list[str]]:
        """Return each organisation's umbrellas at any depth; one with members is its own."""
        corrections = self.history.corrections
        left = {(one.siren, one.umbrella_siren): one.left_on for one in corrections.memberships}
        joined = [
            row
            for row in self.history.memberships
            if row.joined_on <= as_of <= left.get((row.siren, row.umbrella_siren), as_of)
        ]
        coverage, heads = Coverage([], joined), {row.umbrella_siren for row in joined}
        return {
            siren: sorted(
                {self.organisations[one].name for one in coverage.above(siren)}
                | ({row.name} if siren in heads else set())
            )
            for siren, row in self.organisations.items()
        }


def signed(convention: Convention) -> Iterator[tuple[str, date]]:
    """Yield each signatory with its day: of signing, or of accession after `effective_on`."""
    for siren, since in signatories(convention):
        yield siren, since if since > convention.effective_on else convention.signed_on


def is_admitted(mentee: Mentee) -> bool:
    """Return whether a mentee was under 30 with Bac+4 in Île-de-France, Bac+3 elsewhere."""
    birth, on = mentee.birth_date, mentee.applied_on
    age = on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))
    needed = DEGREE_IN_ILE_DE_FRANCE if in_ile_de_france(mentee.department) else DEGREE
    return age < YOUNGER_THAN and mentee.degree_level >= needed
