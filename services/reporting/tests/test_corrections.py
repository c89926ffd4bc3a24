"""Facts about mentees that are corrected later: figures follow, and as known before they stay."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncEngine

from backbone.database.sessions import Sessions
from backbone.testing.fixtures import CLEAR, Topics
from contracts import (
    ContactCorrected,
    ContactWithdrawn,
    MenteesMerged,
    Message,
    OrganisationsMerged,
    OutcomeWithdrawn,
    PairingPaused,
    PairingResumed,
    PriorityNeighbourhoodCorrected,
)
from contracts.enums import ContactKind, Contract, Medium, PriorityNeighbourhood
from reporting.__main__ import SERVICE

IN, OUT = PriorityNeighbourhood.IN, PriorityNeighbourhood.OUT
FIGURE = "/figures/mentees_from_priority_neighbourhoods"
BEFORE = "2098-02-01T00:00:00Z"


def corrected(
    who: UUID, after: PriorityNeighbourhood, *, month: int
) -> PriorityNeighbourhoodCorrected:
    """Return a correction recorded in `month` of a far year, after all other facts."""
    return PriorityNeighbourhoodCorrected(
        mentee_id=who,
        before=PriorityNeighbourhood.UNKNOWN,
        after=after,
        area_code=None,
        area_vintage=None,
        corrected_on=date(2098, month, 1),
        recorded_at=datetime(2098, month, 1, tzinfo=UTC),
    )


async def test_a_correction_holds_for_every_day_once_it_is_known(
    published: Topics, ask: Any, story: Any
) -> None:
    await published.publish(corrected(story.bilal, IN, month=3))

    for day, value in (("2014-01-06", 2), ("2016-02-15", 3)):
        assert (await ask(FIGURE, as_of=day))["value"] == value
        assert (await ask(FIGURE, as_of=day, known_at=BEFORE))["value"] == value - 1
    listed = await ask(f"{FIGURE}/list", as_of="2014-01-06")
    assert {row["mentee_id"] for row in listed["items"]} == {str(story.amina), str(story.bilal)}


async def test_of_two_corrections_the_one_recorded_last_holds(
    published: Topics, ask: Any, story: Any
) -> None:
    await published.publish(
        corrected(story.bilal, IN, month=3), corrected(story.bilal, OUT, month=4)
    )

    assert (await ask(FIGURE, as_of="2014-01-06"))["value"] == 1
    between = "2098-03-15T00:00:00Z"
    assert (await ask(FIGURE, as_of="2014-01-06", known_at=between))["value"] == 2


async def test_a_correction_may_arrive_before_the_admission(
    topics: Topics, ask: Any, story: Any
) -> None:
    await topics.publish(corrected(story.bilal, IN, month=3))
    await topics.publish(*story.everything())

    assert (await ask(FIGURE, as_of="2014-01-06"))["value"] == 2


def merged(survivor: UUID, *duplicates: UUID, month: int) -> MenteesMerged:
    return MenteesMerged(
        mentee_id=survivor,
        duplicates=duplicates,
        merged_on=date(2098, month, 1),
        recorded_at=datetime(2098, month, 1, tzinfo=UTC),
    )


async def values(ask: Any, **params: Any) -> dict[str, Any]:
    answer = await ask("/figures", **({"as_of": "2016-02-15"} | params))
    return {figure["name"]: figure["value"] for figure in answer["figures"]}


async def test_a_person_who_applied_twice_is_counted_once(
    published: Topics, ask: Any, story: Any
) -> None:
    before = await values(ask)

    await published.publish(merged(story.amina, story.bilal, month=3))

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
        "rematches": -1,
    }
    assert await values(ask, known_at=BEFORE) == before
    pairs = await ask("/figures/pairings_begun/list", as_of="2016-02-15")
    assert str(story.bilal) not in {row["mentee_id"] for row in pairs["items"]}


async def test_a_refusal_of_somebody_who_was_admitted_is_none(
    published: Topics, ask: Any, story: Any
) -> None:
    await published.publish(merged(story.amina, story.refused, month=3))

    after = await values(ask)
    assert (after["mentees_refused"], after["mentees_admitted"]) == (0, 4)


async def test_a_duplicate_merged_twice_is_the_last_survivor(
    published: Topics, ask: Any, story: Any
) -> None:
    await published.publish(merged(story.bilal, story.chloe, month=3))
    await published.publish(merged(story.amina, story.bilal, story.chloe, month=4))

    assert (await values(ask))["mentees_accompanied"] == 1
    between = "2098-03-15T00:00:00Z"
    assert (await values(ask, known_at=between))["mentees_accompanied"] == 2


@given(data=st.data())
@settings(
    max_examples=15,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
async def test_in_any_order_of_merges_each_person_is_counted_once(
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

    await Topics(sessions, SERVICE.handlers).publish(*messages)

    figures = await values(ask)
    counted = ("mentees_admitted", "mentees_accompanied", "mentees_in_fitting_work")
    assert [figures[name] for name in counted] == [2, 1, 1]
    assert figures["mentees_from_priority_neighbourhoods"] == 1


def first_pair(story: Any) -> dict[str, UUID]:
    return {"pairing_id": story.p1, "mentee_id": story.amina, "mentor_id": story.m1}


def contact_corrected(
    story: Any, on: str, *, month: int, is_contact: bool = True
) -> ContactCorrected:
    return ContactCorrected(
        **first_pair(story),
        contact_id=UUID(int=(6 << 64) + (2 if is_contact else 10)),
        made=is_contact,
        contact_on=date.fromisoformat(on),
        medium=Medium.VIDEO,
        minutes=None,
        contact_kind=ContactKind.CV,
        recorded_at=datetime(2098, month, 1, tzinfo=UTC),
    )


async def contacts(ask: Any, as_of: str, figure: str = "contacts", **params: Any) -> int:
    return int((await ask(f"/figures/{figure}", as_of=as_of, **params))["value"])


async def test_a_corrected_contact_counts_on_its_day_and_as_known_before_on_the_old_one(
    published: Topics, ask: Any, story: Any
) -> None:
    assert await contacts(ask, "2013-11-01") == 1

    await published.publish(contact_corrected(story, "2013-10-31", month=3))
    await published.publish(contact_corrected(story, "2013-11-30", month=4))

    assert await contacts(ask, "2013-11-01") == 1
    assert await contacts(ask, "2013-11-01", known_at="2098-03-15T00:00:00Z") == 2
    assert await contacts(ask, "2013-11-08", known_at=BEFORE) == 2
    assert await contacts(ask, "2014-01-06") == 3
    listed = await ask("/figures/contacts/list", as_of="2014-01-06", organisation_id=story.i3f)
    assert [row["happened_on"] for row in listed["items"]] == ["2013-10-10", "2013-11-30"]
    assert [row["detail"] for row in listed["items"]] == ["phone", "video"]


async def test_a_withdrawn_contact_is_void_and_counts_as_known_before(
    published: Topics, ask: Any, story: Any
) -> None:
    for number, is_contact in ((2, True), (10, False)):
        await published.publish(
            ContactWithdrawn(
                **first_pair(story),
                contact_id=UUID(int=(6 << 64) + number),
                made=is_contact,
                recorded_at=datetime(2098, 3, 1, tzinfo=UTC),
            )
        )

    for figure, value in (("contacts", 3), ("contacts_attempted", 1)):
        assert await contacts(ask, "2014-01-06", figure) == value - 1
        assert await contacts(ask, "2014-01-06", figure, known_at=BEFORE) == value


async def test_an_attempt_is_corrected_as_an_attempt(
    published: Topics, ask: Any, story: Any
) -> None:
    await published.publish(contact_corrected(story, "2014-02-01", month=3, is_contact=False))

    assert await contacts(ask, "2014-01-06", "contacts_attempted") == 0
    assert await contacts(ask, "2014-02-01", "contacts_attempted") == 1
    assert await contacts(ask, "2014-02-01") == 3


async def test_a_withdrawn_outcome_is_void(published: Topics, ask: Any, story: Any) -> None:
    await published.publish(
        OutcomeWithdrawn(
            mentee_id=story.amina,
            outcome_id=UUID(int=(7 << 64) + 1),
            recorded_at=datetime(2098, 3, 1, tzinfo=UTC),
        )
    )

    assert (await values(ask))["outcomes"] == 3
    assert (await values(ask, known_at=BEFORE))["outcomes"] == 4


async def test_a_pair_that_pauses_is_not_silent_until_it_is_to_be_in_touch_again(
    published: Topics, ask: Any, story: Any
) -> None:
    quiet = {"pairing_id": story.p4, "mentee_id": story.chloe, "mentor_id": story.m2}
    assert (await values(ask))["silent_pairings"] == 2

    await published.publish(PairingPaused(**quiet, from_on=date(2016, 2, 1), until_on=None))
    assert (await values(ask))["silent_pairings"] == 1

    resumed = date(2016, 2, 10)
    await published.publish(PairingResumed(**quiet, from_on=date(2016, 2, 1), resumed_on=resumed))
    assert (await values(ask))["silent_pairings"] == 2
    assert (await values(ask, as_of="2016-02-09"))["silent_pairings"] == 1


async def test_organisations_that_were_one_count_once_and_were_two_as_known_before(
    published: Topics, ask: Any, story: Any
) -> None:
    names = ("organisations_engaged", "patrons", "mentors", "mentees_accompanied")

    async def counts(**params: Any) -> list[int]:
        return [(await ask(f"/figures/{n}", as_of="2014-01-06", **params))["value"] for n in names]

    async def of(organisation: Any, **params: Any) -> list[int]:
        return await counts(organisation_id=str(organisation), **params)

    assert await counts() == [2, 2, 2, 2]
    ush, i3f = await of(story.ush), await of(story.i3f)

    await published.publish(
        OrganisationsMerged(
            organisation_id=story.ush,
            duplicates=(story.i3f,),
            merged_on=date(2014, 1, 6),
            recorded_at=datetime(2098, 3, 1, tzinfo=UTC),
        )
    )

    assert await counts() == [1, 1, 2, 2]
    assert await of(story.ush) == [1, 1, ush[2] + i3f[2], ush[3] + i3f[3]]
    assert await of(story.i3f) == [0, 0, 0, 0]
    assert await counts(known_at="2098-02-01T00:00:00Z") == [2, 2, 2, 2]
    assert await of(story.i3f, known_at="2098-02-01T00:00:00Z") == i3f


async def test_what_two_organisations_that_were_one_did_together_is_counted_once(
    published: Topics, ask: Any, story: Any
) -> None:
    names = ("network_members", "joint_actions", "joint_actions_youths_met", "gifts_received")

    async def counts(**params: str) -> list[Any]:
        found = await values(ask, as_of="2014-01-06", **params)
        return [found[name] for name in names]

    assert await counts() == [2, 1, 40, 1_000_000]

    await published.publish(
        OrganisationsMerged(
            organisation_id=story.i3f,
            duplicates=(story.sni,),
            merged_on=date(2014, 1, 6),
            recorded_at=datetime(2098, 3, 1, tzinfo=UTC),
        )
    )

    assert await counts() == [1, 1, 40, 1_000_000]
    assert await counts(organisation_id=str(story.i3f)) == [1, 1, 40, 500_000]
    assert await counts(organisation_id=str(story.sni)) == [0, 0, 0, 0]
    assert await counts(known_at="2098-02-01T00:00:00Z") == [2, 1, 40, 1_000_000]
