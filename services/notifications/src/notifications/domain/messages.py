"""The life of a message: planned, being sent, sent; or skipped, with the reason."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Protocol, TypeAlias

from backbone.errors import Refused
from contracts.territories import zone_of
from notifications.domain.addresses import UnusableAddress, as_sent
from notifications.domain.hours import Hours
from notifications.domain.numbers import UnusableNumber, e164
from notifications.domain.tables import Bounce, Channel, Message, Rule, State

ABOUT_PROPOSAL = frozenset({Rule.PROPOSED, Rule.ANSWER_DUE})
ABOUT_INTERVIEW = frozenset({Rule.FIRST_INTERVIEW_PLANNED, Rule.FIRST_INTERVIEW_MOVED})
ABOUT_SILENCE = frozenset({Rule.FIRST_INTERVIEW_LATE, Rule.SILENT_PAIR})


class NotFailed(Refused, kind="not-failed"):
    """Refused: only a failed message can be retried by hand."""


@dataclass(frozen=True, slots=True)
class Patience:
    """The policy of retries: the age limit of events, the lease, backoff and timeouts."""

    write_about: timedelta
    lease: timedelta
    first_pause: timedelta
    longest_pause: timedelta
    max_tries: int
    look_again: timedelta
    wait_for_card: timedelta
    sms_hours: Hours = field(default_factory=Hours)

    def has_expired(self, message: Message, now: datetime) -> bool:
        """Return whether a message is too late to be of use."""
        if message.expires_at is not None:
            return now > message.expires_at
        return now - message.happened_at > self.write_about

    def pause_after(self, tries: int) -> timedelta:
        """Return the backoff after `tries` attempts: four times the last, up to a limit."""
        return min(self.first_pause * (1 << 2 * min(tries - 1, 16)), self.longest_pause)


class Reachable(Protocol):
    """An owner of addresses: a message's context, or a card."""

    @property
    def email(self) -> str | None: ...
    @property
    def phone(self) -> str | None: ...
    @property
    def department(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The data on which the decision about a due message depends.

    `waits`: the mentee still waits for a mentor; `moved`: the interview has another day since.
    """

    arrived: bool
    email: str | None
    phone: str | None
    department: str
    opted_out: bool
    starts_on: date | None
    last_sign_on: date | None
    ended_on: date | None
    waits: bool = True
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Send:
    """The decision to send now, to `address`."""

    address: str


@dataclass(frozen=True, slots=True)
class Wait:
    """The decision to look again at `until`, or soon, when a missing card may have arrived."""

    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Drop:
    """The decision not to send."""

    state: State
    reason: str


Verdict: TypeAlias = Send | Wait | Drop


def verdict(message: Message, known: Known, *, now: datetime, patience: Patience) -> Verdict:
    """Decide whether to send, defer or skip a due message."""
    if patience.has_expired(message, now):
        return Drop(State.STALE, "It is about what is over, or long past.")
    if overtaken := _overtaken(message, known):
        return Drop(State.STALE, overtaken)
    if known.opted_out:
        return Drop(State.SUPPRESSED, f"They do not wish to be reached by {message.channel}.")
    if message.tries >= patience.max_tries:
        return Drop(State.FAILED, f"Interrupted at the last of {message.tries} tries.")
    if not known.arrived:
        return _wait(message, now=now, patience=patience)
    return _at_a_good_hour(message, known, now=now, hours=patience.sms_hours)


def _at_a_good_hour(message: Message, known: Known, *, now: datetime, hours: Hours) -> Verdict:
    """Defer an SMS to the next permitted hour in its reader's time zone; send e-mails at any."""
    verdict = _to(message, known)
    if isinstance(verdict, Send) and message.channel == Channel.SMS:
        moment = hours.next_moment(now, zone_of(known.department))
        return verdict if moment == now else Wait(until=moment)
    return verdict


def _overtaken(message: Message, known: Known) -> str | None:
    """Return why later events make a message obsolete, or None."""
    silent = known.ended_on is None and known.last_sign_on == message.since_on
    if message.rule in ABOUT_SILENCE and not silent:
        return "The pair gave a sign of life, or ended, in the meantime."
    if message.rule in ABOUT_PROPOSAL and (known.starts_on or known.ended_on):
        return "The proposal was answered, or expired, in the meantime."
    if message.rule in ABOUT_INTERVIEW and (known.moved or known.ended_on):
        return "The interview was moved, or the pair ended, in the meantime."
    if message.rule == Rule.MENTEE_WAITING and not known.waits:
        return "A mentor or work that fits was found in the meantime."
    return None


def _wait(message: Message, *, now: datetime, patience: Patience) -> Verdict:
    if now - message.planned_at < patience.wait_for_card:
        return Wait()
    return Drop(State.SUPPRESSED, "No address: a card that it needs never arrived.")


def _to(message: Message, known: Known) -> Verdict:
    try:
        return Send(address_of(known, message.channel))
    except (UnusableAddress, UnusableNumber) as unusable:
        return Drop(State.SUPPRESSED, str(unusable))


def address_of(someone: Reachable, channel: Channel) -> str:
    """Return an address in the form that a server expects.

    Raise `UnusableAddress` or `UnusableNumber`, which state why there is none.
    """
    if channel == Channel.EMAIL:
        if not someone.email:
            raise UnusableAddress("No address: the contact card has no e-mail address.")
        return as_sent(someone.email)
    if not someone.phone:
        raise UnusableNumber("No address: the contact card has no phone number.")
    return e164(someone.phone, someone.department)


def bounce(message: Message, reason: str, *, now: datetime) -> Mapping[str, object]:
    """Return the row that records a message's address as permanently rejected."""
    row = {name: getattr(message, name) for name in ("channel", "address", "person_id")}
    return row | {"reason": reason, "bounced_at": now}


def is_still_used(bounce: Bounce, someone: Reachable) -> bool:
    """Return whether a person's card still has the rejected address."""
    try:
        return address_of(someone, bounce.channel) == bounce.address
    except (UnusableAddress, UnusableNumber):
        return False


def unless_bounced(send: Send, bounce: Bounce | None) -> Verdict:
    """Skip a message to an address that was permanently rejected."""
    if bounce is None:
        return send
    reason = f"The address was refused on {bounce.bounced_at:%Y-%m-%d}: {bounce.reason}"
    return Drop(State.SUPPRESSED, f"{reason}. Correct it on the card, or reset it.")


def wait(message: Message, reason: Wait, *, now: datetime, patience: Patience) -> None:
    """Postpone a message to the instant given by `reason`, or until the next look."""
    message.due_at = reason.until or now + patience.look_again


def drop(message: Message, reason: Drop) -> None:
    """Set a message's final state and the reason."""
    message.state, message.last_error = reason.state, reason.reason


def begin(message: Message, *, now: datetime, patience: Patience) -> None:
    """Mark a message as being sent, with a new attempt and its lease, before it is sent."""
    message.state, message.tries = State.SENDING, message.tries + 1
    message.due_at = now + patience.lease


@dataclass(frozen=True, slots=True)
class Accepted:
    """The result that the server accepted the message, with the id of each part of an SMS."""

    provider_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Postponed:
    """The result of a temporary failure, which is tried again."""

    reason: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """The result of a permanent failure; with `of_address`, for any message to that address."""

    reason: str
    of_address: bool = False


Outcome: TypeAlias = Accepted | Postponed | Rejected


def settle(message: Message, outcome: Outcome, *, now: datetime, patience: Patience) -> None:
    """Set a message's state after an attempt: sent, planned again, failed or suppressed."""
    match outcome:
        case Accepted():
            message.state, message.sent_at, message.last_error = State.SENT, now, None
        case Rejected(reason=reason):
            drop(message, Drop(State.SUPPRESSED, reason))
        case Postponed(reason) if message.tries >= patience.max_tries:
            drop(message, Drop(State.FAILED, reason))
        case Postponed(reason):
            message.state, message.last_error = State.PLANNED, reason
            message.due_at = now + patience.pause_after(message.tries)


def try_again(message: Message, *, now: datetime) -> None:
    """Plan a failed message again, with all attempts; raise `NotFailed` for any other."""
    if message.state != State.FAILED:
        raise NotFailed(f"This message is {message.state}; only a failed one is tried again.")
    message.state, message.tries, message.due_at = State.PLANNED, 0, now
