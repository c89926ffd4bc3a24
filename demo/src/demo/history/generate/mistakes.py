"""Mistakes in the files: contacts mistyped or recorded twice, wrong outcomes, neighbourhoods.

A corrected row is found by its pair and day, so that neither the wrong nor the right day is that
of another row of the pair.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from demo.history.corrections import Correction
from demo.history.csv_rows import Contact, Mentee, Outcome, Pairing
from demo.history.days import BEGUN_ON, ENDS_ON, after
from demo.history.generate.outcomes import FITTING
from demo.history.generate.plan import scaled
from demo.history.generate.seeded_random import Chance, Weighted
from demo.history.ledger import is_admitted

CONTACTS_CORRECTED, CONTACTS_WITHDRAWN = 600, 150
"""Of 86,000: seven and two of a thousand."""
OUTCOMES_CORRECTED, OUTCOMES_WITHDRAWN = 300, 14
"""Of 23,000: thirteen of a thousand, and fewer than one."""
NEIGHBOURHOODS_CORRECTED = 40

MISTYPED = Weighted({"contact_on": 50, "minutes": 25, "medium": 25})
SHIFTS = (-10, -7, -3, -2, -1, 1, 2, 3, 7, 10)
"""Differences of a mistyped day, in days."""
MEDIA, MINUTES = ("meeting", "phone", "video", "email", "sms"), (15, 20, 30, 45, 60, 90)

CORRECTED_FIELDS = Weighted({"fits_qualification": 45, "contract": 35, "found_on": 20})
UNKNOWN_FIRST = 600
"""Per mille of corrected neighbourhoods that were unknown; the others were wrong."""


class TakenDays:
    """Days on which a pair or a mentee has a row."""

    def __init__(self, chance: Chance, rows: Iterable[tuple[str, date]]) -> None:
        self.chance = chance
        self._taken = defaultdict[str, set[date]](set)
        for of, day in rows:
            self._taken[of].add(day)

    def other(self, of: str, day: date, first: date, last: date) -> date | None:
        """Take and return a free day near `day`, from `first` to `last`; None if there is none."""
        shifted = [after(day, shift) for shift in SHIFTS]
        free = [one for one in shifted if first <= one <= last and one not in self._taken[of]]
        if not free:
            return None
        chosen = self.chance.one_of(free)
        self._taken[of].add(chosen)
        return chosen


def contacts(
    rows: Sequence[Contact], pairs: dict[str, Pairing], scale: float
) -> list[Correction[Contact]]:
    """Return the corrections of contacts that were mistyped, then recorded twice."""
    chance = Chance("contacts corrected")
    days = TakenDays(chance, ((row.pairing, row.contact_on) for row in rows))
    some = [row for row in rows if row.pairing in pairs]
    corrected = [
        Correction(_mistyped(chance, row, pairs[row.pairing], days), row)
        for row in chance.sample(some, max(2, scaled(CONTACTS_CORRECTED, scale)))
    ]
    count = max(2, scaled(CONTACTS_WITHDRAWN, scale))
    twice = list(_noted_twice(chance.sample(some, count), pairs, days, len(rows)))
    return corrected + [Correction(row, None) for row in twice]


def _mistyped(chance: Chance, row: Contact, pairing: Pairing, days: TakenDays) -> Contact:
    wrong = chance.of(MISTYPED)
    if wrong == "contact_on" and (day := days.other(row.pairing, row.contact_on, *span(pairing))):
        return replace(row, contact_on=day)
    if wrong == "minutes" and row.minutes:
        return replace(row, minutes=chance.one_of([m for m in MINUTES if m != row.minutes]))
    return replace(row, medium=chance.one_of([each for each in MEDIA if each != row.medium]))


def _noted_twice(
    rows: Iterable[Contact], pairs: dict[str, Pairing], days: TakenDays, count: int
) -> Iterator[Contact]:
    """Yield a copy of each row with another reference and day."""
    for row in rows:
        if day := days.other(row.pairing, row.contact_on, *span(pairs[row.pairing])):
            count += 1
            yield replace(row, reference=f"C{count:06}", contact_on=day)


def span(pairing: Pairing) -> tuple[date, date]:
    """Return the first and the last day of a pair, within the history."""
    return pairing.accepted_on or pairing.proposed_on, pairing.ended_on or ENDS_ON


def outcomes(
    rows: Sequence[Outcome], pairs: dict[str, Pairing], scale: float
) -> list[Correction[Outcome]]:
    """Return the corrections of outcomes, then those that are withdrawn."""
    chance = Chance("outcomes corrected")
    days = TakenDays(chance, ((row.mentee, row.found_on) for row in rows))
    corrected = [
        Correction(_as_known_first(chance, row, days), row)
        for row in chance.sample(
            _sole_outcomes(rows, pairs), max(2, scaled(OUTCOMES_CORRECTED, scale))
        )
    ]
    count = max(2, scaled(OUTCOMES_WITHDRAWN, scale))
    void = [
        *_recorded_twice(chance.sample(_sole_outcomes(rows, pairs), count // 2), days),
        *_void_outcomes(chance, rows, pairs, count - count // 2),
    ]
    for number, row in enumerate(void, len(rows) + 1):
        row.reference = f"I{number:05}"
    return corrected + [Correction(row, None) for row in void]


def _sole_outcomes(rows: Sequence[Outcome], pairs: dict[str, Pairing]) -> list[Outcome]:
    """Return the outcomes of the pairs' mentees that are the only one on their day."""
    mentees = {pairing.mentee for pairing in pairs.values()}
    found = Counter((row.mentee, row.found_on) for row in rows)
    return [r for r in rows if r.mentee in mentees and found[r.mentee, r.found_on] == 1]


def _as_known_first(chance: Chance, row: Outcome, days: TakenDays) -> Outcome:
    """Return an outcome as known before its fit, its contract or its day was corrected."""
    later = chance.of(CORRECTED_FIELDS)
    if later == "found_on" and (day := days.other(row.mentee, row.found_on, BEGUN_ON, ENDS_ON)):
        return replace(row, found_on=day)
    if later == "fits_qualification" and row.fits_qualification is not None:
        return replace(row, fits_qualification=None)
    if row.contract == "cdi":
        return replace(row, contract="cdd", months=6, evidence="declared")
    return replace(row, contract="cdi", months=None, evidence="declared")


def _recorded_twice(rows: Iterable[Outcome], days: TakenDays) -> Iterator[Outcome]:
    for row in rows:
        if day := days.other(row.mentee, row.found_on, BEGUN_ON, ENDS_ON):
            yield replace(row, found_on=day)


def _void_outcomes(
    chance: Chance, rows: Iterable[Outcome], pairs: dict[str, Pairing], count: int
) -> Iterator[Outcome]:
    """Yield declared outcomes of mentees who found none, to be withdrawn."""
    found = {row.mentee for row in rows}
    without = [pairing for pairing in pairs.values() if pairing.mentee not in found]
    for pairing in chance.sample(without, count):
        first, last = span(pairing)
        found_on = after(first, chance.below((last - first).days + 1))
        contract = chance.of(FITTING)
        yield Outcome(
            "", pairing.mentee, pairing.reference, found_on, contract, None, True, "declared"
        )


def neighbourhoods(
    rows: Iterable[Mentee], pairs: dict[str, Pairing], scale: float
) -> list[Correction[Mentee]]:
    """Return the corrections of neighbourhoods that were unknown or wrong."""
    chance = Chance("neighbourhoods corrected")
    mentees = {pairing.mentee for pairing in pairs.values()}
    known = [
        row
        for row in rows
        if row.reference in mentees and row.priority_neighbourhood != "unknown" and is_admitted(row)
    ]
    return [
        Correction(replace(row, priority_neighbourhood=_where_first(chance, row)), row)
        for row in chance.sample(known, max(2, scaled(NEIGHBOURHOODS_CORRECTED, scale)))
    ]


def _where_first(chance: Chance, row: Mentee) -> str:
    if chance.happens(UNKNOWN_FIRST):
        return "unknown"
    return "out" if row.priority_neighbourhood == "in" else "in"
