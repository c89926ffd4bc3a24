"""A message's life: planned, tried, sent; or left unwritten, with the reason."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeAlias
from uuid import UUID

from backbone.errors import Refused
from contracts import MenteePaired
from notifications.domain.numbers import UnusableNumber, e164
from notifications.domain.tables import Channel, Message, Rule, State


class NotFailed(Refused):
    """Only a message that has failed can be tried again by hand."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long we try, and how long we wait."""

    write_about: timedelta
    lease: timedelta
    first_pause: timedelta
    longest_pause: timedelta
    max_tries: int
    look_again: timedelta
    wait_for_card: timedelta

    def is_long_past(self, happened_at: datetime, now: datetime) -> bool:
        """Whether nobody is to be written to about it any more."""
        return now - happened_at > self.write_about

    def pause_after(self, tries: int) -> timedelta:
        """How long to wait after so many tries: four times as long each time, up to a limit."""
        return min(self.first_pause * (1 << 2 * min(tries - 1, 16)), self.longest_pause)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A message that is to be written."""

    rule: Rule
    channel: Channel
    pairing_id: UUID
    person_id: UUID
    counterpart_id: UUID
    due_on: date
    since_on: date
    happened_at: datetime


def welcome(paired: MenteePaired) -> list[Plan]:
    """Write to both when their pairing begins: to the mentor once, to the mentee by SMS as well."""
    mentor, mentee = paired.mentor_id, paired.mentee_id
    return [
        Plan(
            rule=rule,
            channel=channel,
            pairing_id=paired.pairing_id,
            person_id=reader,
            counterpart_id=other,
            due_on=paired.starts_on,
            since_on=paired.starts_on,
            happened_at=paired.occurred_at,
        )
        for rule, channel, reader, other in (
            (Rule.MENTOR_PAIRED, Channel.EMAIL, mentor, mentee),
            (Rule.MENTEE_PAIRED, Channel.EMAIL, mentee, mentor),
            (Rule.MENTEE_PAIRED, Channel.SMS, mentee, mentor),
        )
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known, when a message's turn has come, about its people and their pair."""

    arrived: bool
    email: str | None
    phone: str | None
    department: str
    opted_out: bool
    last_sign_on: date | None
    ended_on: date | None


@dataclass(frozen=True, slots=True)
class Send:
    """It can be sent, to this address."""

    address: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Something has not arrived yet."""


@dataclass(frozen=True, slots=True)
class Drop:
    """It will not be sent."""

    state: State
    reason: str


Verdict: TypeAlias = Send | Wait | Drop


def verdict(message: Message, known: Known, *, now: datetime, patience: Patience) -> Verdict:
    """Decide what is to become of a message whose turn has come."""
    if patience.is_long_past(message.happened_at, now):
        return Drop(State.STALE, "It is about what is long past.")
    if message.rule == Rule.SILENT_PAIR and not _is_still_silent(message, known):
        return Drop(State.STALE, "The pair gave a sign of life, or ended, in the meantime.")
    if known.opted_out:
        return Drop(State.SUPPRESSED, f"They do not wish to be reached by {message.channel}.")
    if message.tries >= patience.max_tries:
        return Drop(State.FAILED, f"Interrupted at the last of {message.tries} tries.")
    if not known.arrived:
        return _wait(message, now=now, patience=patience)
    return _to(message, known)


def _is_still_silent(message: Message, known: Known) -> bool:
    return known.ended_on is None and known.last_sign_on == message.since_on


def _wait(message: Message, *, now: datetime, patience: Patience) -> Verdict:
    if now - message.planned_at < patience.wait_for_card:
        return Wait()
    return Drop(State.SUPPRESSED, "No address: a contact card of the pair never arrived.")


def _to(message: Message, known: Known) -> Verdict:
    if message.channel == Channel.EMAIL:
        if known.email:
            return Send(known.email)
        return Drop(State.SUPPRESSED, "No address: the contact card has no e-mail address.")
    if not known.phone:
        return Drop(State.SUPPRESSED, "No address: the contact card has no phone number.")
    try:
        return Send(e164(known.phone, known.department))
    except UnusableNumber as unusable:
        return Drop(State.SUPPRESSED, str(unusable))


def wait(message: Message, *, now: datetime, patience: Patience) -> None:
    """Look at it again soon."""
    message.due_at = now + patience.look_again


def drop(message: Message, reason: Drop) -> None:
    """Leave it unwritten, and say why."""
    message.state, message.last_error = reason.state, reason.reason


def begin(message: Message, *, now: datetime, patience: Patience) -> None:
    """Note, before it is sent, that it is being sent, and until when that may take."""
    message.state, message.tries = State.SENDING, message.tries + 1
    message.due_at = now + patience.lease


@dataclass(frozen=True, slots=True)
class Accepted:
    """The server took it. An SMS centre names each part, to which its receipts refer."""

    provider_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Postponed:
    """It did not work this time."""

    reason: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """It will not work another time either."""

    reason: str


Outcome: TypeAlias = Accepted | Postponed | Rejected


def settle(message: Message, outcome: Outcome, *, now: datetime, patience: Patience) -> None:
    """Note what became of a try."""
    match outcome:
        case Accepted():
            message.state, message.sent_at, message.last_error = State.SENT, now, None
        case Rejected(reason):
            drop(message, Drop(State.SUPPRESSED, reason))
        case Postponed(reason) if message.tries >= patience.max_tries:
            drop(message, Drop(State.FAILED, reason))
        case Postponed(reason):
            message.state, message.last_error = State.PLANNED, reason
            message.due_at = now + patience.pause_after(message.tries)


def try_again(message: Message, *, now: datetime) -> None:
    """Plan a failed message anew. Raises `NotFailed`."""
    if message.state != State.FAILED:
        raise NotFailed(f"This message is {message.state}; only a failed one is tried again.")
    message.state, message.tries, message.due_at = State.PLANNED, 0, now
