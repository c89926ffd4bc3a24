"""Whoever was erased, or merged with another: what is written to them, and what is stored."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import permutations
from typing import Any
from uuid import UUID, uuid4

import pytest
from httpx import AsyncClient

from backbone.testing.fixtures import Topics
from contracts import EventCancelled, MenteeErased, MenteesMerged, MentorErased, PersonCard
from contracts.enums import Side

ERASED_ON = date(2026, 11, 20)


def merged(kept: UUID, *duplicates: UUID) -> MenteesMerged:
    return MenteesMerged(mentee_id=kept, duplicates=duplicates, merged_on=ERASED_ON)


def erased(mentee_id: UUID, *duplicates: UUID) -> MenteeErased:
    return MenteeErased(mentee_id=mentee_id, duplicates=duplicates, erased_on=ERASED_ON)


@pytest.mark.parametrize("side", list(Side))
async def test_the_other_one_of_a_pair_is_told_that_it_ended_and_not_with_whom(
    topics: Topics, mailer: Any, mailbox: Any, messages: Any, pair: Any, side: Side
) -> None:
    ended = pair.ended(pair.starts_on).model_copy(update={"erased_side": side})
    await topics.publish(pair.mentee(), pair.mentor(), ended)
    person_id, name = (
        (pair.mentee_id, "Amina") if side == Side.MENTEE else (pair.mentor_id, "Claire")
    )

    await topics.publish(PersonCard.erasure(person_id))
    while await mailer.send_next():
        pass

    [message] = await messages(rule="pairing_stopped")
    assert message.person_id == ({pair.mentee_id, pair.mentor_id} - {person_id}).pop()
    assert (message.state, message.counterpart_id) == ("sent", None)
    [mail] = mailbox.mails
    assert name not in mail.as_string()


async def test_who_was_asked_about_an_erased_person_is_told_that_the_proposal_is_withdrawn(
    topics: Topics, messages: Any, pair: Any
) -> None:
    on = pair.starts_on
    declined = pair.declined(on).model_copy(update={"erased_side": Side.MENTOR})
    await topics.publish(pair.mentee(), pair.mentor(), pair.proposed(on), declined)

    [message] = await messages(rule="proposal_withdrawn")
    assert message.person_id == pair.mentee_id


async def test_a_pair_that_ends_otherwise_is_not_written_to(
    topics: Topics, messages: Any, pair: Any
) -> None:
    await topics.publish(pair.mentee(), pair.mentor(), pair.ended(pair.starts_on))

    assert await messages() == []


async def test_an_erasure_removes_what_was_written_and_who_did_not_wish_to_be_written_to(
    client: AsyncClient, topics: Topics, messages: Any, mailer: Any, mailbox: Any, pair: Any
) -> None:
    duplicate = uuid4()
    await topics.publish(
        pair.mentee(), pair.mentor(), pair.mentee(person_id=duplicate), pair.paired()
    )
    while await mailer.send_next():
        pass
    for person_id in (pair.mentee_id, duplicate):
        said = {"person_id": str(person_id), "channel": "sms"}
        assert (await client.post("/opt-outs", json=said)).status_code == 201

    await topics.publish(erased(pair.mentee_id, duplicate))

    assert mailbox.mails
    for message in await messages():
        assert (message.address, message.subject, message.text) == (None, None, None)
        assert message.state in {"sent", "suppressed"}
    for person_id in (pair.mentee_id, duplicate):
        assert (await client.get(f"/opt-outs/{person_id}")).status_code == 404


async def test_an_erased_mentor_is_written_to_no_more(
    client: AsyncClient, topics: Topics, messages: Any, pair: Any
) -> None:
    await topics.publish(pair.mentee(), pair.mentor(), pair.paired())
    said = {"person_id": str(pair.mentor_id), "channel": "all"}
    await client.post("/opt-outs", json=said)

    await topics.publish(MentorErased(mentor_id=pair.mentor_id, erased_on=ERASED_ON))

    assert {message.state for message in await messages()} == {"suppressed"}
    assert (await client.get(f"/opt-outs/{pair.mentor_id}")).status_code == 404


@pytest.mark.parametrize("order", list(permutations(range(2))))
@pytest.mark.parametrize(
    ("refused", "before", "since"),
    [
        ("all", None, "all"),
        ("sms", "email", "all"),
        ("sms", "sms", "sms"),
        ("email", None, "email"),
    ],
)
async def test_a_merge_keeps_the_wider_refusal_in_whatever_order_it_is_learnt(
    client: AsyncClient,
    topics: Topics,
    pair: Any,
    order: Sequence[int],
    refused: str,
    before: str | None,
    since: str,
) -> None:
    duplicate = uuid4()
    await topics.publish(pair.mentee(), pair.mentee(person_id=duplicate))
    for person_id, channel in ((duplicate, refused), (pair.mentee_id, before)):
        if channel:
            said = {"person_id": str(person_id), "channel": channel}
            assert (await client.post("/opt-outs", json=said)).status_code == 201

    told = [merged(pair.mentee_id, duplicate), PersonCard.erasure(duplicate)]
    for at in order:
        await topics.publish(told[at])

    answer = await client.get(f"/opt-outs/{pair.mentee_id}")
    assert (answer.status_code, answer.json().get("channel")) == (200, since)
    assert (await client.get(f"/opt-outs/{duplicate}")).status_code == 404


@pytest.mark.parametrize("order", list(permutations(range(3))))
async def test_what_was_to_be_written_to_a_duplicate_is_written_to_the_one_that_stayed(
    topics: Topics, messages: Any, mailer: Any, mailbox: Any, pair: Any, order: Sequence[int]
) -> None:
    kept = uuid4()
    await topics.publish(pair.mentor(), pair.mentee(person_id=kept, email="kept@example.org"))
    await topics.publish(pair.mentee())
    told = [pair.paired(), merged(kept, pair.mentee_id), PersonCard.erasure(pair.mentee_id)]

    for at in order:
        await topics.publish(told[at])
    while await mailer.send_next():
        pass

    assert {m.person_id for m in await messages(rule="mentee_paired")} == {kept}
    assert {m.counterpart_id for m in await messages(rule="mentor_paired")} == {kept}
    assert {m["To"].addresses[0].addr_spec for m in mailbox.mails} == {
        "kept@example.org",
        "claire@example.org",
    }


@pytest.mark.parametrize("order", list(permutations(range(2))))
async def test_a_cancelled_event_is_told_once_to_who_was_registered_under_both_ids(
    topics: Topics, messages: Any, pair: Any, order: Sequence[int]
) -> None:
    duplicate, day = uuid4(), pair.starts_on + timedelta(days=10)
    off = EventCancelled(
        event_id=uuid4(),
        cancelled_on=pair.starts_on,
        starts_on=day,
        contacts=(duplicate, pair.mentee_id),
    )
    told = [off, merged(pair.mentee_id, duplicate)]

    for at in order:
        await topics.publish(told[at])

    open_ = [m for m in await messages(rule="event_cancelled") if m.state == "planned"]
    assert [m.person_id for m in open_] == [pair.mentee_id]


async def test_who_asks_under_the_id_of_a_duplicate_is_not_written_to_any_more(
    client: AsyncClient, topics: Topics, pair: Any
) -> None:
    duplicate = uuid4()
    await topics.publish(pair.mentee(), merged(pair.mentee_id, duplicate))

    said = {"person_id": str(duplicate), "channel": "all"}
    assert (await client.post("/opt-outs", json=said)).status_code == 201

    assert (await client.get(f"/opt-outs/{pair.mentee_id}")).json()["channel"] == "all"
