"""The departments of regions."""

from collections.abc import Collection
from datetime import date

from contracts.territories import DEPARTMENTS, region_of


def departments_of(regions: Collection[str] | None, *, on: date) -> frozenset[str] | None:
    """Return the departments of regions given by their codes; `None`, which means all, stays."""
    if regions is None:
        return None
    return frozenset(code for code in DEPARTMENTS if region_of(code, on).code in regions)
