"""What is learnt later of a mentee: figures follow it, and as known before they stay."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from backbone.testing import Topics
from contracts import PriorityNeighbourhoodCorrected
from contracts.words import PriorityNeighbourhood

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
