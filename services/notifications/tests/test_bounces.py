"""An address that was refused for good is not used until it changes."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from httpx import AsyncClient
from smpplib import consts

from backbone.database.sessions import Sessions
from backbone.testing.fixtures import ClientOf, Topics
from notifications.delivery.sender import OutgoingMessage, Sender
from notifications.domain.messages import Accepted, Outcome, Rejected
from notifications.domain.tables import Channel, Message, State

Messages = Callable[..., Awaitable[list[Message]]]
NEVER = asyncio.Event()
GONE = "550 5.1.1 No such user here"


async def bounced(topics: Topics, mailer: Sender, mailbox: Any, pair: Any) -> None:
    """Amina's address is refused when her pair begins."""
    mailbox.at_rcpt.append(GONE)
    await topics.publish(pair.mentee(), pair.mentor(email=None), pair.paired())
    await mailer.send_due(NEVER)
    assert mailbox.mails == []


async def asked_outcome(topics: Topics, mailer: Sender, pair: Any) -> None:
    await topics.publish(pair.asked(3, pair.starts_on))
    await mailer.send_due(NEVER)


async def test_nothing_more_is_sent_to_an_address_that_was_refused(
    topics: Topics,
    mailer: Sender,
    mailbox: Any,
    pair: Any,
    messages: Messages,
    client: AsyncClient,
) -> None:
    await bounced(topics, mailer, mailbox, pair)
    await asked_outcome(topics, mailer, pair)

    assert mailbox.mails == []
    [message] = await messages(rule="outcome_asked")
    assert message.state == State.SUPPRESSED
    assert GONE in (message.last_error or "")
    assert "Correct it on the card, or reset it." in (message.last_error or "")
    [listed] = (await client.get("/bounces")).json()["items"]
    assert listed.pop("bounced_at")
    assert listed == {
        "person_id": str(pair.mentee_id),
        "channel": "email",
        "address": "amina@example.org",
        "reason": GONE,
    }


async def test_nobody_else_is_written_to_at_that_address(
    topics: Topics, mailer: Sender, mailbox: Any, pair: Any
) -> None:
    await bounced(topics, mailer, mailbox, pair)
    sister = type(pair)()
    await topics.publish(sister.mentee(), sister.mentor(email=None), sister.paired())

    await mailer.send_due(NEVER)

    assert mailbox.mails == []


async def test_a_card_with_another_address_is_written_to(
    topics: Topics, mailer: Sender, mailbox: Any, pair: Any, client: AsyncClient
) -> None:
    await bounced(topics, mailer, mailbox, pair)
    await topics.publish(pair.mentee(given_name="Aminata"))
    assert (await client.get("/bounces")).json()["items"]

    await topics.publish(pair.mentee(email="amina.diallo@example.org"))
    await asked_outcome(topics, mailer, pair)

    assert mailbox.recipients == ["amina.diallo@example.org"]
    assert (await client.get("/bounces")).json()["items"] == []


async def test_an_address_that_is_right_after_all_is_reset_by_hand(
    topics: Topics, mailer: Sender, mailbox: Any, pair: Any, client: AsyncClient
) -> None:
    await bounced(topics, mailer, mailbox, pair)

    assert (await client.delete(f"/bounces/{pair.mentee_id}")).status_code == 204
    assert (await client.delete(f"/bounces/{pair.mentee_id}")).status_code == 404
    await asked_outcome(topics, mailer, pair)

    assert mailbox.recipients == ["amina@example.org"]


async def test_an_erased_persons_address_is_forgotten(
    topics: Topics, mailer: Sender, mailbox: Any, pair: Any, client: AsyncClient
) -> None:
    await bounced(topics, mailer, mailbox, pair)

    await topics.publish(type(pair.mentee()).erasure(pair.mentee_id))

    assert (await client.get("/bounces")).json()["items"] == []


async def test_coordinators_see_the_refused_addresses_of_their_regions(
    topics: Topics, mailer: Sender, mailbox: Any, pair: Any, client_of: ClientOf
) -> None:
    await bounced(topics, mailer, mailbox, pair)
    here, elsewhere = (client_of("coordinator", regions=[code]) for code in ("11", "84"))

    assert len((await here.get("/bounces")).json()["items"]) == 1
    assert (await elsewhere.get("/bounces")).json()["items"] == []
    assert (await elsewhere.delete(f"/bounces/{pair.mentee_id}")).status_code == 404


@pytest.mark.parametrize(
    ("place", "answer"),
    [
        ("at_rcpt", "552 5.2.2 Mailbox full"),
        ("at_rcpt", "554 5.7.1 Your server is on a list"),
        ("at_rcpt", "450 Busy"),
        ("at_data", "554 This looks like spam"),
    ],
)
async def test_what_is_not_said_of_the_address_is_no_bounce(
    topics: Topics, mailer: Sender, mailbox: Any, pair: Any, place: str, answer: str
) -> None:
    getattr(mailbox, place).append(answer)
    await topics.publish(pair.mentee(), pair.mentor(email=None), pair.paired())
    await mailer.send_due(NEVER)

    await asked_outcome(topics, mailer, pair)

    assert mailbox.recipients == ["amina@example.org"]


async def test_a_number_that_is_unknown_gets_no_more_sms(
    topics: Topics, sessions: Sessions, settings: Any, pair: Any, messages: Messages
) -> None:
    class Centre:
        carried = 0

        async def deliver(self, _: OutgoingMessage) -> Outcome:
            self.carried += 1
            unknown = consts.DESCRIPTIONS[consts.SMPP_ESME_RINVDSTADR]
            return Rejected(unknown, of_address=True) if self.carried == 1 else Accepted(("1",))

    centre, again = Centre(), type(pair)(mentee_id=pair.mentee_id)
    again.starts_on = pair.starts_on - timedelta(days=1)
    sender = Sender(sessions, Channel.SMS, centre, settings.retry_policy)
    await topics.publish(pair.mentee(), pair.mentor(), pair.paired())
    await sender.send_due(NEVER)

    await topics.publish(again.mentor(), again.paired())
    await sender.send_due(NEVER)

    assert centre.carried == 1
    assert {message.state for message in await messages(channel="sms")} == {State.SUPPRESSED}
