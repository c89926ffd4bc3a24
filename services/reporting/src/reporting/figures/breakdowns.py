"""Breakdowns of figures: the same SQL groups the rows, and filters them to one group.

The query parameter `parameter` selects a group; `absent` is the key of the rows that have none.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, kw_only=True)
class Breakdown:
    """A grouping of a figure's rows: the SQL of a row's key, and of a key's label."""

    name: str
    parameter: str
    key: str
    kind: str = "text"
    label: str = "grouped.key"
    joins: tuple[str, ...] = ()
    absent: str = "unknown"


TERRITORY = "LEFT JOIN territory ON territory.department = placed.department"
UMBRELLA = "LEFT JOIN umbrella ON umbrella.organisation_id = placed.organisation_id"
NAME = "(SELECT name FROM organisation_card WHERE organisation_id = grouped.key)"
SIGNATORIES = """(
    SELECT string_agg(name, ', ' ORDER BY name)
    FROM signatory JOIN organisation_card USING (organisation_id)
    WHERE convention_id = grouped.key)"""

BREAKDOWNS: Final = {
    breakdown.name: breakdown
    for breakdown in (
        Breakdown(
            name="region",
            parameter="region",
            key="coalesce(placed.own_region, territory.region)",
            label="(SELECT min(region_name) FROM territory WHERE region = grouped.key)",
            joins=(TERRITORY,),
        ),
        Breakdown(
            name="department",
            parameter="department",
            key="placed.department",
            label="(SELECT department_name FROM territory WHERE department = grouped.key)",
        ),
        Breakdown(
            name="organisation",
            parameter="organisation_id",
            key="placed.organisation_id",
            kind="uuid",
            label=NAME,
        ),
        Breakdown(
            name="umbrella",
            parameter="umbrella_id",
            key="umbrella.umbrella_id",
            kind="uuid",
            label=NAME,
            joins=(UMBRELLA,),
            absent="none",
        ),
        Breakdown(
            name="programme_year",
            parameter="programme_year",
            key="placed.programme_year",
        ),
        Breakdown(
            name="convention",
            parameter="convention_id",
            key="placed.convention_id",
            kind="uuid",
            label=SIGNATORIES,
            absent="none",
        ),
    )
}
