"""What is learnt later of a mentee: figures follow it, and as known before they stay."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncEngine

from backbone.db import Sessions
from backbone.testing import CLEAR, Topics
from contracts import MenteesMerged, Message, PriorityNeighbourhoodCorrected
from contracts.words import Contract, PriorityNeighbourhood
from reporting.__main__ import SERVICE

IN, OUT = PriorityNeighbourhood.IN, PriorityNeighbourhood.OUT
FIGURE = "/figures/mentees_from_priority_neighbourhoods"
BEFORE = "2998-02-01T00:00:00Z"


def corrected(
    who: UUID, after: PriorityNeighbourhood, *, month: int
) -> PriorityNeighbourhoodCorrected:
    """A correction that we learn of in that month of a far year, after all that is told."""
    return PriorityNeighbourhoodCorrected(
        mentee_id=who,
        before=PriorityNeighbourhood.UNKNOWN,
        after=after,
        area_code=None,
        area_vintage=None,
        corrected_on=date(2998, month, 1),
        recorded_at=datetime(2998, month, 1, tzinfo=UTC),
    )


async def test_a_correction_holds_for_every_day_once_it_is_known(
    told: Topics, ask: Any, story: Any
) -> None:
    await told.tell(corrected(story.bilal, IN, month=3))

    for day, value in (("2014-01-06", 2), ("2016-02-15", 3)):
        assert (await ask(FIGURE, as_of=day))["value"] == value
        assert (await ask(FIGURE, as_of=day, known_at=BEFORE))["value"] == value - 1
    listed = await ask(f"{FIGURE}/list", as_of="2014-01-06")
    assert {row["mentee_id"] for row in listed["items"]} == {str(story.amina), str(story.bilal)}


async def test_of_two_corrections_the_one_learnt_of_last_holds(
    told: Topics, ask: Any, story: Any
) -> None:
    await told.tell(corrected(story.bilal, IN, month=3), corrected(story.bilal, OUT, month=4))

    assert (await ask(FIGURE, as_of="2014-01-06"))["value"] == 1
    between = "2998-03-15T00:00:00Z"
    assert (await ask(FIGURE, as_of="2014-01-06", known_at=between))["value"] == 2


async def test_a_correction_may_be_told_before_the_admission(
    topics: Topics, ask: Any, story: Any
) -> None:
    await topics.tell(corrected(story.bilal, IN, month=3))
    await topics.tell(*story.everything())

    assert (await ask(FIGURE, as_of="2014-01-06"))["value"] == 2


def merged(kept: UUID, *duplicates: UUID, month: int) -> MenteesMerged:
    return MenteesMerged(
        mentee_id=kept,
        duplicates=duplicates,
        merged_on=date(2998, month, 1),
        recorded_at=datetime(2998, month, 1, tzinfo=UTC),
    )


async def values(ask: Any, **said: Any) -> dict[str, Any]:
    answer = await ask("/figures", **({"as_of": "2016-02-15"} | said))
    return {figure["name"]: figure["value"] for figure in answer["figures"]}


async def test_a_person_who_applied_twice_is_counted_once(
    told: Topics, ask: Any, story: Any
) -> None:
    before = await values(ask)

    await told.tell(merged(story.amina, story.bilal, month=3))

    after = await values(ask)
    fewer = {name: before[name] - after[name] for name in before if before[name] != after[name]}
    assert fewer.pop("outcomes_fitting") == 0.6667 - 1.0 / 2
    assert fewer == {
        "mentees_admitted": 1,
        "mentees_neighbourhood_known": 1,
        "priority_neighbourhoods": 0.6667 - 1.0,
        "mentees_accompanied": 1,
        "mentees_newly_accompanied": 1,
        "mentees_in_fitting_work": 1,
    }
    assert await values(ask, known_at=BEFORE) == before
    pairs = await ask("/figures/pairings_begun/list", as_of="2016-02-15")
    assert str(story.bilal) not in {row["mentee_id"] for row in pairs["items"]}


async def test_a_refusal_of_somebody_who_was_admitted_is_none(
    told: Topics, ask: Any, story: Any
) -> None:
    await told.tell(merged(story.amina, story.refused, month=3))

    after = await values(ask)
    assert (after["mentees_refused"], after["mentees_admitted"]) == (0, 4)


async def test_whoever_was_merged_twice_is_the_last_one(told: Topics, ask: Any, story: Any) -> None:
    await told.tell(merged(story.bilal, story.chloe, month=3))
    await told.tell(merged(story.amina, story.bilal, story.chloe, month=4))

    assert (await values(ask))["mentees_accompanied"] == 1
    between = "2998-03-15T00:00:00Z"
    assert (await values(ask, known_at=between))["mentees_accompanied"] == 2


@given(data=st.data())
@settings(
    max_examples=15,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
async def test_in_whatever_order_it_is_told_everybody_is_counted_once(
    data: st.DataObject, sessions: Sessions, engine: AsyncEngine, ask: Any, story: Any
) -> None:
    learnt = [
        merged(story.bilal, story.chloe, month=3),
        merged(story.amina, story.bilal, story.chloe, month=4),
        story.outcome(9, story.chloe, None, Contract.CDI, "2016-01-01", fits=True),
        corrected(story.diego, OUT, month=5),
    ]
    messages: list[Message] = data.draw(st.permutations([*story.everything(), *learnt]))
    async with engine.begin() as connection:
        await connection.execute(CLEAR)

    await Topics(sessions, SERVICE.handlers).tell(*messages)

    figures = await values(ask)
    counted = ("mentees_admitted", "mentees_accompanied", "mentees_in_fitting_work")
    assert [figures[name] for name in counted] == [2, 1, 1]
    assert figures["mentees_from_priority_neighbourhoods"] == 1
