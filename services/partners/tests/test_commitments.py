"""What each side of a convention owes the other, and what was given: a ledger for each."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from httpx import AsyncClient, Response

from backbone.testing.fixtures import ClientOf, Topics
from contracts import MentorEnrolled

Make = Callable[..., Awaitable[dict[str, Any]]]

ANY = {"If-Match": "*"}


@pytest.fixture
async def ush(organisation: Make) -> dict[str, Any]:
    return await organisation("USH", kind="federation")


@pytest.fixture
async def signed(convention: Make, ush: dict[str, Any]) -> dict[str, Any]:
    return await convention(ush)


async def promise(
    client: AsyncClient, signed: dict[str, Any], who: dict[str, Any], **said: Any
) -> Response:
    body = {"organisation_id": who["id"], "party": "partner", "kind": "stand", "quantity": 1}
    return await client.post(f"/conventions/{signed['id']}/commitments", json=body | said)


async def give(client: AsyncClient, commitment: dict[str, Any], on: str, **said: Any) -> Response:
    path = f"/commitments/{commitment['id']}/fulfilments"
    return await client.post(path, json={"given_on": on} | said)


async def balances(client: AsyncClient, who: dict[str, Any], as_of: str) -> list[tuple[Any, ...]]:
    answer = await client.get(f"/organisations/{who['id']}/ledger", params={"as_of": as_of})
    names = ("party", "kind", "owed", "given", "missing", "overdue")
    return [tuple(b[name] for name in names) for b in answer.json()["balances"]]


async def test_a_stand_against_a_stand_is_kept_on_both_sides_of_the_ledger(
    client: AsyncClient, signed: Any, ush: Any
) -> None:
    theirs = (await promise(client, signed, ush, quantity=2, due_on="2013-09-30")).json()
    ours = (await promise(client, signed, ush, party="programme", due_on="2012-12-31")).json()
    for commitment, on in ((theirs, "2012-09-25"), (ours, "2013-01-20"), (theirs, "2013-09-24")):
        assert (await give(client, commitment, on)).status_code == 201

    assert await balances(client, ush, "2012-07-09") == []
    assert await balances(client, ush, "2013-01-01") == [
        ("programme", "stand", 1, 0, 1, 1),
        ("partner", "stand", 2, 1, 1, 0),
    ]
    assert await balances(client, ush, "2013-09-24") == [
        ("programme", "stand", 1, 1, 0, 0),
        ("partner", "stand", 2, 2, 0, 0),
    ]


async def test_mentors_count_as_they_enrol_those_of_members_too(
    client: AsyncClient, topics: Topics, organisation: Make, signed: Any, ush: Any
) -> None:
    member = await organisation("SNI", member_of={ush["id"]: "2012-09-01"})
    owed = (await promise(client, signed, ush, kind="mentors", quantity=3)).json()
    await topics.publish(
        *(
            MentorEnrolled(
                mentor_id=uuid4(),
                organisation_id=UUID(who["id"]),
                department="75",
                capacity=1,
                enrolled_on=date.fromisoformat(on),
            )
            for who, on in ((ush, "2012-07-09"), (ush, "2012-08-01"), (member, "2013-01-15"))
        )
    )

    assert await balances(client, ush, "2012-08-31") == [("partner", "mentors", 3, 1, 2, 0)]
    assert await balances(client, ush, "2013-01-15") == [("partner", "mentors", 3, 2, 1, 0)]
    assert (await give(client, owed, "2013-01-01")).json()["type"].endswith("counted-by-itself")


async def test_what_was_not_given_is_taken_back_and_stays_readable(
    client: AsyncClient, signed: Any, ush: Any
) -> None:
    owed = (await promise(client, signed, ush)).json()
    given = (await give(client, owed, "2012-09-25", note="Rennes")).json()
    path = f"/commitments/{owed['id']}/fulfilments/{given['id']}"

    taken = (await client.delete(path)).json()

    assert [(f["note"], f["withdrawn"]) for f in taken["fulfilments"]] == [("Rennes", True)]
    assert await balances(client, ush, "2013-01-01") == [("partner", "stand", 1, 0, 1, 0)]
    assert (await client.delete(path)).status_code == 404


async def test_what_is_withdrawn_is_owed_no_more_from_that_day_on(
    client: AsyncClient, signed: Any, ush: Any
) -> None:
    owed = (await promise(client, signed, ush, due_on="2012-12-31")).json()
    path = f"/commitments/{owed['id']}/withdrawal"
    body = {"withdrawn_on": "2013-02-01"}
    assert (await client.post(path, json=body, headers=ANY)).status_code == 200

    assert await balances(client, ush, "2013-01-31") == [("partner", "stand", 1, 0, 1, 1)]
    assert await balances(client, ush, "2013-02-01") == [("partner", "stand", 0, 0, 0, 0)]
    assert (await client.post(path, json=body, headers=ANY)).status_code == 409
    assert (await give(client, owed, "2013-03-01")).status_code == 409


@pytest.mark.parametrize(
    ("said", "status", "kind"),
    [
        ({"quantity": 0}, 422, "wrong-shape"),
        ({"quantity": -1, "kind": "amount"}, 422, "wrong-shape"),
        ({"party": "programme", "kind": "mentors"}, 422, "mentors-of-ours"),
        ({"due_on": "2012-07-09"}, 422, "due-before-made"),
        ({"made_on": "2012-07-09"}, 422, "due-before-made"),
        ({"made_on": "2099-07-09"}, 422, "day-to-come"),
    ],
)
async def test_what_cannot_be_owed_is_refused_and_announces_nothing(
    client: AsyncClient,
    signed: Any,
    ush: Any,
    outbox_messages: Any,
    said: dict[str, Any],
    status: int,
    kind: str,
) -> None:
    answer = await promise(client, signed, ush, **said)

    assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (status, kind)
    assert await outbox_messages("commitment-made.v1") == []


async def test_only_signatories_owe_and_others_promises_do_not_exist(
    client: AsyncClient, client_of: ClientOf, organisation: Make, signed: Any, ush: Any
) -> None:
    other = await organisation("Other")
    assert (await promise(client, signed, other)).json()["type"].endswith("not-signatory")
    owed = (await promise(client, signed, ush)).json()

    stranger = client_of("partner_manager", organisations=[other["id"]])

    assert (await give(stranger, owed, "2012-09-25")).status_code == 404
    assert (await give(client, owed, "2012-07-09")).json()["type"].endswith("given-before-made")
