"""Queries of reporting for the published figures, and their comparison with the rows.

The rows are counted without the services' code (`expected_figures`); a figure agrees when the
reported, the counted and the published value are the same.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from demo.client import ApiError, EnvolClient
from demo.history import named_organisations
from demo.history.check.expected_figures import (
    A_YEAR_BEFORE,
    DUE_FIGURES,
    ExpectedFigure,
    PublishedFigure,
    Value,
    published_figures,
    unpublished_figures,
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
    """A value that a service reports, and its definition."""

    value: Value
    definition: str


@dataclass(frozen=True, slots=True)
class ComparedFigure:
    """A figure as published, as counted from the rows, and as reported."""

    line: PublishedFigure
    reported: ReportedFigure

    @property
    def agrees(self) -> bool:
        """Return whether the reported, the counted and, if any, the published value agree."""
        return self.reported.value == self.line.value and self.line.agrees is not False


class Reporting:
    """Reporting's figures, as known at `known_at` if it is given."""

    def __init__(self, envol: EnvolClient, *, known_at: str | None) -> None:
        self.envol = envol
        self.when = {"known_at": known_at} if known_at else {}

    def figure(self, name: str, as_of: date, **filters: str) -> dict[str, Any]:
        query = self.when | filters | {"as_of": str(as_of)}
        return dict(self.envol.get("reporting", f"/figures/{name}", role="viewer", **query))

    def count(self, name: str, as_of: date, **filters: str) -> ReportedFigure:
        reported = self.figure(name, as_of, **filters)
        return ReportedFigure(reported["value"], reported["definition"]["en"])

    def names(self, name: str, as_of: date, *, of: str, **filters: str) -> ReportedFigure:
        """Return the names in the field `of` of the list behind a figure."""
        query = self.when | filters | {"as_of": str(as_of)}
        rows = self.envol.pages("reporting", f"/figures/{name}/list", **query)
        definition = self.figure(name, as_of, **filters)["definition"]["en"]
        return ReportedFigure(tuple(sorted({row[of] for row in rows})), definition)

    def scorecard(self, path: str, as_of: date) -> dict[str, Any]:
        """Return a scorecard of the partners service."""
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


Query = Callable[[Reporting, date], ReportedFigure]


def _mentees_of_ush(definition: str, filter_name: str, *, that_year: bool = False) -> Query:
    """Query USH itself by `organisation_id`, or USH and its members by `umbrella_id`."""

    def query(reporting: Reporting, as_of: date) -> ReportedFigure:
        filters = {filter_name: reporting.umbrella(named_organisations.USH, as_of)}
        if not that_year:
            count = reporting.count("mentees_accompanied", as_of, **filters)
            return ReportedFigure(count.value, definition)
        year = programme_year(as_of)
        count = reporting.count("mentees_accompanied", as_of, **filters, programme_year=year)
        return ReportedFigure(
            count.value, f"{definition} Of them, those with whom a pairing began in {year}."
        )

    return query


def _count(figure: str) -> Query:
    return lambda reporting, as_of: reporting.count(figure, as_of)


def _own_under_ush(reporting: Reporting, as_of: date) -> ReportedFigure:
    ush = reporting.umbrella(named_organisations.USH, as_of)
    reported = reporting.names("own_conventions_signed", as_of, of="organisation", umbrella_id=ush)
    return ReportedFigure(_without(reported.value, named_organisations.USH), reported.definition)


def _signatories_with_arosh(reporting: Reporting, as_of: date) -> ReportedFigure:
    conventions = reporting.figure("framework_signatories", as_of, by="convention")["rows"]
    signed = (
        reporting.names(
            "framework_signatories", as_of, of="organisation", convention_id=group["key"]
        )
        for group in conventions
    )
    reported = next(one for one in signed if named_organisations.AROSH in _names(one.value))
    return ReportedFigure(_without(reported.value, named_organisations.AROSH), reported.definition)


def _given_by_arosh(reporting: Reporting, as_of: date) -> ReportedFigure:
    arosh = reporting.umbrella(named_organisations.AROSH, as_of)
    return reporting.names("leads_heard_of", as_of, of="region_name", organisation_id=arosh)


def _names(value: Value) -> tuple[str, ...]:
    assert isinstance(value, tuple)  # a list's names
    return value


def _without(value: Value, name: str) -> tuple[str, ...]:
    return tuple(one for one in _names(value) if one != name)


def _on_the_board(reporting: Reporting, as_of: date) -> ReportedFigure:
    reported = reporting.names("board_seats", as_of, of="organisation")
    return ReportedFigure(
        tuple(one for one in _names(reported.value) if one == named_organisations.USH),
        reported.definition,
    )


def _meetings_in_a_year(reporting: Reporting, as_of: date) -> ReportedFigure:
    now, before = (reporting.count("board_meetings_held", day) for day in (as_of, A_YEAR_BEFORE))
    assert isinstance(now.value, int)  # a count
    assert isinstance(before.value, int)  # a count
    return ReportedFigure(
        now.value - before.value, f"{now.definition} Those since {A_YEAR_BEFORE}."
    )


def _scorecard_of_ush(field: str, definition: str) -> Query:
    def query(reporting: Reporting, as_of: date) -> ReportedFigure:
        ush = reporting.umbrella(named_organisations.USH, as_of)
        return ReportedFigure(
            reporting.scorecard(f"/organisations/{ush}/scorecard", as_of)[field], definition
        )

    return query


def _scorecard_of_landlords(reporting: Reporting, as_of: date) -> ReportedFigure:
    scorecard = reporting.scorecard("/scorecards/social_landlord", as_of)
    return ReportedFigure(scorecard["patrons"], "Social landlords that had given by then.")


QUERIES: dict[str, Query] = {
    "Organisations engaged": _count("organisations_engaged"),
    "Mentors": _count("mentors"),
    "Mentees accompanied": _count("mentees_accompanied"),
    "In work that fits": _count("outcomes_fitting"),
    "USH's own executives: mentees": _mentees_of_ush(OWN, "organisation_id"),
    "USH's own executives: that year": _mentees_of_ush(OWN, "organisation_id", that_year=True),
    "Regions covered": lambda r, day: r.names("regions_covered", day, of="region_name"),
    "Own conventions under USH": _own_under_ush,
    "Landlords with AROSH": _signatories_with_arosh,
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
    **{label: _count(figure) for label, figure in DUE_FIGURES.items()},
}


def set_targets(envol: EnvolClient) -> None:
    """Set the programme's published targets of 2014-2015."""
    for figure, value in TARGETS.items():
        target = {"figure": figure, "value": value} | YEAR_OF_TARGET
        key = f"history/target/{figure}"
        envol.post("reporting", "/targets", target, role="admin", idempotency_key=key)


def compare(
    envol: EnvolClient, ledger: Ledger, *, known_at: str | None
) -> Iterator[ComparedFigure]:
    """Yield each published or unpublished figure with the reported value."""
    reporting = Reporting(envol, known_at=known_at)
    for line in (*published_figures(ledger), *unpublished_figures(ledger)):
        yield ComparedFigure(line, QUERIES[line.figure](reporting, line.as_of))


def differences(
    envol: EnvolClient, expected: Iterable[ExpectedFigure], *, known_at: str | None
) -> Iterator[tuple[ExpectedFigure, Any]]:
    """Yield the expected figures that reporting does not confirm, with the reported values."""
    reporting = Reporting(envol, known_at=known_at)
    for one in expected:
        try:
            reported = reporting.figure(one.figure, one.as_of, **({"by": one.by} if one.by else {}))
        except ApiError as error:
            yield one, str(error)
            continue
        groups = {group["label"]: group["value"] for group in reported["rows"] if group["value"]}
        if reported["value"] != one.value:
            yield one, reported["value"]
        elif one.breakdown is not None and not one.breakdown.items() <= groups.items():
            yield one, {k: groups.get(k) for k, v in one.breakdown.items() if groups.get(k) != v}
