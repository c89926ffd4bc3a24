"""What each figure counts as of a day, from the rows alone; names and meanings are reporting's."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import NamedTuple

from demo.history.coverage import Coverage
from demo.history.days import month_before
from demo.history.ledger import Ledger, is_admitted, signed
from demo.history.rows import Mentee, Pairing
from demo.history.territories import OVERSEAS, places, region_of


class Item(NamedTuple):
    """One of those that are counted, and where it belongs. An id that comes twice counts once."""

    id: str
    on: date
    department: str = ""
    siren: str = ""


Count = Callable[[Ledger, date], Iterable[Item]]


def _engaged(ledger: Ledger, as_of: date) -> Iterator[Item]:
    for convention in ledger.history.conventions:
        for siren, on in signed(convention):
            if on <= as_of:
                yield Item(siren, on, ledger.organisations[siren].department, siren)


def _covered(ledger: Ledger, as_of: date) -> Iterator[Item]:
    coverage = Coverage(ledger.history.conventions, ledger.history.memberships)
    for siren, row in ledger.organisations.items():
        if coverage.covers(siren, as_of):
            yield Item(siren, as_of, row.department, siren)


def _in_force(ledger: Ledger, as_of: date) -> Iterator[Item]:
    for row in ledger.history.conventions:
        if row.effective_on <= as_of and (row.ends_on is None or as_of <= row.ends_on):
            yield Item(row.reference, row.effective_on)


def _open(ledger: Ledger, as_of: date) -> Iterator[Item]:
    for row in ledger.history.departments:
        if row.opened_on <= as_of:
            yield Item(row.department, row.opened_on, row.department)


def _regions(*, overseas: bool) -> Count:
    def covered(ledger: Ledger, as_of: date) -> Iterator[Item]:
        days = {item.id: item.on for item in _open(ledger, as_of)}
        regions = defaultdict[str, list[str]](list)
        for department in places():
            regions[region_of(department, as_of)].append(department)
        for region, departments in regions.items():
            if (departments[0] in OVERSEAS) == overseas and set(departments) <= days.keys():
                yield Item(region, max(days[one] for one in departments), departments[0])

    return covered


def _mentors(ledger: Ledger, as_of: date) -> Iterator[Item]:
    for row in ledger.history.mentors:
        if row.enrolled_on <= as_of:
            yield Item(row.reference, row.enrolled_on, row.department, row.organisation_siren)


def _mentors_active(ledger: Ledger, as_of: date) -> Iterator[Item]:
    for row in ledger.history.pairings:
        if _is_active(row, as_of):
            mentor = ledger.mentors[row.mentor]
            yield Item(row.mentor, row.proposed_on, mentor.department, mentor.organisation_siren)


def _mentors_with_room(ledger: Ledger, as_of: date) -> Iterator[Item]:
    taken = Counter(row.mentor for row in ledger.history.pairings if _is_active(row, as_of))
    for item in _mentors(ledger, as_of):
        if taken[item.id] < ledger.mentors[item.id].capacity:
            yield item


def _mentees(chosen: Callable[[Mentee], bool]) -> Count:
    def those(ledger: Ledger, as_of: date) -> Iterator[Item]:
        for row in ledger.history.mentees:
            if row.applied_on <= as_of and chosen(row):
                yield Item(row.reference, row.applied_on, row.department)

    return those


def _waiting(ledger: Ledger, as_of: date) -> Iterator[Item]:
    begun = {item.id for item in _accompanied(ledger, as_of)}
    admitted = _mentees(is_admitted)(ledger, as_of)
    return (item for item in admitted if item.id not in begun)


def _pairings(day: Callable[[Pairing], date | None]) -> Count:
    """Those to which it has happened by then."""

    def those(ledger: Ledger, as_of: date) -> Iterator[Item]:
        for row in ledger.history.pairings:
            on = day(row)
            if on and on <= as_of:
                yield _of_pair(ledger, row, row.reference, on)

    return those


def _of_pair(ledger: Ledger, row: Pairing, id_: str, on: date) -> Item:
    """It belongs where the mentee lives, and to the mentor's organisation."""
    department = ledger.mentees[row.mentee].department
    return Item(id_, on, department, ledger.mentors[row.mentor].organisation_siren)


def _is_active(row: Pairing, as_of: date) -> bool:
    begun = row.accepted_on is not None and row.accepted_on <= as_of
    return begun and (row.ended_on is None or as_of <= row.ended_on)


def _active(ledger: Ledger, as_of: date) -> Iterator[Item]:
    for row in ledger.history.pairings:
        if row.accepted_on and _is_active(row, as_of):
            yield _of_pair(ledger, row, row.reference, row.accepted_on)


def _ended(ledger: Ledger, as_of: date) -> Iterator[Item]:
    """The last day is over."""
    ended = _pairings(lambda row: row.ended_on)(ledger, as_of)
    return (item for item in ended if item.on < as_of)


def _silent(ledger: Ledger, as_of: date) -> Iterator[Item]:
    """No sign of life, be it the beginning, for over a month."""
    for item in _active(ledger, as_of):
        met_on = ledger.pairings[item.id].first_interview_on
        signs = [item.on, *([met_on] if met_on else []), *ledger.contacts[item.id]]
        if max(day for day in signs if day <= as_of) < month_before(as_of):
            yield item


def _contacts(ledger: Ledger, as_of: date) -> Iterator[Item]:
    for row in ledger.history.contacts:
        if row.contact_on <= as_of:
            pairing = ledger.pairings[row.pairing]
            yield _of_pair(ledger, pairing, row.reference, row.contact_on)


def _outcomes(ledger: Ledger, as_of: date) -> Iterator[Item]:
    for row in ledger.history.outcomes:
        if row.found_on <= as_of:
            mentor = ledger.mentors[ledger.pairings[row.pairing].mentor] if row.pairing else None
            department = ledger.mentees[row.mentee].department
            siren = mentor.organisation_siren if mentor else ""
            yield Item(row.reference, row.found_on, department, siren)


def _accompanied(ledger: Ledger, as_of: date) -> Iterator[Item]:
    for row in ledger.history.pairings:
        if row.accepted_on and row.accepted_on <= as_of:
            yield _of_pair(ledger, row, row.mentee, row.accepted_on)


def _in_fitting_work(ledger: Ledger, as_of: date) -> Iterator[Item]:
    found = {
        row.mentee
        for row in ledger.history.outcomes
        if row.found_on <= as_of and row.fits_qualification and row.contract != "studies"
    }
    return (item for item in _accompanied(ledger, as_of) if item.id in found)


def _patrons(chosen: Callable[[str], bool]) -> Count:
    """Those who had given by then, if they are of a kind."""

    def those(ledger: Ledger, as_of: date) -> Iterator[Item]:
        for row in ledger.history.gifts:
            giver = ledger.organisations[row.siren]
            if row.given_on <= as_of and chosen(giver.kind):
                yield Item(row.siren, row.given_on, giver.department, row.siren)

    return those


def _commitments(*, kept: bool) -> Count:
    def those(ledger: Ledger, as_of: date) -> Iterator[Item]:
        for number, row in enumerate(ledger.history.commitments):
            given = row.given_on is not None and row.given_on <= as_of
            if row.made_on <= as_of and (given or not kept):
                owner = ledger.organisations[row.siren]
                yield Item(str(number), row.made_on, owner.department, row.siren)

    return those


def _events(ledger: Ledger, as_of: date) -> Iterator[Item]:
    for row in ledger.history.events:
        if row.starts_on <= as_of:
            yield Item(row.reference, row.starts_on, row.department, row.organised_by_siren or "")


def _stands(ledger: Ledger, as_of: date) -> Iterator[Item]:
    places = {row.reference: row.department for row in ledger.history.events}
    for row in ledger.history.stands:
        if row.held_on <= as_of:
            name = f"{row.event} {row.stand} {row.siren}"
            yield Item(name, row.held_on, places[row.event], row.siren)


def _seats(ledger: Ledger, as_of: date) -> Iterator[Item]:
    for row in ledger.history.board_seats:
        if row.starts_on <= as_of <= min(row.left_on or as_of, row.term_ends_on or as_of):
            holder = ledger.organisations[row.siren]
            yield Item(holder.name, row.starts_on, holder.department, row.siren)


def _meetings(ledger: Ledger, as_of: date) -> Iterator[Item]:
    for row in ledger.history.board_meetings:
        if row.held_on <= as_of:
            yield Item(str(row.held_on), row.held_on)


def _referred(ledger: Ledger, as_of: date) -> Iterator[Item]:
    for row in ledger.history.referrals:
        if row.first and row.referred_on <= as_of:
            department = ledger.mentees[row.mentee].department
            yield Item(row.mentee, row.referred_on, department, row.siren)


def _homes(*, found: bool) -> Count:
    def those(ledger: Ledger, as_of: date) -> Iterator[Item]:
        for row in ledger.history.homes:
            on = row.housed_on if found else row.asked_on
            if on is not None and on <= as_of:
                yield Item(row.mentee, on, row.department, row.siren)

    return those


COUNTS: dict[str, Count] = {
    "organisations_engaged": _engaged,
    "organisations_covered": _covered,
    "conventions_in_force": _in_force,
    "commitments_made": _commitments(kept=False),
    "commitments_kept": _commitments(kept=True),
    "patrons": _patrons(bool),
    "landlord_patrons": _patrons(lambda kind: kind == "social_landlord"),
    "events_held": _events,
    "stands_held": _stands,
    "board_seats": _seats,
    "board_meetings_held": _meetings,
    "youths_referred": _referred,
    "homes_needed": _homes(found=False),
    "homes_found": _homes(found=True),
    "departments_open": _open,
    "regions_covered": _regions(overseas=False),
    "overseas_regions_covered": _regions(overseas=True),
    "mentors": _mentors,
    "mentors_active": _mentors_active,
    "mentors_with_room": _mentors_with_room,
    "mentees_admitted": _mentees(is_admitted),
    "mentees_refused": _mentees(lambda row: not is_admitted(row)),
    "mentees_waiting": _waiting,
    "mentees_neighbourhood_known": _mentees(
        lambda row: is_admitted(row) and row.priority_neighbourhood != "unknown"
    ),
    "mentees_from_priority_neighbourhoods": _mentees(
        lambda row: is_admitted(row) and row.priority_neighbourhood == "in"
    ),
    "pairings_proposed": _pairings(lambda row: row.proposed_on),
    "pairings_declined": _pairings(lambda row: row.declined_on),
    "pairings_begun": _pairings(lambda row: row.accepted_on),
    "pairings_active": _active,
    "pairings_ended": _ended,
    "silent_pairings": _silent,
    "first_interviews": _pairings(lambda row: row.first_interview_on),
    "contacts": _contacts,
    "outcomes": _outcomes,
    "mentees_accompanied": _accompanied,
    "mentees_in_fitting_work": _in_fitting_work,
}

SHARES = {
    "outcomes_fitting": ("mentees_in_fitting_work", "mentees_accompanied"),
    "priority_neighbourhoods": (
        "mentees_from_priority_neighbourhoods",
        "mentees_neighbourhood_known",
    ),
}
