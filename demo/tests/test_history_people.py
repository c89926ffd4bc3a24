"""The rules that mentors and mentees keep, and that nobody is real."""

import re
from collections import Counter
from datetime import date

from demo.history.coverage import Coverage
from demo.history.csv_rows import Mentee, Mentor
from demo.history.days import BEGUN_ON, ENDS_ON
from demo.history.ledger import Ledger, is_admitted
from demo.history.territories import opened_on

RESERVED_PHONE = re.compile(r"\+33639 ?98\d{4}")
RESERVED_ADDRESS = re.compile(r"[a-z]+\.[a-z]+\.\d+@example\.(org|com|net)")


def people(small: Ledger) -> list[Mentor | Mentee]:
    return [*small.history.mentors, *small.history.mentees]


def test_phone_numbers_are_of_the_range_reserved_for_fiction(small: Ledger) -> None:
    assert all(RESERVED_PHONE.fullmatch(one.phone) for one in people(small) if one.phone)


def test_addresses_are_at_reserved_domains_and_no_two_alike(small: Ledger) -> None:
    addresses = [one.email for one in people(small) if one.email]

    assert all(RESERVED_ADDRESS.fullmatch(address) for address in addresses)
    assert len(set(addresses)) == len(addresses)


def test_some_have_no_phone_and_some_no_address_but_nobody_has_neither(small: Ledger) -> None:
    assert any(one.phone is None for one in people(small))
    assert any(one.email is None for one in people(small))
    assert all(one.phone or one.email for one in people(small))


def test_a_mentor_enrols_on_a_day_on_which_the_organisation_is_covered(small: Ledger) -> None:
    coverage = Coverage(small.history.conventions, small.history.memberships)

    for row in small.history.mentors:
        assert coverage.covers(row.organisation_siren, row.enrolled_on)
        assert 1 <= row.capacity <= 5


def test_a_mentee_lives_in_a_department_that_is_open_on_the_day_of_the_application(
    small: Ledger,
) -> None:
    assert all(
        opened_on()[row.department] <= row.applied_on <= ENDS_ON for row in small.history.mentees
    )


def test_a_few_are_refused_some_too_old_some_with_too_low_a_degree(small: Ledger) -> None:
    refused = [row for row in small.history.mentees if not is_admitted(row)]
    needed = {True: 4, False: 3}

    too_low = [row for row in refused if row.degree_level < needed[is_near_paris(row)]]
    assert 0 < len(refused) < len(small.history.mentees) // 30
    assert 0 < len(too_low) < len(refused)


def is_near_paris(row: Mentee) -> bool:
    return row.department in {"75", "77", "78", "91", "92", "93", "94", "95"}


def test_admission_ends_with_the_thirtieth_birthday() -> None:
    row = mentee(birth_date=date(1984, 2, 29), applied_on=date(2014, 2, 28))

    assert is_admitted(row)
    row.applied_on = date(2014, 3, 1)
    assert not is_admitted(row)


def test_bac_plus_three_is_enough_except_in_ile_de_france() -> None:
    assert is_admitted(mentee(department="59", degree_level=3))
    assert not is_admitted(mentee(department="93", degree_level=3))
    assert is_admitted(mentee(department="93", degree_level=4))


def mentee(
    *,
    department: str = "93",
    degree_level: int = 5,
    birth_date: date = date(1990, 5, 4),
    applied_on: date = date(2014, 1, 6),
) -> Mentee:
    who = ("F1", "A", "B", None, None, "fr")
    return Mentee(*who, department, False, birth_date, degree_level, "out", applied_on)


def test_where_someone_lives_is_unknown_for_many_at_first_and_for_few_in_the_end(
    small: Ledger,
) -> None:
    def unknown_in(*years: int) -> float:
        told = [
            r.priority_neighbourhood for r in small.history.mentees if r.applied_on.year in years
        ]
        return Counter(told)["unknown"] / len(told)

    assert unknown_in(2006, 2007, 2008) > 0.4
    assert unknown_in(2014, 2015) < 0.15


def test_nobody_comes_before_the_programme(small: Ledger) -> None:
    assert min(row.applied_on for row in small.history.mentees) >= BEGUN_ON
    assert min(row.enrolled_on for row in small.history.mentors) >= BEGUN_ON
