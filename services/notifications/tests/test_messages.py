from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from notifications.domain import messages
from notifications.domain.messages import (
    Accepted,
    Defer,
    DeliveryContext,
    NotFailed,
    Rejected,
    RetryPolicy,
    Send,
    Skip,
    TemporaryFailure,
    apply_outcome,
    decide,
)
from notifications.domain.tables import Channel, Message, Rule, State

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
START = date(2026, 10, 20)
MINUTE = timedelta(minutes=1)
RETRY_POLICY = RetryPolicy(
    max_event_age=timedelta(days=60),
    lease=2 * MINUTE,
    initial_backoff=MINUTE,
    max_backoff=timedelta(hours=1),
    max_attempts=5,
    recheck_after=MINUTE,
    contact_details_timeout=timedelta(hours=24),
)
CONTEXT = DeliveryContext(
    arrived=True,
    email="claire@example.org",
    phone="06 39 98 00 01",
    department="75",
    opted_out=False,
    starts_on=START,
    last_sign_on=START,
    ended_on=None,
)


def a_message(**values: Any) -> Message:
    defaults = {
        "rule": Rule.SILENT_PAIR,
        "channel": Channel.EMAIL,
        "pairing_id": uuid4(),
        "person_id": uuid4(),
        "counterpart_id": uuid4(),
        "due_on": date(2026, 11, 20),
        "since_on": START,
        "happened_at": NOW,
        "planned_at": NOW,
        "due_at": NOW,
    }
    return Message(**(defaults | values))


def decision_on(message: Message, **context: Any) -> messages.Decision:
    return decide(message, replace(CONTEXT, **context), now=NOW, retry_policy=RETRY_POLICY)


def test_a_message_goes_to_the_address_of_its_channel() -> None:
    assert decision_on(a_message()) == Send("claire@example.org")
    assert decision_on(a_message(channel=Channel.SMS)) == Send("+33639980001")


@pytest.mark.parametrize(
    ("email", "address"),
    [
        ("amina@éducation-exemple.fr", "amina@xn--ducation-exemple-9pb.fr"),
        ("amina@Éducation-Exemple.FR", "amina@xn--ducation-exemple-9pb.fr"),
        ("amina@xn--ducation-exemple-9pb.fr", "amina@xn--ducation-exemple-9pb.fr"),
        ("amina@ducation-exempâle.fr", "amina@xn--ducation-exemple-9mb.fr"),
        ("amina+envol@example.org", "amina+envol@example.org"),
        ("o'neill@example.org", "o'neill@example.org"),
    ],
)
def test_an_address_is_sent_as_every_mail_server_takes_it(email: str, address: str) -> None:
    assert decision_on(a_message(), email=email) == Send(address)


@pytest.mark.parametrize(
    ("message", "known", "state", "reason"),
    [
        ({"happened_at": NOW - timedelta(days=61)}, {}, State.STALE, "long past"),
        ({"expires_at": NOW - MINUTE}, {}, State.STALE, "over"),
        ({}, {"last_sign_on": date(2026, 11, 1)}, State.STALE, "sign of life"),
        ({}, {"ended_on": date(2026, 11, 1)}, State.STALE, "ended"),
        ({"rule": Rule.ANSWER_DUE}, {}, State.STALE, "answered"),
        ({"rule": Rule.PROPOSED}, {"starts_on": None, "ended_on": START}, State.STALE, "expired"),
        ({}, {"opted_out": True}, State.SUPPRESSED, "do not wish to be reached by email"),
        ({}, {"email": None}, State.SUPPRESSED, "no e-mail address"),
        ({}, {"email": "jérôme@exemple.fr"}, State.SUPPRESSED, "accent before its @"),
        ({}, {"email": "jo@é_è.fr"}, State.SUPPRESSED, "domain cannot exist"),
        ({"channel": Channel.SMS}, {"phone": None}, State.SUPPRESSED, "no phone number"),
        ({"channel": Channel.SMS}, {"phone": "1"}, State.SUPPRESSED, "phone number"),
        ({"tries": 5, "state": State.SENDING}, {}, State.FAILED, "last of 5 tries"),
        (
            {"planned_at": NOW - timedelta(hours=24)},
            {"arrived": False},
            State.SUPPRESSED,
            "never arrived",
        ),
    ],
)
def test_what_is_not_sent_says_why(
    message: dict[str, Any], known: dict[str, Any], state: State, reason: str
) -> None:
    skipped = decision_on(a_message(**message), **known)

    assert isinstance(skipped, Skip)
    assert skipped.state == state
    assert reason in skipped.reason


def test_a_welcome_is_no_reminder_and_does_not_mind_a_sign_of_life() -> None:
    welcome = a_message(rule=Rule.MENTOR_PAIRED)

    assert decision_on(welcome, last_sign_on=date(2026, 11, 1)) == Send("claire@example.org")


def test_a_card_that_has_not_arrived_is_waited_for() -> None:
    assert decision_on(a_message(), arrived=False) == Defer()


@pytest.mark.parametrize(
    ("department", "now", "until"),
    [
        ("93", "2026-11-20T07:30+01:00", "2026-11-20T08:00+01:00"),
        ("93", "2026-11-20T20:00+01:00", "2026-11-21T08:00+01:00"),
        ("93", "2026-03-28T23:00+01:00", "2026-03-29T08:00+02:00"),
        ("971", "2026-11-20T07:18+01:00", "2026-11-20T08:00-04:00"),
        ("974", "2026-11-20T18:30+01:00", "2026-11-21T08:00+04:00"),
    ],
)
def test_an_sms_waits_for_the_morning_where_its_reader_lives(
    department: str, now: str, until: str
) -> None:
    at, sms = datetime.fromisoformat(now), a_message(channel=Channel.SMS, happened_at=NOW)
    known = replace(CONTEXT, department=department, phone="+33639980001")

    decided = decide(sms, known, now=at, retry_policy=RETRY_POLICY)

    assert decided == Defer(until=datetime.fromisoformat(until))


@pytest.mark.parametrize("now", ["2026-11-20T08:00+01:00", "2026-11-20T19:59+01:00"])
def test_an_sms_goes_by_day_and_a_mail_at_any_hour(now: str) -> None:
    at, night = datetime.fromisoformat(now), datetime(2026, 11, 20, 1, tzinfo=UTC)

    sms = decide(a_message(channel=Channel.SMS), CONTEXT, now=at, retry_policy=RETRY_POLICY)
    mail = decide(a_message(), CONTEXT, now=night, retry_policy=RETRY_POLICY)

    assert sms == Send("+33639980001")
    assert mail == Send("claire@example.org")


def test_an_sms_that_is_over_by_the_morning_is_not_sent() -> None:
    sms = a_message(channel=Channel.SMS, expires_at=NOW)
    morning = datetime(2026, 11, 21, 7, tzinfo=UTC)

    skipped = decide(sms, CONTEXT, now=morning, retry_policy=RETRY_POLICY)

    assert isinstance(skipped, Skip)
    assert skipped.state == State.STALE


def test_pauses_grow_fourfold_up_to_a_limit() -> None:
    pauses = [RETRY_POLICY.backoff_after(tries) // MINUTE for tries in (1, 2, 3, 4, 5, 1000)]

    assert pauses == [1, 4, 16, 60, 60, 60]


def test_a_message_that_was_taken_is_sent() -> None:
    message = a_message(state=State.SENDING, tries=2, last_error="450 busy")

    apply_outcome(message, Accepted(), now=NOW, retry_policy=RETRY_POLICY)

    assert (message.state, message.sent_at, message.last_error) == (State.SENT, NOW, None)


def test_a_message_that_was_not_taken_is_tried_again_later_until_it_has_failed() -> None:
    message = a_message(state=State.SENDING, tries=2)

    apply_outcome(message, TemporaryFailure("450 busy"), now=NOW, retry_policy=RETRY_POLICY)
    assert (message.state, message.due_at) == (State.PLANNED, NOW + 4 * MINUTE)

    message.tries = 5
    apply_outcome(message, TemporaryFailure("450 busy"), now=NOW, retry_policy=RETRY_POLICY)
    assert (message.state, message.last_error) == (State.FAILED, "450 busy")


def test_a_message_that_was_rejected_is_not_tried_again() -> None:
    message = a_message(state=State.SENDING, tries=1)

    apply_outcome(message, Rejected("550 no such user"), now=NOW, retry_policy=RETRY_POLICY)

    assert (message.state, message.last_error) == (State.SUPPRESSED, "550 no such user")


def test_only_a_failed_message_is_tried_again_by_hand() -> None:
    failed = a_message(state=State.FAILED, tries=5)

    messages.try_again(failed, now=NOW)

    assert (failed.state, failed.tries) == (State.PLANNED, 0)
    with pytest.raises(NotFailed, match="This message is planned"):
        messages.try_again(failed, now=NOW)
