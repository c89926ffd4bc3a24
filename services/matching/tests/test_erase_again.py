"""After a restored backup brought erased persons back, one command erases them again."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from httpx import AsyncClient

from backbone.database.sessions import Sessions, transaction
from backbone.messaging.cloudevents import Record
from backbone.messaging.kafka import TopicPartition
from backbone.privacy.erased_persons import note_erased
from backbone.testing.fixtures import Topics
from contracts import MenteeErased, MenteesMerged, MentorErased, Message, PersonCard
from contracts.enums import Side
from matching import store
from matching.tools.erasures import erase_again, read_erasures

Send = Callable[[str, Sequence[str]], Awaitable[dict[str, Any]]]
A_DAY = date(2026, 11, 20)


class Recorded:
    """A consumer of recorded topics, one partition each."""

    def __init__(self, records: Sequence[Record]) -> None:
        self.records, self.read = records, 0

    def subscribe(self, *, topics: Sequence[str]) -> None:
        self.places = {TopicPartition(topic, 0) for topic in topics}

    async def start(self) -> None: ...

    def assignment(self) -> set[TopicPartition]:
        return self.places

    async def end_offsets(self, places: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        return {place: len(self.records) for place in places}

    async def position(self, place: TopicPartition) -> int:  # noqa: ARG002
        return self.read

    async def getmany(self, *, timeout_ms: int, max_records: int) -> dict[Any, list[Record]]:  # noqa: ARG002
        first, self.read = self.read, self.read + max_records
        return {None: list(self.records[first : self.read])}


async def told(topics: Topics, *messages: Message) -> set[UUID]:
    recorded = Recorded([topics.record(message) for message in messages])
    return set(await read_erasures(recorded, batch_size=2))  # type: ignore[arg-type]


async def test_the_topics_tell_who_was_erased_and_who_was_only_merged(topics: Topics) -> None:
    mentee, duplicate, mentor, applicant, kept, merged = (uuid4() for _ in range(6))

    found = await told(
        topics,
        PersonCard.erasure(merged),
        MenteesMerged(mentee_id=kept, duplicates=(merged,), merged_on=A_DAY),
        MenteeErased(mentee_id=mentee, duplicates=(duplicate,), erased_on=A_DAY),
        MentorErased(mentor_id=mentor, erased_on=A_DAY),
        PersonCard.erasure(applicant),
    )

    assert found == {mentee, duplicate, mentor, applicant}


async def test_whoever_a_backup_brought_back_is_erased_again_and_nobody_else(
    client: AsyncClient, sessions: Sessions, send: Send, lines: Any, pair: dict[str, Any]
) -> None:
    await send("mentees", [lines.mentee(2), lines.mentee(3)])
    _, registered, other = (await client.get("/mentees")).json()["items"]
    keys = store.keys_of(Side.MENTEE, reference=registered["reference"], email=None, phone=None)
    async with transaction(sessions) as session:
        await note_erased(session, keys, on=A_DAY)
    erased = {UUID(pair["mentee_id"]), UUID(pair["mentor_id"]), uuid4()}

    assert await erase_again(sessions, erased, answer_days=7) == 3
    assert await erase_again(sessions, erased, answer_days=7) == 0
    assert await erase_again(sessions, (), answer_days=7, everybody=True) == 3

    for person_id, is_erased in (
        (pair["mentee_id"], True),
        (registered["id"], True),
        (other["id"], False),
    ):
        assert (await client.get(f"/mentees/{person_id}")).json()["erased"] == is_erased
    assert (await client.get(f"/mentors/{pair['mentor_id']}")).json()["erased"]
    assert (await client.get(f"/pairings/{pair['id']}")).json()["state"] == "ended"
