"""The life of a message: planned, being sent, sent; or skipped, with the reason."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import ClassVar, Protocol, TypeAlias

from backbone.errors import Refused
from contracts.territories import zone_of
from notifications.domain.addresses import UnusableAddress, as_sent
from notifications.domain.hours import Hours
from notifications.domain.phone_numbers import UnusableNumber, to_e164
from notifications.domain.tables import Bounce, Channel, Message, Rule, State

ABOUT_PROPOSAL = frozenset({Rule.PROPOSED, Rule.ANSWER_DUE})
ABOUT_INTERVIEW = frozenset({Rule.FIRST_INTERVIEW_PLANNED, Rule.FIRST_INTERVIEW_MOVED})
ABOUT_SILENCE = frozenset({Rule.FIRST_INTERVIEW_LATE, Rule.SILENT_PAIR})


class NotFailed(Refused, kind="not-failed"):
    """Refused: only a failed message can be retried by hand."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """The policy of retries: the age limit of events, the lease, backoff and timeouts."""

    max_event_age: timedelta
    lease: timedelta
    initial_backoff: timedelta
    max_backoff: timedelta
    max_attempts: int
    recheck_after: timedelta
    contact_details_timeout: timedelta
    sms_hours: Hours = field(default_factory=Hours)

    def has_expired(self, message: Message, now: datetime) -> bool:
        """Return whether a message is too late to be of use."""
        if message.expires_at is not None:
            return now > message.expires_at
        return now - message.happened_at > self.max_event_age

    def backoff_after(self, tries: int) -> timedelta:
        """Return the backoff after `tries` attempts: four times the last, up to a limit."""
        return min(self.initial_backoff * (1 << 2 * min(tries - 1, 16)), self.max_backoff)


class Reachable(Protocol):
    """An owner of addresses: a message's context, or a card."""

    @property
    def email(self) -> str | None: ...
    @property
    def phone(self) -> str | None: ...
    @property
    def department(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryContext:
    """The data on which the decision about a due message depends.

    `is_waiting`: the mentee still waits for a mentor; `is_moved`: the interview was moved since.
    """

    arrived: bool
    email: str | None
    phone: str | None
    department: str
    opted_out: bool
    starts_on: date | None
    last_sign_on: date | None
    ended_on: date | None
    is_waiting: bool = True
    is_moved: bool = False


@dataclass(frozen=True, slots=True)
class Send:
    """The decision to send now, to `address`."""

    address: str


@dataclass(frozen=True, slots=True)
class Defer:
    """The decision to look again at `until`, or soon, when a missing card may have arrived."""

    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Skip:
    """The decision not to send."""

    state: State
    reason: str


Decision: TypeAlias = Send | Defer | Skip


def decide(
    message: Message, context: DeliveryContext, *, now: datetime, retry_policy: RetryPolicy
) -> Decision:
    """Decide whether to send, defer or skip a due message."""
    if retry_policy.has_expired(message, now):
        return Skip(State.STALE, "It is about what is over, or long past.")
    if obsolete := _obsolete_because(message, context):
        return Skip(State.STALE, obsolete)
    if context.opted_out:
        return Skip(State.SUPPRESSED, f"They do not wish to be reached by {message.channel}.")
    if message.tries >= retry_policy.max_attempts:
        return Skip(State.FAILED, f"Interrupted at the last of {message.tries} tries.")
    if not context.arrived:
        return _defer(message, now=now, retry_policy=retry_policy)
    return _within_sms_hours(message, context, now=now, hours=retry_policy.sms_hours)


def _within_sms_hours(
    message: Message, context: DeliveryContext, *, now: datetime, hours: Hours
) -> Decision:
    """Defer an SMS to the next permitted hour in its reader's time zone; send e-mails at any."""
    decision = _to(message, context)
    if isinstance(decision, Send) and message.channel == Channel.SMS:
        moment = hours.next_moment(now, zone_of(context.department))
        return decision if moment == now else Defer(until=moment)
    return decision


def _obsolete_because(message: Message, context: DeliveryContext) -> str | None:
    """Return why later events make a message obsolete, or None."""
    silent = context.ended_on is None and context.last_sign_on == message.since_on
    if message.rule in ABOUT_SILENCE and not silent:
        return "The pair gave a sign of life, or ended, in the meantime."
    if message.rule in ABOUT_PROPOSAL and (context.starts_on or context.ended_on):
        return "The proposal was answered, or expired, in the meantime."
    if message.rule in ABOUT_INTERVIEW and (context.is_moved or context.ended_on):
        return "The interview was moved, or the pair ended, in the meantime."
    if message.rule == Rule.MENTEE_WAITING and not context.is_waiting:
        return "A mentor or work that fits was found in the meantime."
    return None


def _defer(message: Message, *, now: datetime, retry_policy: RetryPolicy) -> Decision:
    if now - message.planned_at < retry_policy.contact_details_timeout:
        return Defer()
    return Skip(State.SUPPRESSED, "No address: a card that it needs never arrived.")


def _to(message: Message, context: DeliveryContext) -> Decision:
    try:
        return Send(address_of(context, message.channel))
    except (UnusableAddress, UnusableNumber) as unusable:
        return Skip(State.SUPPRESSED, str(unusable))


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
    return to_e164(someone.phone, someone.department)


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


def unless_bounced(send: Send, bounce: Bounce | None) -> Decision:
    """Skip a message to an address that was permanently rejected."""
    if bounce is None:
        return send
    reason = f"The address was refused on {bounce.bounced_at:%Y-%m-%d}: {bounce.reason}"
    return Skip(State.SUPPRESSED, f"{reason}. Correct it on the card, or reset it.")


def defer(message: Message, reason: Defer, *, now: datetime, retry_policy: RetryPolicy) -> None:
    """Postpone a message to the instant given by `reason`, or until the next look."""
    message.due_at = reason.until or now + retry_policy.recheck_after


def skip(message: Message, reason: Skip) -> None:
    """Set a message's final state and the reason."""
    message.state, message.last_error = reason.state, reason.reason


def begin(message: Message, *, now: datetime, retry_policy: RetryPolicy) -> None:
    """Mark a message as being sent, with a new attempt and its lease, before it is sent."""
    message.state, message.tries = State.SENDING, message.tries + 1
    message.due_at = now + retry_policy.lease


@dataclass(frozen=True, slots=True)
class Accepted:
    """The result that the server accepted the message, with the id of each part of an SMS."""

    label: ClassVar[str] = "accepted"
    provider_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TemporaryFailure:
    """The result of a temporary failure, which is tried again."""

    label: ClassVar[str] = "postponed"
    reason: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """The result of a permanent failure; with `of_address`, for any message to that address."""

    label: ClassVar[str] = "rejected"
    reason: str
    of_address: bool = False


Outcome: TypeAlias = Accepted | TemporaryFailure | Rejected
"""The result of an attempt; metrics and logs have its `label`."""


def apply_outcome(
    message: Message, outcome: Outcome, *, now: datetime, retry_policy: RetryPolicy
) -> None:
    """Set a message's state after an attempt: sent, planned again, failed or suppressed."""
    match outcome:
        case Accepted():
            message.state, message.sent_at, message.last_error = State.SENT, now, None
        case Rejected(reason=reason):
            skip(message, Skip(State.SUPPRESSED, reason))
        case TemporaryFailure(reason) if message.tries >= retry_policy.max_attempts:
            skip(message, Skip(State.FAILED, reason))
        case TemporaryFailure(reason):
            message.state, message.last_error = State.PLANNED, reason
            message.due_at = now + retry_policy.backoff_after(message.tries)


def try_again(message: Message, *, now: datetime) -> None:
    """Plan a failed message again, with all attempts; raise `NotFailed` for any other."""
    if message.state != State.FAILED:
        raise NotFailed(f"This message is {message.state}; only a failed one is tried again.")
    message.state, message.tries, message.due_at = State.PLANNED, 0, now
