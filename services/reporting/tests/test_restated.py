"""Facts with versions: the last one holds; as known before it, the one before."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from backbone.testing.fixtures import Topics
from contracts import (
    AttendanceNoted,
    ConventionResumed,
    ConventionSigned,
    ConventionSuspended,
    EventCancelled,
    EventPlanned,
    OrganisationsMerged,
    PairingPaused,
    PairingResumed,
    Signatory,
    SignatoryWithdrew,
    StandBooked,
    UmbrellaJoined,
    UmbrellaLeft,
)
from contracts.enums import AttendeeKind, ConventionKind, EventKind

BETWEEN = "2098-03-15T00:00:00Z"


def at(month: int) -> dict[str, datetime]:
    """Return the fact as recorded in `month` of a far year."""
    return {"recorded_at": datetime(2098, month, 1, tzinfo=UTC)}


def paused(story: Any, from_on: date, until_on: date | None, *, month: int) -> PairingPaused:
    ids = {"pairing_id": story.p1, "mentee_id": story.amina, "mentor_id": story.m1}
    return PairingPaused(**ids, from_on=from_on, until_on=until_on, **at(month))


def resumed(story: Any, from_on: date, resumed_on: date, *, month: int) -> PairingResumed:
    ids = {"pairing_id": story.p1, "mentee_id": story.amina, "mentor_id": story.m1}
    return PairingResumed(**ids, from_on=from_on, resumed_on=resumed_on, **at(month))


async def silent(ask: Any, as_of: str, **known: str) -> set[str]:
    rows = await ask("/figures/silent_pairings/list", as_of=as_of, **known)
    return {row["pairing_id"] for row in rows["items"]}


async def value(ask: Any, figure: str, as_of: str, **known: str) -> Any:
    return (await ask(f"/figures/{figure}", as_of=as_of, **known))["value"]


async def test_a_pair_that_pauses_again_from_the_day_it_resumed_is_not_silent(
    published: Topics, ask: Any, story: Any
) -> None:
    first = date(2014, 1, 1)
    assert str(story.p1) in await silent(ask, "2014-03-01")

    await published.publish(
        paused(story, first, None, month=2),
        resumed(story, first, first, month=3),
        paused(story, first, date(2014, 6, 30), month=4),
    )

    assert str(story.p1) not in await silent(ask, "2014-03-01")
    assert str(story.p1) in await silent(ask, "2014-03-01", known_at=BETWEEN)


async def test_a_pause_that_is_resumed_twice_was_known_to_end_on_the_first_day(
    published: Topics, ask: Any, story: Any
) -> None:
    first = date(2014, 1, 1)

    await published.publish(
        paused(story, first, None, month=2),
        resumed(story, first, date(2014, 3, 10), month=3),
        resumed(story, first, date(2014, 2, 1), month=4),
    )

    assert str(story.p1) in await silent(ask, "2014-03-01")
    assert str(story.p1) not in await silent(ask, "2014-03-01", known_at=BETWEEN)
    assert str(story.p1) in await silent(ask, "2014-03-15", known_at=BETWEEN)


async def test_a_suspension_that_is_resumed_twice_was_known_to_end_on_the_first_day(
    published: Topics, ask: Any, story: Any
) -> None:
    lasts = {"convention_id": story.usual, "from_on": date(2013, 6, 1)}
    before = await value(ask, "conventions_in_force", "2013-07-15")

    await published.publish(
        ConventionSuspended(**lasts, until_on=None, **at(2)),
        ConventionResumed(**lasts, until_on=date(2013, 7, 31), **at(3)),
        ConventionResumed(**lasts, until_on=date(2013, 6, 30), **at(4)),
    )

    assert await value(ask, "conventions_in_force", "2013-07-15") == before
    known = {"known_at": BETWEEN}
    assert await value(ask, "conventions_in_force", "2013-07-15", **known) == before - 1
    assert await value(ask, "conventions_in_force", "2013-08-01", **known) == before


async def test_an_attendance_that_was_noted_wrongly_was_known(
    published: Topics, ask: Any, story: Any
) -> None:
    before = await value(ask, "attendances", "2016-03-01")
    noted = {
        "event_id": UUID(int=1),
        "session_id": UUID(int=2),
        "registration_id": UUID(int=3),
        "attendee_kind": AttendeeKind.MENTEE,
        "attendee_id": story.amina,
        "held_on": date(2016, 1, 10),
    }

    await published.publish(
        AttendanceNoted(**noted, attended=True, **at(3)),
        AttendanceNoted(**noted, attended=False, **at(4)),
    )

    assert await value(ask, "attendances", "2016-03-01") == before
    assert await value(ask, "attendances", "2016-03-01", known_at=BETWEEN) == before + 1


def both_signed(story: Any, convention_id: UUID, duplicate: UUID) -> ConventionSigned:
    """Return a convention that an organisation signed twice, once under a duplicate."""
    day = date(2013, 1, 1)
    signatories = tuple(
        Signatory(organisation_id=who, accedes_on=day) for who in (story.sni, duplicate)
    )
    return ConventionSigned(
        convention_id=convention_id,
        convention_kind=ConventionKind.FRAMEWORK,
        signed_on=day,
        effective_on=day,
        ends_on=None,
        signatories=signatories,
    )


async def test_the_end_of_a_duplicates_signature_leaves_the_organisations_own(
    published: Topics, ask: Any, story: Any
) -> None:
    convention_id, duplicate = UUID(int=11), UUID(int=12)

    async def binds() -> set[str]:
        params = {"as_of": "2013-06-01", "by": "organisation"}
        rows = await ask("/figures/conventions_in_force", **params)
        return {row["key"] for row in rows["rows"]}

    await published.publish(
        both_signed(story, convention_id, duplicate),
        SignatoryWithdrew(
            convention_id=convention_id, organisation_id=duplicate, withdrawn_on=date(2013, 3, 1)
        ),
        OrganisationsMerged(
            organisation_id=story.sni, duplicates=(duplicate,), merged_on=date(2013, 4, 1)
        ),
    )
    assert str(story.sni) in await binds()

    await published.publish(
        SignatoryWithdrew(
            convention_id=convention_id, organisation_id=story.sni, withdrawn_on=date(2013, 5, 1)
        )
    )
    assert str(story.sni) not in await binds()


async def test_the_end_of_a_duplicates_membership_leaves_the_organisations_own(
    published: Topics, ask: Any, story: Any
) -> None:
    duplicate, joined_on = UUID(int=12), date(2012, 9, 1)
    joined = {"organisation_id": duplicate, "umbrella_id": story.ush, "joined_on": joined_on}
    before = await value(ask, "organisations_covered", "2014-01-06")

    await published.publish(
        UmbrellaJoined(**joined),
        UmbrellaLeft(**joined, left_on=date(2013, 1, 1)),
        OrganisationsMerged(
            organisation_id=story.sni, duplicates=(duplicate,), merged_on=date(2013, 4, 1)
        ),
    )

    assert await value(ask, "organisations_covered", "2014-01-06") == before


async def test_a_stand_at_an_event_that_was_cancelled_was_not_held(
    published: Topics, ask: Any, story: Any
) -> None:
    before = await value(ask, "stands_held", "2016-03-01")
    event_id, day = UUID(int=13), date(2016, 1, 10)
    hours = {
        "starts_at": datetime(2016, 1, 10, 9, tzinfo=UTC),
        "ends_at": datetime(2016, 1, 10, 12, tzinfo=UTC),
    }
    planned = EventPlanned(
        event_id=event_id,
        event_kind=EventKind.AFTERWORK,
        organised_by=None,
        department="75",
        starts_on=day,
        ends_on=day,
    )
    booked = StandBooked(
        event_id=event_id,
        stand_id=UUID(int=14),
        booking_id=UUID(int=15),
        organisation_id=story.sni,
        commitment_id=None,
        held_on=day,
        **hours,
    )
    await published.publish(planned, booked)
    assert await value(ask, "stands_held", "2016-03-01") == before + 1

    await published.publish(EventCancelled(event_id=event_id, cancelled_on=date(2016, 1, 1)))

    assert await value(ask, "stands_held", "2016-03-01") == before
