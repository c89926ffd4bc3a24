"""Erasures of mentees: from that day on, figures leave them out."""

from datetime import date
from uuid import uuid4

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.testing.fixtures import Topics
from contracts import MenteeErased
from reporting.read_model import Erasure


async def test_the_day_of_an_erasure_is_known_and_a_repeated_one_does_not_move_it(
    topics: Topics, db: AsyncSession
) -> None:
    mentee_id, first = uuid4(), date(2026, 11, 20)
    for day in (first, date(2026, 12, 1)):
        await topics.publish(MenteeErased(mentee_id=mentee_id, duplicates=(), erased_on=day))

    found = (await db.exec(select(Erasure.mentee_id, Erasure.erased_on))).all()
    assert found == [(mentee_id, first)]
