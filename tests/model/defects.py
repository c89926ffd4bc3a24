"""Defects that are seeded one at a time, by name, to see that the model detects each of them.

Each was found in the product once, or is of a kind that was: see `findings.md`. A defect replaces
a function, or what a service does with a kind of message, for the length of a block.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from sqlmodel import col, delete, update
from sqlmodel.ext.asyncio.session import AsyncSession

from contracts import (
    ContactCorrected,
    ContactWithdrawn,
    ConventionSuspended,
    Event,
    OutcomeCorrected,
    PairingProposed,
)
from matching import store as store_of_matching
from matching.commands import people as erasing
from matching.domain import alerts as alerts_of_pairs
from matching.domain import follow_up, pairings
from matching.solver.explanations import Explainer
from notifications import commands as writing
from notifications import store as letters
from notifications.domain import messages
from notifications.domain.tables import OptOut
from partners.commands import alerts as alerts_of_partners
from partners.commands import events
from partners.commands import people as leaving
from partners.domain import conventions, leads
from partners.domain.tables import Alert
from reporting.queries import sql
from reporting.queries.temporal_views import KNOWN, WITH_VIEWS
from tests.model.rules.giving import Events
from tests.model.rules.leads import Leads
from tests.model.rules.pairs import (
    Contacts,
    Endings,
    Introductions,
    LateRounds,
    Outcomes,
    Pauses,
    Proposals,
    Reviews,
)
from tests.model.rules.partners import Commitments, Conventions
from tests.model.rules.people import Erasures, Joining, Merges, OptOuts, Referrals
from tests.model.world import World

Seed = Callable[[World], AbstractContextManager[None]]
A_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Defect:
    """A defect and the rules that come near it; others are left out to find it sooner."""

    name: str
    purpose: str
    rules: Sequence[type]
    seed: Seed


DEFECTS: dict[str, Defect] = {}


def defect(*rules: type) -> Callable[[Seed], Seed]:
    """Add a defect, called as its function, which seeds it; its docstring says what is wrong."""

    def register(seed: Seed) -> Seed:
        name = seed.__name__.replace("_", "-")
        DEFECTS[name] = Defect(name, str(seed.__doc__).strip(), rules, seed)
        return seed

    return register


@contextmanager
def replaced(owner: Any, name: str, value: object) -> Iterator[None]:
    """Let an attribute have another value for the length of a block."""
    before = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, before)


@contextmanager
def deaf(world: World, service: str, fact: type[Event]) -> Iterator[None]:
    """Let a service pass over a kind of fact for the length of a block."""
    handlers = _handlers(world, service, fact)
    before = handlers[:]
    handlers.clear()
    try:
        yield
    finally:
        handlers[:] = before


def _handlers(world: World, service: str, fact: type[Event]) -> list[Any]:
    [listener] = [each for each in world.network.listeners if each.name == service]
    handlers: list[Any] = listener.consuming.handlers._handlers[fact.kind()][1]
    return handlers


async def _nothing(*_: object, **__: object) -> None:
    """Do nothing where something was to be done."""


@defect(Conventions)
def draft_signed_under_another_id(_: World) -> AbstractContextManager[None]:
    """A convention signed from a draft is announced under another id (A1)."""
    right = conventions.sign

    def sign(*signatories: Any, convention_id: Any = None, **terms: Any) -> Any:
        convention, signed = right(*signatories, convention_id=convention_id, **terms)
        if convention_id is not None:
            signed = signed.model_copy(update={"convention_id": uuid4()})
        return convention, signed

    return replaced(conventions, "sign", sign)


@defect(Reviews)
def changed_draft_called_optimal(_: World) -> AbstractContextManager[None]:
    """A draft that was changed by hand is published as proved (A2)."""

    def now(self: Explainer, report: Any, pairs: Any, *, differs: bool) -> Any:
        return False, right(self, report, pairs, differs=differs)[1]

    right = Explainer.now
    return replaced(Explainer, "now", now)


@defect(Commitments)
def one_fulfilment_settles_all(_: World) -> AbstractContextManager[None]:
    """Fulfilling one overdue commitment settles the alerts of all others (A4)."""
    right = alerts_of_partners.settle_fulfilled

    async def settle_fulfilled(session: AsyncSession, some: Any, now: Any) -> int:
        settled = await right(session, some, now)
        if settled:
            overdue = col(Alert.rule) == "commitment_overdue"
            await session.exec(update(Alert).where(overdue).values(settled_at=now))
        return settled

    return replaced(alerts_of_partners, "settle_fulfilled", settle_fulfilled)


@defect(Joining, Proposals)
def promises_counted_by_entry(_: World) -> AbstractContextManager[None]:
    """A figure counts the days on which something was entered, not when it happened (A5)."""
    return _asked_otherwise("admitted_on + 20", "CAST(mentee.recorded_at AS date) + 20")


@defect(LateRounds)
def old_rounds_ask_nobody(world: World) -> AbstractContextManager[None]:
    """Proposals of a round that is dated a week back are published in silence (A6)."""
    return _answered_otherwise(world, lambda event: event.occurred_at >= world.clock.now - A_WEEK)


@contextmanager
def _answered_otherwise(world: World, wanted: Callable[[Event], bool]) -> Iterator[None]:
    """Let notifications' reaction, the last handler, see some proposals only."""
    handlers = _handlers(world, "notifications", PairingProposed)
    *_, right = handlers

    async def react(session: AsyncSession, events: Sequence[Event]) -> None:
        await right(session, [event for event in events if wanted(event)])

    handlers[-1] = react
    try:
        yield
    finally:
        handlers[-1] = right


@defect(Outcomes)
def the_placed_are_consoled(_: World) -> AbstractContextManager[None]:
    """ "We are still looking for your mentor" goes to people who no longer need one (A7)."""

    async def is_waiting(*_: object) -> bool:
        return True

    return replaced(letters, "_is_waiting", is_waiting)


@defect(Proposals)
def a_place_is_proposed_twice(_: World) -> AbstractContextManager[None]:
    """By hand, a place that is proposed already is proposed again (A8)."""
    right = pairings.require_room
    return replaced(pairings, "require_room", lambda mentor, **_: right(mentor))


@defect(Merges, OptOuts)
def an_opt_out_is_lost_in_a_merge(_: World) -> AbstractContextManager[None]:
    """What the duplicate refused is forgotten when two applications become one (A9)."""
    right = writing.merge_duplicates

    async def merge_duplicates(session: AsyncSession, duplicates: Any) -> None:
        await session.exec(delete(OptOut).where(col(OptOut.person_id).in_(duplicates)))
        await right(session, duplicates)

    return replaced(writing, "merge_duplicates", merge_duplicates)


@defect(Erasures, Proposals)
def the_erased_stay_paired(_: World) -> AbstractContextManager[None]:
    """A pair goes on whose mentee was erased, and the mentor's place stays taken (A9)."""
    return replaced(erasing, "_leave_pairs", _nothing)


@defect(Events, Erasures)
def the_erased_keep_their_places(_: World) -> AbstractContextManager[None]:
    """A place at an event stays taken by somebody who was erased (A9)."""
    return replaced(leaving, "leave_sessions", _nothing)


@defect(Referrals, Erasures)
def referred_youths_are_remembered(_: World) -> AbstractContextManager[None]:
    """Somebody who was erased stays known as the youth that was referred (A9)."""
    return replaced(leaving, "forget_youths", _nothing)


@defect(OptOuts, Proposals)
def opt_outs_are_ignored(_: World) -> AbstractContextManager[None]:
    """Messages go to those who do not wish to be reached."""
    return replaced(OptOut, "covers", lambda *_: False)


@defect(Contacts)
def contacts_are_not_corrected(world: World) -> AbstractContextManager[None]:
    """Reporting passes over corrections of contacts."""
    return deaf(world, "reporting", ContactCorrected)


@defect(Contacts)
def partners_hears_no_withdrawal(world: World) -> AbstractContextManager[None]:
    """Partners passes over contacts that are taken back."""
    return deaf(world, "partners", ContactWithdrawn)


@defect(Outcomes)
def outcomes_are_not_corrected(world: World) -> AbstractContextManager[None]:
    """Reporting passes over corrections of outcomes."""
    return deaf(world, "reporting", OutcomeCorrected)


@defect(Conventions)
def suspensions_are_unheard(world: World) -> AbstractContextManager[None]:
    """Matching goes on covering those whose convention is suspended."""
    return deaf(world, "matching", ConventionSuspended)


@defect(Proposals, Contacts)
def known_at_is_ignored(_: World) -> AbstractContextManager[None]:
    """A figure as known at an instant knows what was learnt later."""
    return _asked_otherwise(KNOWN, "(CAST(:known_at AS timestamptz) IS NULL OR true)")


@contextmanager
def _asked_otherwise(right: str, wrong: str) -> Iterator[None]:
    """Let every figure be asked with a wrong part in its `WITH`."""
    assert right in WITH_VIEWS
    with replaced(sql, "WITH_VIEWS", WITH_VIEWS.replace(right, wrong)):
        yield


@defect(Proposals)
def capacity_is_ignored(_: World) -> AbstractContextManager[None]:
    """A mentor accompanies more mentees than they offered to."""
    return replaced(pairings, "require_room", lambda *_, **__: None)


@defect(Endings)
def a_place_is_not_given_back(_: World) -> AbstractContextManager[None]:
    """The place of a pair that ended stays taken."""
    right = pairings.end

    def end(pairing: Any, mentee: Any, mentor: Any, **said: Any) -> Any:
        ended = right(pairing, mentee, mentor, **said)
        mentor.mentees += 1
        return ended

    return replaced(pairings, "end", end)


@defect(Proposals)
def proposals_do_not_expire(_: World) -> AbstractContextManager[None]:
    """A proposal that nobody answers stays open for ever."""
    return replaced(pairings, "is_overdue", lambda *_, **__: False)


@defect(Proposals)
def answered_proposals_are_asked_about(_: World) -> AbstractContextManager[None]:
    """People are asked for an answer that they gave."""
    return replaced(messages, "ABOUT_PROPOSAL", frozenset())


@defect(Pauses)
def silence_counts_in_pauses(_: World) -> AbstractContextManager[None]:
    """A pair that pauses is reminded of its silence."""
    return replaced(alerts_of_pairs, "after_pauses", lambda day, *_, **__: day)


@defect(Proposals)
def the_sms_is_forgotten(_: World) -> AbstractContextManager[None]:
    """A mentee whose pair begins is told by mail only."""
    right = writing.plan

    async def plan(session: AsyncSession, plans: Sequence[Any]) -> None:
        await right(session, [one for one in plans if one.channel == "email"])

    return replaced(writing, "plan", plan)


@defect(Events)
def nobody_moves_up(_: World) -> AbstractContextManager[None]:
    """A place that is free again is given to nobody who waits for one."""
    return replaced(events, "_promote", _nothing)


@defect(Introductions)
def low_ratings_are_not_noticed(_: World) -> AbstractContextManager[None]:
    """No coordinator learns that somebody says that it goes badly."""
    return replaced(follow_up, "LOW", 0)


@defect(Endings)
def free_places_are_not_announced(_: World) -> AbstractContextManager[None]:
    """No coordinator learns that a mentor has a place again for whom somebody waits."""

    async def has_waiting_mentee(*_: object, **__: object) -> bool:
        return False

    return replaced(store_of_matching, "has_waiting_mentee", has_waiting_mentee)


@defect(Leads)
def lost_leads_have_a_next_step(_: World) -> AbstractContextManager[None]:
    """Of a lead that is lost, its next step falls due."""
    right = leads.move

    def move(lead: Any, *said: Any, **more: Any) -> Any:
        step = lead.next_step, lead.next_on
        moved = right(lead, *said, **more)
        lead.next_step, lead.next_on = step
        return moved

    return replaced(leads, "move", move)
