"""Reactions: messages planned because of an event, once; a rebuild does not run them again."""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from itertools import chain
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.messaging.handlers import Handler, Handlers
from contracts import (
    AnswerDue,
    AttendeePromoted,
    AttendeeRegistered,
    BoardMeetingCancelled,
    BoardMeetingConvened,
    Card,
    CommitmentOverdue,
    ContactPersonCard,
    ConventionExpiring,
    Event,
    EventCancelled,
    FirstInterviewLate,
    FirstInterviewPlanned,
    HousingNeeded,
    MenteeErased,
    MenteePaired,
    MenteesMerged,
    MenteeWaiting,
    MentorErased,
    OutcomeAsked,
    PairingDeclined,
    PairingEnded,
    PairingLate,
    PairingProposed,
    PersonCard,
    RegistrationCancelled,
    StandBooked,
)
from notifications import commands, store
from notifications.domain import plans
from notifications.domain.plans import Plan
from notifications.settings import EventAgeLimit

A_WEEK, A_MONTH = timedelta(days=7), timedelta(days=31)

reactions = Handlers()


def notify_on(
    about: type[Event], plan: Callable[..., Iterable[Plan]], within: timedelta
) -> Handler[Event]:
    """Plan messages for each `about` event that are still of use; see `Plan.is_current`.

    Without an expiry, an event older than `within`, or than `WRITE_ABOUT_DAYS`, plans none.
    """

    @reactions.on(about)
    async def plan_messages(session: AsyncSession, events: Sequence[Event]) -> None:
        longest = min(within, timedelta(days=EventAgeLimit().write_about_days))
        now = await store.now(session)
        plans = chain.from_iterable(map(plan, events))
        await commands.plan(session, [one for one in plans if one.is_current(now, within=longest)])

    return plan_messages


notify_on(PairingProposed, plans.on_pairing_proposed, A_WEEK)
notify_on(AnswerDue, plans.on_answer_due, A_WEEK)
plan_welcomes = notify_on(MenteePaired, plans.on_mentee_paired, timedelta.max)
notify_on(FirstInterviewPlanned, plans.on_first_interview_planned, A_MONTH)
notify_on(PairingLate, plans.on_pairing_late, A_MONTH)  # the next month has a reminder of its own
notify_on(MenteeWaiting, plans.on_mentee_waiting, A_MONTH)
notify_on(OutcomeAsked, plans.on_outcome_asked, A_MONTH)
notify_on(PairingEnded, plans.on_pairing_ended, A_MONTH)
notify_on(PairingDeclined, plans.on_pairing_declined, A_WEEK)
notify_on(ConventionExpiring, plans.on_convention_expiring, A_MONTH)
notify_on(CommitmentOverdue, plans.on_commitment_overdue, A_MONTH)
notify_on(StandBooked, plans.on_stand_booked, A_MONTH)
notify_on(AttendeeRegistered, plans.on_attendee_registered, A_WEEK)
notify_on(AttendeePromoted, plans.on_attendee_promoted, A_WEEK)
notify_on(RegistrationCancelled, plans.on_registration_cancelled, A_WEEK)
notify_on(EventCancelled, plans.on_event_cancelled, A_WEEK)
notify_on(BoardMeetingConvened, plans.on_board_meeting_convened, A_MONTH)
notify_on(BoardMeetingCancelled, plans.on_board_meeting_cancelled, A_MONTH)
notify_on(HousingNeeded, plans.on_housing_needed, A_MONTH)


@reactions.on(FirstInterviewLate)
async def plan_interview_reminders(
    session: AsyncSession, events: Sequence[FirstInterviewLate]
) -> None:
    """Plan reminders of the first interview for pairs whose start date is known."""
    since = await store.now(session) - A_MONTH
    begun = await store.start_dates(session, [event.pairing_id for event in events])
    await commands.plan(
        session,
        [
            plan
            for event in events
            if event.occurred_at >= since and event.pairing_id in begun
            for plan in plans.on_first_interview_late(event, begun_on=begun[event.pairing_id])
        ],
    )


@reactions.on(PersonCard)
async def erase_people(session: AsyncSession, cards: Sequence[PersonCard]) -> None:
    """Erase the texts of messages to and about erased persons, and send them nothing more.

    A merged duplicate loses its card too, but its opt-out stays valid: opt-outs are deleted by the
    erasure events only.
    """
    await _delete_outdated_bounces(session, cards)
    await commands.erase_messages(session, _erased(cards))


@reactions.on(ContactPersonCard)
async def erase_contact_persons(session: AsyncSession, cards: Sequence[ContactPersonCard]) -> None:
    """Erase all data about contact persons whose cards were erased."""
    await _delete_outdated_bounces(session, cards)
    await commands.erase(session, _erased(cards))


async def _delete_outdated_bounces(
    session: AsyncSession, cards: Sequence[PersonCard] | Sequence[ContactPersonCard]
) -> None:
    last = {UUID(card.key): card for card in cards if not card.erased}
    await commands.delete_outdated_bounces(session, last)


def _erased(cards: Sequence[Card]) -> Sequence[UUID]:
    return [UUID(card.key) for card in cards if card.erased]


@reactions.on(MenteeErased)
async def erase_mentees(session: AsyncSession, events: Sequence[MenteeErased]) -> None:
    people = [each for event in events for each in (event.mentee_id, *event.duplicates)]
    await commands.erase(session, people)


@reactions.on(MentorErased)
async def erase_mentors(session: AsyncSession, events: Sequence[MentorErased]) -> None:
    await commands.erase(session, [event.mentor_id for event in events])


@reactions.on(MenteesMerged)
async def merge_mentees(session: AsyncSession, events: Sequence[MenteesMerged]) -> None:
    """Move messages and opt-outs of merged applications to the surviving one."""
    await commands.merge_duplicates(
        session, {each for event in events for each in event.duplicates}
    )
