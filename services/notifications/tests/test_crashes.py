"""A sender that is killed on the way loses nothing, and doubles one mail at most."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from backbone.testing.fixtures import Topics
from notifications.delivery.sender import Sender
from notifications.domain.tables import Message, State

NEVER = asyncio.Event()
SENDING = Path(__file__).with_name("sending.py")


async def run(settings: Any, crash_at: str = "") -> int | None:
    """Run a sender in a process of its own to its end, whichever; answers its exit code."""
    told = {
        "DATABASE_URL": settings.database_url,
        "KAFKA_BOOTSTRAP_SERVERS": settings.kafka_bootstrap_servers,
        "OIDC_ISSUER": settings.oidc_issuer,
        "OIDC_AUDIENCE": settings.oidc_audience,
        "SMTP_HOST": settings.smtp_host,
        "SMTP_PORT": str(settings.smtp_port),
        "MAIL_FROM": settings.mail_from,
        "CRASH_AT": crash_at,
    }
    process = await asyncio.create_subprocess_exec(sys.executable, SENDING, env=os.environ | told)
    try:
        return await asyncio.wait_for(process.wait(), 120)
    finally:
        if process.returncode is None:
            process.kill()


@pytest.mark.parametrize(
    ("crash_at", "by_then", "at_once", "in_the_end"),
    [
        ("notifier.before_send", 0, 3, 4),
        ("notifier.after_send", 1, 4, 5),
        ("notifier.after_mark", 1, 4, 4),
    ],
)
async def test_killed_at_any_step_it_sends_all_and_one_twice_at_most_under_the_same_id(
    topics: Topics,
    mail_settings: Any,
    mailer: Sender,
    mailbox: Any,
    pair: Any,
    messages: Callable[..., Awaitable[list[Message]]],
    later: Callable[[], Awaitable[None]],
    crash_at: str,
    by_then: int,
    at_once: int,
    in_the_end: int,
) -> None:
    for _ in range(2):
        one = type(pair)()
        await topics.publish(one.mentee(), one.mentor(), one.paired())

    assert await run(mail_settings, crash_at) == -signal.SIGKILL
    assert len(mailbox.ids) == by_then

    await mailer.send_due(NEVER)
    assert len(mailbox.ids) == at_once, "what was being sent is left alone while its lease lasts"

    await later()
    await mailer.send_due(NEVER)
    assert len(mailbox.ids) == in_the_end
    mails = await messages(channel="email")
    assert set(mailbox.ids) == {f"<{message.id}@envol.example>" for message in mails}
    assert {message.state for message in mails} == {State.SENT}


async def test_left_alone_it_sends_all_once(
    topics: Topics, mail_settings: Any, mailbox: Any, pair: Any
) -> None:
    await topics.publish(pair.mentee(), pair.mentor(), pair.paired())

    assert await run(mail_settings) == 0
    assert len(mailbox.ids) == len(set(mailbox.ids)) == 2
