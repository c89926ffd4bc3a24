"""Partners' activity with the programme: gifts, events, the board, referrals and housing.

The articles name 37 landlords that are patrons in July 2015, of the stand that USH gives at its
congress against one at the national meeting, of its seat on the board since 2015, and of the five
meetings a year. The rest is invented around that.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from demo.history import named_organisations
from demo.history.csv_rows import (
    BoardMeeting,
    BoardSeat,
    Commitment,
    ContactPerson,
    Convention,
    Event,
    Gift,
    Home,
    Mentee,
    NetworkMember,
    Organisation,
    Pairing,
    PartnerActivity,
    Promoter,
    Referral,
    Stand,
)
from demo.history.days import ENDS_ON, after, working_day_before, working_day_from
from demo.history.generate.commitments import of_companies
from demo.history.generate.seeded_random import Chance

LANDLORD_PATRONS = 37
OTHER_PATRONS = 40
ON_THE_BOARD = 9
SEAT_OF_USH = date(2015, 1, 8)
MEETINGS = {
    2013: ((1, 22), (3, 19), (6, 18), (9, 24), (12, 10)),
    2014: ((1, 21), (3, 18), (6, 17), (9, 23), (12, 9)),
    2015: ((1, 20), (3, 17), (6, 16)),
}
"""Five meetings a year; of 2015, those that were held by the last day of the history."""

NATIONAL = {
    2011: date(2011, 11, 22),
    2012: date(2012, 11, 20),
    2013: date(2013, 11, 19),
    2014: date(2014, 11, 20),
}
CONGRESS = {
    2012: (date(2012, 9, 25), "35"),
    2013: (date(2013, 9, 24), "59"),
    2014: (date(2014, 9, 23), "69"),
}
"""The congress of USH: Rennes, then Lille, then Lyon."""

NETWORK, NETWORK_FORMED = "Réseau des bailleurs", date(2014, 3, 3)
REFERRED, REFERRED_TWICE, HOMES, HOUSED = 60, 12, 15, 10
REFERRING_SINCE = date(2013, 9, 2)
GIVEN_NAMES = ("Anne", "Karim", "Lucie", "Marc", "Nadia", "Olivier", "Rose", "Samir", "Yasmine")
FAMILY_NAMES = ("Auriol", "Bellac", "Cassou", "Deville", "Estève", "Fontan", "Garrel", "Huchet")


def generate_partner_activity(
    organisations: Sequence[Organisation],
    conventions: Sequence[Convention],
    mentees: Sequence[Mentee],
    pairings: Sequence[Pairing],
) -> PartnerActivity:
    """Return all rows of partners' activity, drawn from random streams of their own."""
    by_name = {one.name: one for one in organisations}
    landlords = [one for one in organisations if one.kind == "social_landlord"]
    patrons = _patrons(landlords, by_name)
    seats = list(_seats(organisations, by_name))
    ush, i3f = (
        by_name[named_organisations.USH].siren,
        by_name[named_organisations.IMMOBILIERE_3F].siren,
    )
    return PartnerActivity(
        promoters=[
            Promoter(ush, role, named_organisations.IN_FORCE_FOR_USH)
            for role in ("ambassador", "relay")
        ],
        contact_persons=[_contact_person(seat, number) for number, seat in enumerate(seats)],
        commitments=[*_commitments(conventions, ush), *of_companies(conventions, organisations)],
        gifts=sorted(_gifts(patrons, organisations), key=lambda gift: gift.reference),
        events=list(_events(ush, i3f)),
        stands=list(_stands(ush, i3f)),
        board_seats=seats,
        board_meetings=list(_meetings(seats)),
        network_members=[
            NetworkMember(NETWORK, one.siren, max(NETWORK_FORMED, one.registered_on))
            for one in patrons
        ],
        referrals=_referrals(landlords, mentees),
        homes=_homes(landlords, mentees, pairings),
    )


def _patrons(
    landlords: Sequence[Organisation], by_name: Mapping[str, Organisation]
) -> list[Organisation]:
    """Return the landlords that give: the named ones first, then the oldest partners."""
    first = [
        by_name[name] for name in (named_organisations.IMMOBILIERE_3F, named_organisations.SNI)
    ]
    others = sorted(
        (one for one in landlords if one not in first),
        key=lambda one: (one.registered_on, one.siren),
    )
    return [*first, *others][:LANDLORD_PATRONS]


def _gifts(
    patrons: Sequence[Organisation], organisations: Sequence[Organisation]
) -> Iterator[Gift]:
    """Yield at most one gift a year since 2012 of each patron and of some companies."""
    chance = Chance("gifts")
    others = [one for one in organisations if one.kind == "company"][:OTHER_PATRONS]
    number = 0
    for giver in [*patrons, *others]:
        years = range(max(2012, giver.registered_on.year), 2016)
        for year in years:
            first, last = (
                max(date(year, 1, 5), giver.registered_on),
                min(date(year, 12, 18), ENDS_ON),
            )
            if first > last or (year < 2015 and chance.happens(350)):  # noqa: PLR2004
                continue
            on = working_day_before(after(first, chance.below((last - first).days + 1)))
            on, number = max(on, giver.registered_on), number + 1
            skills = chance.happens(150)
            days = chance.between(2, 20) if skills else None
            yield Gift(
                reference=f"G{number:05}",
                siren=giver.siren,
                kind="skills" if skills else "money",
                amount=(days or 0) * 400 if skills else 500 * chance.between(2, 40),
                payment=None if skills else "transfer",
                days=days,
                description="Ateliers CV et entretiens" if skills else None,
                given_on=on,
            )


def _events(ush: str, i3f: str) -> Iterator[Event]:
    for year, day in NATIONAL.items():
        yield Event(
            f"E{year}N",
            "national_meeting",
            f"Rencontre nationale {year}",
            None,
            "75",
            None,
            day,
            day,
        )
    for year, (day, department) in CONGRESS.items():
        name = f"Congrès Hlm {year}"
        yield Event(f"E{year}C", "congress", name, ush, department, None, day, after(day, 2))
    for kind, name, day in (
        ("job_presentation", "Les métiers d'Immobilière 3F", date(2013, 10, 17)),
        ("afterwork", "Afterwork Immobilière 3F", date(2014, 4, 10)),
        ("job_presentation", "Les métiers d'Immobilière 3F", date(2014, 10, 16)),
        ("afterwork", "Afterwork Immobilière 3F", date(2015, 4, 9)),
    ):
        yield Event(f"E{day:%Y%m}", kind, name, i3f, "75", None, day, day)


def _stands(ush: str, i3f: str) -> Iterator[Stand]:
    """Yield the stands of USH at national meetings, of the programme at congresses, and of 3F."""
    for year, (day, _) in CONGRESS.items():
        yield Stand(f"E{year}C", "Envol", ush, day)
        yield Stand(f"E{year}N", "USH", ush, NATIONAL[year])
    for year in (2013, 2014):
        yield Stand(f"E{year}N", "Espace 3F", i3f, NATIONAL[year])


def _commitments(conventions: Sequence[Convention], ush: str) -> Iterator[Commitment]:
    """Yield the yearly commitments of USH and of the programme: a stand each."""
    signed = next(one for one in conventions if one.kind == "own" and one.signatories[0] == ush)
    for year in (2012, 2013, 2014, 2015):
        for party, given_on in (
            ("partner", CONGRESS[year][0] if year in CONGRESS else None),
            ("programme", NATIONAL.get(year)),
        ):
            yield Commitment(
                convention=signed.reference,
                siren=ush,
                party=party,
                kind="stand",
                quantity=1,
                made_on=signed.signed_on,
                due_on=date(year, 9, 30) if party == "partner" else date(year, 12, 31),
                given_on=given_on,
            )


def _seats(
    organisations: Sequence[Organisation], by_name: Mapping[str, Organisation]
) -> Iterator[BoardSeat]:
    """Yield the seats of the founder, of some of the oldest partners, and of USH since 2015."""
    founder, ush = by_name[named_organisations.MEDEF_93], by_name[named_organisations.USH]
    kinds = ("company", "federation", "public_body", "association")
    oldest = sorted(organisations, key=lambda one: (one.registered_on, one.siren))
    holders = [founder]
    for number in range(ON_THE_BOARD - 1):
        kind = kinds[number % len(kinds)]
        candidates = (one for one in oldest if one.kind == kind and one not in (*holders, ush))
        holders += [one for one in (next(candidates, None),) if one is not None]
    for number, holder in enumerate(holders):
        starts_on = max(date(2006, 1, 16), working_day_from(after(holder.registered_on, 30)))
        yield BoardSeat(holder.siren, starts_on, None, None, _name(number))
    yield BoardSeat(ush.siren, SEAT_OF_USH, None, None, _name(len(holders)))


def _name(number: int) -> str:
    return (
        f"{GIVEN_NAMES[number % len(GIVEN_NAMES)]} {FAMILY_NAMES[number * 3 % len(FAMILY_NAMES)]}"
    )


def _contact_person(seat: BoardSeat, number: int) -> ContactPerson:
    given, family = seat.represented_by.split(" ", 1)
    email = f"conseil{number}@example.org"
    return ContactPerson(seat.siren, given, family, ("board",), email, seat.starts_on)


def _meetings(seats: Sequence[BoardSeat]) -> Iterator[BoardMeeting]:
    chance = Chance("board")
    for year, days in MEETINGS.items():
        for month, day in days:
            held_on = date(year, month, day)
            held = [seat.siren for seat in seats if seat.starts_on <= held_on]
            away = {siren for siren in held if chance.happens(180)}
            if 2 * len(away) > len(held):
                away = set()
            yield BoardMeeting(
                held_on=held_on,
                starts="14:00",
                department="75",
                convened_on=working_day_before(after(held_on, -21)),
                present=tuple(siren for siren in held if siren not in away),
                excused=tuple(siren for siren in held if siren in away),
            )


def _referrals(landlords: Sequence[Organisation], mentees: Sequence[Mentee]) -> list[Referral]:
    """Return referrals of youths with an e-mail address, who apply some weeks later."""
    chance = Chance("referrals")
    candidates = [one for one in mentees if one.email and one.applied_on >= REFERRING_SINCE]
    chosen = candidates[:: max(1, len(candidates) // REFERRED)][:REFERRED]
    found = []
    for number, mentee in enumerate(chosen):
        on = working_day_before(after(mentee.applied_on, -chance.between(5, 40)))
        landlords_then = [one for one in landlords if one.registered_on <= on]
        if len(landlords_then) < 2:  # noqa: PLR2004
            continue
        first = chance.one_of(landlords_then)
        found.append(Referral(first.siren, mentee.reference, on, first=True))
        if number % (REFERRED // REFERRED_TWICE) == 0:
            other = chance.one_of([one for one in landlords_then if one is not first])
            again = working_day_from(after(on, 2))
            found.append(Referral(other.siren, mentee.reference, again, first=False))
    return found


def _homes(
    landlords: Sequence[Organisation], mentees: Sequence[Mentee], pairings: Sequence[Pairing]
) -> list[Home]:
    """Return housing needs of some paired mentees in departments with a landlord."""
    chance = Chance("homes")
    seated = defaultdict[str, list[Organisation]](list)
    for landlord in landlords:
        seated[landlord.department].append(landlord)
    departments = {one.reference: one.department for one in mentees}
    begun: dict[str, date] = {}
    for pairing in pairings:
        if pairing.accepted_on and pairing.accepted_on >= REFERRING_SINCE:
            begun.setdefault(pairing.mentee, pairing.accepted_on)
    found: list[Home] = []
    for mentee, accepted_on in begun.items():
        asked_on = working_day_from(after(accepted_on, 30))
        offered_on = working_day_from(after(asked_on, chance.between(4, 30)))
        housed_on = working_day_from(after(offered_on, chance.between(10, 40)))
        local = [one for one in seated[departments[mentee]] if one.registered_on <= asked_on]
        if local and housed_on <= ENDS_ON and len(found) < HOMES:
            landlord = chance.one_of(local)
            moved = housed_on if len(found) < HOUSED else None
            found.append(
                Home(mentee, landlord.department, landlord.siren, asked_on, offered_on, moved)
            )
    return found
