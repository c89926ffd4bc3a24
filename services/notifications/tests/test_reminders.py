"""The clock's work, with the moment handed to it."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from backbone.db import Sessions, transaction
from backbone.health import note_beat
from backbone.testing import Topics
from notifications import store
from notifications.domain.tables import Message, State
from notifications.settings import NotificationsSettings
from notifications.worker.clock import remind
from notifications.worker.sender import Sender

Messages = Callable[..., Awaitable[list[Message]]]
START = date(2026, 1, 31)


async def reminded(sessions: Sessions, settings: Any, *days: date) -> None:
    for day in days:
        async with transaction(sessions) as session:
            now = datetime.combine(day, time(12), UTC)
            await remind(session, now=now, settings=settings)


async def test_the_mentor_of_a_silent_pair_is_reminded_once_a_month_not_once_a_run(
    topics: Topics,
    sessions: Sessions,
    settings: NotificationsSettings,
    pair_since: Callable[[date], Any],
    messages: Messages,
) -> None:
    pair = pair_since(START)
    await topics.tell(pair.paired(), pair.mentor(), pair.mentee())

    days = [START + timedelta(days=day) for day in range(0, 100, 2)]
    await reminded(sessions, settings, *days)

    reminders = await messages(rule="silent_pair")
    assert [r.due_on for r in reminders] == [
        date(2026, 2, 28),
        date(2026, 3, 31),
        date(2026, 4, 30),
    ]
    assert {(r.person_id, r.channel, r.since_on) for r in reminders} == {
        (pair.mentor_id, "email", START)
    }


async def test_a_worker_that_was_away_does_not_catch_up_on_reminders(
    topics: Topics,
    sessions: Sessions,
    settings: NotificationsSettings,
    pair_since: Callable[[date], Any],
    messages: Messages,
) -> None:
    pair = pair_since(START)
    await topics.tell(pair.paired(), pair.mentor(), pair.mentee())

    await reminded(sessions, settings, date(2026, 4, 15))

    assert [r.due_on for r in await messages(rule="silent_pair")] == [date(2026, 3, 31)]


async def test_a_sign_of_life_moves_the_dates_even_when_it_is_told_late(
    topics: Topics,
    sessions: Sessions,
    settings: NotificationsSettings,
    pair_since: Callable[[date], Any],
    messages: Messages,
) -> None:
    pair = pair_since(START)
    await topics.tell(pair.paired(), pair.mentor(), pair.mentee())
    await reminded(sessions, settings, date(2026, 3, 1))

    await topics.tell(pair.in_touch(date(2026, 2, 20)))
    await reminded(sessions, settings, date(2026, 3, 19))
    assert [r.due_on for r in await messages(rule="silent_pair")] == [date(2026, 2, 28)]

    await reminded(sessions, settings, date(2026, 3, 20))
    due = [r.due_on for r in await messages(rule="silent_pair")]
    assert due == [date(2026, 2, 28), date(2026, 3, 20)]


async def test_nobody_is_reminded_of_a_pair_that_ended_or_is_not_wholly_known(
    topics: Topics,
    sessions: Sessions,
    settings: NotificationsSettings,
    pair_since: Callable[[date], Any],
    messages: Messages,
) -> None:
    ended, cardless, unpaired = (pair_since(START) for _ in range(3))
    await topics.tell(
        *(ended.paired(), ended.mentor(), ended.mentee(), ended.ended(date(2026, 2, 10))),
        *(cardless.paired(), cardless.mentor()),
        *(unpaired.in_touch(START), unpaired.mentor(), unpaired.mentee()),
    )

    await reminded(sessions, settings, date(2026, 3, 15))

    assert await messages(rule="silent_pair") == []


async def test_a_reminder_that_a_contact_overtook_is_not_sent(
    topics: Topics,
    sessions: Sessions,
    mail_settings: NotificationsSettings,
    mailer: Sender,
    mailbox: Any,
    pair_since: Callable[[date], Any],
    messages: Messages,
) -> None:
    today = datetime.now(UTC).date()
    silent, talkative = (pair_since(today - timedelta(days=40)) for _ in range(2))
    for pair in (silent, talkative):
        await topics.tell(pair.paired(), pair.mentor(), pair.mentee())
    await reminded(sessions, mail_settings, today)
    await topics.tell(talkative.in_touch(today - timedelta(days=1)))

    while await mailer.send_next():
        pass

    [stale, sent] = sorted(await messages(rule="silent_pair"), key=lambda m: m.state, reverse=True)
    assert (stale.pairing_id, stale.state) == (talkative.pairing_id, State.STALE)
    assert (sent.pairing_id, sent.state) == (silent.pairing_id, State.SENT)
    subjects = [mail["Subject"] for mail in mailbox.mails]
    assert sum("quelles nouvelles" in subject for subject in subjects) == 1


async def test_a_pair_that_is_just_being_entered_is_not_silent_yet(
    topics: Topics,
    sessions: Sessions,
    settings: NotificationsSettings,
    pair_since: Callable[[date], Any],
    messages: Messages,
) -> None:
    pair, day = pair_since(START), START + timedelta(days=40)
    entered_at = datetime.combine(day, time(11, 30), UTC)
    await topics.tell(pair.paired(recorded_at=entered_at), pair.mentor(), pair.mentee())

    await reminded(sessions, settings, day)
    assert await messages(rule="silent_pair") == []

    await reminded(sessions, settings, day + timedelta(days=1))
    assert len(await messages(rule="silent_pair")) == 1


@pytest.mark.parametrize(("lag", "expected"), [(0, True), (1, False), (None, False)])
async def test_reminders_wait_until_all_that_was_told_is_taken_in(
    sessions: Sessions, engine: AsyncEngine, lag: int | None, *, expected: bool
) -> None:
    async with transaction(sessions) as session:
        before = await store.now(session)
        assert not await store.is_caught_up(session, since=before)
    await note_beat(engine, worker="notifications", kafka=True, lag=lag, backlog=0)

    async with transaction(sessions) as session:
        after = await store.now(session)
        assert await store.is_caught_up(session, since=before) == expected
        assert not await store.is_caught_up(session, since=after)
