"""Conventions and memberships.

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
"""Per mille of signatories that sign with others."""
FROM_NEXT_MONTH = 250
FOR_THREE_YEARS = 350
RENEWED = 850
JOINS = 120
"""Per mille of signatories that belong to a federation too."""

Newcomer = tuple[Organisation, date]


@dataclass(slots=True)
class Partners:
    """Organisations, their memberships and conventions."""

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


def generate_partners(scale: float) -> Partners:
    """Return all organisations with their conventions and memberships, each list by day."""
    partners, register = Partners(), Register()
    by_name = organisations.named()
    _sign_named(partners, by_name)
    ush = by_name[named_organisations.USH].siren
    for period in periods(scale):
        _sign_own_and_shared(partners, register, period)
        for member, joined_on in register.registrations(period, period.members, MEMBER_KINDS):
            partners.organisations.append(member)
            landlord = (
                member.kind == "social_landlord"
                and joined_on > named_organisations.IN_FORCE_FOR_USH
            )
            umbrella = ush if landlord else _federation(partners, joined_on)
            partners.join(member, umbrella, joined_on)
    _put_in_order(partners)
    return partners


def _sign_named(partners: Partners, by_name: dict[str, Organisation]) -> None:
    partners.organisations += by_name.values()
    for one in NAMED:
        if one.umbrella:
            partners.join(by_name[one.name], by_name[one.umbrella].siren, one.registered_on)
        if one.signed_on:
            partners.sign([by_name[one.name].siren], one.signed_on, one.effective_on)
    shared = [
        by_name[name].siren for name in (named_organisations.AROSH, *named_organisations.LANDLORDS)
    ]
    partners.sign(shared, named_organisations.SIGNED_BY_AROSH)
    partners.federations.append((by_name[named_organisations.MEDEF_93].siren, date(2006, 1, 16)))


def named_signatories(period: Period) -> int:
    """Return the number of named organisations that first sign in `period`, or before the first."""
    days = [one.signed_on for one in NAMED if one.signed_on]
    days += [named_organisations.SIGNED_BY_AROSH] * (1 + len(named_organisations.LANDLORDS))
    return sum(period.first <= max(day, date(2006, 2, 20)) <= period.last for day in days)


def _sign_own_and_shared(partners: Partners, register: Register, period: Period) -> None:
    count = max(0, period.signatories - named_signatories(period))
    newcomers = list(register.registrations(period, count, KINDS))
    partners.organisations += (organisation for organisation, _ in newcomers)
    while newcomers:
        size = partners.chance.between(2, 7) if partners.chance.happens(FRAMEWORK) else 1
        some, newcomers = newcomers[:size], newcomers[size:]
        _sign_together(partners, some) if len(some) > 1 else _sign_alone(partners, *some[0])
        for organisation, signed_on in some:
            _join_federation(partners, organisation, signed_on)


def _sign_together(partners: Partners, newcomers: Sequence[Newcomer]) -> None:
    """Sign a framework convention; some sign with the first, others accede on their own day."""
    signed_on = newcomers[0][1]
    signatories = [
        organisation.siren
        if own_day == signed_on
        or (organisation.registered_on <= signed_on and partners.chance.happens(600))
        else f"{organisation.siren}@{own_day}"
        for organisation, own_day in newcomers
    ]
    partners.sign(signatories, signed_on)


def _sign_alone(partners: Partners, organisation: Organisation, signed_on: date) -> None:
    effective_on = signed_on
    if partners.chance.happens(FROM_NEXT_MONTH):
        next_month = after(signed_on.replace(day=1), 32).replace(day=1)
        effective_on = next_month if next_month <= ENDS_ON else signed_on
    limited = organisation.kind != "federation" and partners.chance.happens(FOR_THREE_YEARS)
    while limited:
        ends_on = after(effective_on, 3 * 365)
        partners.sign([organisation.siren], signed_on, effective_on, ends_on)
        signed_on = working_day_before(after(ends_on, -partners.chance.between(0, 45)))
        effective_on = after(ends_on, 1)
        if effective_on > ENDS_ON or not partners.chance.happens(RENEWED):
            return
        limited = partners.chance.happens(FOR_THREE_YEARS)
    partners.sign([organisation.siren], signed_on, effective_on)


def _join_federation(partners: Partners, organisation: Organisation, signed_on: date) -> None:
    """Perhaps join an earlier federation, so that memberships have no cycle."""
    joined_on = after(signed_on, partners.chance.between(1, 300))
    if joined_on <= ENDS_ON and partners.chance.happens(JOINS):
        partners.join(organisation, _federation(partners, signed_on), joined_on)
    if organisation.kind == "federation":
        partners.federations.append((organisation.siren, signed_on))


def _federation(partners: Partners, on: date) -> str:
    """Return a federation that had signed by `on`, most often one of the first."""
    signed = [siren for siren, since in partners.federations if since <= on]
    return signed[partners.chance.below(partners.chance.below(len(signed)) + 1)]


def _put_in_order(partners: Partners) -> None:
    partners.organisations.sort(key=lambda row: (row.registered_on, row.siren))
    partners.memberships.sort(key=lambda row: (row.joined_on, row.siren))
    partners.conventions.sort(key=lambda row: (row.signed_on, row.signatories))
    for number, convention in enumerate(partners.conventions, 1):
        convention.reference = f"CV{number:05}"
