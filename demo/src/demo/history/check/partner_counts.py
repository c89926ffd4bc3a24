"""Items that each figure of partners and territories counts as of a day, from the rows alone."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date

from demo.history.check.items import Count, Item
from demo.history.coverage import Coverage
from demo.history.csv_rows import Home
from demo.history.ledger import Ledger, signed
from demo.history.territories import OVERSEAS, places, region_of


def _engaged(ledger: Ledger, as_of: date) -> Iterator[Item]:
    for convention in ledger.history.conventions:
        for siren, on in signed(convention):
            if on <= as_of:
                yield Item(siren, on, ledger.organisations[siren].department, siren)


def _covered(ledger: Ledger, as_of: date) -> Iterator[Item]:
    coverage = Coverage.of(ledger.history)
    for siren, row in ledger.organisations.items():
        if coverage.covers(siren, as_of):
            yield Item(siren, as_of, row.department, siren)


def _in_force(ledger: Ledger, as_of: date) -> Iterator[Item]:
    suspended = {
        one.convention
        for one in ledger.history.corrections.suspensions
        if one.from_on <= as_of and (one.resumed_on is None or as_of < one.resumed_on)
    }
    for row in ledger.history.conventions:
        lasts = row.effective_on <= as_of and (row.ends_on is None or as_of <= row.ends_on)
        if lasts and row.reference not in suspended:
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


def _patrons(condition: Callable[[str], bool]) -> Count:
    """Return a count of organisations with a valid gift, whose kind meets `condition`."""

    def items(ledger: Ledger, as_of: date) -> Iterator[Item]:
        ends = ledger.history.corrections.gifts
        cancelled = {one.gift.reference for one in ends if one.cancelled_on <= as_of}
        for row in ledger.history.gifts:
            giver = ledger.organisations[row.siren]
            given = row.given_on <= as_of and row.reference not in cancelled
            if given and condition(giver.kind):
                yield Item(row.siren, row.given_on, giver.department, row.siren)

    return items


def _gifts(ledger: Ledger, as_of: date) -> Iterator[Item]:
    """Yield the gifts that are not cancelled as of `as_of`, in cents."""
    ends = ledger.history.corrections.gifts
    cancelled = {one.gift.reference for one in ends if one.cancelled_on <= as_of}
    for row in ledger.history.gifts:
        if row.given_on <= as_of and row.reference not in cancelled:
            giver = ledger.organisations[row.siren]
            cents = 100 * row.amount
            yield Item(row.reference, row.given_on, giver.department, row.siren, cents)


def _commitments(*, fulfilled: bool) -> Count:
    def items(ledger: Ledger, as_of: date) -> Iterator[Item]:
        ends = ledger.history.corrections.commitments
        dropped = [one.commitment for one in ends if one.withdrawn_on <= as_of]
        for number, row in enumerate(ledger.history.commitments):
            given = row.given_on is not None and row.given_on <= as_of
            if row.made_on <= as_of and (given or not fulfilled) and row not in dropped:
                owner = ledger.organisations[row.siren]
                yield Item(str(number), row.made_on, owner.department, row.siren)

    return items


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


def _attendances(ledger: Ledger, as_of: date) -> Iterator[Item]:
    places = {row.reference: row.department for row in ledger.history.events}
    for row in ledger.history.corrections.attendances:
        if row.held_on <= as_of and row.recorded[-1]:
            yield Item(f"{row.event} {row.siren}", row.held_on, places[row.event], row.siren)


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


def _network_members(ledger: Ledger, as_of: date) -> Iterator[Item]:
    for row in ledger.history.network_members:
        if row.joined_on <= as_of:
            member = ledger.organisations[row.siren]
            yield Item(row.siren, row.joined_on, member.department, row.siren)


def _homes(day: Callable[[Home], date | None]) -> Count:
    def items(ledger: Ledger, as_of: date) -> Iterator[Item]:
        for row in ledger.history.homes:
            on = day(row)
            if on is not None and on <= as_of:
                yield Item(row.mentee, on, row.department, row.siren)

    return items


PARTNER_COUNTS: dict[str, Count] = {
    "organisations_engaged": _engaged,
    "organisations_covered": _covered,
    "conventions_in_force": _in_force,
    "commitments_made": _commitments(fulfilled=False),
    "commitments_kept": _commitments(fulfilled=True),
    "patrons": _patrons(bool),
    "landlord_patrons": _patrons(lambda kind: kind == "social_landlord"),
    "gifts_received": _gifts,
    "network_members": _network_members,
    "events_held": _events,
    "stands_held": _stands,
    "attendances": _attendances,
    "board_seats": _seats,
    "board_meetings_held": _meetings,
    "youths_referred": _referred,
    "homes_needed": _homes(lambda row: row.asked_on),
    "homes_offered": _homes(lambda row: row.offered_on),
    "homes_accepted": _homes(lambda row: row.housed_on),
    "homes_found": _homes(lambda row: row.housed_on),
    "departments_open": _open,
    "regions_covered": _regions(overseas=False),
    "overseas_regions_covered": _regions(overseas=True),
}
