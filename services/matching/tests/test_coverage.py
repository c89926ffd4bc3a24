from datetime import date, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from matching.domain.coverage import Coverage, Membership, Signature

USH, AROSH, SNI, LANDLORD = (UUID(int=n) for n in range(1, 5))
ORGANISATIONS = [USH, AROSH, SNI, LANDLORD]
DAYS = [date(2012, month, 1) for month in range(1, 8)]


def test_a_signatory_is_covered_from_its_accession_to_the_end() -> None:
    coverage = Coverage([Signature(SNI, date(2012, 2, 1), date(2012, 6, 30))], [])

    assert [coverage.covers(SNI, day) for day in (date(2012, 1, 31), date(2012, 2, 1))] == [
        False,
        True,
    ]
    assert [coverage.covers(SNI, day) for day in (date(2012, 6, 30), date(2012, 7, 1))] == [
        True,
        False,
    ]


def test_a_member_is_covered_by_what_its_umbrella_signed_once_it_has_joined() -> None:
    coverage = Coverage(
        [Signature(USH, date(2012, 1, 1), None)],
        [Membership(AROSH, USH, date(2012, 3, 1)), Membership(LANDLORD, AROSH, date(2012, 2, 1))],
    )

    assert not coverage.covers(LANDLORD, date(2012, 2, 28))
    assert coverage.covers(LANDLORD, date(2012, 3, 1))


def reachable(start: UUID, on: date, memberships: list[Membership]) -> set[UUID]:
    """By brute force: add umbrellas until nothing changes."""
    reached = {start}
    for _ in ORGANISATIONS:
        reached |= {
            m.umbrella_id for m in memberships if m.organisation_id in reached and m.since <= on
        }
    return reached


@given(
    st.lists(
        st.builds(
            Signature,
            st.sampled_from(ORGANISATIONS),
            st.sampled_from(DAYS),
            st.none() | st.sampled_from(DAYS),
            st.lists(st.tuples(st.sampled_from(DAYS), st.sampled_from(DAYS)), max_size=2),
        )
    ),
    st.lists(
        st.builds(
            Membership,
            st.sampled_from(ORGANISATIONS),
            st.sampled_from(ORGANISATIONS),
            st.sampled_from(DAYS),
        )
    ),
)
def test_coverage_is_what_brute_force_finds_even_in_circles(
    signatures: list[Signature], memberships: list[Membership]
) -> None:
    coverage = Coverage(signatures, memberships)
    for day in DAYS:
        for organisation in ORGANISATIONS:
            above = reachable(organisation, day, memberships)
            expected = any(
                s.organisation_id in above
                and s.since <= day
                and (s.until is None or day <= s.until)
                and not any(first <= day <= last for first, last in s.suspended)
                for s in signatures
            )
            assert coverage.covers(organisation, day) == expected


def test_a_member_is_covered_until_it_leaves() -> None:
    coverage = Coverage(
        [Signature(USH, date(2012, 9, 1), None)],
        [
            Membership(SNI, USH, date(2013, 1, 1), date(2014, 12, 31)),
            Membership(SNI, USH, date(2016, 1, 1)),
        ],
    )

    days = [date(2013, 1, 1), date(2014, 12, 31), date(2015, 1, 1), date(2016, 1, 1)]
    assert [coverage.covers(SNI, day) for day in days] == [True, True, False, True]


SPANS = st.lists(
    st.builds(
        Signature,
        st.sampled_from(ORGANISATIONS),
        st.sampled_from(DAYS),
        st.none() | st.sampled_from(DAYS),
        st.lists(st.tuples(st.sampled_from(DAYS), st.sampled_from(DAYS)), max_size=2),
    ),
    max_size=3,
)
JOINED = st.lists(
    st.builds(
        Membership,
        st.sampled_from(ORGANISATIONS),
        st.sampled_from(ORGANISATIONS),
        st.sampled_from(DAYS),
        st.none() | st.sampled_from(DAYS),
    ),
    max_size=3,
)


@given(SPANS, JOINED)
def test_the_last_covered_day_is_found_as_by_walking_back(
    signatures: list[Signature], memberships: list[Membership]
) -> None:
    coverage, on = Coverage(signatures, memberships), DAYS[-1]
    if coverage.covers(SNI, on):
        return
    before = (on - timedelta(days=n) for n in range(1, (on - DAYS[0]).days + 1))
    walked = next((day for day in before if coverage.covers(SNI, day)), None)

    assert coverage.covered_until(SNI, on) == walked
