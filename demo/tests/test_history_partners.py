"""The rules that organisations and what they sign keep."""

from datetime import date

from stdnum.fr import siren as siren_number
from stdnum.fr import siret as siret_number

from demo.history import named_organisations
from demo.history.coverage import Coverage, signatories
from demo.history.csv_rows import Convention, Membership
from demo.history.days import ENDS_ON
from demo.history.ledger import Ledger

KINDS = {"company", "social_landlord", "federation", "public_body", "association"}


def test_every_organisation_has_a_siren_and_a_siret_of_its_own_that_pass_the_check(
    small: Ledger,
) -> None:
    rows = small.history.organisations

    assert all(siren_number.is_valid(row.siren) for row in rows)
    assert all(siret_number.is_valid(row.siret) for row in rows)
    assert all(row.siret.startswith(row.siren) for row in rows)
    assert len({row.siren for row in rows}) == len({row.name for row in rows}) == len(rows)
    assert {row.kind for row in rows} == KINDS


def test_an_own_convention_has_one_signatory_and_a_framework_convention_several(
    small: Ledger,
) -> None:
    for row in small.history.conventions:
        sirens = [siren for siren, _ in signatories(row)]
        assert (len(sirens) == 1) == (row.kind == "own")
        assert len(set(sirens)) == len(sirens)


def test_a_convention_takes_effect_after_it_is_signed_and_ends_after_that(small: Ledger) -> None:
    for row in small.history.conventions:
        assert row.signed_on <= row.effective_on <= ENDS_ON
        assert row.ends_on is None or row.effective_on < row.ends_on


def test_who_accedes_later_does_so_after_it_takes_effect_and_before_the_end(whole: Ledger) -> None:
    own_days = [
        (row, date.fromisoformat(entry.partition("@")[2]))
        for row in whole.history.conventions
        for entry in row.signatories
        if "@" in entry
    ]

    assert own_days
    assert all(row.effective_on < day <= ENDS_ON for row, day in own_days)


def test_nobody_signs_or_joins_before_they_are_registered(small: Ledger) -> None:
    registered = {row.siren: row.registered_on for row in small.history.organisations}

    for row in small.history.conventions:
        for siren, since in signatories(row):
            assert registered[siren] <= max(since, row.signed_on)
    for joined in small.history.memberships:
        assert registered[joined.siren] <= joined.joined_on
        assert registered[joined.umbrella_siren] <= joined.joined_on


def test_nobody_is_their_own_umbrella_at_any_depth_or_joins_one_twice(small: Ledger) -> None:
    rows = small.history.memberships
    coverage = Coverage([], rows)

    assert all(row.siren not in coverage.above(row.siren) for row in rows)
    assert len({(row.siren, row.umbrella_siren) for row in rows}) == len(rows)


def test_a_member_is_covered_by_what_an_umbrella_above_its_umbrella_signed() -> None:
    signed = Convention("", "own", date(2012, 7, 10), date(2012, 9, 1), None, ("top",))
    joined = [
        Membership("middle", "top", date(2012, 10, 1)),
        Membership("member", "middle", date(2013, 5, 2)),
    ]

    coverage = Coverage([signed], joined)

    assert not coverage.covers("member", date(2013, 5, 1))
    assert coverage.covers("member", date(2013, 5, 2))


def test_a_convention_covers_to_its_last_day() -> None:
    signed = Convention("", "own", date(2010, 1, 4), date(2010, 1, 4), date(2013, 1, 3), ("one",))

    coverage = Coverage([signed], [])

    assert coverage.covers("one", date(2013, 1, 3))
    assert not coverage.covers("one", date(2013, 1, 4))


def test_the_union_is_registered_signs_and_is_in_force_when_the_articles_say(
    small: Ledger,
) -> None:
    ush = small.named(named_organisations.USH).siren
    [convention] = [row for row in small.history.conventions if row.signatories == (ush,)]

    assert convention.signed_on == date(2012, 7, 10)
    assert convention.effective_on == date(2012, 9, 1)


def test_solendi_is_known_and_has_signed_nothing(small: Ledger) -> None:
    solendi = small.named(named_organisations.SOLENDI).siren

    assert not Coverage(small.history.conventions, small.history.memberships).spans(solendi)


def test_companies_promise_in_conventions_of_their_own_and_most_keep_it(whole: Ledger) -> None:
    conventions = {row.reference: row for row in whole.history.conventions}
    promised = [row for row in whole.history.commitments if row.kind == "job_presentation"]

    for row in promised:
        convention = conventions[row.convention]
        assert convention.signatories == (row.siren,)
        assert row.made_on == convention.signed_on
        assert row.given_on is None or row.made_on <= row.given_on <= ENDS_ON
    kept = sum(row.given_on is not None for row in promised)
    assert len(promised) / 2 < kept < len(promised)
