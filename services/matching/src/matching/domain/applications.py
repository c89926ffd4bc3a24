"""The decision on an application, once: admitted or refused by the rule, or turned down."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from backbone.errors import Invalid, Refused
from contracts import ApplicationTurnedDown, MenteeAdmitted, MenteeRefused, YouthApplied
from contracts.enums import RefusalReason, TurnDownReason
from contracts.local_time import noon_in
from matching.domain import neighbourhoods, people
from matching.domain.eligibility import Decision, age_on, decide
from matching.domain.tables import EligibilityRule, LeapDayBirthday, Mentee

YOUNGEST, OLDEST = 14, 100


class AlreadyDecided(Refused, kind="already-decided"):
    """The application was decided on; its decision and inputs no longer change."""


class InputsMissing(Refused, kind="inputs-missing"):
    """The application lacks inputs of the rule."""


class NotEligible(Refused, kind="not-eligible"):
    """The rule does not allow an admission."""


class RuleDoesNotSaySo(Refused, kind="rule-does-not-say-so"):
    """The reason given is not the one that the rule gives."""


class NoSuchReferral(Invalid, kind="no-such-referral"):
    """No youth of this id was referred, or they no longer agree to it."""


class ReferralTaken(Refused, kind="referral-taken"):
    """The referred youth is another mentee already."""


class BeforeApplication(Refused, kind="before-application"):
    """The decision is dated before the application."""


class BirthDateImpossible(Invalid, ValueError, kind="birth-date-impossible"):
    """The birth date is after the application, or makes the applicant a child or over a hundred."""


class Inputs(NamedTuple):
    """The fields of an application that the eligibility rule needs."""

    birth_date: date
    degree_level: int


def admit(mentee: Mentee, rule: EligibilityRule, *, on: date) -> MenteeAdmitted:
    """Admit a graduate by the rule of `on`; raise `NotEligible` if it forbids it."""
    require_open(mentee, on)
    decision = by_rule(mentee, rule, on)
    if decision.refusal is not None:
        raise NotEligible(f"{why_not(decision)} Refuse it with reason {decision.refusal}.")
    record_decision(mentee, decision, on=on)
    return people.admitted(mentee, decision, on=on)


def refuse(
    mentee: Mentee, rule: EligibilityRule, reason: RefusalReason, *, on: date
) -> MenteeRefused:
    """Refuse a graduate for the rule's reason; raise `RuleDoesNotSaySo` for another one."""
    require_open(mentee, on)
    decision = by_rule(mentee, rule, on)
    if decision.refusal != reason:
        says = f"gives {decision.refusal}" if decision.refusal else "allows to admit them"
        raise RuleDoesNotSaySo(
            f"The rule {rule.version} {says}. Decide so, or give another reason."
        )
    record_decision(mentee, decision, on=on)
    return people.refused(mentee, decision, on=on)


def turn_down(
    mentee: Mentee, rule: EligibilityRule, reason: TurnDownReason, *, on: date
) -> ApplicationTurnedDown:
    """Turn a graduate down for a reason that no rule checks; inputs may be unknown."""
    require_open(mentee, on)
    known = {"degree_level": mentee.degree_level, "birth_date_known": bool(mentee.birth_date)}
    record_decision(mentee, Decision(None, rule.version, known), on=on)
    mentee.refusal = reason
    return ApplicationTurnedDown(
        mentee_id=mentee.id,
        department=mentee.department,
        reason=reason,
        turned_down_on=on,
        occurred_at=noon_in(on, mentee.department),
    )


def take(mentee: Mentee, youth_id: UUID) -> YouthApplied:
    """Return the event that a referred youth is this mentee."""
    return YouthApplied(
        mentee_id=mentee.id,
        youth_id=youth_id,
        applied_on=mentee.applied_on,
        occurred_at=noon_in(mentee.applied_on, mentee.department),
    )


def by_rule(mentee: Mentee, rule: EligibilityRule, on: date) -> Decision:
    """Return the rule's decision on an application; raise `InputsMissing`, naming them."""
    missing = missing_inputs(mentee)
    if missing:
        raise InputsMissing(
            f"The rule {rule.version} needs {' and '.join(missing)}, which the application does "
            "not say. Complete it, then decide."
        )
    needed = Inputs(*(getattr(mentee, name) for name in Inputs._fields))
    return decide(rule, department=mentee.department, on=on, **needed._asdict())


def require_born(birth_date: date | None, applied_on: date) -> None:
    """Raise `BirthDateImpossible` unless a person born then can apply on `applied_on`."""
    if birth_date is None:
        return
    if birth_date >= applied_on:
        raise BirthDateImpossible(
            f"birth_date is not before the day they applied, {applied_on}. Correct the birth date."
        )
    age = age_on(applied_on, birth_date, LeapDayBirthday.FEBRUARY_28)
    if not YOUNGEST <= age <= OLDEST:
        raise BirthDateImpossible(
            f"birth_date makes them {age} on the day they applied, {applied_on}. Nobody applies "
            f"before {YOUNGEST} or after {OLDEST}: correct the birth date."
        )


def missing_inputs(mentee: Mentee) -> Sequence[str]:
    return [name for name in Inputs._fields if getattr(mentee, name) is None]


def record_decision(mentee: Mentee, decision: Decision, *, on: date) -> None:
    """Store a decision with the rule's version and its inputs, including the neighbourhood."""
    mentee.decided_on, mentee.refusal = on, decision.refusal
    mentee.rule_version = decision.rule_version
    mentee.decision_inputs = decision.inputs | neighbourhoods.of(mentee).columns


def require_open(mentee: Mentee, on: date) -> None:
    require_undecided(mentee)
    if on < mentee.applied_on:
        raise BeforeApplication(
            f"They applied on {mentee.applied_on}, after {on}. Give that day or a later one."
        )


def require_undecided(mentee: Mentee) -> None:
    if mentee.erased:
        raise people.PersonErased("They asked to be forgotten: there is nothing to decide on.")
    if mentee.is_decided:
        decided = "admitted" if mentee.is_admitted else f"refused ({mentee.refusal})"
        raise AlreadyDecided(
            f"They were {decided} on {mentee.decided_on}. The decision stays, and so does what it "
            "was taken on."
        )


def why_not(decision: Decision) -> str:
    """Return a sentence that names the input which the rule does not allow."""
    inputs = decision.inputs
    if decision.refusal == RefusalReason.DEGREE_TOO_LOW:
        return (
            f"The rule {decision.rule_version} does not allow it: degree_level is "
            f"{inputs['degree_level']}, region {inputs['region']} needs "
            f"{inputs['degree_level_needed']}."
        )
    return (
        f"The rule {decision.rule_version} does not allow it: birth_date makes them "
        f"{inputs['age']}, and they must be younger than {inputs['younger_than']}."
    )
