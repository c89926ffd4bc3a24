"""Changes of conventions and memberships: prolonged, ended, suspended, left.

Nothing ends or is suspended before the last enrolment or proposal that depends on it. Organisations
that the articles name are left unchanged.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import date

from demo.history import named_organisations
from demo.history.corrections import MembershipEnd, SignatoryEnd, Suspension, TermChange
from demo.history.coverage import signatories
from demo.history.csv_rows import Convention, History
from demo.history.days import BEGUN_ON, ENDS_ON, after
from demo.history.generate import organisations
from demo.history.generate.plan import scaled
from demo.history.generate.seeded_random import Chance

PROLONGED, ENDED, SUSPENDED, WITHDRAWN, LEFT = 12, 6, 6, 4, 6
A_MONTH, HALF_A_YEAR, A_YEAR, THREE_YEARS = 30, 182, 365, 3 * 365
SUSPENSIONS = ((date(2013, 11, 4), date(2014, 3, 3)), (date(2015, 5, 4), None))
"""First day and resumption: one covers the day of the first figures, the other the end."""


class FreeOrganisations:
    """Organisations that may be changed.

    They have no other change and no members, and the articles do not name them.
    """

    def __init__(self, history: History, apart: Collection[str]) -> None:
        self.history, self._taken = history, set(apart)
        self._needed = defaultdict[str, date](lambda: BEGUN_ON)
        employers = {row.reference: row.organisation_siren for row in history.mentors}
        days = [(row.organisation_siren, row.enrolled_on) for row in history.mentors]
        days += [(employers[row.mentor], row.proposed_on) for row in history.pairings]
        for siren, day in days:
            self._needed[siren] = max(self._needed[siren], day)
        names = {one.name for one in named_organisations.NAMED}
        self._taken |= {row.siren for row in history.organisations if row.name in names}
        self._taken |= {row.umbrella_siren for row in history.memberships}

    def has(self, siren: str) -> bool:
        return siren not in self._taken

    def take(self, sirens: Iterable[str]) -> None:
        """Mark organisations as changed."""
        self._taken.update(sirens)

    def own(self) -> list[Convention]:
        """Return the last own convention of each free organisation."""
        last = {row.signatories[0]: row for row in self.history.conventions if row.kind == "own"}
        return [row for siren, row in last.items() if self.has(siren)]

    def needs(self, siren: str, since: date) -> bool:
        """Return whether an enrolment or proposal on or after `since` depends on its coverage."""
        return self._needed[siren] >= since

    def over_on(self, chance: Chance, siren: str, since: date) -> date | None:
        """Return a possible last day of what began on `since`; None if it is needed to the end."""
        first = max(after(since, HALF_A_YEAR), after(self._needed[siren], A_MONTH))
        days = (ENDS_ON - first).days
        return after(first, chance.below(min(days, A_YEAR))) if days > 0 else None


def prolonged(free: FreeOrganisations, scale: float) -> Iterator[TermChange]:
    """Yield conventions that had a last day and were prolonged: most of them would have lapsed."""
    chance, count = Chance("conventions prolonged"), max(2, scaled(PROLONGED, scale))
    possible = [row for row in free.own() if row.ends_on and row.signed_on < _agreed_on(row)]
    lapsed = [row for row in possible if row.ends_on and row.ends_on < ENDS_ON]
    chosen = chance.sample(lapsed if len(lapsed) >= count else possible, count)
    free.take(row.signatories[0] for row in chosen)
    for number, row in enumerate(chosen):
        step, days = (("amendment", A_YEAR), ("renewal", THREE_YEARS))[number % 2]
        true = replace(row, ends_on=after(row.ends_on or ENDS_ON, days))
        yield TermChange(step, _agreed_on(row), row, true)


def _agreed_on(row: Convention) -> date:
    """Return the day of the prolongation: a month before the end, or the history's end."""
    return after(min(row.ends_on or ENDS_ON, ENDS_ON), -A_MONTH)


def ended(free: FreeOrganisations, scale: float) -> Iterator[TermChange]:
    """Yield conventions that were ended before their last day, or without having had one."""
    chance, possible = Chance("conventions ended"), list[TermChange]()
    for row in free.own():
        on = free.over_on(chance, row.signatories[0], row.effective_on)
        if on is not None and on < (row.ends_on or ENDS_ON):
            possible.append(TermChange("end", on, row, replace(row, ends_on=on)))
    chosen = chance.sample(possible, max(1, scaled(ENDED, scale)))
    free.take(change.first.signatories[0] for change in chosen)
    return iter(chosen)


def suspended(free: FreeOrganisations, scale: float) -> Iterator[Suspension]:
    """Yield suspensions: of two, one is over and one lasts."""
    chance = Chance("conventions suspended")
    for from_on, resumed_on in SUSPENSIONS:
        possible = [
            row
            for row in free.own()
            if row.effective_on < from_on <= (row.ends_on or from_on)
            and not free.needs(row.signatories[0], from_on)
        ]
        chosen = chance.sample(possible, max(1, scaled(SUSPENDED // 2, scale)))
        free.take(row.signatories[0] for row in chosen)
        for row in chosen:
            yield Suspension(row.reference, from_on, resumed_on)


def withdrawn(free: FreeOrganisations, scale: float) -> Iterator[SignatoryEnd]:
    """Yield signatories that left a framework convention, one of each at most.

    A part of the history may have none but the landlords' of 2015: one leaves it at the very end.
    """
    chance, possible = Chance("signatories withdrawn"), list[SignatoryEnd]()
    shared = [row for row in free.history.conventions if row.kind == "framework"]
    for row in shared:
        bound = [(siren, since) for siren, since in signatories(row) if free.has(siren)]
        days = {siren: free.over_on(chance, siren, since) for siren, since in bound}
        ends = [SignatoryEnd(row.reference, siren, on) for siren, on in days.items() if on]
        possible += ends[:1]
    chosen = chance.sample(possible, max(1, scaled(WITHDRAWN, scale)))
    free.take(one.siren for one in chosen)
    last = shared[-1]
    return iter(chosen or [SignatoryEnd(last.reference, last.signatories[-1], ENDS_ON)])


def left(free: FreeOrganisations, scale: float) -> Iterator[MembershipEnd]:
    """Yield members that left their umbrella; those of USH and AROSH stay."""
    chance, possible = Chance("memberships left"), list[MembershipEnd]()
    kept_umbrellas = {
        organisations.siren_of(name)
        for name in (named_organisations.USH, named_organisations.AROSH)
    }
    for row in free.history.memberships:
        if row.umbrella_siren not in kept_umbrellas and free.has(row.siren):
            on = free.over_on(chance, row.siren, row.joined_on)
            possible += [MembershipEnd(row.siren, row.umbrella_siren, on)] if on else []
    chosen = chance.sample(possible, max(1, scaled(LEFT, scale)))
    free.take(one.siren for one in chosen)
    return iter(chosen)
