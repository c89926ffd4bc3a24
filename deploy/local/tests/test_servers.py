import base64
import json
import smtplib
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

import asyncpg
import psutil
import pytest

from envol_local.ports import free_ports, usual_ports
from envol_local.probes import answers_kafka, answers_smpp


@pytest.fixture(scope="module")
def servers(launcher: Any) -> Any:
    """All servers, started once: their environment, and the launcher that can end them."""
    started = launcher.start("servers")
    line = started.stdout.readline()
    assert line, started.stderr.read()
    return json.loads(line), started


async def test_the_database_lets_in_who_has_the_password(servers: Any) -> None:
    env, _ = servers

    connection = await asyncpg.connect(env["POSTGRES_URL"])

    assert (await connection.fetchval("show server_version")).startswith("18.")
    assert await connection.fetchval("show max_connections") == "200"
    await connection.close()


async def test_the_database_lets_in_nobody_else(servers: Any) -> None:
    env, _ = servers
    forged = env["POSTGRES_URL"].replace("envol:", "envol:x")

    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(forged)


async def test_kafka_and_the_sms_centre_answer(servers: Any) -> None:
    env, _ = servers

    assert await answers_kafka(int(env["KAFKA_BOOTSTRAP_SERVERS"].split(":")[1]))()
    assert await answers_smpp(
        int(env["SMPP_PORT"]), system_id=env["SMPP_SYSTEM_ID"], password=env["SMPP_PASSWORD"]
    )()


@pytest.mark.parametrize("role", ["admin", "coordinator", "partner_manager", "mentor", "machine"])
def test_whoever_asks_as_a_role_is_given_it(servers: Any, role: str) -> None:
    env, _ = servers
    form = {"grant_type": "client_credentials", "client_id": role, "client_secret": "any"}
    asked = urllib.parse.urlencode(form).encode()

    issuer = env["OIDC_ISSUER"]
    with urllib.request.urlopen(f"{issuer}/token", asked) as answer:  # noqa: S310 - http, here
        token = json.load(answer)["access_token"]

    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    assert claims["iss"] == env["OIDC_ISSUER"]
    assert (claims["sub"], claims["roles"]) == (role, [role])
    assert claims["aud"] in ("envol", ["envol"])
    assert claims["exp"] - claims["iat"] == 3600


def test_a_mail_is_kept_as_a_file(servers: Any) -> None:
    env, _ = servers

    with smtplib.SMTP(env["SMTP_HOST"], int(env["SMTP_PORT"])) as client:
        client.sendmail("from@example.org", ["to@example.org"], "Subject: Hello\r\n\r\nText\r\n")

    [kept] = Path(env["SMTP_FOLDER"]).glob("*.eml")
    assert b"X-Envelope-To: to@example.org" in kept.read_bytes()
    assert b"Subject: Hello" in kept.read_bytes()


def test_closing_stdin_ends_the_servers_and_deletes_their_data(servers: Any, are_gone: Any) -> None:
    env, started = servers
    processes = psutil.Process(started.pid).children(recursive=True)

    started.communicate(timeout=300)

    assert started.returncode == 0
    assert are_gone(processes)
    assert not Path(env["SMTP_FOLDER"]).parent.parent.exists()


def test_servers_that_were_killed_leave_no_process_and_the_next_delete_their_data(
    launcher: Any, are_gone: Any
) -> None:
    started = launcher.start("servers", "--smtp", "--postgres")
    env = json.loads(started.stdout.readline())
    processes = psutil.Process(started.pid).children(recursive=True)

    started.kill()
    started.communicate()

    assert are_gone(processes)
    launcher.finish("servers", "--smtp")
    assert not Path(env["SMTP_FOLDER"]).exists()


def test_free_ports_differ_from_each_other() -> None:
    ports = free_ports()

    assert len(set(ports.values())) == len(ports) == len(usual_ports({}))
