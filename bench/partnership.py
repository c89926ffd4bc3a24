"""Partners' database with as many organisations, conventions and mentors as one likes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from backbone.testing.fixtures import Servers
from bench.servers import database
from partners.__main__ import SERVICE

ON = date(2014, 1, 6)

ORGANISATIONS = """
INSERT INTO organisation (id, name, folded_name, kind, siren, department, registered_on, version)
SELECT md5('o' || n)::uuid, 'O' || n, 'o' || n,
       (ARRAY['company', 'social_landlord', 'association'])[1 + n % 3],
       lpad(n::text, 9, '0'), '75', '2008-01-01', 1
FROM generate_series(0, :organisations - 1) AS n
"""

UMBRELLAS = """
INSERT INTO membership (organisation_id, umbrella_id, joined_on, left_on)
SELECT md5('o' || n)::uuid, md5('o' || n / 40)::uuid, '2009-01-01',
       CASE WHEN n % 7 = 0 THEN date '2013-12-31' END
FROM generate_series(40, :organisations - 1) AS n
"""
"""Forty members each, at several depths; of seven one has left."""

CONVENTIONS = """
INSERT INTO convention (id, kind, signed_on, effective_on, ends_on, version)
SELECT md5('c' || n)::uuid, 'own', '2010-01-01', '2010-02-01',
       CASE WHEN n % 5 = 0 THEN date '2013-06-30' END, 1
FROM generate_series(0, :organisations / 20) AS n
"""

SIGNATURES = """
INSERT INTO signature (convention_id, organisation_id, accedes_on)
SELECT md5('c' || n)::uuid, md5('o' || n * 20)::uuid, '2010-02-01'
FROM generate_series(0, (:organisations - 1) / 20) AS n
"""

MENTORS = """
INSERT INTO read_model.mentor (mentor_id, organisation_id, enrolled_on)
SELECT md5('m' || n)::uuid, md5('o' || n % :organisations)::uuid, '2012-09-01'
FROM generate_series(0, 6299) AS n
"""

PAIRINGS = """
INSERT INTO read_model.pairing (pairing_id, mentor_id, mentee_id, starts_on)
SELECT md5('p' || n)::uuid, md5('m' || n % 6300)::uuid, md5('f' || n % 26974)::uuid,
       date '2012-09-01' + n % 480
FROM generate_series(0, 29742) AS n
"""

CONTACTS = """
INSERT INTO read_model.contact (contact_id, mentor_id, contact_on)
SELECT md5('x' || n)::uuid, md5('m' || n % 6300)::uuid, date '2012-09-01' + n % 480
FROM generate_series(0, 86474) AS n
"""

OUTCOMES = """
INSERT INTO read_model.outcome (outcome_id, mentee_id, pairing_id, fits_qualification, found_on)
SELECT md5('i' || n)::uuid, md5('f' || n % 26974)::uuid, md5('p' || n)::uuid, n % 4 > 0,
       date '2012-12-01' + n % 390
FROM generate_series(0, 23256) AS n
"""
"""As many as the programme's history has."""


@asynccontextmanager
async def partnership(
    servers: Servers, organisations: int, *, history: bool
) -> AsyncIterator[AsyncEngine]:
    """So many organisations with what they signed, and what their mentors did if it is asked."""
    statements = [ORGANISATIONS, UMBRELLAS, CONVENTIONS, SIGNATURES]
    statements += [MENTORS, PAIRINGS, CONTACTS, OUTCOMES] if history else []
    async with database(servers, SERVICE.migrations) as (engine, _):
        async with engine.begin() as connection:
            for statement in statements:
                await connection.execute(
                    text(statement.replace(":organisations", str(organisations)))
                )
        async with engine.connect() as connection:
            free = await connection.execution_options(isolation_level="AUTOCOMMIT")
            await free.execute(text("VACUUM ANALYZE"))
        yield engine
