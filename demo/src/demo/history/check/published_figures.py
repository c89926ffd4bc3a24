"""The published figures, asked of reporting as anybody would, each with its definition.

What the files come to is counted from their rows, without Envol's code (`expected_figures`);
a figure agrees when reporting says the same, and that is what was published.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from demo.client import ApiError, EnvolClient
from demo.history import named_organisations
from demo.history.check.expected_figures import (
    A_YEAR_BEFORE,
    FELL_DUE,
    Expected,
    Line,
    Value,
    published,
    unpublished,
)
from demo.history.days import programme_year
from demo.history.ledger import Ledger

OWN = "Mentees accompanied by mentors whose organisation is USH itself."
ALL = "Mentees accompanied by mentors of USH or of its members."
YEAR_OF_TARGET = {"starts_on": "2014-09-01", "ends_on": "2015-08-31"}
TARGETS = {
    "mentees_newly_accompanied": 6_000,
    "mentees_newly_accompanied_from_priority_neighbourhoods": 2_000,
}


@dataclass(frozen=True, slots=True)
class ReportedFigure:
    """What reporting says, and how it counts."""

    value: Value
    definition: str


@dataclass(frozen=True, slots=True)
class Compared:
    """A figure as published and counted from the files, and what Envol says."""

    line: Line
    told: ReportedFigure

    @property
    def agrees(self) -> bool:
        """Return whether Envol counts what the files hold, and what was published if anything."""
        return self.told.value == self.line.value and self.line.agrees is not False


class Reporting:
    """Reporting's figures, as they were known at an instant if one is given."""

    def __init__(self, envol: EnvolClient, *, known_at: str | None) -> None:
        self.envol = envol
        self.when = {"known_at": known_at} if known_at else {}

    def figure(self, name: str, as_of: date, **narrowed: str) -> dict[str, Any]:
        asked = self.when | narrowed | {"as_of": str(as_of)}
        return dict(self.envol.get("reporting", f"/figures/{name}", role="viewer", **asked))

    def count(self, name: str, as_of: date, **narrowed: str) -> ReportedFigure:
        said = self.figure(name, as_of, **narrowed)
        return ReportedFigure(said["value"], said["definition"]["en"])

    def names(self, name: str, as_of: date, *, of: str, **narrowed: str) -> ReportedFigure:
        """The names in the list behind a figure."""
        asked = self.when | narrowed | {"as_of": str(as_of)}
        rows = self.envol.pages("reporting", f"/figures/{name}/list", **asked)
        definition = self.figure(name, as_of, **narrowed)["definition"]["en"]
        return ReportedFigure(tuple(sorted({row[of] for row in rows})), definition)

    def scorecard(self, path: str, as_of: date) -> dict[str, Any]:
        """Return what the partners service counts for organisations."""
        return dict(self.envol.get("partners", path, as_of=str(as_of)))

    def umbrella(self, name: str, as_of: date) -> str:
        groups = self.figure("organisations_covered", as_of, by="umbrella")["rows"]
        return next(str(group["key"]) for group in groups if group["label"] == name)

    def target(self, figure: str, as_of: date) -> ReportedFigure:
        targets = self.envol.pages("reporting", "/targets", **self.when, as_of=str(as_of))
        [one] = [target for target in targets if target["figure"] == figure]
        pace = (
            f"By an even pace {one['expected']:,.0f}: {one['pace']} by {abs(one['ahead_by']):,.0f}."
        )
        return ReportedFigure(one["reached"], f"{one['definition']['en']} {pace}")


Ask = Callable[[Reporting, date], ReportedFigure]


def _mentees_of_ush(whose: str, narrowed_by: str, *, that_year: bool = False) -> Ask:
    """Ask about USH itself by `organisation_id`, and about USH and its members by `umbrella_id`."""

    def ask(reporting: Reporting, as_of: date) -> ReportedFigure:
        narrowed, definition = (
            {narrowed_by: reporting.umbrella(named_organisations.USH, as_of)},
            whose,
        )
        if that_year:
            narrowed["programme_year"] = year = programme_year(as_of)
            definition = f"{whose} Of them, those with whom a pairing began in {year}."
        return ReportedFigure(
            reporting.count("mentees_accompanied", as_of, **narrowed).value, definition
        )

    return ask


def _count(figure: str) -> Ask:
    return lambda reporting, as_of: reporting.count(figure, as_of)


def _own_under_ush(reporting: Reporting, as_of: date) -> ReportedFigure:
    ush = reporting.umbrella(named_organisations.USH, as_of)
    told = reporting.names("own_conventions_signed", as_of, of="organisation", umbrella_id=ush)
    return ReportedFigure(_without(told.value, named_organisations.USH), told.definition)


def _beside_arosh(reporting: Reporting, as_of: date) -> ReportedFigure:
    conventions = reporting.figure("framework_signatories", as_of, by="convention")["rows"]
    signed = (
        reporting.names(
            "framework_signatories", as_of, of="organisation", convention_id=group["key"]
        )
        for group in conventions
    )
    told = next(one for one in signed if named_organisations.AROSH in _names(one.value))
    return ReportedFigure(_without(told.value, named_organisations.AROSH), told.definition)


def _given_by_arosh(reporting: Reporting, as_of: date) -> ReportedFigure:
    arosh = reporting.umbrella(named_organisations.AROSH, as_of)
    return reporting.names("leads_heard_of", as_of, of="region_name", organisation_id=arosh)


def _names(value: Value) -> tuple[str, ...]:
    assert isinstance(value, tuple)  # noqa: S101  (a list's names)
    return value


def _without(value: Value, name: str) -> tuple[str, ...]:
    return tuple(one for one in _names(value) if one != name)


def _on_the_board(reporting: Reporting, as_of: date) -> ReportedFigure:
    told = reporting.names("board_seats", as_of, of="organisation")
    return ReportedFigure(
        tuple(one for one in _names(told.value) if one == named_organisations.USH), told.definition
    )


def _meetings_in_a_year(reporting: Reporting, as_of: date) -> ReportedFigure:
    now, before = (reporting.count("board_meetings_held", day) for day in (as_of, A_YEAR_BEFORE))
    assert isinstance(now.value, int)  # noqa: S101  (a count)
    assert isinstance(before.value, int)  # noqa: S101  (a count)
    return ReportedFigure(
        now.value - before.value, f"{now.definition} Those since {A_YEAR_BEFORE}."
    )


def _scorecard_of_ush(field: str, definition: str) -> Ask:
    def ask(reporting: Reporting, as_of: date) -> ReportedFigure:
        ush = reporting.umbrella(named_organisations.USH, as_of)
        return ReportedFigure(
            reporting.scorecard(f"/organisations/{ush}/scorecard", as_of)[field], definition
        )

    return ask


def _scorecard_of_landlords(reporting: Reporting, as_of: date) -> ReportedFigure:
    scorecard = reporting.scorecard("/scorecards/social_landlord", as_of)
    return ReportedFigure(scorecard["patrons"], "Social landlords that had given by then.")


ASK: dict[str, Ask] = {
    "Organisations engaged": _count("organisations_engaged"),
    "Mentors": _count("mentors"),
    "Mentees accompanied": _count("mentees_accompanied"),
    "In work that fits": _count("outcomes_fitting"),
    "USH's own executives: mentees": _mentees_of_ush(OWN, "organisation_id"),
    "USH's own executives: that year": _mentees_of_ush(OWN, "organisation_id", that_year=True),
    "Regions covered": lambda r, day: r.names("regions_covered", day, of="region_name"),
    "Own conventions under USH": _own_under_ush,
    "Landlords beside AROSH": _beside_arosh,
    "Next framework convention": _given_by_arosh,
    "Scorecard of landlords": _scorecard_of_landlords,
    "Landlords that are patrons": _count("landlord_patrons"),
    "On the board": _on_the_board,
    "Meetings of the board in a year": _meetings_in_a_year,
    "Youths of the year": lambda r, day: r.target("mentees_newly_accompanied", day),
    "Of those, priority": lambda r, day: r.target(
        "mentees_newly_accompanied_from_priority_neighbourhoods", day
    ),
    "USH with its members: mentees": _mentees_of_ush(ALL, "umbrella_id"),
    "USH with its members: that year": _mentees_of_ush(ALL, "umbrella_id", that_year=True),
    "Scorecard of USH: mentees": _scorecard_of_ush(
        "mentees", "Mentees of its members' mentors and of its own."
    ),
    "Scorecard of USH: that year": _scorecard_of_ush(
        "mentees_this_year", "Those of them with whom a pairing began in the programme year."
    ),
    **{label: _count(figure) for label, figure in FELL_DUE.items()},
}


def set_targets(envol: EnvolClient) -> None:
    """What the programme aimed at that year."""
    for figure, value in TARGETS.items():
        target = {"figure": figure, "value": value} | YEAR_OF_TARGET
        key = f"history/target/{figure}"
        envol.post("reporting", "/targets", target, role="admin", idempotency_key=key)


def compare(envol: EnvolClient, ledger: Ledger, *, known_at: str | None) -> Iterator[Compared]:
    """Yield each figure that is shown, with what Envol says."""
    reporting = Reporting(envol, known_at=known_at)
    for line in (*published(ledger), *unpublished(ledger)):
        yield Compared(line, ASK[line.figure](reporting, line.as_of))


def differing(
    envol: EnvolClient, wanted: Iterable[Expected], *, known_at: str | None
) -> Iterator[tuple[Expected, Any]]:
    """The figures on which reporting and the files differ, with what reporting says."""
    reporting = Reporting(envol, known_at=known_at)
    for one in wanted:
        try:
            said = reporting.figure(one.figure, one.as_of, **({"by": one.by} if one.by else {}))
        except ApiError as error:
            yield one, str(error)
            continue
        groups = {group["label"]: group["value"] for group in said["rows"] if group["value"]}
        if said["value"] != one.value:
            yield one, said["value"]
        elif one.parted is not None and not one.parted.items() <= groups.items():
            yield one, {k: groups.get(k) for k, v in one.parted.items() if groups.get(k) != v}
