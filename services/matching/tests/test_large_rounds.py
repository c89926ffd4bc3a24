"""A round of thousands: no request about it holds the event loop, and with it all others."""

import asyncio
import gc
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import date
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

import pytest
from httpx import AsyncClient, Response

from backbone.database.sessions import Sessions, transaction
from backbone.service import tune_gc
from contracts.enums import PriorityNeighbourhood
from matching.domain.careers import FUNCTIONS, SECTORS
from matching.domain.tables import Mentee, Mentor
from matching.solver.explanations import explainer_of

Draft = Callable[..., Awaitable[dict[str, Any]]]
Publish = Callable[[dict[str, Any]], Awaitable[Response]]
MENTEES, MENTORS = 6_000, 3_000
ON = date(2013, 9, 10)
LONGEST, LONGEST_OF_A_PUBLICATION = 0.03, 0.1
"""Seconds on a processor. A publication ends with one statement for all that it announces."""
LARGEST_PART = 1 / 10
"""Of a request's own work, which is longer on a slow machine: done on the loop, it is more."""


def person(nth: int, letter: str) -> dict[str, Any]:
    return {
        "id": uuid4(),
        "reference": f"{letter}{nth:05}",
        "given_name": "Amina",
        "family_name": f"Diallo{nth}",
        "department": ("75", "93", "69")[nth % 3],
        "remote": nth % 7 == 0,
    }


def mentee(nth: int) -> Mentee:
    priority = PriorityNeighbourhood.IN if nth % 4 == 0 else PriorityNeighbourhood.OUT
    return Mentee(
        **person(nth, "F"),
        birth_date=date(1990, 5, 4),
        degree_level=5,
        priority_neighbourhood=priority,
        wished_functions=[sorted(FUNCTIONS)[nth % 5]],
        wished_sectors=[sorted(SECTORS)[nth % 4]],
        applied_on=date(2013, 6, 1 + nth % 30),
        decided_on=date(2013, 7, 1 + nth % 30),
        rule_version="2005-1",
        decision_inputs={},
    )


def mentor(nth: int, organisation_id: UUID) -> Mentor:
    return Mentor(
        **person(nth, "P"),
        organisation_id=organisation_id,
        capacity=2,
        mentees=0,
        enrolled_on=date(2013, 2, 1),
        function=sorted(FUNCTIONS)[nth % 5],
        sector=sorted(SECTORS)[nth % 3],
    )


@pytest.fixture
async def many(sessions: Sessions, covered: UUID) -> None:
    for rows in (
        [mentee(nth) for nth in range(MENTEES)],
        [mentor(nth, covered) for nth in range(MENTORS)],
    ):
        async with transaction(sessions) as session:
            session.add_all(rows)


@pytest.fixture
def as_a_service() -> Iterator[None]:
    """Collect garbage as the services do: a full collection of a test run holds the loop itself."""
    thresholds = gc.get_threshold()
    gc.collect()
    tune_gc()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)


async def holds_the_loop(
    request: Callable[[], Awaitable[Response]], *, longest: float = LONGEST
) -> str | None:
    """Return how long a request held the event loop in one piece, or None if that is allowed.

    Allowed are `longest` seconds, or a tenth of what the request takes on a processor. It is the
    time of the loop's thread on a processor: what else runs on the machine is not in it.
    """
    seconds, answered = list[float](), asyncio.Event()

    async def measure() -> None:
        while not answered.is_set():
            began = time.thread_time()
            await asyncio.sleep(0.001)
            seconds.append(time.thread_time() - began)

    measuring, began = asyncio.create_task(measure()), time.process_time()
    response = await request()
    work = time.process_time() - began
    answered.set()
    await measuring
    assert response.status_code == HTTPStatus.OK, response.text
    if max(seconds) <= max(longest, work * LARGEST_PART):
        return None
    return f"{max(seconds):.3f} of {work:.3f} s"


async def test_no_question_about_a_large_round_and_no_change_of_it_holds_the_event_loop(
    many: None, as_a_service: None, draft: Draft, publish: Publish, client: AsyncClient
) -> None:
    drafted = await draft(str(ON), min_priority=100)
    path = f"/rounds/{drafted['id']}"
    pairs = (await client.get(f"{path}/proposals")).json()["items"]
    one, other = pairs[0], next(p for p in pairs if p["mentor_id"] != pairs[0]["mentor_id"])
    asked = {"mentee_id": one["mentee_id"], "mentor_id": other["mentor_id"]}
    explainer_of.cache_clear()

    async def changed(mentor_id: str | None) -> Response:
        tag = {"If-Match": (await client.get(path)).headers["etag"]}
        body = {"mentor_id": mentor_id}
        return await client.put(f"{path}/proposals/{one['mentee_id']}", json=body, headers=tag)

    async def published() -> Response:
        return await publish((await client.get(path)).json())

    candidates = f"/mentors/{one['mentor_id']}/candidates"
    requests: dict[str, Callable[[], Awaitable[Response]]] = {
        "the first question": lambda: client.get(f"{path}/explanation", params=asked),
        "another question": lambda: client.get(f"{path}/explanation", params=asked),
        "who waits": lambda: client.get(f"{path}/waiting/{one['mentee_id']}"),
        "the inputs": lambda: client.get(f"{path}/inputs"),
        "the certificate": lambda: client.get(f"{path}/certificate"),
        "a change": lambda: changed(None),
        "a change back": lambda: changed(one["mentor_id"]),
        "candidates of a mentor": lambda: client.get(candidates),
        "a comparison": lambda: client.get(f"{path}/comparison", params={"other": drafted["id"]}),
    }
    held = {name: await holds_the_loop(request) for name, request in requests.items()}

    assert {name: how for name, how in held.items() if how} == {}
    assert await holds_the_loop(published, longest=LONGEST_OF_A_PUBLICATION) is None
