"""The whole history: the published figures, counted from its rows."""

from datetime import date

import pytest

from demo.history import named_organisations
from demo.history.check.expected_figures import (
    PublishedFigure,
    breakdown,
    by_ush,
    count,
    expected_figures,
    first_begun_in,
    framework_of_arosh,
    names,
    own_conventions_under_ush,
    published_figures,
    share,
    under_ush,
    unpublished_figures,
)
from demo.history.days import ENDS_ON, PUBLISHED_ON
from demo.history.ledger import Ledger


@pytest.fixture(scope="module")
def lines(whole: Ledger) -> list[PublishedFigure]:
    return published_figures(whole)


def test_every_published_figure_agrees(lines: list[PublishedFigure]) -> None:
    assert len(lines) == 16
    assert [line for line in lines if line.agrees is False] == []


def test_a_small_history_says_which_figures_it_does_not_reach(small: Ledger) -> None:
    agreeing = {line.figure for line in published_figures(small) if line.agrees}

    assert agreeing >= {"Regions covered", "Own conventions under USH", "Landlords with AROSH"}
    assert "Mentors" not in agreeing


def test_the_programme_has_grown_to_its_size_by_january_2014(whole: Ledger) -> None:
    assert count(whole, "mentors", PUBLISHED_ON) == 4920
    assert count(whole, "mentees_accompanied", PUBLISHED_ON) == 18_644
    assert count(whole, "organisations_engaged", PUBLISHED_ON) == 634
    assert 0.725 <= share(whole, "outcomes_fitting", PUBLISHED_ON) < 0.735


def test_the_union_s_own_executives_have_mentored_forty_one_twelve_of_them_that_year(
    whole: Ledger,
) -> None:
    accompanied = by_ush(whole, PUBLISHED_ON)

    assert len({item.id for item in accompanied}) == len(accompanied) == 41
    assert min(item.on for item in accompanied) >= named_organisations.IN_FORCE_FOR_USH
    assert sum(item.on >= date(2013, 9, 1) for item in accompanied) == 12
    assert (
        breakdown(whole, "mentees_accompanied", "organisation", PUBLISHED_ON)[
            named_organisations.USH
        ]
        == 41
    )


def test_the_executives_of_its_members_have_mentored_others_besides(whole: Ledger) -> None:
    accompanied = {item.id for item in under_ush(whole, PUBLISHED_ON)}

    assert accompanied > {item.id for item in by_ush(whole, PUBLISHED_ON)}
    assert breakdown(whole, "mentees_accompanied", "umbrella", PUBLISHED_ON)[
        named_organisations.USH
    ] == len(accompanied)


def test_what_is_shown_besides_has_a_label_of_its_own(whole: Ledger) -> None:
    shown = {line.figure: line.value for line in unpublished_figures(whole)}

    assert shown["USH with its members: mentees"] == shown["Scorecard of USH: mentees"] == 66
    assert shown["USH with its members: that year"] == 31
    assert shown["Promises broken"] == 6_297
    assert shown["First interviews late"] == 5_546
    assert shown["Months of silence"] == 42_611
    assert not shown.keys() & {line.figure for line in published_figures(whole)}


def test_regions_are_covered_when_all_their_departments_are_open(whole: Ledger) -> None:
    assert names(whole, "regions_covered", PUBLISHED_ON) == (
        "Aquitaine",
        "Languedoc-Roussillon",
        "Midi-Pyrénées",
        "Nord-Pas-de-Calais",
        "Picardie",
        "Provence-Alpes-Côte d'Azur",
        "Rhône-Alpes",
        "Île-de-France",
    )
    assert names(whole, "overseas_regions_covered", PUBLISHED_ON) == (
        "Guadeloupe",
        "La Réunion",
        "Martinique",
    )
    assert "Rhône-Alpes" not in names(whole, "regions_covered", date(2010, 9, 5))


def test_members_of_the_union_sign_conventions_of_their_own(whole: Ledger) -> None:
    assert own_conventions_under_ush(whole, PUBLISHED_ON) == ("Immobilière 3F", "SNI")


def test_six_landlords_sign_beside_their_association_in_2015(whole: Ledger) -> None:
    assert framework_of_arosh(whole, date(2015, 6, 8)) == ()
    assert framework_of_arosh(whole, ENDS_ON) == (
        "Habitat 17",
        "Habitat Sud-Deux-Sèvres",
        "Rochefort Habitat Océan",
        "SA Atlantic Aménagement",
        "SA HLM des Deux-Sèvres",
        "SA régionale Hlm de Poitiers",
    )


def test_there_are_landlords_enough_for_the_patrons_to_come(whole: Ledger) -> None:
    kinds = [row.kind for row in whole.history.organisations]

    assert kinds.count("social_landlord") > 37


def test_the_year_is_on_its_way_to_six_thousand(whole: Ledger) -> None:
    begun = first_begun_in(whole, "2014-2015", ENDS_ON)
    inside = [one for one in begun if whole.mentees[one].priority_neighbourhood == "in"]

    assert len(begun) == 5286
    assert 1_700 < len(inside) < 2_000


def test_it_is_as_large_as_a_real_migration(whole: Ledger) -> None:
    rows = whole.history
    steps = sum(
        1 + sum(map(bool, (p.accepted_on, p.declined_on, p.first_interview_on, p.ended_on)))
        for p in rows.pairings
    )
    others = (rows.organisations, rows.memberships, rows.conventions, rows.departments)
    people = (rows.mentors, rows.mentees, rows.contacts, rows.outcomes)

    assert 200_000 < steps + sum(len(those) for those in (*others, *people)) < 260_000


def test_the_parts_of_a_figure_add_up_to_it(whole: Ledger) -> None:
    for one in expected_figures(whole):
        if one.by == "region" and one.breakdown:
            assert sum(one.breakdown.values()) == one.value


def test_a_youth_of_two_years_counts_once_in_all_and_once_in_each(whole: Ledger) -> None:
    by_year = breakdown(whole, "mentees_accompanied", "programme_year", ENDS_ON)

    assert sum(by_year.values()) > count(whole, "mentees_accompanied", ENDS_ON)
