"""The youths of one year are a history of their own: nothing in it names anybody else."""

from demo.history.check.expected_messages import expected_messages
from demo.history.ledger import Ledger
from demo.history.yearly_round import history_of_one_year


def test_a_year_s_rows_name_nobody_who_is_not_in_it(small: Ledger) -> None:
    year = history_of_one_year(small.history, youths=100)

    assert len(year.mentees) == 100
    there = {mentee.reference for mentee in year.mentees}
    assert {row.mentee for row in (*year.referrals, *year.homes, *year.pairings)} <= there
    assert expected_messages(year)["reporting"] > len(year.mentees)
