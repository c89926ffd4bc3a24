"""The published figures, asked of reporting as anybody would, each with its definition.

What the files come to is counted from their rows, without Envol's code (`demo.history.expected`);
a figure agrees when reporting says the same, and that is what was published.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from demo.client import Envol, Turned
from demo.history import named
from demo.history.days import programme_year
from demo.history.expected import A_YEAR_BEFORE, Expected, Line, Value, published
from demo.history.ledger import Ledger

YEAR_OF_TARGET = {"starts_on": "2014-09-01", "ends_on": "2015-08-31"}
TARGETS = {
    "mentees_newly_accompanied": 6_000,
    "mentees_newly_accompanied_from_priority_neighbourhoods": 2_000,
}


@dataclass(frozen=True, slots=True)
class Told:
    """What reporting says, and how it counts."""

    value: Value
    definition: str


@dataclass(frozen=True, slots=True)
class Compared:
    """A published figure beside ours."""

    line: Line
    told: Told

    @property
    def agrees(self) -> bool:
        """A target is aimed at: it agrees when reporting counts what the files come to."""
        return self.told.value == self.line.value and self.line.agrees is not False


class Reporting:
    """Reporting's figures, as they were known at an instant if one is given."""

    def __init__(self, envol: Envol, *, known_at: str | None) -> None:
        self.envol = envol
        self.when = {"known_at": known_at} if known_at else {}

    def figure(self, name: str, as_of: date, **narrowed: str) -> dict[str, Any]:
        asked = self.when | narrowed | {"as_of": str(as_of)}
        return dict(self.envol.get("reporting", f"/figures/{name}", role="viewer", **asked))

    def count(self, name: str, as_of: date, **narrowed: str) -> Told:
        said = self.figure(name, as_of, **narrowed)
        return Told(said["value"], said["definition"]["en"])

    def names(self, name: str, as_of: date, *, of: str, **narrowed: str) -> Told:
        """The names in the list behind a figure."""
        asked = self.when | narrowed | {"as_of": str(as_of)}
        rows = self.envol.pages("reporting", f"/figures/{name}/list", **asked)
        definition = self.figure(name, as_of, **narrowed)["definition"]["en"]
        return Told(tuple(sorted({row[of] for row in rows})), definition)

    def scorecard(self, of: str, as_of: date) -> dict[str, Any]:
        """What partners says that organisations brought."""
        return dict(self.envol.get("partners", f"{of}/scorecard", as_of=str(as_of)))

    def umbrella(self, name: str, as_of: date) -> str:
        groups = self.figure("organisations_covered", as_of, by="umbrella")["rows"]
        return next(str(group["key"]) for group in groups if group["label"] == name)

    def target(self, figure: str, as_of: date) -> Told:
        targets = self.envol.pages("reporting", "/targets", **self.when, as_of=str(as_of))
        [one] = [target for target in targets if target["figure"] == figure]
        pace = (
            f"By an even pace {one['expected']:,.0f}: {one['pace']} by {abs(one['ahead_by']):,.0f}."
        )
        return Told(one["reached"], f"{one['definition']['en']} {pace}")


Ask = Callable[[Reporting, date], Told]


def _of_ush(figure: str) -> Ask:
    def ask(reporting: Reporting, as_of: date) -> Told:
        return reporting.count(figure, as_of, umbrella_id=reporting.umbrella(named.USH, as_of))

    return ask


def _of_ush_that_year(reporting: Reporting, as_of: date) -> Told:
    ush, year = reporting.umbrella(named.USH, as_of), programme_year(as_of)
    return reporting.count("mentees_accompanied", as_of, umbrella_id=ush, programme_year=year)


def _own_under_ush(reporting: Reporting, as_of: date) -> Told:
    ush = reporting.umbrella(named.USH, as_of)
    told = reporting.names("own_conventions_signed", as_of, of="organisation", umbrella_id=ush)
    return Told(_without(told.value, named.USH), told.definition)


def _beside_arosh(reporting: Reporting, as_of: date) -> Told:
    conventions = reporting.figure("framework_signatories", as_of, by="convention")["rows"]
    signed = (
        reporting.names(
            "framework_signatories", as_of, of="organisation", convention_id=group["key"]
        )
        for group in conventions
    )
    told = next(one for one in signed if named.AROSH in _names(one.value))
    return Told(_without(told.value, named.AROSH), told.definition)


def _given_by_arosh(reporting: Reporting, as_of: date) -> Told:
    arosh = reporting.umbrella(named.AROSH, as_of)
    return reporting.names("leads_heard_of", as_of, of="region_name", organisation_id=arosh)


def _names(value: Value) -> tuple[str, ...]:
    assert isinstance(value, tuple)  # noqa: S101  (a list's names)
    return value


def _without(value: Value, name: str) -> tuple[str, ...]:
    return tuple(one for one in _names(value) if one != name)


def _on_the_board(reporting: Reporting, as_of: date) -> Told:
    told = reporting.names("board_seats", as_of, of="organisation")
    return Told(tuple(one for one in _names(told.value) if one == named.USH), told.definition)


def _meetings_in_a_year(reporting: Reporting, as_of: date) -> Told:
    now, before = (reporting.count("board_meetings_held", day) for day in (as_of, A_YEAR_BEFORE))
    assert isinstance(now.value, int)  # noqa: S101  (a count)
    assert isinstance(before.value, int)  # noqa: S101  (a count)
    return Told(now.value - before.value, f"{now.definition} Those since {A_YEAR_BEFORE}.")


def _scorecard_of_ush(reporting: Reporting, as_of: date) -> Told:
    told = reporting.scorecard(f"/organisations/{reporting.umbrella(named.USH, as_of)}", as_of)
    said = "Mentees of its members' mentors and its own; whom they began with that year."
    return Told((str(told["mentees"]), str(told["mentees_this_year"])), said)


def _scorecard_of_landlords(reporting: Reporting, as_of: date) -> Told:
    told = reporting.envol.get("partners", "/scorecards/social_landlord", as_of=str(as_of))
    return Told((str(told["patrons"]),), "Social landlords that had given by then.")


ASK: dict[str, Ask] = {
    "Organisations engaged": lambda r, day: r.count("organisations_engaged", day),
    "Mentors": lambda r, day: r.count("mentors", day),
    "Mentees accompanied": lambda r, day: r.count("mentees_accompanied", day),
    "In work that fits": lambda r, day: r.count("outcomes_fitting", day),
    "Mentored by USH": _of_ush("mentees_accompanied"),
    "Of those, that year": _of_ush_that_year,
    "Regions covered": lambda r, day: r.names("regions_covered", day, of="region_name"),
    "Own conventions under USH": _own_under_ush,
    "Landlords beside AROSH": _beside_arosh,
    "Next framework convention": _given_by_arosh,
    "USH's scorecard": _scorecard_of_ush,
    "Landlords' scorecard": _scorecard_of_landlords,
    "Landlords that are patrons": lambda r, day: r.count("landlord_patrons", day),
    "On the board": _on_the_board,
    "Meetings of the board in a year": _meetings_in_a_year,
    "Youths of the year": lambda r, day: r.target("mentees_newly_accompanied", day),
    "Of those, priority": lambda r, day: r.target(
        "mentees_newly_accompanied_from_priority_neighbourhoods", day
    ),
}


def set_targets(envol: Envol) -> None:
    """What the programme aimed at that year."""
    for figure, value in TARGETS.items():
        target = {"figure": figure, "value": value} | YEAR_OF_TARGET
        once = f"history/target/{figure}"
        envol.post("reporting", "/targets", target, role="admin", once=once)


def compare(envol: Envol, ledger: Ledger, *, known_at: str | None) -> Iterator[Compared]:
    """Each published figure beside what reporting says."""
    reporting = Reporting(envol, known_at=known_at)
    for line in published(ledger):
        yield Compared(line, ASK[line.figure](reporting, line.as_of))


def differing(
    envol: Envol, wanted: Iterable[Expected], *, known_at: str | None
) -> Iterator[tuple[Expected, Any]]:
    """The figures on which reporting and the files differ, with what reporting says."""
    reporting = Reporting(envol, known_at=known_at)
    for one in wanted:
        try:
            said = reporting.figure(one.figure, one.as_of, **({"by": one.by} if one.by else {}))
        except Turned as turned:
            yield one, str(turned)
            continue
        groups = {group["label"]: group["value"] for group in said["rows"] if group["value"]}
        if said["value"] != one.value:
            yield one, said["value"]
        elif one.parted is not None and not one.parted.items() <= groups.items():
            yield one, {k: groups.get(k) for k, v in one.parted.items() if groups.get(k) != v}
