"""Reporting's read model with the people of the history and any number of contacts; its API."""

from collections.abc import Iterator
from datetime import date, timedelta
from http import HTTPStatus
from itertools import count

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from backbone.database.sessions import create_sessions, transaction
from bench.apis import Api
from bench.client import connections
from reporting.__main__ import SERVICE

FIRST_DAY = date(2006, 1, 1)
LAST_DAY = date(2014, 3, 1)
A_DAY = 1_000  # contacts

ORGANISATIONS, MENTORS, MENTEES, PAIRINGS = 930, 6_300, 26_974, 29_743
CONTACTS, OUTCOMES = 86_475, 23_257
"""About as many as the history has."""

FILL = f"""
INSERT INTO organisation_card (organisation_id, name, siren)
SELECT md5('organisation' || n)::uuid, 'Organisation ' || n, (100000000 + n)::text
FROM generate_series(1, {ORGANISATIONS}) AS n;
INSERT INTO mentor (mentor_id, organisation_id, department, capacity, enrolled_on, recorded_at)
SELECT md5('mentor' || n)::uuid, md5('organisation' || 1 + n % {ORGANISATIONS})::uuid, '75', 9,
       '{FIRST_DAY}', '{FIRST_DAY}'
FROM generate_series(0, {MENTORS} - 1) AS n;
INSERT INTO mentee (mentee_id, department, degree_level, priority_neighbourhood, admitted_on,
                    recorded_at)
SELECT md5('mentee' || n)::uuid, (ARRAY['75', '93', '69', '974'])[1 + n % 4], 5,
       (ARRAY['in', 'out', 'out', 'unknown', 'out', 'in', 'unknown'])[1 + n % 7],
       '{FIRST_DAY}', '{FIRST_DAY}'
FROM generate_series(0, {MENTEES} - 1) AS n;
INSERT INTO contact (contact_id, pairing_id, mentee_id, mentor_id, contact_on, medium, minutes,
                     recorded_at)
SELECT md5('contact' || n)::uuid, md5('pairing' || n % {PAIRINGS})::uuid,
       md5('mentee' || n % {PAIRINGS} % {MENTEES})::uuid,
       md5('mentor' || n % {PAIRINGS} % {MENTORS})::uuid,
       date '{FIRST_DAY}' + n / {A_DAY}, 'phone', 30, '{FIRST_DAY}'
FROM generate_series(0, :contacts - 1) AS n
"""

FILL_THE_REST = f"""
INSERT INTO organisation (organisation_id, organisation_kind, department, occurred_at, recorded_at)
SELECT organisation_id, 'company', '75', '{FIRST_DAY}', '{FIRST_DAY}' FROM organisation_card;
INSERT INTO opening (department, opened_on, recorded_at)
SELECT department, '{FIRST_DAY}', '{FIRST_DAY}' FROM mentee GROUP BY department;
INSERT INTO membership (organisation_id, umbrella_id, joined_on, recorded_at)
SELECT md5('organisation' || n)::uuid, md5('organisation' || n / 40)::uuid, '{FIRST_DAY}',
       '{FIRST_DAY}'
FROM generate_series(40, 290) AS n;
INSERT INTO convention (convention_id, convention_kind, signed_on, effective_on, recorded_at)
SELECT md5('convention' || n)::uuid, 'own', '{FIRST_DAY}', '{FIRST_DAY}', '{FIRST_DAY}'
FROM generate_series(1, 775) AS n;
INSERT INTO signatory (convention_id, organisation_id, signed_on, accedes_on, recorded_at)
SELECT convention_id, md5('organisation' || n)::uuid, '{FIRST_DAY}', '{FIRST_DAY}', '{FIRST_DAY}'
FROM generate_series(1, 775) AS n JOIN convention ON convention_id = md5('convention' || n)::uuid;
INSERT INTO proposal (pairing_id, mentee_id, mentor_id, proposed_on, recorded_at)
SELECT md5('pairing' || n)::uuid, md5('mentee' || n % {MENTEES})::uuid,
       md5('mentor' || n % {MENTORS})::uuid, date '{FIRST_DAY}' + n % 2900, '{FIRST_DAY}'
FROM generate_series(0, {PAIRINGS} - 1) AS n;
INSERT INTO pairing (pairing_id, mentee_id, mentor_id, starts_on, recorded_at)
SELECT pairing_id, mentee_id, mentor_id, proposed_on + 7, '{FIRST_DAY}' FROM proposal
WHERE pairing_id < 'f3000000-0000-0000-0000-000000000000';
INSERT INTO first_interview (pairing_id, mentee_id, mentor_id, held_on, recorded_at)
SELECT pairing_id, mentee_id, mentor_id, starts_on + 9, '{FIRST_DAY}' FROM pairing;
INSERT INTO pairing_end (pairing_id, mentee_id, mentor_id, reason, ended_on, recorded_at)
SELECT pairing_id, mentee_id, mentor_id, 'completed', starts_on + 139, '{FIRST_DAY}' FROM pairing
WHERE starts_on < date '{FIRST_DAY}' + 2700;
INSERT INTO outcome (outcome_id, mentee_id, pairing_id, contract, fits_qualification, evidence,
                     found_on, recorded_at)
SELECT md5('outcome' || n)::uuid, md5('mentee' || n % {MENTEES})::uuid,
       md5('pairing' || n)::uuid, 'cdi', n % 4 > 0, 'contract_seen',
       date '{FIRST_DAY}' + 200 + n % 2700, '{FIRST_DAY}'
FROM generate_series(0, {OUTCOMES} - 1) AS n;
UPDATE contact SET contact_on = starts_on + 20 * number FROM (
    SELECT contact_id, starts_on,
           CAST(row_number() OVER (PARTITION BY pairing_id ORDER BY contact_id) AS int) AS number
    FROM contact JOIN pairing USING (pairing_id)
) AS numbered
WHERE contact.contact_id = numbered.contact_id
"""
"""The rows that figures count besides contacts, which then lie within their pairings.

Each pairing has about three months of silence at its end, as in the history: it lasts 139 days.
"""


async def export(api: Api, contacts: int) -> None:
    """Ask for the list of that many contacts as CSV, and read it to its end."""
    async with connections(api.port, 1) as [connection]:
        connection.writer.write(
            f"GET /v1/figures/contacts/list.csv?as_of={last_day(contacts)} HTTP/1.1\r\n"
            f"host: 127.0.0.1\r\nauthorization: Bearer {api.token}\r\n\r\n".encode()
        )
        head = await connection.reader.readuntil(b"\r\n\r\n")
        assert int(head.split()[1]) == HTTPStatus.OK
        lines = 0
        while size := int(await connection.reader.readline(), 16):
            lines += (await connection.reader.readexactly(size + 2))[:-2].count(b"\n")
    assert lines == contacts + 1  # and what the columns are called


def last_day(contacts: int) -> date:
    """The day by which there were so many contacts."""
    return FIRST_DAY + timedelta(days=contacts // A_DAY - 1)


def other_days() -> Iterator[date]:
    """Yield days on which all that was filled in has happened: a known answer is not computed."""
    return (LAST_DAY + timedelta(days=nth) for nth in count())


async def fill(engine: AsyncEngine, *, contacts: int = CONTACTS, whole: bool = False) -> None:
    """Insert that many contacts and those they are about; `whole`, all that figures count."""
    statements = FILL.replace(":contacts", str(contacts)).split(";")
    statements += FILL_THE_REST.split(";") if whole else []
    async with transaction(create_sessions(engine)) as session:
        connection = await session.connection()
        for statement in statements:
            await connection.execute(text(statement))
        await SERVICE.projections.derive_all(session)
    async with engine.connect() as connection:
        free = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await free.execute(text("VACUUM ANALYZE"))
