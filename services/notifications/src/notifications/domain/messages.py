"""A message's life: planned, tried, sent; or left unwritten, with the reason."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import ClassVar, Protocol, TypeAlias

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
    sms_hours: Hours = field(default_factory=Hours)

    def has_expired(self, message: Message, now: datetime) -> bool:
        """Return whether nobody is to be written to about it any more."""
        if message.expires_at is not None:
            return now > message.expires_at
        return now - message.happened_at > self.write_about

    def pause_after(self, tries: int) -> timedelta:
        """How long to wait after so many tries: four times as long each time, up to a limit."""
        return min(self.first_pause * (1 << 2 * min(tries - 1, 16)), self.longest_pause)


class Reachable(Protocol):
    """Whoever has addresses: what is known of a reader, or a card."""

    @property
    def email(self) -> str | None: ...
    @property
    def phone(self) -> str | None: ...
    @property
    def department(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known, when a message's turn has come, about its people and their pair.

    `waits` is whether a mentee who is told that the search goes on still waits for a mentor,
    `moved` whether an interview that is announced has another day by now.
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
    """It can be sent, to this address."""

    address: str


@dataclass(frozen=True, slots=True)
class Wait:
    """It cannot be sent yet: look again then, or soon, when something may have arrived."""

    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Drop:
    """It will not be sent."""

    state: State
    reason: str


Verdict: TypeAlias = Send | Wait | Drop


def verdict(message: Message, known: Known, *, now: datetime, patience: Patience) -> Verdict:
    """Decide what is to become of a message whose turn has come."""
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
    """Let an SMS wait for the morning where its reader lives; a mail disturbs nobody."""
    verdict = _to(message, known)
    if isinstance(verdict, Send) and message.channel == Channel.SMS:
        moment = hours.next_moment(now, zone_of(known.department))
        return verdict if moment == now else Wait(until=moment)
    return verdict


def _overtaken(message: Message, known: Known) -> str | None:
    """What happened since a message was planned that makes it odd."""
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
    """Write someone's address as it is given to a server.

    Raises `UnusableAddress` or `UnusableNumber`, which say why there is none.
    """
    if channel == Channel.EMAIL:
        if not someone.email:
            raise UnusableAddress("No address: the contact card has no e-mail address.")
        return as_sent(someone.email)
    if not someone.phone:
        raise UnusableNumber("No address: the contact card has no phone number.")
    return e164(someone.phone, someone.department)


def bounce(message: Message, reason: str, *, now: datetime) -> Mapping[str, object]:
    """Give the row by which a message's address is known to be refused for good."""
    row = {name: getattr(message, name) for name in ("channel", "address", "person_id")}
    return row | {"reason": reason, "bounced_at": now}


def is_still_used(bounce: Bounce, someone: Reachable) -> bool:
    """Return whether someone's card still has an address that was refused."""
    try:
        return address_of(someone, bounce.channel) == bounce.address
    except (UnusableAddress, UnusableNumber):
        return False


def unless_bounced(send: Send, bounce: Bounce | None) -> Verdict:
    """Leave an address in peace that was refused for good."""
    if bounce is None:
        return send
    reason = f"The address was refused on {bounce.bounced_at:%Y-%m-%d}: {bounce.reason}"
    return Drop(State.SUPPRESSED, f"{reason}. Correct it on the card, or reset it.")


def wait(message: Message, reason: Wait, *, now: datetime, patience: Patience) -> None:
    """Look at it again when it may be sent, or soon."""
    message.due_at = reason.until or now + patience.look_again


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

    name: ClassVar[str] = "accepted"

    provider_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Postponed:
    """It did not work this time."""

    name: ClassVar[str] = "postponed"

    reason: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """It will not work another time either; nor will anything else to that address, if it is so."""

    name: ClassVar[str] = "rejected"

    reason: str
    of_address: bool = False


Outcome: TypeAlias = Accepted | Postponed | Rejected
"""What became of a try; metrics and logs have its `name`."""


def settle(message: Message, outcome: Outcome, *, now: datetime, patience: Patience) -> None:
    """Note what became of a try."""
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
    """Plan a failed message anew. Raises `NotFailed`."""
    if message.state != State.FAILED:
        raise NotFailed(f"This message is {message.state}; only a failed one is tried again.")
    message.state, message.tries, message.due_at = State.PLANNED, 0, now
