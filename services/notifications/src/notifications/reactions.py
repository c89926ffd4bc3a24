"""Reactions: messages planned because of an event, once; a rebuild does not run them again."""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from itertools import chain
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.handlers import Handler, Handlers
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
from notifications.settings import Reach

A_WEEK, A_MONTH = timedelta(days=7), timedelta(days=31)

reactions = Handlers()


def write(
    about: type[Event], plan: Callable[..., Iterable[Plan]], within: timedelta
) -> Handler[Event]:
    """Plan messages for each `about` event that are still of use; see `Plan.is_current`.

    Without an expiry, an event older than `within`, or than `WRITE_ABOUT_DAYS`, plans none.
    """

    @reactions.on(about)
    async def plan_messages(session: AsyncSession, events: Sequence[Event]) -> None:
        longest = min(within, timedelta(days=Reach().write_about_days))
        now = await store.now(session)
        plans = chain.from_iterable(map(plan, events))
        await commands.plan(session, [one for one in plans if one.is_current(now, within=longest)])

    return plan_messages


write(PairingProposed, plans.ask, A_WEEK)
write(AnswerDue, plans.ask_again, A_WEEK)
welcome_pairs = write(MenteePaired, plans.welcome, timedelta.max)
write(FirstInterviewPlanned, plans.announce_interview, A_MONTH)
write(PairingLate, plans.remind, A_MONTH)  # the next month has a reminder of its own
write(MenteeWaiting, plans.reassure, A_MONTH)
write(OutcomeAsked, plans.ask_outcome, A_MONTH)
write(PairingEnded, plans.tell_of_end, A_MONTH)
write(PairingDeclined, plans.tell_of_withdrawal, A_WEEK)
write(ConventionExpiring, plans.warn_of_expiry, A_MONTH)
write(CommitmentOverdue, plans.claim, A_MONTH)
write(StandBooked, plans.confirm_stand, A_MONTH)
write(AttendeeRegistered, plans.confirm_place, A_WEEK)
write(AttendeePromoted, plans.tell_of_place, A_WEEK)
write(RegistrationCancelled, plans.confirm_cancellation, A_WEEK)
write(EventCancelled, plans.tell_it_is_off, A_WEEK)
write(BoardMeetingConvened, plans.convene, A_MONTH)
write(BoardMeetingCancelled, plans.call_off, A_MONTH)
write(HousingNeeded, plans.seek_home, A_MONTH)


@reactions.on(FirstInterviewLate)
async def remind_to_meet(session: AsyncSession, events: Sequence[FirstInterviewLate]) -> None:
    """Plan reminders of the first interview for pairs whose start date is known."""
    since = await store.now(session) - A_MONTH
    begun = await store.beginnings(session, [event.pairing_id for event in events])
    await commands.plan(
        session,
        [
            plan
            for event in events
            if event.occurred_at >= since and event.pairing_id in begun
            for plan in plans.remind_to_meet(event, begun_on=begun[event.pairing_id])
        ],
    )


@reactions.on(PersonCard)
async def forget_the_erased(session: AsyncSession, cards: Sequence[PersonCard]) -> None:
    """Erase the texts of messages to and about erased persons, and send them nothing more.

    A merged duplicate loses its card too, but its opt-out stays valid: opt-outs are deleted by the
    erasure events only.
    """
    await _forget_old_bounces(session, cards)
    await commands.forget(session, _erased(cards))


@reactions.on(ContactPersonCard)
async def forget_contacts(session: AsyncSession, cards: Sequence[ContactPersonCard]) -> None:
    """Erase all data about contact persons whose cards were erased."""
    await _forget_old_bounces(session, cards)
    await commands.erase(session, _erased(cards))


async def _forget_old_bounces(
    session: AsyncSession, cards: Sequence[PersonCard] | Sequence[ContactPersonCard]
) -> None:
    last = {UUID(card.key): card for card in cards if not card.erased}
    await commands.forget_old_bounces(session, last)


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
async def follow_merges(session: AsyncSession, events: Sequence[MenteesMerged]) -> None:
    """Move messages and opt-outs of merged applications to the surviving one."""
    await commands.join(session, {each for event in events for each in event.duplicates})
