"""What may be written to whom, as a naive listener would say who hears what notifications hears."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple, TypeAlias
from uuid import UUID

from contracts import (
    AnswerDue,
    ContactPersonCard,
    MenteeErased,
    MenteePaired,
    MenteesMerged,
    MenteeWaiting,
    MentorErased,
    Message,
    OutcomeAsked,
    OutcomeCorrected,
    OutcomeRecorded,
    OutcomeWithdrawn,
    PairingDeclined,
    PairingEnded,
    PairingExpired,
    PairingLate,
    PairingProposed,
    PersonCard,
)
from contracts.enums import Contract

Row: TypeAlias = Mapping[str, Any]
A_MONTH, LONGEST = timedelta(days=31), timedelta(days=60)
ABOUT_PROPOSAL = {"proposed", "answer_due"}
ABOUT_PAIR = {"silent_pair", "first_interview_late"}


class Question(NamedTuple):
    """A message that must be planned: of a rule, by a channel, to a person, about a pair."""

    rule: str
    channel: str
    person_id: UUID
    pairing_id: UUID | None
    due_on: date


@dataclass(slots=True)
class Pair:
    mentee_id: UUID
    begun: bool = False
    asked: bool = False
    over: bool = False


@dataclass(slots=True)
class Mailbox:
    """Everything heard, folded: pairs, who found work, who was erased, merged or opted out."""

    pairs: dict[UUID, Pair] = field(default_factory=dict)
    fitting: dict[UUID, UUID] = field(default_factory=dict)
    erased: set[UUID] = field(default_factory=set)
    merged: dict[UUID, UUID] = field(default_factory=dict)
    opted_out: dict[UUID, set[str]] = field(default_factory=dict)
    questions: dict[Question, datetime] = field(default_factory=dict)
    excused: set[UUID] = field(default_factory=set)

    def kept(self, person_id: UUID) -> UUID:
        while person_id in self.merged:
            person_id = self.merged[person_id]
        return person_id

    def opt_out(self, person_id: UUID, channel: str) -> None:
        channels = {"email", "sms"} if channel == "all" else {channel}
        self.opted_out.setdefault(self.kept(person_id), set()).update(channels)
        self.excused.add(person_id)

    def hear(self, message: Message, now: datetime) -> None:
        """Learn from a message what holds from now on."""
        for question in asked_by(message, now):
            self.questions.setdefault(question, now)
        self._hear_of_pair(message)
        self._hear_of_outcome(message)
        self._hear_of_person(message)

    def _hear_of_pair(self, message: Message) -> None:
        match message:
            case PairingProposed():
                self._pair(message).asked = True
            case MenteePaired():
                self._pair(message).begun = True
            case PairingEnded() | PairingDeclined() | PairingExpired():
                self._pair(message).over = True

    def _hear_of_outcome(self, message: Message) -> None:
        match message:
            case OutcomeRecorded() | OutcomeCorrected():
                self.fitting.pop(message.outcome_id, None)
                if message.fits_qualification and message.contract != Contract.STUDIES:
                    self.fitting[message.outcome_id] = message.mentee_id
            case OutcomeWithdrawn():
                self.fitting.pop(message.outcome_id, None)

    def _hear_of_person(self, message: Message) -> None:
        match message:
            case MenteesMerged():
                self._merge(message)
            case MenteeErased():
                self._erase([message.mentee_id, *message.duplicates])
            case MentorErased():
                self._erase([message.mentor_id])
            case PersonCard(erased=True) | ContactPersonCard(erased=True):
                self.erased.add(message.person_id)
                self.excused.add(message.person_id)

    def _pair(self, event: Any) -> Pair:
        return self.pairs.setdefault(event.pairing_id, Pair(event.mentee_id))

    def _merge(self, merged: MenteesMerged) -> None:
        for duplicate in merged.duplicates:
            self.merged[duplicate] = merged.mentee_id
            self.excused |= {duplicate, merged.mentee_id}
            self.opted_out.setdefault(self.kept(duplicate), set()).update(
                self.opted_out.pop(duplicate, set())
            )

    def _erase(self, people: Iterable[UUID]) -> None:
        for person_id in people:
            self.erased.add(person_id)
            self.excused.add(person_id)
            self.opted_out.pop(person_id, None)

    def forbids(self, letter: Row, at: datetime) -> str | None:
        """Say why a letter must not have been sent, if it must not."""
        person_id, rule = letter["person_id"], letter["rule"]
        if person_id in self.erased or letter["counterpart_id"] in self.erased:
            return "its reader, or whom it names, was erased"
        if letter["channel"] in self.opted_out.get(self.kept(person_id), ()):
            return f"its reader does not wish to be reached by {letter['channel']}"
        if letter["expires_at"] is not None and letter["expires_at"] < at:
            return "it is about what is over"
        if rule == "mentee_waiting":
            return self._found(person_id)
        return self._changed(rule, self.pairs.get(letter["pairing_id"]))

    @staticmethod
    def _changed(rule: str, pair: Pair | None) -> str | None:
        """Say what happened to a pair that makes a message about it odd."""
        if rule in ABOUT_PROPOSAL and pair and (pair.over or pair.begun):
            return "the proposal was answered or is over"
        if rule in ABOUT_PAIR and pair and pair.over:
            return "the pair is over"
        return None

    def _found(self, mentee_id: UUID) -> str | None:
        """Return why a mentee is not waiting."""
        if any(self.kept(each) == mentee_id for each in self.fitting.values()):
            return "the mentee found work that fits"
        mine = [p for p in self.pairs.values() if self.kept(p.mentee_id) == mentee_id]
        if any(pair.begun or (pair.asked and not pair.over) for pair in mine):
            return "the mentee has a mentor, or is asked about one"
        return None

    def may_be_dropped(self, question: Question, now: datetime) -> bool:
        """Whether a question need not have been asked, for what happened since."""
        pair = self.pairs.get(question.pairing_id) if question.pairing_id else None
        changed = pair is not None and (pair.over or pair.begun)
        if question.rule in ABOUT_PROPOSAL:
            return changed or end_of(question.due_on + 8 * timedelta(days=1)) < now
        return question.rule != "outcome_asked"


def end_of(day: date) -> datetime:
    """The moment at which a day is over everywhere on Earth."""
    return datetime.combine(day, time(12), UTC) + timedelta(days=1)


def asked_by(message: Message, now: datetime) -> Iterator[Question]:
    """Yield what must be written because of a message that is heard now."""
    match message:
        case PairingProposed(answer_by=date() as answer_by) if end_of(answer_by) > now:
            for who in (message.mentee_id, message.mentor_id):
                yield Question("proposed", "email", who, message.pairing_id, message.proposed_on)
        case AnswerDue() if end_of(message.answer_by) > now:
            sides = {"mentee": message.mentee_id, "mentor": message.mentor_id}
            for side in message.missing:
                yield Question(
                    "answer_due", "email", sides[side], message.pairing_id, message.answer_by
                )
        case MenteePaired() if message.occurred_at >= now - LONGEST:
            day, pair = message.starts_on, message.pairing_id
            yield Question("mentor_paired", "email", message.mentor_id, pair, day)
            yield Question("mentee_paired", "email", message.mentee_id, pair, day)
            yield Question("mentee_paired", "sms", message.mentee_id, pair, day)
        case PairingLate() if message.occurred_at >= now - A_MONTH:
            yield Question(
                "silent_pair", "email", message.mentor_id, message.pairing_id, message.due_on
            )
        case MenteeWaiting() if message.occurred_at >= now - A_MONTH:
            yield Question("mentee_waiting", "email", message.mentee_id, None, message.due_on)
        case OutcomeAsked() if message.occurred_at >= now - A_MONTH:
            yield Question(
                "outcome_asked", "email", message.mentee_id, message.pairing_id, message.due_on
            )
