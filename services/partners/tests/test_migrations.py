from sqlalchemy.ext.asyncio import AsyncEngine

from backbone.migrations import differences
from partners.domain.tables import Table
from partners.read_model import View


async def test_the_migrations_make_the_tables_that_the_code_expects(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        assert await connection.run_sync(differences, [Table.metadata, View.metadata]) == []
