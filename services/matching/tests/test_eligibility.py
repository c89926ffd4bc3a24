from calendar import isleap
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.enums import RefusalReason
from matching.domain.eligibility import (
    BIRTHDAYS,
    LEAP_DAY,
    NoRuleInForce,
    age_on,
    decide,
    rule_on,
)
from matching.domain.tables import EligibilityRule, LeapDayBirthday

RULE = EligibilityRule(
    version="2005-1",
    valid_from=date(2005, 1, 1),
    younger_than=30,
    degree_level=3,
    degree_level_by_region={"11": 4},
)
DAY = date(2013, 9, 2)
YOUNG = date(1990, 5, 4)


@pytest.mark.parametrize(
    ("department", "degree_level", "refusal"),
    [
        ("93", 4, None),
        ("93", 3, RefusalReason.DEGREE_TOO_LOW),
        ("69", 3, None),
        ("69", 2, RefusalReason.DEGREE_TOO_LOW),
        ("974", 3, None),
    ],
)
def test_the_degree_needed_depends_on_the_region(
    department: str, degree_level: int, refusal: RefusalReason | None
) -> None:
    decision = decide(
        RULE, department=department, degree_level=degree_level, birth_date=YOUNG, on=DAY
    )

    assert decision.refusal == refusal


@pytest.mark.parametrize(
    ("birth_date", "refusal"),
    [(date(1983, 9, 3), None), (date(1983, 9, 2), RefusalReason.TOO_OLD)],
)
def test_one_is_under_thirty_until_the_day_before_the_birthday(
    birth_date: date, refusal: RefusalReason | None
) -> None:
    decision = decide(RULE, department="69", degree_level=5, birth_date=birth_date, on=DAY)

    assert decision.refusal == refusal


def test_a_decision_keeps_the_rule_and_what_it_was_taken_on() -> None:
    decision = decide(RULE, department="93", degree_level=5, birth_date=YOUNG, on=DAY)

    assert decision.rule_version == "2005-1"
    assert decision.inputs == {
        "region": "11",
        "degree_level": 5,
        "degree_level_needed": 4,
        "age": 23,
        "younger_than": 30,
    }


def test_nobody_is_decided_on_before_the_first_rule() -> None:
    with pytest.raises(NoRuleInForce, match="2004-12-31"):
        rule_on([RULE], date(2004, 12, 31))


@given(
    st.dates(date(1950, 1, 1), date(2010, 1, 1)), st.integers(0, 60), st.sampled_from([*BIRTHDAYS])
)
def test_age_counts_birthdays(birth_date: date, years: int, leap_day: LeapDayBirthday) -> None:
    year = birth_date.year + years
    born_on = birth_date.month, birth_date.day
    in_common_year = BIRTHDAYS[leap_day] if born_on == LEAP_DAY else born_on
    birthday = date(year, *(born_on if isleap(year) else in_common_year))

    assert age_on(birthday, birth_date, leap_day) == years
    assert age_on(birthday - timedelta(days=1), birth_date, leap_day) == years - 1


@pytest.mark.parametrize(
    ("on", "born_on_28", "born_on_1"),
    [
        (date(2014, 2, 27), 29, 29),
        (date(2014, 2, 28), 30, 29),
        (date(2014, 3, 1), 30, 30),
        (date(2016, 2, 28), 31, 31),
        (date(2016, 2, 29), 32, 32),
    ],
)
def test_the_rule_says_when_who_is_born_on_29_february_is_a_year_older(
    on: date, born_on_28: int, born_on_1: int
) -> None:
    ages = [age_on(on, date(1984, 2, 29), day) for day in BIRTHDAYS]

    assert ages == [born_on_28, born_on_1]
    assert RULE.leap_day_birthday == LeapDayBirthday.FEBRUARY_28
