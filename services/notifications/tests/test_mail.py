"""Mail, by a real server in this process that answers as it is told to."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from httpx import AsyncClient
from sqlmodel import col, update
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.database.sessions import Sessions, transaction
from backbone.testing.fixtures import Topics
from notifications.delivery.rendering import RenderedMessage
from notifications.delivery.sender import OutgoingMessage, Sender
from notifications.delivery.smtp import MailServer
from notifications.domain.messages import Accepted, Outcome
from notifications.domain.tables import Channel, Message, OptOut, Refusal, State
from notifications.read_model import Person
from notifications.settings import NotificationsSettings
from notifications.worker import tasks

Messages = Callable[..., Awaitable[list[Message]]]
Later = Callable[[], Awaitable[None]]
NEVER = asyncio.Event()


async def test_both_of_a_pair_are_written_to_in_their_language(
    topics: Topics, mailer: Sender, mailbox: Any, pair: Any, messages: Messages
) -> None:
    await topics.publish(pair.mentee(language="en"), pair.mentor(), pair.paired())

    await mailer.send_due(NEVER)

    mails = {mail["To"]: mail for mail in mailbox.mails}
    assert set(mails) == {"Amina Diallo <amina@example.org>", "Claire Martin <claire@example.org>"}
    to_claire = mails["Claire Martin <claire@example.org>"]
    assert to_claire["From"] == "Envol <bonjour@envol.example>"
    assert to_claire["Subject"] == "Votre parrainage avec Amina commence"
    assert to_claire["Content-Language"] == "fr"
    kinds = [part.get_content_type() for part in to_claire.iter_parts()]
    assert kinds == ["text/plain", "text/html"]
    assert "Hello Amina" in mails["Amina Diallo <amina@example.org>"].get_body().get_content()
    [message] = await messages(rule="mentor_paired")
    assert to_claire["Message-ID"] == f"<{message.id}@envol.example>"
    assert message.state == State.SENT
    assert message.sent_at
    assert message.text == to_claire.get_body(("plain",)).get_content().replace("\r\n", "\n")


async def test_a_mail_that_cannot_be_written_holds_up_no_other_and_can_be_tried_again(
    topics: Topics, mailer: Sender, mailbox: Any, pair: Any, messages: Messages, client: AsyncClient
) -> None:
    await topics.publish(pair.mentee(), pair.mentor(), pair.paired())
    async with transaction(mailer.sessions) as session:
        speaks = update(Person).where(col(Person.person_id) == pair.mentor_id)
        await session.exec(speaks.values(language="xx"))

    await mailer.send_due(NEVER)

    assert [mail["To"] for mail in mailbox.mails] == ["Amina Diallo <amina@example.org>"]
    [failed] = await messages(state=State.FAILED)
    assert failed.rule == "mentor_paired"
    assert "ValueError" in str(failed.last_error)

    async with transaction(mailer.sessions) as session:
        await session.exec(speaks.values(language="fr"))
    answer = await client.post(f"/messages/{failed.id}/retries")
    assert answer.status_code == 200, answer.text
    await mailer.send_due(NEVER)
    assert len(mailbox.mails) == 2


class Odd:
    """A transport that names what it took in a way that no table can hold."""

    def __init__(self) -> None:
        self.carried = 0

    async def deliver(self, _: OutgoingMessage) -> Outcome:
        self.carried += 1
        return Accepted(("a\0b",))


async def test_a_message_whose_outcome_cannot_be_noted_is_not_sent_again_and_again(
    topics: Topics, mailer: Sender, pair: Any, messages: Messages
) -> None:
    await topics.publish(pair.mentee(), pair.mentor(), pair.paired())
    odd = Odd()

    await replace(mailer, transport=odd).send_due(NEVER)
    await replace(mailer, transport=odd).send_due(NEVER)

    assert odd.carried == 2  # the mentor's and the mentee's
    assert len(await messages(state=State.FAILED)) == 2


class Moody:
    """A transport that fails at the first outgoing in a way that nobody foresaw."""

    def __init__(self, transport: MailServer) -> None:
        self.transport, self.carried = transport, 0

    async def deliver(self, outgoing: OutgoingMessage) -> Outcome:
        self.carried += 1
        if self.carried == 1:
            raise UnicodeError("label empty or too long")
        return await self.transport.deliver(outgoing)


async def test_a_carrier_that_fails_for_any_reason_is_asked_again_later(
    topics: Topics, mailer: Sender, mailbox: Any, pair: Any, messages: Messages
) -> None:
    await topics.publish(pair.mentee(), pair.mentor(), pair.paired())

    await replace(mailer, transport=Moody(mailer.transport)).send_due(NEVER)  # type: ignore[arg-type]

    assert len(mailbox.mails) == 1
    [postponed] = await messages(state=State.PLANNED, channel=Channel.EMAIL)
    assert postponed.last_error == "UnicodeError: label empty or too long"


async def test_many_mails_take_one_connection(
    topics: Topics, mailer: Sender, mailbox: Any, pair: Any
) -> None:
    pairs = [type(pair)() for _ in range(10)]
    for one in pairs:
        await topics.publish(one.mentee(), one.mentor(), one.paired())

    await mailer.send_due(NEVER)

    assert len(mailbox.mails) == 20
    assert mailbox.sessions == 1


@pytest.mark.parametrize("place", ["at_rcpt", "at_data"])
async def test_a_server_that_is_busy_is_asked_again(
    topics: Topics,
    mailer: Sender,
    mailbox: Any,
    pair: Any,
    messages: Messages,
    place: str,
    later: Later,
) -> None:
    getattr(mailbox, place).append("451 Busy, come again")
    await topics.publish(pair.mentee(email=None), pair.mentor(), pair.paired())

    await mailer.send_due(NEVER)
    [message] = await messages(rule="mentor_paired")
    assert (message.state, message.tries) == (State.PLANNED, 1)
    assert message.last_error == "451 Busy, come again"

    await later()
    await mailer.send_due(NEVER)
    [message] = await messages(rule="mentor_paired")
    assert (message.state, message.tries, message.last_error) == (State.SENT, 2, None)
    assert len(mailbox.mails) == 1


async def test_a_server_that_is_always_busy_is_given_up(
    topics: Topics, mailer: Sender, mailbox: Any, pair: Any, messages: Messages, later: Later
) -> None:
    mailbox.at_data += ["451 Busy"] * 10
    await topics.publish(pair.mentee(email=None), pair.mentor(), pair.paired())

    for _ in range(4):
        await mailer.send_due(NEVER)
        await later()

    [message] = await messages(rule="mentor_paired")
    assert (message.state, message.tries, message.last_error) == (State.FAILED, 3, "451 Busy")
    assert mailbox.at_data == ["451 Busy"] * 7


@pytest.mark.parametrize("place", ["at_rcpt", "at_data"])
async def test_a_refusal_for_good_is_kept_with_the_servers_reason_and_stops_nobody_else(
    topics: Topics, mailer: Sender, mailbox: Any, pair: Any, messages: Messages, place: str
) -> None:
    getattr(mailbox, place).append("550 No such user here")
    await topics.publish(pair.mentee(), pair.mentor(), pair.paired())

    await mailer.send_due(NEVER)

    refused, kept = sorted(await messages(channel="email"), key=lambda m: m.state, reverse=True)
    assert (refused.state, refused.last_error) == (State.SUPPRESSED, "550 No such user here")
    assert kept.state == State.SENT
    assert len(mailbox.mails) == 1


async def test_a_server_that_is_away_is_waited_for(
    topics: Topics,
    sessions: Sessions,
    mail_settings: NotificationsSettings,
    mailer: Sender,
    mailbox: Any,
    pair: Any,
    messages: Messages,
    later: Later,
) -> None:
    away = mail_settings.model_copy(update={"smtp_port": 1})
    lost = Sender(sessions, Channel.EMAIL, MailServer(away), away.retry_policy)
    await topics.publish(pair.mentee(email=None), pair.mentor(), pair.paired())

    await lost.send_due(NEVER)
    [message] = await messages(rule="mentor_paired")
    assert (message.state, message.tries) == (State.PLANNED, 1)
    assert message.last_error

    await later()
    await mailer.send_due(NEVER)
    assert len(mailbox.mails) == 1


async def test_an_answer_that_is_lost_doubles_the_mail_under_the_same_id(
    topics: Topics, mailer: Sender, mailbox: Any, pair: Any, later: Later
) -> None:
    mailbox.at_data.append("hang up")
    await topics.publish(pair.mentee(email=None), pair.mentor(), pair.paired())

    await mailer.send_due(NEVER)
    await later()
    await mailer.send_due(NEVER)

    assert len(mailbox.ids) == 2
    assert len(set(mailbox.ids)) == 1


async def test_nothing_is_sent_in_the_open_when_starttls_is_wanted(
    mail_settings: NotificationsSettings, mailbox: Any
) -> None:
    server = MailServer(mail_settings.model_copy(update={"smtp_security": "starttls"}))

    outcome = await server.deliver(an_outgoing_message("claire@example.org"))

    assert "STARTTLS" in getattr(outcome, "reason", "")
    assert mailbox.mails == []


async def test_an_idn_is_sent_in_ascii_to_a_server_that_knows_nothing_else(
    topics: Topics, mailer: Sender, mailbox: Any, pair: Any, messages: Messages
) -> None:
    mailbox.takes_utf8 = False
    await topics.publish(
        pair.mentee(email="amina@éducation-exemple.fr", given_name="Éléonore"),
        pair.mentor(email="jérôme@exemple.fr"),
        pair.paired(),
    )

    await mailer.send_due(NEVER)

    address = "amina@xn--ducation-exemple-9pb.fr"
    assert mailbox.recipients == [address]
    assert mailbox.mails[0]["To"].addresses[0].addr_spec == address
    [to_mentee] = await messages(rule="mentee_paired", channel="email")
    assert (to_mentee.state, to_mentee.address) == (State.SENT, address)
    [to_mentor] = await messages(rule="mentor_paired")
    assert to_mentor.state == State.SUPPRESSED
    assert "accent before its @" in (to_mentor.last_error or "")


def an_outgoing_message(address: str, name: str = "Claire") -> OutgoingMessage:
    written = RenderedMessage(text="Bonjour", subject="Bonjour", html="<p>Bonjour</p>")
    return OutgoingMessage(uuid4(), 1, address, name, "fr", written)


@pytest.mark.parametrize(
    "address", ["", "claire", "a@b.org\r\nBcc: c@d.org", "a@b.org, c@d.org", "a b@c.org", "@"]
)
async def test_an_address_that_is_none_is_rejected_and_not_sent(
    mail_settings: NotificationsSettings, mailbox: Any, address: str
) -> None:
    outcome = await MailServer(mail_settings).deliver(an_outgoing_message(address))

    assert getattr(outcome, "reason", "") == "The e-mail address cannot be used."
    assert mailbox.sessions == 0


async def test_a_name_adds_no_header(mail_settings: NotificationsSettings, mailbox: Any) -> None:
    server = MailServer(mail_settings)

    await server.deliver(
        an_outgoing_message("claire@example.org", name="Claire\r\nBcc: all@example.org")
    )
    await server.close_idle()

    [mail] = mailbox.mails
    assert mail["Bcc"] is None
    assert mail["To"].addresses[0].addr_spec == "claire@example.org"


async def test_who_opted_out_is_not_written_to(
    topics: Topics, db: AsyncSession, mailer: Sender, mailbox: Any, pair: Any, messages: Messages
) -> None:
    await topics.publish(pair.mentee(), pair.mentor(), pair.paired())
    now = (await messages())[0].planned_at
    db.add(OptOut(person_id=pair.mentee_id, channel=Refusal.ALL, opted_out_at=now))
    db.add(OptOut(person_id=pair.mentor_id, channel=Refusal.SMS, opted_out_at=now))
    await db.commit()

    await mailer.send_due(NEVER)

    assert [mail["To"].addresses[0].username for mail in mailbox.mails] == ["claire"]
    [suppressed] = await messages(rule="mentee_paired", channel="email")
    assert suppressed.state == State.SUPPRESSED


async def test_a_card_may_arrive_after_its_pair(
    topics: Topics, mailer: Sender, mailbox: Any, pair: Any, later: Later
) -> None:
    await topics.publish(pair.paired(), pair.mentor())
    await mailer.send_due(NEVER)
    assert mailbox.mails == []

    await topics.publish(pair.mentee())
    await later()
    await mailer.send_due(NEVER)
    assert len(mailbox.mails) == 2


async def test_a_card_that_never_arrives_is_not_waited_for_for_ever(
    topics: Topics, db: AsyncSession, mailer: Sender, pair: Any, messages: Messages
) -> None:
    await topics.publish(pair.paired(), pair.mentor())
    [message] = await messages(rule="mentor_paired")
    a_day_ago = message.planned_at - timedelta(hours=24)
    await (await db.connection()).execute(update(Message).values(planned_at=a_day_ago))
    await db.commit()

    await mailer.send_due(NEVER)

    [message] = await messages(rule="mentor_paired")
    assert message.state == State.SUPPRESSED
    assert "never arrived" in (message.last_error or "")


async def test_who_is_erased_while_a_mail_waits_does_not_get_it(
    topics: Topics, mailer: Sender, mailbox: Any, pair: Any, messages: Messages, later: Later
) -> None:
    mailbox.at_data += ["451 Busy"] * 2
    await topics.publish(pair.mentee(), pair.mentor(), pair.paired())
    await mailer.send_due(NEVER)

    await topics.publish(type(pair.mentee()).erasure(pair.mentee_id))
    await later()
    await mailer.send_due(NEVER)

    assert mailbox.mails == []
    assert {message.text for message in await messages()} == {None}


async def test_two_senders_share_the_work_and_send_nothing_twice(
    topics: Topics, sessions: Sessions, mail_settings: Any, mailbox: Any, pair: Any
) -> None:
    for _ in range(10):
        one = type(pair)()
        await topics.publish(one.mentee(), one.mentor(), one.paired())
    senders = [
        Sender(sessions, Channel.EMAIL, MailServer(mail_settings), mail_settings.retry_policy)
        for _ in range(2)
    ]

    await asyncio.gather(*(sender.send_due(NEVER) for sender in senders))

    assert len(mailbox.ids) == len(set(mailbox.ids)) == 20
    assert mailbox.sessions == 2


async def test_a_sender_that_was_overtaken_settles_nothing(
    topics: Topics, sessions: Sessions, mail_settings: Any, pair: Any, messages: Messages
) -> None:
    """One that slept through its lease may have sent; the one that took over says how it ended."""
    await topics.publish(pair.mentee(email=None), pair.mentor(), pair.paired())

    class Sleeper(MailServer):
        async def deliver(self, outgoing: OutgoingMessage) -> Any:
            async with transaction(sessions) as session:
                row = await session.get_one(Message, outgoing.id, with_for_update=True)
                row.tries, row.last_error = outgoing.tries + 1, "taken over"
            return await super().deliver(outgoing)

    sleeper = Sleeper(mail_settings)
    await Sender(sessions, Channel.EMAIL, sleeper, mail_settings.retry_policy).send_due(NEVER)
    await sleeper.close_idle()

    [message] = await messages(rule="mentor_paired")
    assert (message.state, message.last_error) == (State.SENDING, "taken over")


async def test_the_workers_task_sends_until_it_is_told_to_stop(
    topics: Topics, sessions: Sessions, mail_settings: Any, mailbox: Any, pair: Any
) -> None:
    quick = mail_settings.model_copy(update={"send_every_seconds": 0.02})
    send_mail = tasks(quick)["send-mail"]
    stopping = asyncio.Event()
    sending = asyncio.create_task(send_mail(sessions, stopping))
    await topics.publish(pair.mentee(), pair.mentor(), pair.paired())

    async with asyncio.timeout(60):
        await mailbox.arrived.get()
        await mailbox.arrived.get()
        stopping.set()
        await sending
