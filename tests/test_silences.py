"""Stored months of silence are those that the facts give, and that a second implementation gives.

Random lives of pairs: signs of life before the beginning and after the end, corrections,
withdrawals, pauses that overlap, end at once or never, and merged mentees; messages come in batches
of any size, in any order between pairs, and again.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import count
from random import Random
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from backbone.database.migrations import migrate
from backbone.database.sessions import create_engine, create_sessions, transaction
from backbone.settings import Settings
from backbone.testing.fixtures import Servers, Topics, temporary_database
from contracts import (
    ContactAttempted,
    ContactCorrected,
    ContactLogged,
    ContactWithdrawn,
    Event,
    FirstInterviewHeld,
    MenteePaired,
    MenteesMerged,
    PairingEnded,
    PairingPaused,
    PairingResumed,
)
from contracts.bounds import LAST_DAY, LAST_INSTANT
from contracts.enums import EndReason, Medium
from reporting.__main__ import SERVICE
from reporting.figures import FIGURES
from reporting.queries import execution
from reporting.queries.question import FigureQuery
from tests.figures import pairs
from tests.figures.facts import Known, Programme, Published

BEGIN, RECORDED = date(2012, 1, 1), datetime(2015, 1, 1, tzinfo=UTC)
DAYS = [*(BEGIN + timedelta(days=days) for days in (0, 90, 200, 333, 500, 800, 1_400)), LAST_DAY]
PAIRS, MOST_FACTS = 60, 14

Month = tuple[UUID, date, str, UUID, UUID]
Row = tuple[UUID, date]


@pytest.fixture
async def engine(servers: Servers) -> AsyncIterator[AsyncEngine]:
    async with temporary_database(servers, "silences") as url:
        settings = Settings(
            database_url=url,
            kafka_bootstrap_servers=servers.kafka_bootstrap_servers,
            oidc_issuer="https://identity.example.org",
            oidc_audience="envol",
        )
        made = create_engine(settings)
        await migrate(made, migrations=SERVICE.migrations)
        yield made
        await made.dispose()


@dataclass
class Life:
    """What may be stated again of a pair: contacts, each made or not, and pauses."""

    contacts: dict[UUID, bool] = field(default_factory=dict)
    pauses: list[tuple[date, date]] = field(default_factory=list)


class RandomPairs:
    """Facts of pairs that live anyhow, each recorded a second after the one before."""

    def __init__(self, seed: int) -> None:
        self.random, self.seconds = Random(seed), count(1)  # noqa: S311  (a test's)

    def facts(self) -> list[Event]:
        """Return the facts of all pairs, in the order in which they were recorded."""
        lives = [self._life(self._pair(number)) for number in range(PAIRS)]
        merges = iter([partial(self._merge, number) for number in range(0, PAIRS, 9)])
        facts = list[Event]()
        while lives:
            life = self.random.choice(lives)
            try:
                facts.append(next(life))
            except StopIteration:
                lives.remove(life)
                if merge := next(merges, None):
                    facts.append(merge())
        return facts

    def _pair(self, number: int) -> dict[str, UUID]:
        kinds = enumerate(("pairing_id", "mentee_id", "mentor_id"), 1)
        return {name: UUID(int=(kind << 64) + number) for kind, name in kinds}

    def _merge(self, number: int) -> Event:
        duplicate, kept = (self._pair(each)["mentee_id"] for each in (number, number + 1))
        return MenteesMerged(
            mentee_id=kept, duplicates=(duplicate,), merged_on=BEGIN, recorded_at=self._now()
        )

    def _life(self, pair: dict[str, UUID]) -> Iterator[Event]:
        life = Life()
        yield MenteePaired(**pair, starts_on=self._day(), recorded_at=self._now())
        begun = partial(FirstInterviewHeld, held_on=self._day(), minutes=None)
        ended = partial(PairingEnded, reason=EndReason.COMPLETED, ended_on=self._day())
        first, last = self.random.choice([(begun, ended), (ended, begun), (begun, None)])
        if self.random.random() < 0.7:
            yield first(**pair, recorded_at=self._now())
        for _ in range(self.random.randrange(MOST_FACTS)):
            fact = self.random.choice((self._contact, self._again, self._pause, self._resume))
            made = fact(life)
            if made is not None:
                yield made(**pair, recorded_at=self._now())
        if last and self.random.random() < 0.7:
            yield last(**pair, recorded_at=self._now())

    def _contact(self, life: Life) -> Any:
        contact_id, made = UUID(int=self.random.getrandbits(128)), self.random.random() < 0.8
        life.contacts[contact_id] = made
        said = {"contact_id": contact_id, "medium": Medium.PHONE}
        if not made:
            return partial(ContactAttempted, **said, attempted_on=self._day())  # type: ignore[arg-type]
        return partial(
            ContactLogged,
            **said,  # type: ignore[arg-type]
            contact_on=self._day(),
            minutes=None,
            contact_kind=None,
        )

    def _again(self, life: Life) -> Any:
        """Return a correction of a contact or an attempt, or its withdrawal; None without any."""
        if not life.contacts:
            return None
        contact_id, made = self.random.choice(list(life.contacts.items()))
        if self.random.random() < 0.4:
            return partial(ContactWithdrawn, contact_id=contact_id, made=made)
        return partial(
            ContactCorrected,
            contact_id=contact_id,
            made=made,
            contact_on=self._day(),
            medium=Medium.VIDEO,
            minutes=None,
            contact_kind=None,
        )

    def _pause(self, life: Life) -> Any:
        first = self._day()
        last = self.random.choice([LAST_DAY, first + timedelta(days=self._number(150))])
        life.pauses.append((first, last))
        until_on = self.random.choice((last, None)) if last == LAST_DAY else last
        return partial(PairingPaused, from_on=first, until_on=until_on)

    def _resume(self, life: Life) -> Any:
        """Return a resumption on a day of a pause, once or again; None without any pause."""
        if not life.pauses:
            return None
        first, last = self.random.choice(life.pauses)
        resumed_on = min(last, first + timedelta(days=self._number(90)))
        return partial(PairingResumed, from_on=first, resumed_on=resumed_on)

    def _day(self) -> date:
        return BEGIN + timedelta(days=self._number(700))

    def _number(self, most: int) -> int:
        return self.random.choice((0, self.random.randrange(most), self.random.randrange(most)))

    def _now(self) -> datetime:
        return RECORDED + timedelta(seconds=next(self.seconds))


@pytest.mark.parametrize("seed", range(3))
async def test_stored_months_of_silence_are_those_of_the_facts_as_of_every_day_and_instant(
    engine: AsyncEngine, seed: int
) -> None:
    facts, random = RandomPairs(seed).facts(), Random(seed)  # noqa: S311  (a test's)
    topics = Topics(create_sessions(engine), SERVICE.projections)
    half = len(facts) // 2

    await deliver(topics, facts[:half], random)
    early = {day: await months(engine, day) for day in DAYS}
    await deliver(topics, facts[half:], random)

    between = facts[half - 1].recorded_at
    for day in DAYS:
        stored = await months(engine, day)
        assert stored == await months(engine, day, LAST_INSTANT)
        assert early[day] == await months(engine, day, between)
        assert rows(stored) == counted_twice(facts, day, None)
        assert rows(early[day]) == counted_twice(facts, day, between)
    assert len(stored) > 300


async def deliver(topics: Topics, facts: Sequence[Event], random: Random) -> None:
    """Deliver facts in batches of any size, some of them again."""
    records, first = [topics.record(fact) for fact in facts], 0
    while first < len(records):
        size = random.choice((1, 2, 30, 200))
        again = records[max(0, first - random.randrange(20)) : first]
        await topics.deliver(*again, *records[first : first + size])
        first += size


async def months(engine: AsyncEngine, day: date, known_at: datetime | None = None) -> list[Month]:
    """Return the months of silence that reporting lists."""
    async with transaction(create_sessions(engine)) as session:
        page = await execution.list_page(
            session,
            FigureQuery(as_of=day, known_at=known_at),
            FIGURES["months_of_silence"],
            after=None,
            limit=100_000,
            starts=9,
        )
    return [(r.id, r.happened_on, r.detail, r.mentee_id, r.mentor_id) for r in page.items]


def rows(listed: Sequence[Month]) -> list[Row]:
    return sorted((mentee_id, due_on) for _, due_on, _, mentee_id, _ in listed)


def counted_twice(facts: Sequence[Event], day: date, known_at: datetime | None) -> list[Row]:
    """Return whose month of silence is over on which day, by the second implementation."""
    programme = Programme(Known(Published(facts), known_at), day)
    overdue = pairs.months_of_silence(programme)
    return sorted((month.pairing.mentee_id, month.due_on) for month in overdue)
