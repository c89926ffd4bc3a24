"""Mentors' rows: most in Île-de-France, most at a few large employers.

Nearly half offer one place, a tenth four or five. A third work at a distance too.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from demo.history.coverage import Coverage
from demo.history.csv_rows import Mentor
from demo.history.generate import department_weights, organisations, people
from demo.history.generate.conventions import Partners
from demo.history.generate.employers import Employers
from demo.history.generate.plan import Period, periods, scaled
from demo.history.generate.seasons import seasonal
from demo.history.generate.seeded_random import Chance, Weighted
from demo.history.named_organisations import ENROLMENTS

CAPACITY = Weighted({1: 45, 2: 30, 3: 15, 4: 6, 5: 4})
AMONG_THE_NAMED = Weighted({2: 50, 3: 50})
REMOTE = 350


def mentors(partners: Partners, coverage: Coverage, scale: float) -> list[Mentor]:
    """Return all mentors in the order of their enrolment."""
    enrolments, employers = Enrolments(scale), Employers(partners, coverage)
    found = list[Mentor]()
    for number, period in enumerate(periods(scale)):
        named = list(enrolments.named(period, first=number == 0))
        days = seasonal(
            enrolments.chance, max(0, period.mentors - len(named)), period.first, period.last
        )
        others = enrolments.others(employers, days)
        found += sorted([*named, *others], key=lambda mentor: mentor.enrolled_on)
    for number, mentor in enumerate(found, 1):
        mentor.reference = f"P{number:05}"
    return found


class Enrolments:
    """Enrolments of mentors, in the order of their draws."""

    def __init__(self, scale: float) -> None:
        self.chance, self.scale = Chance("mentors"), scale
        self.by_name = organisations.named()
        self.number = 0

    def named(self, period: Period, *, first: bool) -> Iterator[Mentor]:
        """Yield the mentors with a given day in `period`; `first` includes earlier days."""
        for name, days in ENROLMENTS.items():
            for day, count in days.items():
                if day <= period.last and (first or day >= period.first):
                    for _ in range(max(1, scaled(count, self.scale))):
                        organisation = self.by_name[name]
                        capacity = self.chance.of(AMONG_THE_NAMED)
                        yield self._mentor(
                            organisation.siren, organisation.department, capacity, day
                        )

    def others(self, employers: Employers, days: Iterable[date]) -> Iterator[Mentor]:
        for day in days:
            department = self.chance.of(department_weights.mentors_on(day))
            siren = employers.one(department, day)
            yield self._mentor(siren, department, self.chance.of(CAPACITY), day)

    def _mentor(self, siren: str, department: str, capacity: int, enrolled_on: date) -> Mentor:
        self.number += 1
        who = people.person(self.chance, people.MENTORS, self.number)
        remote = self.chance.happens(REMOTE)
        return Mentor("", *who, department, remote, siren, capacity, enrolled_on, enrolled_on)
