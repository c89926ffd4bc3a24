"""Who signs what, and who belongs to whom.

Nine in ten sign an own convention, the others a framework convention together, some of them on a
later day. A third of the own ones are for three years; most of these are renewed, some lapse.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from demo.history import named_organisations
from demo.history.coverage import Coverage
from demo.history.csv_rows import Convention, Membership, Organisation
from demo.history.days import ENDS_ON, after, working_day_before
from demo.history.generate import organisations
from demo.history.generate.organisations import KINDS, MEMBER_KINDS, Register
from demo.history.generate.plan import Period, periods
from demo.history.generate.seeded_random import Chance
from demo.history.named_organisations import NAMED

FRAMEWORK = 35
"""Of a thousand who sign, who does so with others."""
FROM_NEXT_MONTH = 250
FOR_THREE_YEARS = 350
RENEWED = 850
JOINS = 120
"""Of a thousand who sign, who belongs to a federation too."""

Comer = tuple[Organisation, date]


@dataclass(slots=True)
class Partners:
    """The organisations, and what binds them."""

    chance: Chance = field(default_factory=lambda: Chance("conventions"))
    organisations: list[Organisation] = field(default_factory=list)
    memberships: list[Membership] = field(default_factory=list)
    conventions: list[Convention] = field(default_factory=list)
    federations: list[tuple[str, date]] = field(default_factory=list)

    @property
    def coverage(self) -> Coverage:
        return Coverage(self.conventions, self.memberships)

    def sign(
        self,
        signatories: Sequence[str],
        signed_on: date,
        effective_on: date | None = None,
        ends_on: date | None = None,
    ) -> None:
        kind = "framework" if len(signatories) > 1 else "own"
        effective_on = effective_on or signed_on
        self.conventions.append(
            Convention("", kind, signed_on, effective_on, ends_on, tuple(signatories))
        )

    def join(self, member: Organisation, umbrella: str, joined_on: date) -> None:
        self.memberships.append(Membership(member.siren, umbrella, joined_on))


def partners(scale: float) -> Partners:
    """All organisations with their conventions and memberships, each list in the order of days."""
    those, register = Partners(), Register()
    by_name = organisations.named()
    _sign_named(those, by_name)
    ush = by_name[named_organisations.USH].siren
    for period in periods(scale):
        _sign_own_and_shared(those, register, period)
        for member, joined_on in register.come(period, period.members, MEMBER_KINDS):
            those.organisations.append(member)
            landlord = (
                member.kind == "social_landlord"
                and joined_on > named_organisations.IN_FORCE_FOR_USH
            )
            umbrella = ush if landlord else _federation(those, joined_on)
            those.join(member, umbrella, joined_on)
    _put_in_order(those)
    return those


def _sign_named(those: Partners, by_name: dict[str, Organisation]) -> None:
    those.organisations += by_name.values()
    for one in NAMED:
        if one.umbrella:
            those.join(by_name[one.name], by_name[one.umbrella].siren, one.registered_on)
        if one.signed_on:
            those.sign([by_name[one.name].siren], one.signed_on, one.effective_on)
    shared = [
        by_name[name].siren for name in (named_organisations.AROSH, *named_organisations.LANDLORDS)
    ]
    those.sign(shared, named_organisations.SIGNED_BY_AROSH)
    those.federations.append((by_name[named_organisations.MEDEF_93].siren, date(2006, 1, 16)))


def named_signatories(period: Period) -> int:
    """How many of the named ones sign first in a period; before all periods is in the first."""
    days = [one.signed_on for one in NAMED if one.signed_on]
    days += [named_organisations.SIGNED_BY_AROSH] * (1 + len(named_organisations.LANDLORDS))
    return sum(period.first <= max(day, date(2006, 2, 20)) <= period.last for day in days)


def _sign_own_and_shared(those: Partners, register: Register, period: Period) -> None:
    count = max(0, period.signatories - named_signatories(period))
    comers = list(register.come(period, count, KINDS))
    those.organisations += (organisation for organisation, _ in comers)
    while comers:
        together = those.chance.between(2, 7) if those.chance.happens(FRAMEWORK) else 1
        some, comers = comers[:together], comers[together:]
        _sign_together(those, some) if len(some) > 1 else _sign_alone(those, *some[0])
        for organisation, signed_on in some:
            _maybe_federate(those, organisation, signed_on)


def _sign_together(those: Partners, comers: Sequence[Comer]) -> None:
    """Who is known by then may sign with the first; the others accede on a day of their own."""
    signed_on = comers[0][1]
    signatories = [
        organisation.siren
        if own_day == signed_on
        or (organisation.registered_on <= signed_on and those.chance.happens(600))
        else f"{organisation.siren}@{own_day}"
        for organisation, own_day in comers
    ]
    those.sign(signatories, signed_on)


def _sign_alone(those: Partners, organisation: Organisation, signed_on: date) -> None:
    effective_on = signed_on
    if those.chance.happens(FROM_NEXT_MONTH):
        next_month = after(signed_on.replace(day=1), 32).replace(day=1)
        effective_on = next_month if next_month <= ENDS_ON else signed_on
    limited = organisation.kind != "federation" and those.chance.happens(FOR_THREE_YEARS)
    while limited:
        ends_on = after(effective_on, 3 * 365)
        those.sign([organisation.siren], signed_on, effective_on, ends_on)
        signed_on = working_day_before(after(ends_on, -those.chance.between(0, 45)))
        effective_on = after(ends_on, 1)
        if effective_on > ENDS_ON or not those.chance.happens(RENEWED):
            return
        limited = those.chance.happens(FOR_THREE_YEARS)
    those.sign([organisation.siren], signed_on, effective_on)


def _maybe_federate(those: Partners, organisation: Organisation, signed_on: date) -> None:
    """A member joins a federation that came before it, so that nobody is above themselves."""
    joined_on = after(signed_on, those.chance.between(1, 300))
    if joined_on <= ENDS_ON and those.chance.happens(JOINS):
        those.join(organisation, _federation(those, signed_on), joined_on)
    if organisation.kind == "federation":
        those.federations.append((organisation.siren, signed_on))


def _federation(those: Partners, on: date) -> str:
    """A federation that has signed by then, most often one of the first."""
    there = [siren for siren, since in those.federations if since <= on]
    return there[those.chance.below(those.chance.below(len(there)) + 1)]


def _put_in_order(those: Partners) -> None:
    those.organisations.sort(key=lambda row: (row.registered_on, row.siren))
    those.memberships.sort(key=lambda row: (row.joined_on, row.siren))
    those.conventions.sort(key=lambda row: (row.signed_on, row.signatories))
    for number, convention in enumerate(those.conventions, 1):
        convention.reference = f"CV{number:05}"
