"""Employers of mentors: organisations from the day on which they are covered.

Sizes have a long tail: the largest are twenty-five times a middling one.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from demo.history import named_organisations, territories
from demo.history.coverage import Coverage
from demo.history.csv_rows import Organisation
from demo.history.generate import organisations
from demo.history.generate.conventions import Partners
from demo.history.generate.plan import USH_FROM
from demo.history.generate.seeded_random import Chance

FROM_THE_REGION = 700
"""Per mille of mentors whose employer is in their region; the others' is anywhere."""
SIZE, FROM_LARGE_TO_SMALL = 60_000, (8, 400)
"""An organisation's size is the one divided by a number between the others."""
FEW_IN = {"federation": 20, "association": 4}
ANYWHERE = ""


class Employers:
    """Organisations by region, each as likely as it is large."""

    def __init__(self, partners: Partners, coverage: Coverage) -> None:
        self.chance, self.coverage = Chance("employers"), coverage
        first_days = sorted(
            (self._first_day(organisation.siren), organisation.siren, organisation)
            for organisation in partners.organisations
            if coverage.spans(organisation.siren)
        )
        self._upcoming = [(day, organisation) for day, _, organisation in reversed(first_days)]
        self._sirens = defaultdict[str, list[str]](list)
        self._heights = defaultdict[str, list[int]](list)

    def one(self, department: str, on: date) -> str:
        """Draw the SIREN of one that is covered on `on`; calls must come by day."""
        self._admit_until(on)
        region = territories.region_of(department, on)
        while True:
            near = self._sirens[region] and self.chance.happens(FROM_THE_REGION)
            siren = self._draw(region if near else ANYWHERE)
            if self.coverage.covers(siren, on):
                return siren

    def _first_day(self, siren: str) -> date:
        first = min(span.since for span in self.coverage.spans(siren))
        return max(first, USH_FROM) if is_of_ush(siren, self.coverage) else first

    def _admit_until(self, on: date) -> None:
        while self._upcoming and self._upcoming[-1][0] <= on:
            day, organisation = self._upcoming.pop()
            size = (
                SIZE
                // self.chance.between(*FROM_LARGE_TO_SMALL)
                // FEW_IN.get(organisation.kind, 1)
            )
            for area in self._areas(organisation, day):
                heights = self._heights[area]
                heights.append((heights[-1] if heights else 0) + size)
                self._sirens[area].append(organisation.siren)

    def _areas(self, organisation: Organisation, on: date) -> Iterator[str]:
        yield ANYWHERE
        yield territories.region_of(organisation.department, on)

    def _draw(self, area: str) -> str:
        heights = self._heights[area]
        return self._sirens[area][bisect_right(heights, self.chance.below(heights[-1]))]


def is_of_ush(siren: str, coverage: Coverage) -> bool:
    """Return whether an organisation is USH, or belongs to it at any depth."""
    ush = organisations.siren_of(named_organisations.USH)
    return siren == ush or ush in coverage.above(siren)
