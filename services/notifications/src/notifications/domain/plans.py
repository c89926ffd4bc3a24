"""The messages that an event causes: their readers, channels and dates."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from contracts import (
    AnswerDue,
    AttendeePromoted,
    AttendeeRegistered,
    BoardMeetingCancelled,
    BoardMeetingConvened,
    CommitmentOverdue,
    ConventionExpiring,
    Event,
    EventCancelled,
    FirstInterviewLate,
    FirstInterviewPlanned,
    HousingNeeded,
    MenteePaired,
    MenteeWaiting,
    OutcomeAsked,
    PairingDeclined,
    PairingEnded,
    PairingLate,
    PairingProposed,
    RegistrationCancelled,
    StandBooked,
)
from contracts.bounds import LAST_DAY, days_after
from contracts.enums import CommitmentKind, Side
from notifications.domain.tables import Channel, Rule

PairEvent = (
    PairingProposed
    | AnswerDue
    | MenteePaired
    | FirstInterviewPlanned
    | FirstInterviewLate
    | PairingLate
    | OutcomeAsked
    | PairingDeclined
    | PairingEnded
)


SOMEWHERE_STILL = timedelta(days=1, hours=12)
"""The time from midnight UTC at which a day begins to its end in the last time zone."""


STILL_OWED = timedelta(days=31)
"""The time in which a reminder of a commitment is still of use after `recorded_at`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A message to be inserted.

    It is of no use after `expires_at`; without one, when `happened_at` is too long ago.
    """

    rule: Rule
    channel: Channel
    pairing_id: UUID | None
    person_id: UUID
    counterpart_id: UUID | None
    due_on: date
    since_on: date
    happened_at: datetime
    about_id: UUID | None = None
    occasion_id: UUID | None = None
    department: str | None = None
    takes_place_at: datetime | None = None
    commitment: CommitmentKind | None = None
    missing: int | None = None
    expires_at: datetime | None = None

    def is_current(self, now: datetime, *, within: timedelta) -> bool:
        """Return whether the message is of use at `now`, for events not older than `within`."""
        if self.expires_at is not None:
            return self.expires_at > now
        return self.happened_at >= now - within


def end_of(day: date) -> datetime:
    """Return the instant at which `day` is over in every time zone."""
    return datetime.combine(min(day, LAST_DAY), time(), UTC) + SOMEWHERE_STILL


def on_mentee_paired(paired: MenteePaired) -> Iterable[Plan]:
    """Yield a welcome to both of a new pair: an e-mail each, and an SMS to the mentee."""
    day = paired.starts_on
    yield _to(Side.MENTOR, paired, Rule.MENTOR_PAIRED, due_on=day, since_on=day)
    yield _to(Side.MENTEE, paired, Rule.MENTEE_PAIRED, due_on=day, since_on=day)
    sms = Channel.SMS
    yield _to(Side.MENTEE, paired, Rule.MENTEE_PAIRED, due_on=day, since_on=day, channel=sms)


def on_pairing_proposed(proposed: PairingProposed) -> Iterable[Plan]:
    """Yield a question to both whether they would work together, if `answer_by` is set."""
    if proposed.answer_by is not None:
        for side in Side:
            yield _to(
                side,
                proposed,
                Rule.PROPOSED,
                due_on=proposed.proposed_on,
                since_on=proposed.answer_by,
                expires_at=end_of(proposed.answer_by),
            )


def on_answer_due(due: AnswerDue) -> Iterable[Plan]:
    """Yield a reminder to each side that has not answered."""
    for side in due.missing:
        yield _to(
            side,
            due,
            Rule.ANSWER_DUE,
            due_on=due.answer_by,
            since_on=due.answer_by,
            expires_at=end_of(due.answer_by),
        )


def on_first_interview_planned(planned: FirstInterviewPlanned) -> Iterable[Plan]:
    """Yield the date of the first interview, or its new date, to both."""
    moved = planned.instead_of is not None
    for side in Side:
        yield _to(
            side,
            planned,
            Rule.FIRST_INTERVIEW_MOVED if moved else Rule.FIRST_INTERVIEW_PLANNED,
            due_on=planned.planned_on,
            since_on=planned.planned_on,
            about_id=planned.id,
            expires_at=end_of(planned.planned_on),
        )


def on_first_interview_late(late: FirstInterviewLate, *, begun_on: date) -> Iterable[Plan]:
    """Yield a reminder of the first interview to both, whose pairing began on `begun_on`."""
    for side in Side:
        yield _to(side, late, Rule.FIRST_INTERVIEW_LATE, due_on=late.due_on, since_on=begun_on)


def on_pairing_late(late: PairingLate) -> Iterable[Plan]:
    """Yield a reminder to the mentor after another month without contact."""
    yield _to(Side.MENTOR, late, Rule.SILENT_PAIR, due_on=late.due_on, since_on=late.last_sign_on)


def on_outcome_asked(request: OutcomeAsked) -> Iterable[Plan]:
    """Yield a question to the mentee of an ended pair: what did they find?"""
    day = request.due_on
    yield _to(Side.MENTEE, request, Rule.OUTCOME_ASKED, due_on=day, since_on=day)


def on_pairing_ended(ended: PairingEnded) -> Iterable[Plan]:
    """Yield notice of the end to the other of the pair, if one side was erased."""
    return _to_remaining_side(ended, Rule.PAIRING_STOPPED, ended.ended_on)


def on_pairing_declined(declined: PairingDeclined) -> Iterable[Plan]:
    """Yield notice that a proposal is withdrawn to the other side, if one was erased."""
    return _to_remaining_side(declined, Rule.PROPOSAL_WITHDRAWN, declined.declined_on)


def _to_remaining_side(
    event: PairingEnded | PairingDeclined, rule: Rule, day: date
) -> Iterable[Plan]:
    """Yield an e-mail without names to the side that was not erased; none if none was."""
    if event.erased_side is not None:
        [other] = set(Side) - {event.erased_side}
        yield replace(_to(other, event, rule, due_on=day, since_on=day), counterpart_id=None)


def on_mentee_waiting(waiting: MenteeWaiting) -> Iterable[Plan]:
    """Yield notice to a mentee who waits longer than promised that the search continues."""
    yield Plan(
        rule=Rule.MENTEE_WAITING,
        channel=Channel.EMAIL,
        pairing_id=None,
        person_id=waiting.mentee_id,
        counterpart_id=None,
        due_on=waiting.due_on,
        since_on=days_after(waiting.due_on, -waiting.days),
        happened_at=waiting.occurred_at,
    )


def on_convention_expiring(expiring: ConventionExpiring) -> Iterable[Plan]:
    """Yield a warning to the signatories' contact persons that a convention ends soon."""
    return _about(
        expiring.convention_id,
        expiring,
        expiring.contacts,
        Rule.CONVENTION_EXPIRING,
        due_on=expiring.due_on,
        since_on=expiring.ends_on,
        expires_at=end_of(expiring.ends_on),
    )


def on_commitment_overdue(overdue: CommitmentOverdue) -> Iterable[Plan]:
    """Yield a reminder to the partner's contact persons of what it still owes."""
    for plan in _about(
        overdue.commitment_id,
        overdue,
        overdue.contacts,
        Rule.COMMITMENT_OVERDUE,
        due_on=overdue.due_on,
        expires_at=overdue.recorded_at + STILL_OWED,
    ):
        yield replace(plan, commitment=overdue.commitment_kind, missing=overdue.missing)


def on_stand_booked(booked: StandBooked) -> Iterable[Plan]:
    """Yield a confirmation to the contact persons of the organisation that has the stand."""
    return _about(
        booked.booking_id,
        booked,
        booked.contacts,
        Rule.STAND_CONFIRMED,
        due_on=booked.held_on,
        occasion_id=booked.event_id,
        takes_place_at=booked.starts_at,
    )


def on_attendee_registered(registered: AttendeeRegistered) -> Iterable[Plan]:
    """Yield a confirmation of a place at a session, or of a place on the waiting list."""
    rule = Rule.PLACE_AWAITED if registered.waiting else Rule.PLACE_CONFIRMED
    if registered.starts_at is not None:
        yield from _of_place(registered, rule, registered.starts_at)


def on_attendee_promoted(promoted: AttendeePromoted) -> Iterable[Plan]:
    """Yield notice that a place became free to a waiting attendee, or their contact persons."""
    return _of_place(promoted, Rule.PLACE_FREED, promoted.starts_at)


def on_registration_cancelled(cancelled: RegistrationCancelled) -> Iterable[Plan]:
    """Yield a confirmation that a registration is cancelled."""
    if cancelled.starts_at is not None:
        yield from _of_place(cancelled, Rule.PLACE_CANCELLED, cancelled.starts_at)


def _of_place(
    event: AttendeeRegistered | AttendeePromoted | RegistrationCancelled,
    rule: Rule,
    starts_at: datetime,
) -> Iterable[Plan]:
    return _about(
        event.registration_id,
        event,
        event.contacts,
        rule,
        due_on=starts_at.date(),
        occasion_id=event.event_id,
        takes_place_at=starts_at,
    )


def on_event_cancelled(cancelled: EventCancelled) -> Iterable[Plan]:
    """Yield notice of the cancellation to those who were to attend an event."""
    return _about(
        cancelled.event_id,
        cancelled,
        cancelled.contacts,
        Rule.EVENT_CANCELLED,
        due_on=cancelled.cancelled_on,
        since_on=cancelled.starts_on,
        occasion_id=cancelled.event_id,
        expires_at=end_of(cancelled.starts_on) if cancelled.starts_on else None,
    )


def on_board_meeting_convened(convened: BoardMeetingConvened) -> Iterable[Plan]:
    """Yield an invitation to a meeting to the representatives of the board's seats."""
    return _about(
        convened.meeting_id,
        convened,
        convened.representatives,
        Rule.MEETING_CONVENED,
        due_on=convened.takes_place_at.date(),
        occasion_id=convened.meeting_id,
        takes_place_at=convened.takes_place_at,
    )


def on_board_meeting_cancelled(cancelled: BoardMeetingCancelled) -> Iterable[Plan]:
    """Yield notice of the cancellation to those who were invited to a meeting."""
    return _about(
        cancelled.meeting_id,
        cancelled,
        cancelled.representatives,
        Rule.MEETING_CANCELLED,
        due_on=cancelled.cancelled_on,
        occasion_id=cancelled.meeting_id,
        takes_place_at=cancelled.takes_place_at,
    )


def on_housing_needed(needed: HousingNeeded) -> Iterable[Plan]:
    """Yield a request for a home to the contact persons of the department's landlords."""
    return _about(
        needed.need_id,
        needed,
        needed.contacts,
        Rule.HOME_NEEDED,
        due_on=needed.asked_on,
        since_on=needed.needed_by,
        department=needed.department,
        expires_at=end_of(needed.needed_by) if needed.needed_by else None,
    )


def _about(
    about_id: UUID,
    event: Event,
    people: Iterable[UUID],
    rule: Rule,
    *,
    due_on: date,
    since_on: date | None = None,
    occasion_id: UUID | None = None,
    department: str | None = None,
    takes_place_at: datetime | None = None,
    expires_at: datetime | None = None,
) -> Iterable[Plan]:
    """Yield an e-mail to each of `people`, about something that is not a pairing.

    A message about an occasion expires when that begins, unless `expires_at` is given.
    """
    for person_id in people:
        yield Plan(
            rule=rule,
            channel=Channel.EMAIL,
            pairing_id=None,
            person_id=person_id,
            counterpart_id=None,
            due_on=due_on,
            since_on=since_on or due_on,
            happened_at=event.occurred_at,
            about_id=about_id,
            occasion_id=occasion_id,
            department=department,
            takes_place_at=takes_place_at,
            expires_at=expires_at or takes_place_at,
        )


def _to(
    side: Side,
    event: PairEvent,
    rule: Rule,
    *,
    due_on: date,
    since_on: date,
    channel: Channel = Channel.EMAIL,
    about_id: UUID | None = None,
    expires_at: datetime | None = None,
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
        about_id=about_id,
        expires_at=expires_at,
    )
