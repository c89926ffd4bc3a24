import asyncio
import subprocess
import sys

import asyncpg
import psutil
import pytest

from backbone.testing.fixtures import Servers
from bench.harness.cpu import Cpu, Meter

BURN = "import time\nwhile time.process_time() < 0.3: pass\n"
ALONE = "from bench.harness.cpu import Meter\nprint(Meter().spent().is_complete)\n"
STEP = 0.01  # seconds: how finely the kernel counts another process


def test_the_cpu_of_a_child_that_ended_is_counted() -> None:
    meter = Meter()

    subprocess.run([sys.executable, "-c", BURN], check=True)

    assert meter.spent().python >= 0.3 - 2 * STEP


def test_the_cpu_of_a_child_that_still_runs_is_counted() -> None:
    meter = Meter()

    command = [sys.executable, "-c", BURN + "print(flush=True)\ninput()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout
        child.stdout.readline()
        spent = meter.spent()
        child.communicate(b"\n")

    assert spent.python >= 0.3 - 2 * STEP


async def test_a_session_that_ended_is_counted_as_postgresql_s(servers: Servers) -> None:
    meter = Meter()
    # CPU time is read from child processes: a server in a container, or elsewhere, is none.
    if meter.spent().postgresql is None:
        pytest.skip("PostgreSQL is not a child process of this run: its CPU time is not visible.")
    connection = await asyncpg.connect(servers.postgres_url)
    backend = psutil.Process(await connection.fetchval("SELECT pg_backend_pid()"))
    await connection.fetchval("SELECT count(*) FROM generate_series(1, 1000000)")
    times = backend.cpu_times()
    await connection.close()

    async with asyncio.timeout(30):
        while backend.is_running():  # noqa: ASYNC110  (nothing announces it)
            await asyncio.sleep(0.01)
    spent = meter.spent()

    assert spent.postgresql is not None
    assert spent.postgresql >= times.user + times.system - 2 * STEP


def test_a_server_that_is_not_ours_has_unknown_cpu_rather_than_none() -> None:
    shown = subprocess.run([sys.executable, "-c", ALONE], check=True, capture_output=True)

    assert shown.stdout == b"False\n"


def test_a_unit_s_cpu_is_a_part_of_each_group_s() -> None:
    each = Cpu(4.0, postgresql=2.0).divided(2)

    assert each == Cpu(2.0, postgresql=1.0, kafka=None)
    assert each.total == 3.0
