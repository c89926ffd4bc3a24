"""Who is covered, by what and through whom; held against a search of every path."""

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from partners.domain.coverage import MembershipSpan, SignatureSpan, Step, ways

ITSELF, UNION, FEDERATION, GROUP = (UUID(int=n) for n in range(1, 5))
CONVENTION, OTHER = UUID(int=100), UUID(int=101)
START = date(2012, 9, 1)


def day(number: int) -> date:
    return START + timedelta(days=number)


def test_who_signed_is_covered_on_the_first_day_and_on_the_last() -> None:
    signed = [SignatureSpan(CONVENTION, ITSELF, day(0), day(2))]

    covered = [bool(ways(ITSELF, day(n), joined=[], signed=signed)) for n in (-1, 0, 2, 3)]

    assert covered == [False, True, True, False]


def test_a_member_is_covered_through_its_umbrellas_since_the_last_step() -> None:
    joined = [MembershipSpan(ITSELF, UNION, day(5)), MembershipSpan(UNION, FEDERATION, day(3))]
    signed = [SignatureSpan(CONVENTION, FEDERATION, day(0), None)]

    assert ways(ITSELF, day(4), joined=joined, signed=signed) == []
    [way] = ways(ITSELF, day(5), joined=joined, signed=signed)

    assert way.steps == (Step(day(5), UNION), Step(day(3), FEDERATION))
    assert way.since == day(5)


def test_an_umbrella_is_not_covered_by_what_its_member_signed() -> None:
    joined = [MembershipSpan(ITSELF, UNION, day(0))]

    assert (
        ways(UNION, day(9), joined=joined, signed=[SignatureSpan(OTHER, ITSELF, day(0), None)])
        == []
    )


def test_the_own_convention_comes_before_that_of_an_umbrella() -> None:
    signed = [
        SignatureSpan(CONVENTION, UNION, day(0), None),
        SignatureSpan(OTHER, ITSELF, day(5), None),
    ]

    found = ways(ITSELF, day(9), joined=[MembershipSpan(ITSELF, UNION, day(1))], signed=signed)

    assert [(way.convention_id, way.since) for way in found] == [
        (OTHER, day(5)),
        (CONVENTION, day(1)),
    ]


def test_of_several_chains_to_an_umbrella_the_one_that_stood_first_is_told() -> None:
    joined = [
        MembershipSpan(ITSELF, FEDERATION, day(8)),
        MembershipSpan(ITSELF, UNION, day(2)),
        MembershipSpan(UNION, FEDERATION, day(4)),
    ]

    [way] = ways(
        ITSELF, day(9), joined=joined, signed=[SignatureSpan(CONVENTION, FEDERATION, day(0), None)]
    )

    assert (way.since, len(way.steps)) == (day(4), 2)


ORGANISATIONS = st.sampled_from([ITSELF, UNION, FEDERATION, GROUP])
DAYS = st.integers(0, 9).map(day)
JOINED = st.lists(
    st.builds(MembershipSpan, ORGANISATIONS, ORGANISATIONS, DAYS, st.none() | DAYS), max_size=9
)
SUSPENDED = st.lists(st.tuples(DAYS, DAYS), max_size=2)
SIGNED = st.lists(
    st.builds(
        SignatureSpan,
        st.sampled_from([CONVENTION, OTHER]),
        ORGANISATIONS,
        DAYS,
        st.none() | DAYS,
        SUSPENDED,
    ),
    max_size=4,
)


def paths(
    start: UUID, joined: list[MembershipSpan], met: tuple[UUID, ...] = ()
) -> Iterator[tuple[MembershipSpan, ...]]:
    """Every path up that meets nobody twice."""
    yield ()
    for j in joined:
        if j.organisation_id == start and j.umbrella_id not in (*met, start):
            for rest in paths(j.umbrella_id, joined, (*met, start)):
                yield (j, *rest)


def covering(s: SignatureSpan, on: date) -> bool:
    suspended = any(first <= on <= last for first, last in s.suspended)
    return s.since <= on <= (s.until or date.max) and not suspended


def unbroken(s: SignatureSpan, on: date) -> date:
    """The first day from which a signature covers on each day up to one: by walking back."""
    while covering(s, on - timedelta(days=1)):
        on -= timedelta(days=1)
    return on


def brute_force(
    on: date, joined: list[MembershipSpan], signed: list[SignatureSpan]
) -> list[tuple[UUID, date]]:
    """Each signature in force that some path leads to, with the earliest day of any path."""
    found, lasting = [], [j for j in joined if j.joined_on <= on <= (j.left_on or date.max)]
    for s in signed:
        sinces = [
            max([unbroken(s, on), *(j.joined_on for j in path)])
            for path in paths(ITSELF, lasting)
            if (path[-1].umbrella_id if path else ITSELF) == s.organisation_id
        ]
        if covering(s, on) and min(sinces, default=date.max) <= on:
            found.append((s.convention_id, min(sinces)))
    return sorted(found)


@given(on=DAYS, joined=JOINED, signed=SIGNED)
def test_every_way_is_found_and_none_that_is_not_there(
    on: date, joined: list[MembershipSpan], signed: list[SignatureSpan]
) -> None:
    found = ways(ITSELF, on, joined=joined, signed=signed)

    assert sorted((way.convention_id, way.since) for way in found) == brute_force(
        on, joined, signed
    )


@given(on=DAYS, joined=JOINED, signed=SIGNED)
def test_every_step_told_is_a_membership_of_that_day(
    on: date, joined: list[MembershipSpan], signed: list[SignatureSpan]
) -> None:
    for way in ways(ITSELF, on, joined=joined, signed=signed):
        at = ITSELF
        for step in way.steps:
            lasting = {j[:3] for j in joined if on <= (j.left_on or date.max)}
            assert (at, step.umbrella_id, step.since) in lasting
            assert step.since <= way.since <= on
            at = step.umbrella_id
        assert (way.convention_id, at) in {(s.convention_id, s.organisation_id) for s in signed}
