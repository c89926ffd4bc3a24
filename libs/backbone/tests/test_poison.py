"""A message that cannot be applied is set aside alone: its key waits, all others flow."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from notebook import NoteWritten, OwnerCard
from sqlalchemy import text
from steps import Reader, cut_off_those_that_wait, story, written

from backbone.database.sessions import Sessions, transaction
from backbone.messaging.cloudevents import StoredRecord
from backbone.messaging.dead_letters import dead_letters_of, to_record
from backbone.service import Service
from backbone.testing.fixtures import record_of

Poison = Callable[[UUID], StoredRecord]


@pytest.fixture
def reader(sessions: Sessions, service: Service) -> Reader:
    return Reader(sessions, service.handlers)


def good(notebook: UUID) -> StoredRecord:
    return written(notebook, 2, sequence=2)


def without(record: StoredRecord, header: str) -> StoredRecord:
    return replace(record, headers=tuple(h for h in record.headers if h[0] != header))


def with_header(record: StoredRecord, header: str, value: bytes | None) -> StoredRecord:
    return replace(record, headers=(*without(record, header).headers, (header, value)))


def large(notebook: UUID) -> StoredRecord:
    record = good(notebook)
    padding = b'{"text":"' + b"x" * (5 << 20) + b'",'
    return replace(record, value=padding + record.value[1:])


POISONS: dict[str, tuple[Poison, str]] = {
    "bad JSON": (lambda n: replace(good(n), value=b'{"words":'), "Invalid JSON"),
    "no UTF-8": (lambda n: replace(good(n), value=b"\xff\xfe"), "Invalid JSON"),
    "no value": (lambda n: replace(good(n), value=None), "The message has no value."),
    "another shape": (
        lambda n: replace(good(n), value=b'{"notebook_id": "Jo Dupont"}'),
        "notebook_id: Input should be a valid UUID",
    ),
    "another key": (lambda n: replace(written(uuid4(), 2, sequence=2), key=str(n).encode()), "key"),
    "five megabytes": (large, "bytes, over 204800"),
    "a handler that raises": (lambda n: written(n, 13, sequence=2), "BadWord: 13 words"),
    "a number no column holds": (lambda n: written(n, 1 << 40, sequence=2), "DataError"),
}
ENVELOPES: dict[str, tuple[Poison, str]] = {
    "no key": (lambda n: replace(good(n), key=None), "The message has no key."),
    "a key that is no text": (lambda n: replace(good(n), key=b"\xff"), "cannot be read"),
    "a zero byte in the key": (lambda n: replace(good(n), key=b"a\0b"), "zero byte"),
    "no ce_type": (lambda n: without(good(n), "ce_type"), "has no header ce_type"),
    "no ce_sequence": (lambda n: without(good(n), "ce_sequence"), "has no header ce_sequence"),
    "an empty header": (lambda n: with_header(good(n), "ce_id", None), "has no header ce_id"),
    "a sequence in words": (
        lambda n: with_header(good(n), "ce_sequence", b"two"),
        "cannot be read",
    ),
    "a sequence of zero": (lambda n: with_header(good(n), "ce_sequence", b"0"), "counts from 1"),
    "a sequence too high": (
        lambda n: with_header(good(n), "ce_sequence", b"9" * 30),
        "counts from 1",
    ),
    "a zero byte in an id": (lambda n: with_header(good(n), "ce_id", b"a\0b"), "zero byte"),
    "a header with a zero byte": (
        lambda n: with_header(with_header(good(n), "ce_sequence", b"x"), "other", b"\0\xff"),
        "cannot be read",
    ),
}


@pytest.mark.parametrize("place", ["head", "middle", "tail"])
@pytest.mark.parametrize("kind", [*POISONS, *ENVELOPES])
async def test_poison_is_set_aside_alone_and_its_key_waits(
    reader: Reader, kind: str, place: str
) -> None:
    make, cause = (POISONS | ENVELOPES)[kind]
    poisoned, others = uuid4(), [uuid4() for _ in range(4)]
    await reader.take(written(poisoned, 1, sequence=1))
    batch = [record for other in others for record in story(other, 1, 2)]
    at = {"head": 0, "middle": 4, "tail": len(batch)}[place]
    batch[at:at] = [make(poisoned)]

    await reader.take(*batch, written(poisoned, 3, sequence=3))

    assert await reader.stories() == {poisoned: [1], **{other: [1, 2] for other in others}}
    aside, waiting = await reader.aside()
    assert cause in aside[1]
    assert not aside[2]
    assert waiting == (3, "waits for 2", True)


@pytest.mark.parametrize("kind", POISONS)
async def test_a_corrected_message_restores_the_order(reader: Reader, kind: str) -> None:
    make, _ = POISONS[kind]
    notebook = uuid4()
    await reader.take(written(notebook, 1, sequence=1), make(notebook))
    await reader.take(written(notebook, 3, sequence=3))

    await reader.take(good(notebook))

    assert await reader.story(notebook) == [1, 2, 3]
    assert await reader.aside() == []


async def test_a_cause_shows_nothing_of_what_was_sent(reader: Reader) -> None:
    record = good(uuid4())
    await reader.take(replace(record, value=b'{"notebook_id": "Jo Dupont", "words": "Jo Dupont"}'))

    [(_, cause, _)] = await reader.aside()
    assert "Jo" not in cause


async def test_a_tombstone_under_a_key_that_names_nobody_is_set_aside(reader: Reader) -> None:
    tombstone = record_of(OwnerCard.erasure(uuid4()), sequence=1)

    await reader.take(replace(tombstone, key=b"nobody"), *story(uuid4(), 1))

    [(_, cause, waits)] = await reader.aside()
    assert not waits
    assert "UUID" in cause


async def test_several_poisons_in_one_batch_are_each_found(reader: Reader) -> None:
    notebooks = [uuid4() for _ in range(40)]
    bad = {3, 4, 20, 39}
    batch = [
        written(notebook, 13 if nth in bad else 1, sequence=1)
        for nth, notebook in enumerate(notebooks)
    ]

    await reader.take(*batch)

    assert len(await reader.stories()) == 36
    assert len(await reader.aside()) == 4


async def test_poison_delivered_again_is_set_aside_once(reader: Reader) -> None:
    poison = written(uuid4(), 13, sequence=1)

    await reader.take(poison)
    await reader.take(poison)

    assert len(await reader.aside()) == 1


async def test_what_the_database_cannot_do_for_the_moment_is_waited_out(
    reader: Reader, sessions: Sessions
) -> None:
    """Connections that are cut in the middle put nothing aside."""
    notebook = uuid4()
    told = story(notebook, *range(1, 4))
    async with transaction(sessions) as blocking:
        await (await blocking.connection()).execute(text("LOCK TABLE read_model.story"))
        taking = asyncio.create_task(reader.take(*told))
        await cut_off_those_that_wait(sessions)
        with pytest.raises(Exception, match="connection"):
            await taking

    await reader.take(*told)

    assert await reader.story(notebook) == [1, 2, 3]
    assert await reader.aside() == []


async def test_what_was_set_aside_is_kept_as_it_came(reader: Reader, sessions: Sessions) -> None:
    poison = written(uuid4(), 13, sequence=1)
    await reader.take(poison)

    async with sessions() as session:
        [row] = await dead_letters_of(session, topic=NoteWritten.topic, key=poison.key.decode())
    assert to_record(row) == poison
