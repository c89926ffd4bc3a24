"""An administrator sees where an id is in a service, and nobody else does."""

from typing import Any
from uuid import UUID, uuid4

from httpx import AsyncClient
from notebook import Noted

from backbone.database.task_failures import TaskFailure
from backbone.messaging.dead_letters import AppliedSequence, DeadLetter
from backbone.testing.fixtures import ClientOf


async def test_rows_messages_and_dead_letters_of_an_id_are_shown(
    client: AsyncClient, client_of: ClientOf, db: Any
) -> None:
    notebook = (await client.post("/notebooks", json={"title": "Red"})).json()
    key = notebook["id"]
    db.add(Noted(note_id=uuid4(), notebook_id=UUID(key), words=3))
    db.add(AppliedSequence(topic="elsewhere", key=key, sequence=4))
    db.add(
        DeadLetter(
            topic="elsewhere",
            partition=0,
            offset=7,
            key=key,
            sequence=5,
            type="a-kind.v1",
            cause="it cannot be read",
            waits=False,
            headers=[],
        )
    )
    db.add(TaskFailure(task="clock", about=key, cause="TypeError"))
    await db.commit()

    found = (await client_of("admin").get(f"/trace/{key}")).json()

    assert {"table": "notebook", "column": "id", "rows": 1, "versions": [1]} in found["rows"]
    assert {"table": "noted", "column": "notebook_id", "rows": 1, "versions": []} in found["rows"]
    assert [each["sequence"] for each in found["decided"]] == [1]
    assert [each["type"] for each in found["unsent"]] == ["note-written.v1"]
    assert found["applied"] == [{"topic": "elsewhere", "key": key, "sequence": 4}]
    causes = [(each["task"], each["about"], each["cause"]) for each in found["dead_letters"]]
    assert causes == [
        ("elsewhere", "5 a-kind.v1", "it cannot be read"),
        ("clock", key, "TypeError"),
    ]


async def test_of_an_id_that_nobody_knows_nothing_is_shown(client_of: ClientOf) -> None:
    found = await client_of("admin").get(f"/trace/{uuid4()}")

    assert found.status_code == 200
    assert not any(found.json().values())


async def test_nobody_but_an_administrator_traces(client: AsyncClient) -> None:
    assert (await client.get(f"/trace/{uuid4()}")).status_code == 403
