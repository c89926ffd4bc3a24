"""What we do because of a fact, once: a rebuilt read model does not do it again."""

from collections.abc import Sequence
from datetime import timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.inbox import Handlers
from contracts import MenteePaired, PersonCard
from notifications import commands, store
from notifications.domain import messages
from notifications.settings import Reach

reactions = Handlers()


@reactions.on(MenteePaired)
async def welcome_pairs(session: AsyncSession, events: Sequence[MenteePaired]) -> None:
    """Plan the first messages of pairs, unless they began so long ago that it would be odd."""
    since = await store.now(session) - timedelta(days=Reach().write_about_days)
    lately = [event for event in events if event.occurred_at >= since]
    await commands.plan(session, [plan for event in lately for plan in messages.welcome(event)])


@reactions.on(PersonCard)
async def forget_the_erased(session: AsyncSession, cards: Sequence[PersonCard]) -> None:
    """Write to nobody who was erased, nor about them, and keep nothing that was written."""
    await commands.forget(session, [card.person_id for card in cards if card.erased])
