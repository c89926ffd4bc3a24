"""Rounds: asked for, worked out, reviewed, explained, published."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from types import FrameType
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI
from httpx import AsyncClient, Response
from sqlalchemy import text
from sqlalchemy.event import listen, remove
from sqlalchemy.ext.asyncio import AsyncEngine

from backbone.database.sessions import Sessions
from backbone.messaging.outbox import Outbox
from backbone.testing.fixtures import ClientOf
from matching.solver.explanations import explainer_of
from matching.worker.rounds import COMMAND, RoundRunner

Send = Callable[[str, Sequence[str]], Awaitable[dict[str, Any]]]
Draft = Callable[..., Awaitable[dict[str, Any]]]
Publish = Callable[[dict[str, Any]], Awaitable[Response]]
Announced = Callable[..., Awaitable[Sequence[Outbox]]]
ON = "2013-09-10"


async def references(client: AsyncClient, people: str) -> dict[str, str]:
    found = (await client.get(f"/{people}", params={"limit": 200})).json()["items"]
    return {person["id"]: person["reference"] for person in found}


async def pairs_of(client: AsyncClient, drafted: dict[str, Any]) -> set[tuple[str, str]]:
    mentees, mentors = await references(client, "mentees"), await references(client, "mentors")
    emitted = (await client.get(f"/rounds/{drafted['id']}/proposals")).json()["items"]
    return {(mentees[each["mentee_id"]], mentors[each["mentor_id"]]) for each in emitted}


async def until_begun(client: AsyncClient, round_id: str) -> None:
    async with asyncio.timeout(60):
        while (await client.get(f"/rounds/{round_id}")).json()["state"] == "waiting":  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def change(
    client: AsyncClient, drafted: dict[str, Any], mentee: str, **body: Any
) -> Response:
    path = f"/rounds/{drafted['id']}"
    tag = (await client.get(path)).headers["etag"]
    return await client.put(f"{path}/proposals/{mentee}", json=body, headers={"If-Match": tag})


@pytest.fixture
async def few(send: Send, covered: UUID, lines: Any) -> None:
    """Four graduates, two of whom live overseas; two mentors of one place, one near, one remote."""
    await send(
        "mentees",
        [
            lines.mentee(1, priority_neighbourhood="out"),
            lines.mentee(2, applied_on="2013-09-05"),
            lines.mentee(3, department="974"),
            lines.mentee(4, department="971", remote="oui"),
        ],
    )
    await send("mentors", [lines.mentor(1), lines.mentor(2, department="93", remote="oui")])


async def test_a_round_that_cannot_be_read_fails_and_the_next_is_worked_out(
    client: AsyncClient, few: None, draft: Draft, sessions: Sessions, engine: AsyncEngine
) -> None:
    poisoned = (await client.post("/rounds", json={"on": ON})).json()
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE round SET inputs = 'no inputs'"))

    assert await RoundRunner(sessions, longest=60).run_next(asyncio.Event())

    failed = (await client.get(f"/rounds/{poisoned['id']}")).json()
    assert failed["state"] == "failed"
    assert failed["failure"]
    assert (await draft(ON))["state"] == "draft"


async def test_a_round_proposes_as_many_as_can_be_those_with_priority_as_asked(
    few: None, draft: Draft, client: AsyncClient
) -> None:
    asked = await draft(ON, min_priority=2)

    assert asked["state"] == "draft"
    assert await pairs_of(client, asked) == {("F004", "P002"), ("F002", "P001")}
    assert asked["report"]["priority_proposed"] == 2
    assert asked["report"]["pairs"] | {"eligible": 4} == {
        "pairs": 8,
        "no_place": 0,
        "not_covered": 0,
        "paused": 0,
        "too_far": 3,
        "no_common_language": 0,
        "own_employer": 0,
        "refused_before": 0,
        "excluded": 0,
        "eligible": 4,
    }


async def test_a_list_of_rounds_loads_neither_their_inputs_nor_their_proofs(
    few: None, draft: Draft, client: AsyncClient, app: FastAPI
) -> None:
    drafted = await draft(ON)
    statements = list[str]()

    def note(*said: Any) -> None:
        statements.append(said[2])

    listen(app.state.engine.sync_engine, "before_cursor_execute", note)
    try:
        listed = (await client.get("/rounds")).json()["items"]
    finally:
        remove(app.state.engine.sync_engine, "before_cursor_execute", note)

    assert listed == [drafted]
    [of_rounds] = [statement for statement in statements if "FROM round" in statement]
    assert "round.report" in of_rounds
    assert "round.inputs" not in of_rounds
    assert "round.certificate" not in of_rounds


async def test_a_quota_that_cannot_be_met_says_by_how_much(few: None, draft: Draft) -> None:
    report = (await draft(ON, min_priority=5))["report"]

    assert (report["proposed"], report["priority_proposed"]) == (2, 2)
    assert report["priority_shortfall"] == 3


async def test_a_draft_proposes_nobody_until_it_is_published(
    few: None, draft: Draft, publish: Publish, client: AsyncClient, outbox_messages: Announced
) -> None:
    drafted = await draft(ON)
    assert (await client.get("/pairings")).json()["items"] == []
    assert await outbox_messages("pairing-proposed.v1") == []

    published = await publish(drafted)

    assert published.json()["state"] == "published"
    proposed = (await client.get("/pairings")).json()["items"]
    assert {pairing["round_id"] for pairing in proposed} == {drafted["id"]}
    assert all(pairing["answer_by"] for pairing in proposed)
    assert len(await outbox_messages("pairing-proposed.v1")) == 2
    [emitted] = await outbox_messages("round-published.v1")
    assert json.loads(emitted.payload or b"") | {
        "proposed": 2,
        "unmatched": 2,
        "optimal": True,
    } == (json.loads(emitted.payload or b""))


async def test_what_changed_meanwhile_is_not_published(
    few: None, draft: Draft, publish: Publish, client: AsyncClient, outbox_messages: Announced
) -> None:
    drafted = await draft(ON)
    mentors = {ref: id_ for id_, ref in (await references(client, "mentors")).items()}
    mentees = {ref: id_ for id_, ref in (await references(client, "mentees")).items()}
    by_hand = {"mentee_id": mentees["F001"], "mentor_id": mentors["P001"], "proposed_on": ON}
    assert (await client.post("/pairings", json=by_hand)).status_code == 201
    before = len(await outbox_messages())

    stale = await publish(drafted)

    assert (stale.status_code, stale.json()["type"]) == (409, "urn:problem:draft-stale")
    assert "Nothing was published" in stale.json()["detail"]
    assert len(await outbox_messages()) == before
    assert (await client.get(f"/rounds/{drafted['id']}")).json()["state"] == "draft"


async def test_a_draft_is_published_once_and_as_it_was_read(
    few: None, draft: Draft, publish: Publish, client: AsyncClient
) -> None:
    drafted = await draft(ON)

    answers = await asyncio.gather(*(publish(drafted) for _ in range(4)))

    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412]
    assert len((await client.get("/pairings")).json()["items"]) == 2


async def test_the_same_inputs_give_the_same_draft_again(
    few: None, draft: Draft, client: AsyncClient
) -> None:
    drafted = await draft(ON, min_priority=1)
    inputs = (await client.get(f"/rounds/{drafted['id']}/inputs")).content

    again = await asyncio.create_subprocess_exec(*COMMAND, stdin=PIPE, stdout=PIPE, stderr=PIPE)
    out, _ = await again.communicate(inputs)

    emitted = json.loads(out)
    first = (await client.get(f"/rounds/{drafted['id']}/certificate")).json()
    assert emitted["certificate"] == first
    listed = (await client.get(f"/rounds/{drafted['id']}/proposals")).json()["items"]
    assert sorted(emitted["proposed"], key=lambda each: str(each["mentee_id"])) == listed
    assert b"Diallo" not in inputs


async def test_a_pair_is_explained_and_so_is_one_that_is_not_proposed(
    few: None, draft: Draft, client: AsyncClient
) -> None:
    drafted = await draft(ON, min_priority=2)
    mentees = {ref: id_ for id_, ref in (await references(client, "mentees")).items()}
    mentors = {ref: id_ for id_, ref in (await references(client, "mentors")).items()}

    async def why(mentee: str, mentor: str) -> dict[str, Any]:
        asked = {"mentee_id": mentees[mentee], "mentor_id": mentors[mentor]}
        emitted = await client.get(f"/rounds/{drafted['id']}/explanation", params=asked)
        return dict(emitted.json())

    proposed, instead = await why("F002", "P001"), await why("F002", "P002")
    forbidden = await why("F003", "P001")
    assert proposed["proposed"]
    assert proposed["score"] == sum(proposed["contributions"].values())
    assert instead["instead"] == mentors["P001"]
    assert (instead["fewer"], instead["fewer_with_priority"], instead["costs"]) == (0, 1, -50)
    assert "gains exactly 50 points" in instead["said"]
    assert "two regions" in forbidden["said"]
    assert (await why("F001", "P001"))["costs"] is not None


@contextmanager
def called_by_the_loop() -> Iterator[set[str]]:
    """The modules whose functions the event loop's thread calls inside the block."""
    modules = set[str]()

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call":
            modules.add(frame.f_globals.get("__name__", ""))

    sys.setprofile(note)
    try:
        yield modules
    finally:
        sys.setprofile(None)


async def test_what_is_explained_is_worked_out_beside_the_event_loop(
    few: None, draft: Draft, client: AsyncClient
) -> None:
    drafted = await draft(ON, min_priority=2)
    [mentee, *_], [mentor, *_] = [[*await references(client, p)] for p in ("mentees", "mentors")]
    pair = {"mentee_id": mentee, "mentor_id": mentor}
    explainer_of.cache_clear()

    with called_by_the_loop() as modules:
        why = await client.get(f"/rounds/{drafted['id']}/explanation", params=pair)
        waiting = await client.get(f"/rounds/{drafted['id']}/waiting/{mentee}")

    assert (why.status_code, waiting.status_code) == (200, 200)
    assert "matching.api.rounds" in modules
    assert not {module for module in modules if module.startswith("matching.solver")}


async def test_who_waits_is_told_what_would_have_to_change(
    few: None, draft: Draft, client: AsyncClient
) -> None:
    drafted = await draft(ON, min_priority=2)
    mentees = {ref: id_ for id_, ref in (await references(client, "mentees")).items()}

    far = (await client.get(f"/rounds/{drafted['id']}/waiting/{mentees['F003']}")).json()
    full = (await client.get(f"/rounds/{drafted['id']}/waiting/{mentees['F001']}")).json()
    pair = (await client.get(f"/rounds/{drafted['id']}/proposals")).json()["items"][0]
    proposed = (await client.get(f"/rounds/{drafted['id']}/waiting/{pair['mentee_id']}")).json()

    assert (far["eligible"], far["forbidden"]) == (0, {"too_far": 2})
    assert "distance" in far["said"]
    assert full["eligible"] == 2
    assert len(full["places_with"]) == 2
    assert (full["proposed_to"], proposed["proposed_to"]) == (None, pair["mentor_id"])
    assert proposed["said"] == f"They are proposed to mentor {pair['mentor_id']}."


async def test_what_is_locked_is_kept_by_the_next_draft_and_the_two_are_compared(
    few: None, draft: Draft, client: AsyncClient
) -> None:
    first = await draft(ON, min_priority=2)
    mentees = {ref: id_ for id_, ref in (await references(client, "mentees")).items()}
    mentors = {ref: id_ for id_, ref in (await references(client, "mentors")).items()}
    await change(client, first, mentees["F004"], mentor_id=None)
    kept = await change(client, first, mentees["F001"], mentor_id=mentors["P002"], locked=True)
    assert (kept.status_code, kept.json()["changed"]) == (200, True)

    second = await draft(ON, min_priority=2, based_on=first["id"])

    assert await pairs_of(client, second) == {("F001", "P002"), ("F002", "P001")}
    emitted = await client.get(f"/rounds/{second['id']}/comparison", params={"other": first["id"]})
    assert (emitted.json()["same"], emitted.json()["wins"], emitted.json()["loses"]) == (2, [], [])


@pytest.fixture
async def alike(send: Send, covered: UUID, lines: Any) -> None:
    """Two graduates of one department, each of whom has a mentor near and one far away."""
    await send("mentees", [lines.mentee(n, department="75", remote="oui") for n in (1, 2)])
    far = lines.mentor(3, department="974", remote="oui")
    await send("mentors", [lines.mentor(1), lines.mentor(2), far])


async def test_a_pair_changed_by_hand_makes_the_draft_another_than_the_one_proved(
    alike: None,
    draft: Draft,
    publish: Publish,
    client: AsyncClient,
    outbox_messages: Announced,
) -> None:
    drafted = await draft(ON)
    mentees = {ref: id_ for id_, ref in (await references(client, "mentees")).items()}
    mentors = {ref: id_ for id_, ref in (await references(client, "mentors")).items()}
    assert not drafted["changed"]

    changed = (await change(client, drafted, mentees["F001"], mentor_id=mentors["P003"])).json()

    report, best = changed["report"], drafted["report"]
    pairs = (await client.get(f"/rounds/{drafted['id']}/proposals")).json()["items"]
    assert changed["changed"]
    assert report["score"] == sum(pair["score"] for pair in pairs) < best["score"]
    assert report["proved"] == {name: best[name] for name in report["proved"]}
    assert report["below_proved"] | {"score": 0} == dict.fromkeys(report["below_proved"], 0)
    assert report["below_proved"]["score"] == best["score"] - report["score"]
    assert report["fairness"]["proposed"]["all"]["score"] == report["score"]
    assert report["fairness"]["proved"] == best["fairness"]["proposed"]
    assert (await publish(changed)).status_code == 200
    [published] = await outbox_messages("round-published.v1")
    assert json.loads(published.payload or b"")["optimal"] is False


async def test_a_draft_changed_back_to_the_pairs_proved_is_the_optimum_again(
    alike: None,
    draft: Draft,
    publish: Publish,
    client: AsyncClient,
    outbox_messages: Announced,
) -> None:
    drafted = await draft(ON)
    [pair, *_] = (await client.get(f"/rounds/{drafted['id']}/proposals")).json()["items"]
    mentors = {ref: id_ for id_, ref in (await references(client, "mentors")).items()}

    for mentor in (mentors["P003"], None):
        changed = await change(client, drafted, pair["mentee_id"], mentor_id=mentor)
        assert changed.json()["changed"]
    back = (
        await change(client, drafted, pair["mentee_id"], mentor_id=pair["mentor_id"], locked=True)
    ).json()

    assert (back["changed"], back["report"]) == (False, drafted["report"])
    await publish(back)
    [published] = await outbox_messages("round-published.v1")
    assert json.loads(published.payload or b"")["optimal"] is True


async def test_a_mentee_taken_out_of_a_draft_is_missing_in_its_report(
    few: None, draft: Draft, client: AsyncClient
) -> None:
    drafted = await draft(ON, min_priority=2)
    mentees = {ref: id_ for id_, ref in (await references(client, "mentees")).items()}

    report = (await change(client, drafted, mentees["F002"], mentor_id=None)).json()["report"]

    assert (report["proposed"], report["priority_proposed"]) == (1, 1)
    assert (report["priority_shortfall"], report["proved"]["priority_shortfall"]) == (1, 0)
    assert (report["below_proved"]["proposed"], report["below_proved"]["priority_proposed"]) == (
        1,
        1,
    )


@pytest.mark.parametrize(
    ("mentee", "mentor", "problem"),
    [
        ("F003", "P001", "pair-not-eligible"),
        ("F001", "P001", "mentor-full"),
        ("F001", None, "missing"),
        (None, "P001", "missing"),
    ],
)
async def test_a_draft_is_changed_by_the_rules_of_its_round(
    few: None,
    draft: Draft,
    client: AsyncClient,
    mentee: str | None,
    mentor: str | None,
    problem: str,
) -> None:
    drafted = await draft(ON, min_priority=2)
    mentees = {ref: id_ for id_, ref in (await references(client, "mentees")).items()}
    mentors = {ref: id_ for id_, ref in (await references(client, "mentors")).items()}
    if problem == "pair-not-eligible":
        await change(client, drafted, mentees["F002"], mentor_id=None)

    answer = await change(
        client,
        drafted,
        mentees[mentee] if mentee else str(uuid4()),
        mentor_id=mentors[mentor] if mentor else str(uuid4()),
    )

    assert answer.json()["type"] == f"urn:problem:{problem}"


async def test_a_round_that_is_given_up_is_not_worked_out(
    few: None, client: AsyncClient, sessions: Sessions
) -> None:
    asked = (await client.post("/rounds", json={"on": ON})).json()

    given_up = await client.post(f"/rounds/{asked['id']}/cancellation")

    assert given_up.json()["state"] == "cancelled"
    assert not await RoundRunner(sessions, longest=60).run_next(asyncio.Event())
    again = await client.post(f"/rounds/{asked['id']}/cancellation")
    assert again.json()["type"] == "urn:problem:round-over"


async def test_a_round_that_is_given_up_on_its_way_stops(
    few: None, client: AsyncClient, sessions: Sessions
) -> None:
    asked = (await client.post("/rounds", json={"on": ON})).json()
    working = asyncio.create_task(RoundRunner(sessions, longest=60).run_next(asyncio.Event()))
    await until_begun(client, asked["id"])
    await client.post(f"/rounds/{asked['id']}/cancellation")
    await asyncio.wait_for(working, 60)

    found = (await client.get(f"/rounds/{asked['id']}")).json()
    assert (found["state"], found["report"]) == ("cancelled", None)
    assert (await client.get(f"/rounds/{asked['id']}/proposals")).json()["items"] == []


async def test_a_round_is_worked_out_by_one_at_a_time_and_once(
    few: None, client: AsyncClient, sessions: Sessions
) -> None:
    asked = [(await client.post("/rounds", json={"on": ON})).json()["id"] for _ in range(2)]

    await asyncio.gather(
        *(RoundRunner(sessions, longest=60).run_next(asyncio.Event()) for _ in range(4))
    )

    states = [(await client.get(f"/rounds/{id_}")).json()["state"] for id_ in asked]
    assert states == ["draft", "draft"]


async def test_a_round_that_takes_too_long_fails_and_says_so(
    few: None, client: AsyncClient, sessions: Sessions
) -> None:
    asked = (await client.post("/rounds", json={"on": ON})).json()

    await RoundRunner(sessions, longest=0.05).run_next(asyncio.Event())

    found = (await client.get(f"/rounds/{asked['id']}")).json()
    assert found["state"] == "failed"
    assert "longer" in found["failure"]


async def test_the_steps_of_a_round_are_told_as_it_goes_on(
    few: None, client: AsyncClient, sessions: Sessions, app: Any
) -> None:
    app.state.is_stopping = lambda: False
    asked = (await client.post("/rounds", json={"on": ON})).json()
    following = asyncio.create_task(client.get(f"/rounds/{asked['id']}/progress"))
    await RoundRunner(sessions, longest=60).run_next(asyncio.Event())

    emitted = (await asyncio.wait_for(following, 120)).text

    steps = [json.loads(line[6:]) for line in emitted.splitlines() if line.startswith("data: ")]
    assert steps[0]["state"] == "waiting"
    assert steps[-1]["state"] == "draft"
    assert steps[-1]["done"] == steps[-1]["of"] > 0
    assert all(
        0 <= before["done"] <= after["done"] or after["state"] == "draft"
        for before, after in pairwise(steps)
    )


@pytest.fixture
async def usual_criteria(engine: AsyncEngine) -> AsyncIterator[None]:
    """What a test sets does not outlive it."""
    yield
    async with engine.begin() as connection:
        await connection.execute(text("DELETE FROM reference_criteria WHERE version <> '1'"))


async def test_what_a_round_scores_by_is_kept_with_it(
    few: None, draft: Draft, client: AsyncClient, client_of: ClientOf, usual_criteria: None
) -> None:
    body = {"version": "near", "weights": {"territory": 100, "waiting": 0}}
    assert (await client.post("/criteria", json=body)).status_code == 403
    assert (await client_of("admin").post("/criteria", json=body)).status_code == 201
    assert (await client_of("admin").post("/criteria", json=body)).status_code == 409

    near, usual = await draft(ON, criteria="near"), await draft(ON, criteria="1")

    assert (near["criteria"], usual["criteria"]) == ("near", "1")
    assert near["report"]["score"] > usual["report"]["score"]
    unknown = await client.post("/rounds", json={"on": ON, "criteria": "none"})
    assert unknown.status_code == 404


@pytest.mark.parametrize(
    "weights", [{"territory": -1}, {"territory": 101}, {"charm": 3}, {"territory": "much"}]
)
async def test_weights_that_do_not_parse_are_refused(
    client_of: ClientOf, weights: dict[str, Any]
) -> None:
    answer = await client_of("admin").post("/criteria", json={"version": "x", "weights": weights})

    assert answer.status_code == 422


async def test_a_round_of_other_regions_does_not_exist(
    few: None, draft: Draft, client_of: ClientOf
) -> None:
    everywhere = await draft(ON)
    elsewhere = client_of("coordinator", regions=["84"])

    assert (await elsewhere.get(f"/rounds/{everywhere['id']}")).status_code == 404
    assert (await elsewhere.get("/rounds")).json()["items"] == []
    assert (await elsewhere.post(f"/rounds/{everywhere['id']}/cancellation")).status_code == 404


async def test_a_round_is_fair_as_far_as_its_report_shows(few: None, draft: Draft) -> None:
    fairness = (await draft(ON, min_priority=2))["report"]["fairness"]

    assert set(fairness) == {"proposed", "greedy", "first_come"}
    ours = fairness["proposed"]
    assert ours["priority_neighbourhood"]["in"]["served"] == 2
    assert ours["all"]["coverage"] == 0.5
    assert ours["region"]["La Réunion"] == {
        "mentees": 1,
        "served": 0,
        "coverage": 0.0,
        "mean_score": 0.0,
        "score": 0,
    }
