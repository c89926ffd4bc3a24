"""Expected figures of the history, published or not, counted from the rows.

Nothing here uses the services' code, nor the code that generates the rows.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from demo.history import named_organisations
from demo.history.check.figure_counts import COUNTS, SHARES
from demo.history.check.items import Item
from demo.history.days import ENDS_ON, PUBLISHED_ON, programme_year
from demo.history.ledger import Ledger, signed
from demo.history.territories import region_of

Breakdown = dict[str, int]
Value = int | float | tuple[str, ...]

CHECKED_ON = (date(2010, 6, 30), PUBLISHED_ON, ENDS_ON)

BREAKDOWNS = {
    "organisations_engaged": ("region", "programme_year"),
    "mentors": ("region", "organisation", "umbrella", "programme_year"),
    "mentees_admitted": ("region", "programme_year"),
    "mentees_accompanied": ("region", "organisation", "umbrella", "programme_year"),
    "mentees_in_fitting_work": ("region", "umbrella", "programme_year"),
    "pairings_begun": ("region", "organisation", "umbrella", "programme_year"),
    "contacts": ("region", "umbrella", "programme_year"),
    "outcomes": ("region", "programme_year"),
}


BEFORE_CORRECTIONS = (
    *("organisations_engaged", "organisations_covered", "conventions_in_force", "board_seats"),
    *("commitments_made", "commitments_kept", "patrons", "events_held", "stands_held"),
    *("mentees_admitted", "mentees_waiting", "mentees_from_priority_neighbourhoods"),
    *("mentees_accompanied", "mentees_in_fitting_work", "contacts", "outcomes"),
    *("silent_pairings", "contacts_attempted", "introductions"),
)
"""Figures that are also compared as known before the corrections."""

ENGAGED, MENTORS, ACCOMPANIED = range(631, 640), 4_920, range(18_640, 18_650)
FITTING, BY_USH, THAT_YEAR = 73, 41, 12
LANDLORD_PATRONS, MEETINGS_A_YEAR = 37, 5
NOWHERE = "not published"
DUE_FIGURES = {
    "Promises broken": "promises_broken",
    "First interviews late": "first_interviews_late",
    "Months of silence": "months_of_silence",
}
"""Figures that are derived from event dates, by label."""
A_YEAR_BEFORE = date(2014, 7, 23)
REGIONS = tuple(
    sorted(
        [
            *("Île-de-France", "Rhône-Alpes", "Midi-Pyrénées", "Aquitaine", "Nord-Pas-de-Calais"),
            *("Provence-Alpes-Côte d'Azur", "Languedoc-Roussillon", "Picardie"),
        ]
    )
)
"""Metropolitan ones: the articles count no overseas region, though three opened in 2013."""


@dataclass(frozen=True, slots=True)
class ExpectedFigure:
    """A figure as of a day, in total or with a breakdown; rows without a group are left out."""

    figure: str
    as_of: date
    value: int | float
    by: str | None = None
    breakdown: Breakdown | None = None


def totals(ledger: Ledger, figures: Iterable[str]) -> Iterator[ExpectedFigure]:
    """Yield figures in total on the checked days."""
    for as_of in CHECKED_ON:
        for figure in figures:
            yield ExpectedFigure(figure, as_of, count(ledger, figure, as_of))


def expected_figures(ledger: Ledger) -> Iterator[ExpectedFigure]:
    """Yield every figure on the checked days, and its breakdowns."""
    for as_of in CHECKED_ON:
        for figure in COUNTS:
            yield ExpectedFigure(figure, as_of, count(ledger, figure, as_of))
        for figure in SHARES:
            yield ExpectedFigure(figure, as_of, share(ledger, figure, as_of))
        for figure, parts in BREAKDOWNS.items():
            value = count(ledger, figure, as_of)
            for by in parts:
                yield ExpectedFigure(figure, as_of, value, by, breakdown(ledger, figure, by, as_of))


def count(ledger: Ledger, figure: str, as_of: date) -> int:
    """Return the number of ids, or the sum of their quantities."""
    return sum({item.id: item.quantity for item in COUNTS[figure](ledger, as_of)}.values())


def share(ledger: Ledger, figure: str, as_of: date) -> float:
    part, whole = (count(ledger, name, as_of) for name in SHARES[figure])
    return round(part / whole, 4)


def breakdown(ledger: Ledger, figure: str, by: str, as_of: date) -> Breakdown:
    """Return the number of ids by group."""
    parts, ids_by_part = _parts(ledger, by, as_of), defaultdict[str, set[str]](set)
    for item in COUNTS[figure](ledger, as_of):
        for part in parts(item):
            ids_by_part[part].add(item.id)
    return {part: len(ids) for part, ids in sorted(ids_by_part.items())}


def _parts(ledger: Ledger, by: str, as_of: date) -> Callable[[Item], Iterable[str]]:
    if by == "region":
        return lambda item: [region_of(item.department, as_of)]
    if by == "organisation":
        return lambda item: [ledger.organisations[item.siren].name] if item.siren else []
    if by == "umbrella":
        umbrellas = ledger.umbrellas(as_of)
        return lambda item: umbrellas.get(item.siren, [])
    return lambda item: [programme_year(item.on)]


@dataclass(frozen=True, slots=True)
class PublishedFigure:
    """A figure as published and as counted from the rows.

    `agrees` is None for a target, and for a figure that no article gives.
    """

    as_of: date
    figure: str
    published: str
    value: Value
    agrees: bool | None


def published_figures(ledger: Ledger) -> list[PublishedFigure]:
    """Return the figures that the articles publish, as far as the history has them."""
    return [*_published_in_2014(ledger), *_published_in_2015(ledger)]


def unpublished_figures(ledger: Ledger) -> Iterator[PublishedFigure]:
    """Yield the figures that no article gives, and that are printed with the published ones."""
    day = PUBLISHED_ON
    all_years, newly = _in_all_and_in(programme_year(day), under_ush(ledger, day))
    for whose in ("USH with its members", "Scorecard of USH"):
        yield PublishedFigure(day, f"{whose}: mentees", NOWHERE, all_years, None)
        yield PublishedFigure(day, f"{whose}: that year", NOWHERE, newly, None)
    for label, figure in DUE_FIGURES.items():
        yield PublishedFigure(day, label, NOWHERE, count(ledger, figure, day), None)


def _in_all_and_in(year: str, items: Collection[Item]) -> tuple[int, int]:
    """Return the number of ids, and of those with an item in a programme year."""
    in_year = (item for item in items if programme_year(item.on) == year)
    return len({item.id for item in items}), len({item.id for item in in_year})


def _published_in_2014(ledger: Ledger) -> Iterator[PublishedFigure]:
    day, year = PUBLISHED_ON, programme_year(PUBLISHED_ON)
    engaged, mentors, mentees = (
        count(ledger, figure, day)
        for figure in ("organisations_engaged", "mentors", "mentees_accompanied")
    )
    yield PublishedFigure(
        day, "Organisations engaged", "more than 630", engaged, engaged in ENGAGED
    )
    yield PublishedFigure(day, "Mentors", "4,920", mentors, mentors == MENTORS)
    yield PublishedFigure(
        day, "Mentees accompanied", "18,640 to 18,649", mentees, mentees in ACCOMPANIED
    )
    fitting = share(ledger, "outcomes_fitting", day)
    yield PublishedFigure(
        day, "In work that fits", "73 %", fitting, round(100 * fitting) == FITTING
    )
    own, newly = _in_all_and_in(year, by_ush(ledger, day))
    yield PublishedFigure(day, "USH's own executives: mentees", "41", own, own == BY_USH)
    yield PublishedFigure(day, "USH's own executives: that year", "12", newly, newly == THAT_YEAR)
    regions = names(ledger, "regions_covered", day)
    yield PublishedFigure(day, "Regions covered", ", ".join(REGIONS), regions, regions == REGIONS)
    members = own_conventions_under_ush(ledger, day)
    agrees = {named_organisations.IMMOBILIERE_3F, named_organisations.SNI} <= set(members)
    yield PublishedFigure(day, "Own conventions under USH", "Immobilière 3F, SNI", members, agrees)


def _published_in_2015(ledger: Ledger) -> Iterator[PublishedFigure]:
    landlords = framework_of_arosh(ledger, ENDS_ON)
    wanted = tuple(sorted(named_organisations.LANDLORDS))
    yield PublishedFigure(
        ENDS_ON, "Landlords with AROSH", ", ".join(wanted), landlords, landlords == wanted
    )
    where = given_by_arosh(ledger, ENDS_ON)
    text = "Aquitaine, a lead of AROSH Poitou-Charentes"
    yield PublishedFigure(
        ENDS_ON, "Next framework convention", text, where, where == ("Aquitaine",)
    )
    patrons = count(ledger, "landlord_patrons", ENDS_ON)
    yield PublishedFigure(
        ENDS_ON, "Landlords that are patrons", "37", patrons, patrons == LANDLORD_PATRONS
    )
    yield PublishedFigure(
        ENDS_ON, "Scorecard of landlords", "37", patrons, patrons == LANDLORD_PATRONS
    )
    seated = tuple(
        one for one in names(ledger, "board_seats", ENDS_ON) if one == named_organisations.USH
    )
    text = "USH holds a seat, since 2015"
    yield PublishedFigure(
        ENDS_ON, "On the board", text, seated, seated == (named_organisations.USH,)
    )
    meetings = count(ledger, "board_meetings_held", ENDS_ON)
    meetings -= count(ledger, "board_meetings_held", A_YEAR_BEFORE)
    yield PublishedFigure(
        ENDS_ON, "Meetings of the board in a year", "5", meetings, meetings == MEETINGS_A_YEAR
    )
    begun = first_begun_in(ledger, programme_year(ENDS_ON), ENDS_ON)
    inside = sum(ledger.mentees[one].priority_neighbourhood == "in" for one in begun)
    yield PublishedFigure(ENDS_ON, "Youths of the year", "target 6,000", len(begun), None)
    yield PublishedFigure(ENDS_ON, "Of those, priority", "target 2,000", inside, None)


def names(ledger: Ledger, figure: str, as_of: date) -> tuple[str, ...]:
    return tuple(sorted({item.id for item in COUNTS[figure](ledger, as_of)}))


def by_ush(ledger: Ledger, as_of: date) -> list[Item]:
    """Return the mentees accompanied by executives of USH itself, by pairing."""
    ush = ledger.named(named_organisations.USH).siren
    return [item for item in COUNTS["mentees_accompanied"](ledger, as_of) if item.siren == ush]


def under_ush(ledger: Ledger, as_of: date) -> list[Item]:
    """Return the mentees accompanied by executives of USH or of a member, by pairing."""
    umbrellas = ledger.umbrellas(as_of)
    accompanied = COUNTS["mentees_accompanied"](ledger, as_of)
    return [item for item in accompanied if named_organisations.USH in umbrellas[item.siren]]


def own_conventions_under_ush(ledger: Ledger, as_of: date) -> tuple[str, ...]:
    """Return the members at any depth that had signed their own convention by `as_of`."""
    umbrellas = ledger.umbrellas(as_of)
    own = [row for row in ledger.history.conventions if row.kind == "own"]
    sirens = {siren for row in own for siren, on in signed(row) if on <= as_of}
    members = {
        ledger.organisations[one].name
        for one in sirens
        if named_organisations.USH in umbrellas[one]
    }
    return tuple(sorted(members - {named_organisations.USH}))


def framework_of_arosh(ledger: Ledger, as_of: date) -> tuple[str, ...]:
    """Return the other signatories of AROSH Poitou-Charentes' framework convention by `as_of`."""
    arosh = ledger.named(named_organisations.AROSH).siren
    sirens = {
        siren
        for row in ledger.history.conventions
        if row.kind == "framework" and arosh in row.signatories
        for siren, on in signed(row)
        if on <= as_of and siren != arosh
    }
    return tuple(sorted(ledger.organisations[siren].name for siren in sirens))


def given_by_arosh(ledger: Ledger, as_of: date) -> tuple[str, ...]:
    """Return the regions of the leads that AROSH Poitou-Charentes had given by `as_of`."""
    arosh = ledger.named(named_organisations.AROSH).siren
    given = (
        lead
        for lead in ledger.history.leads
        if lead.introduced_by_siren == arosh and lead.heard_on <= as_of
    )
    return tuple(sorted({region_of(lead.department, as_of) for lead in given}))


def first_begun_in(ledger: Ledger, year: str, as_of: date) -> set[str]:
    """Return the mentees whose first pairing began in a programme year."""
    first = dict[str, date]()
    for item in COUNTS["mentees_accompanied"](ledger, as_of):
        first[item.id] = min(first.get(item.id, item.on), item.on)
    return {mentee for mentee, on in first.items() if programme_year(on) == year}
