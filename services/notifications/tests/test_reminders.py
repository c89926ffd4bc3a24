"""Who is written to because of what falls due in matching, and what overtakes it."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from backbone.testing.fixtures import Topics
from contracts import (
    MenteesMerged,
    Message,
    OutcomeCorrected,
    OutcomeRecorded,
    OutcomeWithdrawn,
)
from contracts.enums import Contract, Evidence, Side
from notifications.delivery.sender import Sender
from notifications.domain.tables import Message as Planned
from notifications.domain.tables import State

Messages = Callable[..., Awaitable[list[Planned]]]
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

    await topics.publish(pair.paired(), pair.mentor(), pair.mentee(), late, late)

    [reminder] = await messages(rule="silent_pair")
    assert (reminder.person_id, reminder.channel) == (pair.mentor_id, "email")
    assert (reminder.due_on, reminder.since_on) == (today(), start)


async def test_months_that_passed_while_nobody_looked_are_not_all_written_about(
    topics: Topics, pair_since: PairSince, messages: Messages
) -> None:
    start = today() - 95 * A_DAY
    pair = pair_since(start)
    lates = [pair.silent(n, start + 31 * n * A_DAY, since=start) for n in (1, 2, 3)]

    await topics.publish(pair.paired(), pair.mentor(), pair.mentee(), *lates)

    assert [r.due_on for r in await messages(rule="silent_pair")] == [lates[2].due_on]


async def test_a_reminder_that_a_contact_overtook_is_not_sent(
    topics: Topics, mailer: Sender, mailbox: Any, pair_since: PairSince, messages: Messages
) -> None:
    start = today() - 40 * A_DAY
    silent, talkative = pair_since(start), pair_since(start)
    for pair in (silent, talkative):
        late = pair.silent(1, today() - 9 * A_DAY, since=start)
        await topics.publish(pair.paired(), pair.mentor(), pair.mentee(), late)
    await topics.publish(talkative.in_touch(today() - A_DAY))

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

    await topics.publish(*told, pair.silent(1, today() - 9 * A_DAY, since=start))
    await sent(mailer)

    assert [message.state for message in await messages(rule="silent_pair")] == [State.SENT]


async def test_both_are_asked_about_a_proposal_with_the_day_to_answer_by(
    topics: Topics, mailer: Sender, mailbox: Any, pair: Any, messages: Messages
) -> None:
    await topics.publish(pair.mentor(), pair.mentee(), pair.proposed(today()))
    await sent(mailer)

    asked = await messages(rule="proposed")
    assert {message.person_id for message in asked} == {pair.mentor_id, pair.mentee_id}
    assert {message.since_on for message in asked} == {today() + 7 * A_DAY}
    texts = [mail.get_body(("plain",)).get_content() for mail in mailbox.mails]
    assert sum("vous proposons d'accompagner Amina Diallo" in text for text in texts) == 1
    assert sum("pour vous accompagner" in text for text in texts) == 1
    assert not any("@example.org" in text for text in texts)


@pytest.mark.parametrize(("days_left", "states"), [(5, {State.SENT}), (-3, set())])
async def test_a_proposal_of_an_old_round_is_asked_about_as_long_as_it_can_be_answered(
    topics: Topics,
    mailer: Sender,
    pair: Any,
    messages: Messages,
    days_left: int,
    states: set[State],
) -> None:
    proposed = pair.proposed(today() - 90 * A_DAY, answer_by=today() + days_left * A_DAY)

    await topics.publish(pair.mentor(), pair.mentee(), proposed)
    await sent(mailer)

    assert {message.state for message in await messages(rule="proposed")} == states


async def test_who_has_not_answered_is_reminded_unless_the_other_declined(
    topics: Topics, mailer: Sender, pair_since: PairSince, messages: Messages
) -> None:
    waiting, over = pair_since(today()), pair_since(today())
    for pair in (waiting, over):
        due = pair.answer_due(today() + 2 * A_DAY, Side.MENTOR)
        await topics.publish(pair.mentor(), pair.mentee(), due)
    await topics.publish(over.declined(today()))

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
        await topics.publish(
            pair.paired(), pair.mentor(), pair.mentee(), pair.unmet(today() - A_DAY)
        )
    await topics.publish(met.met(today() - A_DAY))

    await sent(mailer)

    states = {(m.pairing_id, m.state) for m in await messages(rule="first_interview_late")}
    assert states == {(shy.pairing_id, State.SENT), (met.pairing_id, State.STALE)}


@pytest.mark.parametrize(("ago", "expected"), [(0, 1), (40, 0)])
async def test_a_mentee_is_asked_what_became_of_them_unless_it_was_due_long_ago(
    topics: Topics, pair_since: PairSince, messages: Messages, ago: int, expected: int
) -> None:
    pair = pair_since(today() - 200 * A_DAY)

    await topics.publish(pair.mentor(), pair.mentee(), pair.asked(3, today() - ago * A_DAY))

    asked = await messages(rule="outcome_asked")
    assert [message.person_id for message in asked] == [pair.mentee_id] * expected


async def test_one_who_waits_too_long_is_written_to_once_unless_they_no_longer_wait(
    topics: Topics, mailer: Sender, mailbox: Any, pair_since: PairSince, messages: Messages
) -> None:
    pairs = {name: pair_since(today()) for name in ("waiting", "declined", *NO_LONGER_WAITING)}
    for pair in pairs.values():
        late = pair.waiting(today() - A_DAY)
        await topics.publish(pair.mentee(), late, late)
    declined = pairs["declined"]
    await topics.publish(declined.proposed(today() - A_DAY), declined.declined(today()))
    for name, event in NO_LONGER_WAITING.items():
        await topics.publish(*event(pairs[name]))

    await sent(mailer)

    states = {m.person_id: m.state for m in await messages(rule="mentee_waiting")}
    assert states == {
        pair.mentee_id: State.STALE if name in NO_LONGER_WAITING else State.SENT
        for name, pair in pairs.items()
    }
    assert sum("nous cherchons" in mail["Subject"] for mail in mailbox.mails) == 2


def outcome(mentee_id: UUID, **said: Any) -> OutcomeRecorded:
    known = {
        "outcome_id": uuid4(),
        "mentee_id": mentee_id,
        "pairing_id": None,
        "contract": Contract.CDI,
        "months": None,
        "fits_qualification": True,
        "evidence": Evidence.DECLARED,
        "found_on": today(),
    }
    return OutcomeRecorded(**(known | said))


def placed_before_a_merge(pair: Any) -> list[Message]:
    """Work that was recorded for another application of the same person."""
    other = uuid4()
    merged = MenteesMerged(mentee_id=pair.mentee_id, duplicates=(other,), merged_on=today())
    return [outcome(other), merged]


def corrected(pair: Any) -> list[Message]:
    """An outcome that turned out to fit."""
    first = outcome(pair.mentee_id, fits_qualification=None)
    fields = first.model_dump(exclude={"type", "id", "occurred_at", "recorded_at"})
    return [first, OutcomeCorrected(**(fields | {"fits_qualification": True}))]


NO_LONGER_WAITING: dict[str, Callable[[Any], Sequence[Message]]] = {
    "paired": lambda pair: [pair.mentor(), pair.paired()],
    "asked": lambda pair: [pair.proposed(today())],
    "placed": lambda pair: [outcome(pair.mentee_id)],
    "corrected": corrected,
    "placed before a merge": placed_before_a_merge,
}


@pytest.mark.parametrize(
    "events",
    [
        lambda pair: [outcome(pair.mentee_id, fits_qualification=False)],
        lambda pair: [outcome(pair.mentee_id, contract=Contract.STUDIES)],
        lambda pair: withdrawn(pair.mentee_id),
    ],
)
async def test_what_does_not_fit_or_never_was_does_not_end_the_wait(
    topics: Topics,
    mailer: Sender,
    pair: Any,
    messages: Messages,
    events: Callable[[Any], Sequence[Message]],
) -> None:
    await topics.publish(pair.mentee(), pair.waiting(today() - A_DAY), *events(pair))

    await sent(mailer)

    assert [m.state for m in await messages(rule="mentee_waiting")] == [State.SENT]


def withdrawn(mentee_id: UUID) -> list[Message]:
    recorded = outcome(mentee_id)
    taken_back = OutcomeWithdrawn(mentee_id=mentee_id, outcome_id=recorded.outcome_id)
    return [recorded, taken_back]
