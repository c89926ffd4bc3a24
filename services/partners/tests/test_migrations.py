import importlib.util
from datetime import date
from pathlib import Path
from typing import Any

from alembic.migration import MigrationContext
from alembic.operations import Operations
from httpx import AsyncClient
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine

from backbone.database.migrations import differences
from partners.__main__ import SERVICE
from partners.domain.tables import Table
from partners.read_model import ReadModelTable

FAR = [
    "UPDATE convention SET signed_on = '-infinity', ends_on = 'infinity'",
    "UPDATE signature SET accedes_on = '0001-01-01'",
    """UPDATE draft SET proposal = jsonb_set(proposal, '{ends_on}', '"9999-12-31"')""",
]


def upgrade(connection: Connection, name: str) -> None:
    """Run one migration again, whatever its number."""
    [path] = Path(SERVICE.migrations).glob(f"versions/*_{name}.py")
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec
    assert spec.loader
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with Operations.context(MigrationContext.configure(connection)):
        module.upgrade()


async def test_the_migrations_make_the_tables_that_the_code_expects(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        assert (
            await connection.run_sync(differences, [Table.metadata, ReadModelTable.metadata]) == []
        )


async def test_days_out_of_bounds_are_repaired(
    client: AsyncClient, organisation: Any, convention: Any, engine: AsyncEngine
) -> None:
    signed = await convention(await organisation("Immobilière 3F"))
    proposal = {"ends_on": "2014-01-06", "effective_on": "2013-01-06", "renews_for_months": 12}
    body = {"title": "Projet", "proposal": proposal}
    draft = (await client.post("/convention-drafts", json=body)).json()
    async with engine.begin() as connection:
        for change in FAR:
            await connection.execute(text(change))
        await connection.run_sync(upgrade, "bounds")

    repaired = (await client.get(f"/conventions/{signed['id']}")).json()
    assert (repaired["signed_on"], repaired["ends_on"]) == ("1900-01-01", None)
    assert repaired["signatories"][0]["accedes_on"] == str(date(1900, 1, 1))
    draft = (await client.get(f"/convention-drafts/{draft['id']}")).json()
    assert draft["proposal"] == draft["proposal"] | proposal | {"ends_on": "2100-12-31"}


async def test_lost_leads_have_no_next_step(client: AsyncClient, engine: AsyncEngine) -> None:
    body = {"name": "Aquitaine", "kind": "federation", "department": "33"}
    step = {"next_step": "Call", "next_on": "2015-03-20"}
    lost, open_ = [(await client.post("/leads", json=body | step)).json() for _ in range(2)]
    async with engine.begin() as connection:
        change = text("UPDATE lead SET stage = 'lost', lost_for = 'not_now' WHERE id = :id")
        await connection.execute(change, {"id": lost["id"]})
        await connection.run_sync(upgrade, "lost_leads")

    planned = [(await client.get(f"/leads/{each['id']}")).json() for each in (lost, open_)]
    assert [each["next_on"] for each in planned] == [None, "2015-03-20"]
    assert [each["next_step"] for each in planned] == [None, "Call"]
