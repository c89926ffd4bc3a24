"""Who is written to because of what falls due in matching, and what overtakes it."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from backbone.testing import Topics
from contracts.words import Side
from notifications.domain.tables import Message, State
from notifications.worker.sender import Sender

Messages = Callable[..., Awaitable[list[Message]]]
PairSince = Callable[[date], Any]
A_DAY = timedelta(days=1)


def today() -> date:
    return datetime.now(UTC).date()


async def sent(mailer: Sender) -> None:
    while await mailer.send_next():
        pass


async def test_the_mentor_of_a_silent_pair_is_reminded_once_for_each_month(
    topics: Topics, pair_since: PairSince, messages: Messages
) -> None:
    start = today() - 31 * A_DAY
    pair = pair_since(start)
    late = pair.silent(1, today(), since=start)

    await topics.tell(pair.paired(), pair.mentor(), pair.mentee(), late, late)

    [reminder] = await messages(rule="silent_pair")
    assert (reminder.person_id, reminder.channel) == (pair.mentor_id, "email")
    assert (reminder.due_on, reminder.since_on) == (today(), start)


async def test_months_that_passed_while_nobody_looked_are_not_all_written_about(
    topics: Topics, pair_since: PairSince, messages: Messages
) -> None:
    start = today() - 95 * A_DAY
    pair = pair_since(start)
    lates = [pair.silent(n, start + 31 * n * A_DAY, since=start) for n in (1, 2, 3)]

    await topics.tell(pair.paired(), pair.mentor(), pair.mentee(), *lates)

    assert [r.due_on for r in await messages(rule="silent_pair")] == [lates[2].due_on]


async def test_a_reminder_that_a_contact_overtook_is_not_sent(
    topics: Topics, mailer: Sender, mailbox: Any, pair_since: PairSince, messages: Messages
) -> None:
    start = today() - 40 * A_DAY
    silent, talkative = pair_since(start), pair_since(start)
    for pair in (silent, talkative):
        late = pair.silent(1, today() - 9 * A_DAY, since=start)
        await topics.tell(pair.paired(), pair.mentor(), pair.mentee(), late)
    await topics.tell(talkative.in_touch(today() - A_DAY))

    await sent(mailer)

    found = {message.pairing_id: message.state for message in await messages(rule="silent_pair")}
    assert found == {talkative.pairing_id: State.STALE, silent.pairing_id: State.SENT}
    subjects = [mail["Subject"] for mail in mailbox.mails]
    assert sum("quelles nouvelles" in subject for subject in subjects) == 1


async def test_a_contact_that_was_taken_back_keeps_no_reminder_from_its_mentor(
    topics: Topics, mailer: Sender, pair_since: PairSince, messages: Messages
) -> None:
    start = today() - 40 * A_DAY
    pair = pair_since(start)
    told = (pair.paired(), pair.mentor(), pair.mentee(), pair.in_touch(today() - A_DAY))

    await topics.tell(*told, pair.silent(1, today() - 9 * A_DAY, since=start))
    await sent(mailer)

    assert [message.state for message in await messages(rule="silent_pair")] == [State.SENT]


async def test_both_are_asked_about_a_proposal_with_the_day_to_answer_by(
    topics: Topics, mailer: Sender, mailbox: Any, pair: Any, messages: Messages
) -> None:
    await topics.tell(pair.mentor(), pair.mentee(), pair.proposed(today()))
    await sent(mailer)

    asked = await messages(rule="proposed")
    assert {message.person_id for message in asked} == {pair.mentor_id, pair.mentee_id}
    assert {message.since_on for message in asked} == {today() + 7 * A_DAY}
    texts = [mail.get_body(("plain",)).get_content() for mail in mailbox.mails]
    assert sum("vous proposons d'accompagner Amina Diallo" in text for text in texts) == 1
    assert sum("pour vous accompagner" in text for text in texts) == 1
    assert not any("@example.org" in text for text in texts)


async def test_who_has_not_answered_is_reminded_unless_the_other_declined(
    topics: Topics, mailer: Sender, pair_since: PairSince, messages: Messages
) -> None:
    waiting, over = pair_since(today()), pair_since(today())
    for pair in (waiting, over):
        due = pair.answer_due(today() + 2 * A_DAY, Side.MENTOR)
        await topics.tell(pair.mentor(), pair.mentee(), due)
    await topics.tell(over.declined(today()))

    await sent(mailer)

    found = {message.pairing_id: message for message in await messages(rule="answer_due")}
    assert {message.person_id for message in found.values()} == {
        waiting.mentor_id,
        over.mentor_id,
    }
    assert found[waiting.pairing_id].state == State.SENT
    assert found[over.pairing_id].state == State.STALE


async def test_a_pair_that_has_not_met_is_reminded_on_both_sides(
    topics: Topics, mailer: Sender, pair_since: PairSince, messages: Messages
) -> None:
    start = today() - 16 * A_DAY
    shy, met = pair_since(start), pair_since(start)
    for pair in (shy, met):
        await topics.tell(pair.paired(), pair.mentor(), pair.mentee(), pair.unmet(today() - A_DAY))
    await topics.tell(met.met(today() - A_DAY))

    await sent(mailer)

    states = {(m.pairing_id, m.state) for m in await messages(rule="first_interview_late")}
    assert states == {(shy.pairing_id, State.SENT), (met.pairing_id, State.STALE)}


@pytest.mark.parametrize(("ago", "expected"), [(0, 1), (40, 0)])
async def test_a_mentee_is_asked_what_became_of_them_unless_it_was_due_long_ago(
    topics: Topics, pair_since: PairSince, messages: Messages, ago: int, expected: int
) -> None:
    pair = pair_since(today() - 200 * A_DAY)

    await topics.tell(pair.mentor(), pair.mentee(), pair.asked(3, today() - ago * A_DAY))

    asked = await messages(rule="outcome_asked")
    assert [message.person_id for message in asked] == [pair.mentee_id] * expected


async def test_one_who_waits_too_long_is_told_so_once_unless_a_mentor_was_found(
    topics: Topics, mailer: Sender, mailbox: Any, pair_since: PairSince, messages: Messages
) -> None:
    waiting, found = pair_since(today()), pair_since(today())
    for each in (waiting, found):
        told = each.waiting(today() - A_DAY)
        await topics.tell(each.mentee(), told, told)
    await topics.tell(found.mentor(), found.paired())

    await sent(mailer)

    states = {m.person_id: m.state for m in await messages(rule="mentee_waiting")}
    assert states == {waiting.mentee_id: State.SENT, found.mentee_id: State.STALE}
    assert sum("nous cherchons" in mail["Subject"] for mail in mailbox.mails) == 1
