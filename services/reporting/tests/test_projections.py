import asyncio
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import uuid4

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.database.migrations import differences
from backbone.database.sessions import Sessions, create_sessions, transaction
from backbone.database.tables import READ_MODEL, InboxTable
from backbone.messaging.inbox import apply_batch
from backbone.messaging.rebuild_differences import digests
from backbone.testing.fixtures import CLEAR, Topics
from contracts import (
    ConventionEnded,
    ConventionSigned,
    Message,
    OrganisationCard,
    OutcomeCorrected,
    Signatory,
    UmbrellaLeft,
)
from contracts.enums import Contract, ConventionKind
from reporting import read_model
from reporting.__main__ import SERVICE
from reporting.domain import StreamEntry, Table
from reporting.reactions import append_to_stream
from reporting.read_model import ReadModelTable


async def test_the_migration_makes_the_tables_that_the_code_expects(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        found = await connection.run_sync(differences, [Table.metadata, ReadModelTable.metadata])

    assert found == []


async def rows_of_every_table(engine: AsyncEngine) -> dict[str, str]:
    async with engine.connect() as connection:
        return await digests(connection, "read_model")


async def test_what_is_delivered_again_changes_nothing(
    topics: Topics, story: Any, engine: AsyncEngine, db: AsyncSession
) -> None:
    records = [topics.record(message) for message in story.everything()]
    await topics.deliver(*records)
    once = await rows_of_every_table(engine)

    await topics.deliver(*records)
    await topics.deliver(*records[10:20], *records[5:15])

    assert await rows_of_every_table(engine) == once
    assert "4 rows" in once["mentee"]
    facts = [m for m in story.everything() if not isinstance(m, OrganisationCard)]
    assert len((await db.exec(select(StreamEntry))).all()) == len(facts)


def shuffled(messages: Sequence[Message], keys: Sequence[Any]) -> list[Message]:
    """Return messages in the order of `keys`, those of each key in their own order."""
    waiting = defaultdict(list)
    for message in messages:
        waiting[message.topic, message.key].append(message)
    return [waiting[key].pop(0) for key in keys]


@given(data=st.data())
@settings(
    max_examples=15,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
async def test_facts_in_any_order_between_keys_make_the_same_tables(
    data: st.DataObject, sessions: Sessions, engine: AsyncEngine, story: Any
) -> None:
    ordered = story.everything()
    keys = [(message.topic, message.key) for message in ordered]
    messages = shuffled(ordered, data.draw(st.permutations(keys)))
    size = data.draw(st.integers(1, len(messages)))

    assert await tables_of(ordered, len(ordered), sessions, engine) == await tables_of(
        messages, size, sessions, engine
    )


async def tables_of(
    messages: Sequence[Message], size: int, sessions: Sessions, engine: AsyncEngine
) -> dict[str, str]:
    """Return the tables after `messages`, applied to an empty database in batches of `size`."""
    async with engine.begin() as connection:
        await connection.execute(CLEAR)
    topics = Topics(sessions, SERVICE.handlers)
    for start in range(0, len(messages), size):
        await topics.publish(*messages[start : start + size])
    async with engine.begin() as connection:
        dead_letters = await connection.scalar(text("SELECT count(*) FROM read_model.set_aside"))
    assert dead_letters == 0
    return await rows_of_every_table(engine)


async def test_a_rebuilt_read_model_is_the_same_as_the_live_one(
    topics: Topics, story: Any, engine: AsyncEngine, db: AsyncSession
) -> None:
    records = [topics.record(message) for message in story.everything()]
    await topics.deliver(*records)
    entries = len((await db.exec(select(StreamEntry))).all())
    async with engine.begin() as connection:
        await connection.execute(text("DROP SCHEMA IF EXISTS rebuilding CASCADE"))
        await connection.execute(text("CREATE SCHEMA rebuilding"))
    other = engine.execution_options(schema_translate_map={READ_MODEL: "rebuilding"})
    async with other.begin() as connection:
        for tables in (InboxTable.metadata, ReadModelTable.metadata):
            await connection.run_sync(tables.create_all)

    projections = SERVICE.projections
    async with transaction(create_sessions(other)) as session:
        await (await session.connection()).execute(
            text("SET LOCAL search_path TO public, rebuilding")
        )
        await apply_batch(session, projections, [projections.read(record) for record in records])

    async with engine.begin() as connection:
        rebuilt, live = (
            await digests(connection, "rebuilding"),
            await digests(connection, READ_MODEL),
        )
        await connection.execute(text("DROP SCHEMA rebuilding CASCADE"))
    assert rebuilt == live
    assert len((await db.exec(select(StreamEntry))).all()) == entries, "no event is sent twice"


async def test_a_correction_replaces_the_version_before(
    topics: Topics, story: Any, ask: Any
) -> None:
    await topics.publish(*story.everything())
    outcome = story.outcome(2, story.bilal, story.p2, Contract.CDI, "2014-07-01", fits=True)
    fields = outcome.model_dump(exclude={"id", "type", "recorded_at", "occurred_at"})
    await topics.publish(OutcomeCorrected(**fields))

    assert (await ask("/figures/outcomes", as_of="2014-08-01"))["value"] == 2
    assert (await ask("/figures/outcomes_fitting", as_of="2014-08-01"))["value"] == 1.0


async def test_who_accedes_later_than_the_convention_takes_effect_signs_then(
    topics: Topics, ask: Any
) -> None:
    first, later = uuid4(), uuid4()
    await topics.publish(
        ConventionSigned(
            convention_id=uuid4(),
            convention_kind=ConventionKind.FRAMEWORK,
            signed_on=date(2015, 3, 12),
            effective_on=date(2015, 4, 1),
            ends_on=None,
            signatories=(
                Signatory(organisation_id=first, accedes_on=date(2015, 4, 1)),
                Signatory(organisation_id=later, accedes_on=date(2015, 6, 1)),
            ),
        )
    )

    days = ("2015-03-11", "2015-03-12", "2015-05-31", "2015-06-01")
    engaged = [(await ask("/figures/organisations_engaged", as_of=d))["value"] for d in days]
    assert engaged == [0, 1, 1, 2]


async def test_a_convention_is_in_force_on_the_day_it_is_ended(
    published: Topics, ask: Any, story: Any
) -> None:
    await published.publish(ConventionEnded(convention_id=story.usual, ended_on=date(2014, 6, 30)))

    days = ("2014-06-30", "2014-07-01")
    assert [(await ask("/figures/conventions_in_force", as_of=d))["value"] for d in days] == [2, 1]
    assert [(await ask("/figures/organisations_covered", as_of=d))["value"] for d in days] == [3, 1]


async def test_an_erased_card_leaves_its_organisation_nameless(
    published: Topics, ask: Any, story: Any, db: AsyncSession
) -> None:
    await published.publish(OrganisationCard.erasure(story.sni))

    names = (await db.exec(select(read_model.OrganisationCard.name))).all()
    assert "SNI" not in names
    answer = await ask("/figures/mentors", as_of="2014-01-06", by="organisation")
    assert {row["label"] for row in answer["rows"]} == {"Immobilière 3F", str(story.sni)}


async def test_positions_ascend_in_the_order_of_commits(sessions: Sessions, story: Any) -> None:
    async with sessions() as first, sessions() as second:
        await append_to_stream(first, story.pairs()[:2])
        waiting = asyncio.ensure_future(append_to_stream(second, story.pairs()[2:3]))
        await asyncio.sleep(0.2)
        assert not waiting.done(), "a later position could be read before an earlier one is there"
        await first.commit()
        await waiting
        await second.commit()


async def test_a_member_that_left_counts_under_its_umbrella_until_then(
    published: Topics, ask: Any, story: Any
) -> None:
    left = UmbrellaLeft(
        organisation_id=story.sni,
        umbrella_id=story.ush,
        joined_on=date(2012, 9, 1),
        left_on=date(2014, 6, 30),
    )
    await published.publish(left)

    counted = [
        (await ask("/figures/mentors", as_of=day, umbrella_id=story.ush))["value"]
        for day in ("2014-06-30", "2014-07-01")
    ]
    assert counted == [2, 1]
