"""Reporting's read model with as many contacts as one likes, and its API in front of it."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from backbone.settings import Settings
from bench.client import answers, connections
from bench.issuer import Issuer
from bench.servers import environment, process
from envol_local.ports import free_ports

FIRST_DAY = date(2006, 1, 1)
A_DAY = 1_000  # contacts
OK = 200

FILL = f"""
INSERT INTO organisation_card (organisation_id, name, siren)
SELECT md5('organisation' || n)::uuid, 'Organisation ' || n, (100000000 + n)::text
FROM generate_series(0, 629) AS n;
INSERT INTO mentor (mentor_id, organisation_id, department, capacity, enrolled_on, recorded_at)
SELECT md5('mentor' || n)::uuid, md5('organisation' || n % 630)::uuid, '75', 9,
       '{FIRST_DAY}', '{FIRST_DAY}'
FROM generate_series(0, 4919) AS n;
INSERT INTO mentee (mentee_id, department, degree_level, priority_neighbourhood, admitted_on,
                    recorded_at)
SELECT md5('mentee' || n)::uuid, (ARRAY['75', '93', '69', '974'])[1 + n % 4], 5, 'in',
       '{FIRST_DAY}', '{FIRST_DAY}'
FROM generate_series(0, 18639) AS n;
INSERT INTO contact (contact_id, pairing_id, mentee_id, mentor_id, contact_on, medium, minutes,
                     recorded_at)
SELECT md5('contact' || n)::uuid, md5('pairing' || n % 18640)::uuid,
       md5('mentee' || n % 18640)::uuid, md5('mentor' || n % 4920)::uuid,
       date '{FIRST_DAY}' + n / {A_DAY}, 'phone', 30, '{FIRST_DAY}'
FROM generate_series(0, :contacts - 1) AS n
"""


@dataclass(frozen=True)
class Api:
    """Where reporting's API listens, who asks, and the process it is."""

    port: int
    token: str
    pid: int

    async def export(self, contacts: int) -> None:
        """Ask for the list of that many contacts as CSV, and read it to its end."""
        async with connections(self.port, 1) as [connection]:
            connection.writer.write(
                f"GET /v1/figures/contacts/list.csv?as_of={last_day(contacts)} HTTP/1.1\r\n"
                f"host: 127.0.0.1\r\nauthorization: Bearer {self.token}\r\n\r\n".encode()
            )
            head = await connection.reader.readuntil(b"\r\n\r\n")
            assert int(head.split()[1]) == OK
            lines = 0
            while size := int(await connection.reader.readline(), 16):
                lines += (await connection.reader.readexactly(size + 2))[:-2].count(b"\n")
        assert lines == contacts + 1  # and what the columns are called


def last_day(contacts: int) -> date:
    """The day by which there were so many contacts."""
    return FIRST_DAY + timedelta(days=contacts // A_DAY - 1)


async def fill(engine: AsyncEngine, *, contacts: int) -> None:
    """Let there be so many contacts, and whom they are about."""
    async with engine.begin() as connection:
        for statement in FILL.replace(":contacts", str(contacts)).split(";"):
            await connection.execute(text(statement))
    async with engine.connect() as connection:
        free = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await free.execute(text("VACUUM ANALYZE"))


@asynccontextmanager
async def api(settings: Settings, keys: Issuer) -> AsyncIterator[Api]:
    """Reporting's API in a fresh process of its own."""
    port = free_ports(["api"])["api"]
    env = environment(settings, API_PORT=port) | {"OIDC_ISSUER": keys.url}
    async with process(sys.executable, "-m", "reporting", "api", env=env) as child:
        await answers(port, seconds=30)
        yield Api(port, keys.token("viewer"), child.pid)
