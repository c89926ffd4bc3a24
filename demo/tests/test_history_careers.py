"""One thing leads to another: a degree to a function, a function to sectors, a name to a sector."""

from demo.history.generate.careers import ANYWHERE, FUNCTIONS_IN, FUNCTIONS_OF, SECTORS_OF
from demo.history.ledger import Ledger


def test_a_degree_leads_to_what_is_wished_for(small: Ledger) -> None:
    for row in small.history.mentees:
        assert set(row.wished_functions) <= set(FUNCTIONS_OF[row.degree_field or ""].things)
        sectors = {
            sector
            for function in row.wished_functions
            for sector in SECTORS_OF.get(function, ANYWHERE).things
        }
        assert set(row.wished_sectors) <= sectors
        assert row.wished_functions
        assert row.wished_sectors


def test_mentors_of_an_organisation_work_in_its_sector_each_at_something_done_there(
    small: Ledger,
) -> None:
    sectors = {row.organisation_siren: row.sector for row in small.history.mentors}

    for row in small.history.mentors:
        assert row.sector == sectors[row.organisation_siren]
        assert row.function in FUNCTIONS_IN[row.sector or ""].things
    landlords = {row.siren for row in small.history.organisations if row.kind == "social_landlord"}
    assert {sectors[siren] for siren in landlords & sectors.keys()} == {"L"}


def test_three_in_five_who_say_their_gender_are_women(small: Ledger) -> None:
    said = [row.gender for row in small.history.mentees if row.gender]

    assert 0.54 < said.count("woman") / len(said) < 0.62
    assert 0.9 < len(said) / len(small.history.mentees) < 0.98


def test_everybody_speaks_the_language_they_are_written_to_in(small: Ledger) -> None:
    people = [*small.history.mentees, *small.history.mentors]

    assert all(row.languages[0] == row.language and "fr" in row.languages for row in people)
    english = sum("en" in row.languages for row in people) / len(people)
    assert 0.45 < english < 0.7
