"""All who are covered on a day at once, held against the explanation of each one."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any

from httpx import AsyncClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backbone.database.sessions import Sessions
from partners.domain.tables import Convention, Membership, Organisation, Signature, Suspension
from partners.queries import coverage_of, covered_on

Make = Callable[..., Awaitable[dict[str, Any]]]

START = date(2012, 9, 1)
MEMBERS, DAYS = 5, 6


def day(number: int | None) -> date | None:
    return None if number is None else START + timedelta(days=number)


Days = st.integers(0, DAYS)
Last = st.none() | Days
Joins = st.tuples(st.integers(1, MEMBERS - 1), st.integers(0, MEMBERS - 2), Days, Last)
Signs = st.tuples(st.integers(0, MEMBERS - 1), Days, Last, Last, st.none() | st.tuples(Days, Last))


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(joins=st.lists(Joins, max_size=6), signs=st.lists(Signs, max_size=4))
async def test_whoever_is_listed_as_covered_is_explained_to_be_and_nobody_else(
    sessions: Sessions, joins: list[Any], signs: list[Any]
) -> None:
    def later(first: int, last: int | None) -> date | None:
        return None if last is None else day(max(first, last))

    async with sessions() as session:
        who = [
            Organisation.model_validate(
                {
                    "name": f"O{number}",
                    "folded_name": f"o{number}",
                    "kind": "company",
                    "siren": f"{number:09}",
                    "department": "75",
                    "registered_on": START,
                }
            )
            for number in range(MEMBERS)
        ]
        session.add_all(who)
        await session.flush()
        # only upwards, so that nobody is below themselves; each pair once
        pairs = {(a, b): (on, left) for a, b, on, left in joins if a > b}
        for (member, umbrella), (on, left) in pairs.items():
            session.add(
                Membership(
                    organisation_id=who[member].id,
                    umbrella_id=who[umbrella].id,
                    joined_on=day(on),
                    left_on=later(on, left),
                )
            )
        for signer, since, ends, withdrawn, suspended in signs:
            convention = Convention(
                kind="own", signed_on=START, effective_on=day(since), ends_on=later(since, ends)
            )
            session.add(convention)
            await session.flush()
            session.add(
                Signature(
                    convention_id=convention.id,
                    organisation_id=who[signer].id,
                    accedes_on=day(since),
                    withdrawn_on=later(since, withdrawn),
                )
            )
            if suspended is not None:
                first, last = suspended
                session.add(
                    Suspension(
                        convention_id=convention.id, from_on=day(first), until_on=later(first, last)
                    )
                )
        await session.flush()

        for number in range(-1, DAYS + 2):
            on = day(number)
            assert on is not None
            listed = await (await session.connection()).execute(covered_on(on).select())
            explained = {each.id for each in who if (await coverage_of(session, each.id, on)).ways}
            assert {row.organisation_id for row in listed} == explained
        await session.rollback()


async def test_the_organisations_covered_on_a_day_can_be_listed(
    client: AsyncClient, organisation: Make, convention: Make
) -> None:
    ush = await organisation("USH", kind="federation")
    await organisation("3F", member_of={ush["id"]: "2013-01-01"})
    await organisation("Other")
    await convention(ush)

    async def covered(on: str) -> list[str]:
        listed = (await client.get("/organisations", params={"covered_on": on})).json()["items"]
        return [one["name"] for one in listed]

    assert await covered("2012-07-09") == []
    assert await covered("2012-12-31") == ["USH"]
    assert await covered("2013-01-01") == ["3F", "USH"]
