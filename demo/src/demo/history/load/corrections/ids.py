"""The ids of rows that files know by references.

Reporting's lists have ids, days and pairs, and no references; matching lists mentors by theirs. So
a pair is found by its mentor and the day of its proposal, a contact by its pair and its day, an
outcome by its mentee and its day: in three lists instead of a request for each.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from demo.client import EnvolClient
from demo.history.coverage import signatories
from demo.history.csv_rows import Contact, History, Outcome

IdsByDay = dict[tuple[str, str], str]


class Pair(NamedTuple):
    """The ids of a pairing and of the two it joins."""

    pairing: str
    mentee: str
    mentor: str


class Ids:
    """The services' ids of a history's pairs, of their records, and of its partners."""

    def __init__(self, envol: EnvolClient, history: History) -> None:
        self.mentors = {row["reference"]: row["id"] for row in envol.pages("matching", "/mentors")}
        self.pairs = _pairs(envol, history, self.mentors)
        self.mentees = {
            row.mentee: self.pairs[row.reference].mentee
            for row in history.pairings
            if row.reference in self.pairs
        }
        self._contacts = _by_day(envol, "contacts", "pairing_id")
        self._outcomes = _by_day(envol, "outcomes", "mentee_id")
        organisations = envol.pages("partners", "/organisations")
        self.organisations = {row["siren"]: row["id"] for row in organisations}
        self.events = _events(envol, history)
        self._conventions = {row.reference: row for row in history.conventions}
        self._signed = _signed(envol)

    def contact(self, pairing: str, days: Iterable[date]) -> str | None:
        """Return the contact of a pair on one of the days; None if it is withdrawn."""
        return _on_one_of(self._contacts, self.pairs[pairing].pairing, days)

    def outcome(self, mentee: str, days: Iterable[date]) -> str | None:
        """Return the outcome of a mentee on one of the days; None if it is withdrawn."""
        return _on_one_of(self._outcomes, self.mentees[mentee], days)

    def convention(self, reference: str) -> str:
        """Return the convention by the day on which it was signed, and by whom."""
        row = self._conventions[reference]
        signed = sorted(self.organisations[siren] for siren, _ in signatories(row))
        return self._signed[str(row.signed_on), *signed]


def _pairs(envol: EnvolClient, history: History, mentors: Mapping[str, str]) -> dict[str, Pair]:
    """Return the pairs by reference; not those of a mentor who was proposed twice on a day."""
    proposed = {
        (row["mentor_id"], row["happened_on"]): Pair(row["id"], row["mentee_id"], row["mentor_id"])
        for row in envol.table("reporting", "/figures/pairings_proposed/list.csv")
    }
    times = Counter((row.mentor, row.proposed_on) for row in history.pairings)
    return {
        row.reference: proposed[mentors[row.mentor], str(row.proposed_on)]
        for row in history.pairings
        if times[row.mentor, row.proposed_on] == 1
    }


def _events(envol: EnvolClient, history: History) -> dict[str, str]:
    """Return the events by reference; those that were cancelled too."""
    rows = [*history.events, *(one.event for one in history.corrections.events)]
    known = {(row["name"], row["starts_on"]): row for row in envol.pages("partners", "/events")}
    return {row.reference: str(known[row.name, str(row.starts_on)]["id"]) for row in rows}


def _signed(envol: EnvolClient) -> dict[tuple[str, ...], str]:
    """Return the conventions by the day on which they were signed, and by whom."""
    return {
        (row["signed_on"], *sorted(one["organisation_id"] for one in row["signatories"])): row["id"]
        for row in envol.pages("partners", "/conventions")
    }


def _by_day(envol: EnvolClient, figure: str, of: str) -> IdsByDay:
    rows = envol.table("reporting", f"/figures/{figure}/list.csv")
    return {(row[of], row["happened_on"]): row["id"] for row in rows}


def _on_one_of(ids: IdsByDay, of: str, days: Iterable[date]) -> str | None:
    return next((ids[of, str(day)] for day in days if (of, str(day)) in ids), None)


def contact_id(envol: EnvolClient, history: History, row: Contact) -> str:
    """Return the contact of that reference, found by the mentee of its pair."""
    mentee = next(one.mentee for one in history.pairings if one.reference == row.pairing)
    pairings = envol.pages("matching", "/pairings", mentee_id=mentee_id(envol, mentee))
    pairing = next(one["id"] for one in pairings if one["reference"] == row.pairing)
    contacts = envol.pages("matching", f"/pairings/{pairing}/contacts")
    return next(str(one["id"]) for one in contacts if one["reference"] == row.reference)


def outcome_id(envol: EnvolClient, row: Outcome) -> str:
    """Return the outcome of that reference, found by its mentee."""
    outcomes = envol.pages("matching", f"/mentees/{mentee_id(envol, row.mentee)}/outcomes")
    return next(str(one["id"]) for one in outcomes if one["reference"] == row.reference)


def mentee_id(envol: EnvolClient, reference: str) -> str:
    """Return the mentee of that reference."""
    [mentee] = envol.get("matching", "/mentees", reference=reference)["items"]
    return str(mentee["id"])
