"""Who is written to because of what happened, by which channel, and what it speaks of."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from contracts import (
    AnswerDue,
    FirstInterviewLate,
    MenteePaired,
    MenteeWaiting,
    OutcomeAsked,
    PairingLate,
    PairingProposed,
)
from contracts.words import Side
from notifications.domain.tables import Channel, Rule

PairEvent = (
    PairingProposed | AnswerDue | MenteePaired | FirstInterviewLate | PairingLate | OutcomeAsked
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A message that is to be written."""

    rule: Rule
    channel: Channel
    pairing_id: UUID | None
    person_id: UUID
    counterpart_id: UUID | None
    due_on: date
    since_on: date
    happened_at: datetime


def welcome(paired: MenteePaired) -> Iterable[Plan]:
    """Write to both when their pairing begins: to the mentor once, to the mentee by SMS as well."""
    day = paired.starts_on
    yield _to(Side.MENTOR, paired, Rule.MENTOR_PAIRED, due_on=day, since_on=day)
    yield _to(Side.MENTEE, paired, Rule.MENTEE_PAIRED, due_on=day, since_on=day)
    sms = Channel.SMS
    yield _to(Side.MENTEE, paired, Rule.MENTEE_PAIRED, due_on=day, since_on=day, channel=sms)


def ask(proposed: PairingProposed) -> Iterable[Plan]:
    """Ask both whether they would work together, if there is a day by which to answer."""
    if proposed.answer_by is not None:
        for side in Side:
            yield _to(
                side,
                proposed,
                Rule.PROPOSED,
                due_on=proposed.proposed_on,
                since_on=proposed.answer_by,
            )


def ask_again(due: AnswerDue) -> Iterable[Plan]:
    """Remind those who have not answered."""
    for side in due.missing:
        yield _to(side, due, Rule.ANSWER_DUE, due_on=due.answer_by, since_on=due.answer_by)


def remind_to_meet(late: FirstInterviewLate, *, begun_on: date) -> Iterable[Plan]:
    """Remind both, who began to work together on a day, of their first interview."""
    for side in Side:
        yield _to(side, late, Rule.FIRST_INTERVIEW_LATE, due_on=late.due_on, since_on=begun_on)


def remind(late: PairingLate) -> Iterable[Plan]:
    """Remind the mentor of a pair that was silent for another month."""
    yield _to(Side.MENTOR, late, Rule.SILENT_PAIR, due_on=late.due_on, since_on=late.last_sign_on)


def ask_outcome(asked: OutcomeAsked) -> Iterable[Plan]:
    """Ask the mentee of a pair that ended what they found."""
    day = asked.due_on
    yield _to(Side.MENTEE, asked, Rule.OUTCOME_ASKED, due_on=day, since_on=day)


def reassure(waiting: MenteeWaiting) -> Iterable[Plan]:
    """Tell a mentee who waits for longer than was promised that nobody has forgotten them."""
    yield Plan(
        rule=Rule.MENTEE_WAITING,
        channel=Channel.EMAIL,
        pairing_id=None,
        person_id=waiting.mentee_id,
        counterpart_id=None,
        due_on=waiting.due_on,
        since_on=waiting.due_on - timedelta(days=waiting.days),
        happened_at=waiting.occurred_at,
    )


def _to(  # noqa: PLR0913  (a message has that many parts)
    side: Side,
    event: PairEvent,
    rule: Rule,
    *,
    due_on: date,
    since_on: date,
    channel: Channel = Channel.EMAIL,
) -> Plan:
    both = {Side.MENTEE: event.mentee_id, Side.MENTOR: event.mentor_id}
    person = both.pop(side)
    return Plan(
        rule=rule,
        channel=channel,
        pairing_id=event.pairing_id,
        person_id=person,
        counterpart_id=both.popitem()[1],
        due_on=due_on,
        since_on=since_on,
        happened_at=event.occurred_at,
    )
