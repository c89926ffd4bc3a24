"""What is in a database when its shape changes is there afterwards."""

import os
from pathlib import Path
from shutil import copytree, ignore_patterns

from sqlalchemy import text

from backbone.database.migrations import migrate
from backbone.database.sessions import create_engine
from backbone.testing.fixtures import Servers, temporary_database
from matching.__main__ import SERVICE
from matching.settings import MatchingSettings

BEFORE = text("""
INSERT INTO mentee (id, reference, given_name, family_name, language, department, remote, erased,
    version, birth_date, degree_level, priority_neighbourhood, decided_on, refusal, rule_version,
    decision_inputs)
VALUES (gen_random_uuid(), 'F1', 'Amina', 'Diallo', 'fr', '93', false, false, 1, '1990-05-04', 5,
        'in', '2013-09-02', NULL, '2005-1', '{"age": 23}'),
       (gen_random_uuid(), 'F2', 'Bintou', 'Ba', 'fr', '69', false, false, 1, '1980-05-04', 5,
        'unknown', '2013-09-03', 'too_old', '2005-1', '{"age": 33}')
""")
AFTER = text("""
SELECT reference, applied_on::text, decided_on::text, established, merged_into, decision_inputs
FROM mentee ORDER BY reference
""")


async def test_whoever_was_decided_on_before_applications_were_kept_has_applied_that_day(
    servers: Servers, settings: MatchingSettings, tmp_path: Path
) -> None:
    older = tmp_path / "migrations"
    copytree(SERVICE.migrations, older, ignore=ignore_patterns("000[4-9]*", "00[1-9][0-9]*"))
    async with temporary_database(servers, f"test_older_{os.getpid()}") as url:
        engine = create_engine(MatchingSettings(**settings.model_dump() | {"database_url": url}))
        await migrate(engine, migrations=older)
        async with engine.begin() as connection:
            await connection.execute(BEFORE)

        await migrate(engine, migrations=SERVICE.migrations)

        async with engine.connect() as connection:
            rows = [tuple(row) for row in await connection.execute(AFTER)]
        await engine.dispose()
    assert rows == [
        ("F1", "2013-09-02", "2013-09-02", "declared", None, {"age": 23}),
        ("F2", "2013-09-03", "2013-09-03", None, None, {"age": 33}),
    ]
