"""SMS, by jSMPP's simulator and, for what it never does, by a small centre of our own."""

import asyncio
import struct
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from smpplib import consts
from smpplib.exceptions import MessageTooLong
from smpplib.gsm import GSM_CHARACTER_TABLE
from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.database.sessions import Sessions, transaction
from backbone.testing.fixtures import Topics
from contracts.territories import zone_of
from notifications import commands, store
from notifications.delivery.rendering import RenderedMessage
from notifications.delivery.sender import OutgoingMessage, Sender
from notifications.delivery.smpp import parts_of, receipt_in
from notifications.delivery.sms import SmsCentre
from notifications.domain import receipts
from notifications.domain.messages import Accepted, Outcome, Rejected, TemporaryFailure
from notifications.domain.tables import Channel, Message, Part, Receipt, State
from notifications.read_model import Person
from notifications.settings import NotificationsSettings
from notifications.worker import _record_receipt, tasks

Messages = Callable[..., Awaitable[list[Message]]]
NEVER = asyncio.Event()


@pytest.fixture
def sms_settings(settings: NotificationsSettings, sms_centre: dict[str, str]) -> Any:
    """Settings of a worker that sends to the simulator."""
    return type(settings).model_validate(settings.model_dump() | sms_centre)


def an_outgoing_message(text: str = "Bonjour", number: str = "+33639980001") -> OutgoingMessage:
    return OutgoingMessage(uuid4(), 1, number, "Amina", "fr", RenderedMessage(text=text))


async def settled(sessions: Sessions, centre: SmsCentre, done: Callable[[], Any]) -> None:
    """Listen to the centre, as the worker does, until something has come about."""
    async with asyncio.timeout(60):
        while not await done():
            await centre.poll_receipts()
            async with transaction(sessions) as session:
                await commands.record_receipts(session, centre.receipts)
            centre.receipts.clear()
            await asyncio.sleep(0.05)


async def test_an_sms_is_sent_and_its_receipt_makes_it_delivered(
    topics: Topics, sessions: Sessions, sms_settings: Any, pair: Any, messages: Messages
) -> None:
    centre = SmsCentre(sms_settings)
    await topics.publish(pair.mentee(), pair.mentor(), pair.paired())

    await Sender(sessions, Channel.SMS, centre, sms_settings.retry_policy).send_due(NEVER)
    [sent] = await messages(channel="sms")
    assert (sent.state, sent.address, sent.tries) == (State.SENT, "+33639980001", 1)
    assert sent.text
    assert sent.text.startswith("Envol : bonjour Amina, votre parrainage avec Claire Martin")

    async def is_delivered() -> bool:
        return bool(await messages(state=State.DELIVERED))

    await settled(sessions, centre, is_delivered)
    await centre.close()


async def test_an_sms_at_night_is_kept_until_the_morning(
    topics: Topics, sessions: Sessions, settings: Any, pair: Any, messages: Messages
) -> None:
    hour = datetime.now(zone_of("93")).hour
    night = {"sms_from_hour": hour + 1, "sms_until_hour": 24}
    if hour > 12:
        night = {"sms_from_hour": 0, "sms_until_hour": hour - 1}
    retry_policy = settings.model_copy(update=night).retry_policy
    centre = SmsCentre(settings.model_copy(update={"smpp_port": 1}))
    await topics.publish(pair.mentee(), pair.mentor(), pair.paired())

    await Sender(sessions, Channel.SMS, centre, retry_policy).send_due(NEVER)

    [sms] = await messages(channel="sms")
    assert (sms.state, sms.tries, sms.last_error) == (State.PLANNED, 0, None)
    assert sms.due_at.astimezone(zone_of("93")).hour == night["sms_from_hour"]
    assert sms.due_at > datetime.now(UTC)


async def test_an_sms_that_cannot_be_written_and_a_strange_receipt_hold_up_nothing(
    topics: Topics, sessions: Sessions, sms_settings: Any, pair: Any, messages: Messages
) -> None:
    other = type(pair)()
    for one in (pair, other):
        await topics.publish(one.mentee(), one.mentor(), one.paired())
    async with transaction(sessions) as session:
        lives = update(Person).where(col(Person.person_id) == pair.mentee_id)
        await session.exec(lives.values(department="XX"))
    centre = SmsCentre(sms_settings)
    at_any_hour = sms_settings.model_copy(update={"sms_from_hour": 0, "sms_until_hour": 24})

    await Sender(sessions, Channel.SMS, centre, at_any_hour.retry_policy).send_due(NEVER)

    [failed] = await messages(state=State.FAILED)
    assert failed.person_id == pair.mentee_id
    [sent] = await messages(state=State.SENT)
    assert sent.person_id == other.mentee_id
    await centre.close()
    for name in ("9" * 5000, "a\0b"):
        await _record_receipt(sessions, name, "DELIVRD")


async def test_a_long_text_in_ucs2_is_delivered_when_all_its_parts_are(
    sessions: Sessions, sms_settings: Any, a_sent_sms: Any
) -> None:
    centre = SmsCentre(sms_settings)

    outcome = await centre.deliver(an_outgoing_message("Ça y est, c'est la fête ! " * 10))

    assert isinstance(outcome, Accepted)
    assert len(set(outcome.provider_ids)) == 4
    message = await a_sent_sms(outcome)

    async def is_delivered() -> bool:
        async with transaction(sessions) as session:
            return bool((await session.get_one(Message, message.id)).state == State.DELIVERED)

    await settled(sessions, centre, is_delivered)
    await centre.close()


async def test_the_workers_task_sends_hears_and_stops(
    topics: Topics, sessions: Sessions, sms_settings: Any, pair: Any, messages: Messages
) -> None:
    quick = sms_settings.model_copy(update={"send_every_seconds": 0.02})
    send_sms = tasks(quick)["send-sms"]
    stopping = asyncio.Event()
    await topics.publish(pair.mentee(), pair.mentor(), pair.paired())
    sending = asyncio.create_task(send_sms(sessions, stopping))

    async with asyncio.timeout(60):
        while not await messages(state=State.DELIVERED):  # noqa: ASYNC110  (the database's rows)
            await asyncio.sleep(0.05)
    stopping.set()
    await asyncio.wait_for(sending, 60)


async def test_a_wrong_password_is_a_matter_of_ours_and_tried_again(sms_settings: Any) -> None:
    centre = SmsCentre(sms_settings.model_copy(update={"smpp_password": SecretStr("wrong")}))

    assert isinstance(await centre.deliver(an_outgoing_message()), TemporaryFailure)


async def test_a_centre_that_is_away_is_waited_for(settings: NotificationsSettings) -> None:
    centre = SmsCentre(settings.model_copy(update={"smpp_host": "127.0.0.1", "smpp_port": 1}))

    await centre.poll_receipts()
    assert isinstance(await centre.deliver(an_outgoing_message()), TemporaryFailure)


GSM, UCS2 = consts.SMPP_ENCODING_DEFAULT, consts.SMPP_ENCODING_ISO10646
SHOWN = st.characters(exclude_categories=("Cs", "Cc"))


@pytest.mark.parametrize(
    ("text", "parts", "coding"),
    [
        ("à" * 160, 1, GSM),
        ("à" * 161, 2, GSM),
        ("à" * 306, 2, GSM),
        ("à" * 307, 3, GSM),
        ("€" * 80, 1, GSM),
        ("€" * 81, 2, GSM),
        ("a" * 152 + "€" + "a" * 20, 2, GSM),
        ("ç" * 70, 1, UCS2),
        ("ç" * 71, 2, UCS2),
        ("ç" * 134, 2, UCS2),
        ("ç" * 135, 3, UCS2),
        ("🌸" * 35, 1, UCS2),
        ("🌸" * 36, 2, UCS2),
        ("ç" * 66 + "🌸" + "ç" * 60, 2, UCS2),
    ],
)
def test_a_text_takes_as_few_parts_as_it_can(text: str, parts: int, coding: int) -> None:
    made, chosen, _ = parts_of(text)

    assert (len(made), chosen) == (parts, coding)


@given(st.text(st.sampled_from("aé€^{}[]~|\\\n"), max_size=700) | st.text(SHOWN, max_size=400))
def test_no_character_is_cut_in_two_and_the_parts_make_up_the_text(text: str) -> None:
    made, coding, esm_class = parts_of(text)
    header = 6 if esm_class == consts.SMPP_GSMFEAT_UDHI else 0
    read = "".join(characters(part[header:], coding) for part in made)

    assert read == text.replace("`", "'")
    if header:
        assert [part[4:6] for part in made] == [bytes([len(made), n + 1]) for n in range(len(made))]
        assert max(map(len, made)) <= (159 if coding == GSM else 140)


def characters(part: bytes, coding: int) -> str:
    """Read a part alone, as a telephone does; an error is a character that was cut."""
    if coding == UCS2:
        return part.decode("utf-16-be")
    table, read, octets = GSM_CHARACTER_TABLE, "", iter(part)
    for octet in octets:
        read += table[128 + next(octets)] if octet == 0x1B else table[octet]
    return read


def test_a_text_of_more_parts_than_can_be_numbered_is_too_long() -> None:
    with pytest.raises(MessageTooLong):
        parts_of("a" * 153 * 256)


@pytest.fixture
async def a_sent_sms(sessions: Sessions, settings: NotificationsSettings) -> Any:
    """A message that was sent, in the parts that the centre named so."""

    async def a_sent_sms(outcome: Outcome) -> Message:
        async with transaction(sessions) as session:
            now = await store.now(session)
            message = Message(
                rule="mentee_paired",
                channel=Channel.SMS,
                **{name: uuid4() for name in ("pairing_id", "person_id", "counterpart_id")},
                **dict.fromkeys(("due_on", "since_on"), now.date()),
                **dict.fromkeys(("happened_at", "planned_at", "due_at"), now),
                state=State.SENDING,
                tries=1,
            )
            session.add(message)
        async with transaction(sessions) as session:
            await commands.record_outcome(
                session, message.id, outcome, tries=1, retry_policy=settings.retry_policy
            )
        return message

    return a_sent_sms


async def told(sessions: Sessions, **receipts: str) -> None:
    async with transaction(sessions) as session:
        await commands.record_receipts(session, receipts)


async def test_receipts_may_come_twice_and_out_of_order_and_for_nothing(
    sessions: Sessions, db: AsyncSession, a_sent_sms: Any
) -> None:
    message = await a_sent_sms(Accepted(("19ee3f28", "ff")))

    for name in ("255", "777", "435044136", "255", "435044136", "777"):
        state_before = (await db.get_one(Message, message.id, populate_existing=True)).state
        assert state_before == (State.DELIVERED if await both_came(db) else State.SENT)
        await db.rollback()
        await told(sessions, **{name: "DELIVRD"})

    assert (await db.get_one(Message, message.id, populate_existing=True)).state == State.DELIVERED
    assert [receipt.provider_id for receipt in (await db.exec(select(Receipt))).all()] == ["777"]


async def both_came(db: AsyncSession) -> bool:
    return None not in (await db.exec(select(Part.receipt))).all()


async def test_a_receipt_may_come_before_its_message_is_noted_as_sent(
    sessions: Sessions, db: AsyncSession, a_sent_sms: Any
) -> None:
    await told(sessions, **{"435044136": "DELIVRD"})

    message = await a_sent_sms(Accepted(("19ee3f28",)))

    assert (await db.get_one(Message, message.id)).state == State.DELIVERED
    assert (await db.exec(select(Receipt))).all() == []


async def test_an_sms_that_is_not_delivered_has_failed(
    sessions: Sessions, db: AsyncSession, a_sent_sms: Any
) -> None:
    message = await a_sent_sms(Accepted(("19ee3f28", "ff")))

    await told(sessions, **{"435044136": "UNDELIV", "255": "DELIVRD"})

    failed = await db.get_one(Message, message.id)
    assert failed.state == State.FAILED
    assert failed.last_error == "The SMS centre reports UNDELIV."


@dataclass
class Centre:
    """An SMS centre that answers a submission with the statuses it is given, or not at all."""

    port: int = 0
    statuses: list[int] = field(default_factory=list)
    names: list[bytes] = field(default_factory=list)
    brings: list[tuple[int, bytes]] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while header := await reader.readexactly(16):
                length, command, _, sequence = struct.unpack(">4L", header)
                await reader.readexactly(length - 16)
                for answer in self.answers(command):
                    status, body = answer
                    size = 16 + len(body)
                    head = struct.pack(">4L", size, command | 1 << 31, status, sequence)
                    writer.write(head + body)
                while command == BIND and self.brings:
                    writer.write(deliver_sm(*self.brings.pop()))
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    def answers(self, command: int) -> list[tuple[int, bytes]]:
        if command == SUBMIT:
            name = self.names.pop(0) if self.names else b"2a\0"
            return [(self.statuses.pop(0), name)] if self.statuses else []
        return [] if command & 1 << 31 else [(0, b"centre\0" if command == BIND else b"")]


SUBMIT, BIND = 0x04, 0x09


def deliver_sm(esm_class: int, text: bytes) -> bytes:
    body = b"\0\1\x0133639980001\0\5\0Envol\0"
    body += bytes([esm_class, 0, 0, 0, 0, 0, 0, 0, 0, len(text)]) + text
    return struct.pack(">4L", 16 + len(body), 0x05, 0, 99) + body


@pytest.fixture
async def our_centre() -> AsyncIterator[Centre]:
    centre = Centre()
    server = await asyncio.start_server(centre.serve, "127.0.0.1", 0)
    centre.port = server.sockets[0].getsockname()[1]
    yield centre
    server.close()


@pytest.fixture
async def link(settings: NotificationsSettings, our_centre: Centre) -> AsyncIterator[SmsCentre]:
    where = {"smpp_host": "127.0.0.1", "smpp_port": our_centre.port, "send_timeout_seconds": 0.3}
    link = SmsCentre(settings.model_copy(update=where))
    yield link
    await link.close()


@pytest.mark.parametrize(
    ("statuses", "outcome"),
    [
        ([0], Accepted(("2a",))),
        ([consts.SMPP_ESME_RTHROTTLED], TemporaryFailure("0x0058")),
        ([consts.SMPP_ESME_RSYSERR], TemporaryFailure("0x0008")),
        ([consts.SMPP_ESME_RINVDSTADR], Rejected("0x000b Invalid Destination Address")),
        ([], TemporaryFailure("")),
    ],
)
async def test_an_answer_of_the_centre_says_whether_to_try_again(
    link: SmsCentre, our_centre: Centre, statuses: list[int], outcome: Outcome
) -> None:
    our_centre.statuses += statuses

    answer = await link.deliver(an_outgoing_message())

    assert type(answer) is type(outcome)
    assert getattr(answer, "reason", "").startswith(getattr(outcome, "reason", ""))


async def test_after_a_silence_there_is_a_new_link(link: SmsCentre, our_centre: Centre) -> None:
    assert isinstance(await link.deliver(an_outgoing_message()), TemporaryFailure)
    our_centre.statuses.append(0)

    assert await link.deliver(an_outgoing_message()) == Accepted(("2a",))


async def test_what_someone_writes_is_no_receipt_whatever_it_looks_like(
    link: SmsCentre, our_centre: Centre
) -> None:
    receipt = b"id:%d sub:001 dlvrd:001 submit date:2611232048 stat:%s err:000 text:"
    our_centre.brings += [
        (0x00, receipt % (1, b"DELIVRD")),
        (0x04, receipt % (2, b"ENROUTE")),
        (0x04, receipt % (3, b"UNDELIV")),
        (0x04, b"\xff\xfe nonsense"),
        (0x04, b""),
    ]
    our_centre.statuses.append(0)

    await link.deliver(an_outgoing_message())
    async with asyncio.timeout(60):
        while not link.receipts:
            await link.poll_receipts()

    assert link.receipts == {"3": "UNDELIV"}


@dataclass
class Brought:
    """What a centre brings, in the fields that receipts have."""

    short_message: bytes | None = None
    message_payload: bytes | None = None
    receipted_message_id: bytes | None = None
    message_state: int | None = None
    esm_class: int = 0x04


STATE = b" stat:DELIVRD err:000"


@pytest.mark.parametrize(
    "brought",
    [
        Brought(b"id:" + b"9" * 5000 + STATE),
        Brought(receipted_message_id=b"9" * 5000, message_state=2),
        Brought(receipted_message_id=b"a\0b", message_state=2),
        Brought(receipted_message_id=b"\xff\xfe", message_state=2),
        Brought(b"id:\xd9\xa3 stat:\xff"),
        Brought(b"id: stat:DELIVRD"),
    ],
)
def test_a_receipt_with_garbage_for_a_name_is_none(brought: Brought) -> None:
    assert receipt_in(brought) == {}


@pytest.mark.parametrize("text", [b"id:", b"id:1 ", b"id:1 stat:", b"stat:D", b"id:a stat:A"])
def test_a_receipt_of_any_length_is_read_in_no_time(text: bytes) -> None:
    begun = time.process_time()

    receipt_in(Brought(message_payload=text * (65_000 // len(text))))

    assert time.process_time() - begun < 1


async def test_a_receipt_of_thousands_of_digits_ends_no_worker(
    sessions: Sessions, db: AsyncSession, a_sent_sms: Any
) -> None:
    message = await a_sent_sms(Accepted(("ff",)))

    await told(sessions, **{"9" * 5000: "DELIVRD", "255": "DELIVRD"})

    assert (await db.get_one(Message, message.id)).state == State.DELIVERED
    assert receipts.receipt_id_variants("9" * 5000) == {"9" * 5000}


async def test_a_part_that_the_centre_names_strangely_was_accepted_all_the_same(
    link: SmsCentre, our_centre: Centre
) -> None:
    our_centre.names += [b"\xff\0", b"\0", b"9" * 300 + b"\0"]
    our_centre.statuses += [0, 0, 0]

    for _ in range(3):
        assert await link.deliver(an_outgoing_message()) == Accepted(("",))
