"""A figure's number, and that of each of its groups, as a reader of reporting gets them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from contracts.territories import DEPARTMENTS, programme_year, region_of
from tests.figures import conventions
from tests.figures.definitions import COUNTS, SHARES, Row
from tests.figures.facts import Programme

UNKNOWN, NONE = "unknown", "none"
Keys = Iterable[object]
By = Callable[[Programme, Row], Keys]


@dataclass(frozen=True, slots=True)
class Number:
    """A count or a sum; or a share, to four decimals, with what it is of."""

    value: float | None
    numerator: int | None = None
    denominator: int | None = None


def _region(programme: Programme, row: Row) -> Keys:
    if row.region is None and row.department and row.department in DEPARTMENTS:
        return [region_of(row.department, programme.as_of).code]
    return [row.region or UNKNOWN]


def _umbrella(programme: Programme, row: Row) -> Keys:
    if row.organisation is None:
        return [NONE]
    return conventions.umbrellas(programme).get(row.organisation) or [NONE]


BREAKDOWNS: Mapping[str, By] = {
    "region": _region,
    "department": lambda _, row: [row.department or UNKNOWN],
    "organisation": lambda _, row: [row.organisation or UNKNOWN],
    "umbrella": _umbrella,
    "programme_year": lambda _, row: [programme_year(row.on)],
    "convention": lambda _, row: [row.convention or NONE],
}


def number(programme: Programme, figure: str) -> Number:
    """Return a figure in total: what its rows come to, those of one id once."""
    totals = [sum({row.id: row.adds for row in rows}.values()) for rows in _rows(programme, figure)]
    return _number(totals)


def groups(programme: Programme, figure: str, by: str) -> dict[str, Number]:
    """Return a figure of each of its groups, by their keys."""
    parts = [_by(programme, rows, BREAKDOWNS[by]) for rows in _rows(programme, figure)]
    keys = {key for part in parts for key in part}
    return {key: _number([part.get(key, 0) for part in parts]) for key in keys}


def _by(programme: Programme, rows: Iterable[Row], by: By) -> dict[str, int]:
    ids = defaultdict[str, dict[object, int]](dict)
    for row in rows:
        for key in by(programme, row):
            ids[str(key)][row.id] = row.adds
    return {key: sum(each.values()) for key, each in ids.items()}


def _number(counts: list[int]) -> Number:
    if len(counts) == 1:
        return Number(counts[0])
    part, whole = counts
    return Number(round(part / whole, 4) if whole else None, part, whole)


def _rows(programme: Programme, figure: str) -> list[list[Row]]:
    """Return the rows of a count; of a share, those of its numerator and its denominator."""
    return [_rows_of(programme, count) for count in SHARES.get(figure, (figure,))]


def _rows_of(programme: Programme, count: str) -> list[Row]:
    if count not in programme.memory:
        programme.memory[count] = list(COUNTS[count](programme))
    rows: list[Row] = programme.memory[count]
    return rows
