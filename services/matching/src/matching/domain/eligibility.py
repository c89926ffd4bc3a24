"""The eligibility rule: who may be a mentee, applied to declared data, with its reasons."""

from calendar import isleap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from backbone.errors import Refused
from contracts.bounds import days_after
from contracts.enums import RefusalReason
from contracts.territories import region_of
from matching.domain.tables import EligibilityRule, LeapDayBirthday

LEAP_DAY = (2, 29)
BIRTHDAYS = {LeapDayBirthday.FEBRUARY_28: (2, 28), LeapDayBirthday.MARCH_1: (3, 1)}


class NoRuleInForce(Refused, kind="no-rule-in-force"):
    """No rule exists for the date of the decision."""


class RuleVersionTaken(Refused, kind="rule-version-taken"):
    """Decisions rest on the rule of that version."""


class RuleInThePast(Refused, kind="rule-in-the-past"):
    """Decisions were taken by the rules of past days."""


class RulesOverlap(Refused, kind="rules-overlap"):
    """Only one rule is in force on a day."""


@dataclass(frozen=True, slots=True)
class Decision:
    """An admission, or a refusal with its reason; and the inputs that it rests on."""

    refusal: RefusalReason | None
    rule_version: str
    inputs: dict[str, Any]


def rule_on(rules: Sequence[EligibilityRule], day: date) -> EligibilityRule:
    """Return the rule in force on `day`; raise `NoRuleInForce` if there is none."""
    for rule in rules:
        if rule.valid_from <= day and (rule.valid_to is None or day <= rule.valid_to):
            return rule
    raise NoRuleInForce(f"No eligibility rule is in force on {day}. Add one, then decide.")


def follow(new: EligibilityRule, rules: Sequence[EligibilityRule], *, today: date) -> None:
    """End an open-ended rule that began before `new` on the day before it.

    Raise `RuleVersionTaken`, `RuleInThePast`, or `RulesOverlap` for days of another rule.
    """
    if new.version in {rule.version for rule in rules}:
        raise RuleVersionTaken(f"There is a rule {new.version} already. Take another version.")
    if new.valid_from <= today:
        raise RuleInThePast(
            f"{new.valid_from} is not to come: people were decided on by the rule of that day. "
            "Begin tomorrow or later."
        )
    for rule in rules:
        if rule.valid_to is None and rule.valid_from < new.valid_from:
            rule.valid_to = days_after(new.valid_from, -1)
        elif rule.valid_from <= (new.valid_to or date.max) and new.valid_from <= (
            rule.valid_to or date.max
        ):
            raise RulesOverlap(
                f"The rule {rule.version} is valid from {rule.valid_from} to "
                f"{rule.valid_to or 'further notice'}. Begin after it, or end before it."
            )


def age_on(day: date, birth_date: date, leap_day_birthday: LeapDayBirthday) -> int:
    """Return the age on `day` in full years.

    In a year without 29 February, `leap_day_birthday` is the birthday of those born on that day.
    """
    birthday = birth_date.month, birth_date.day
    if birthday == LEAP_DAY and not isleap(day.year):
        birthday = BIRTHDAYS[leap_day_birthday]
    return day.year - birth_date.year - ((day.month, day.day) < birthday)


def decide(
    rule: EligibilityRule, *, department: str, degree_level: int, birth_date: date, on: date
) -> Decision:
    """Return the decision on a graduate; a degree level is in years after the baccalauréat."""
    region = region_of(department, on)
    age, needed = (
        age_on(on, birth_date, rule.leap_day_birthday),
        rule.degree_level_by_region.get(region.code, rule.degree_level),
    )
    refusal = None
    if degree_level < needed:
        refusal = RefusalReason.DEGREE_TOO_LOW
    elif age >= rule.younger_than:
        refusal = RefusalReason.TOO_OLD
    inputs = {
        "region": region.code,
        "degree_level": degree_level,
        "degree_level_needed": needed,
        "age": age,
        "younger_than": rule.younger_than,
    }
    return Decision(refusal, rule.version, inputs)
