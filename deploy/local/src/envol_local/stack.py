"""The whole stack: servers, topics, databases, services."""

import os
import sys
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from envol_local import environment, identity, jars, kafka, mail, postgres, preflight, sms
from envol_local.console import step
from envol_local.places import Clone
from envol_local.ports import OFFSETS, SERVICES
from envol_local.probes import answers_http
from envol_local.process import Program, complete, succeed
from envol_local.site import Site
from envol_local.supervisor import Rank, Supervisor, together

Start = Callable[[Site, Supervisor], Coroutine[Any, Any, None]]
Started = Coroutine[Any, Any, None]


def check(site: Site) -> None:
    """Find out what would keep the stack from starting, before anything is started."""
    preflight.check_java()
    preflight.check_maven()
    preflight.check_disk(site.clone.root, os.environ)
    preflight.check_ports(site.ports, _needed_ports())


def _needed_ports() -> list[str]:
    absent: set[str] = set()
    if not environment.embeds_kafka(os.environ):
        absent |= {"kafka", "kafka-controller"}
    if not environment.embedded_databases(os.environ):
        absent.add("postgres")
    return [name for name in OFFSETS if name not in absent]


async def start(site: Site, supervisor: Supervisor) -> None:
    """Start everything; on return, every API and every worker is ready."""
    if not jars.are_fetched(site.clone):
        with step("Servers fetched by Maven"):
            await jars.fetch(site.clone)
    site.make_folders()
    await together(*_servers(site, supervisor))
    with step("APIs and workers of the four services"):
        await together(
            *(
                _start_service(site, supervisor, name, role)
                for name in SERVICES
                for role in ("api", "worker")
            )
        )


def _servers(site: Site, supervisor: Supervisor) -> list[Started]:
    """Give what can start at once: databases are migrated while Kafka is still on its way."""
    return [
        _broker(site, supervisor),
        _databases(site, supervisor),
        _timed("Identity provider", identity.start(site, supervisor)),
        _timed("SMS centre", sms.start(site, supervisor)),
        _timed("SMTP sink", mail.start_sink(site, supervisor)),
        _timed("Mails page", mail.start_page(site, supervisor)),
    ]


async def _broker(site: Site, supervisor: Supervisor) -> None:
    if environment.embeds_kafka(os.environ):
        await _timed("Apache Kafka 4.4", kafka.start(site, supervisor))
    await _timed("Topics", _create_topics(site))


async def _databases(site: Site, supervisor: Supervisor) -> None:
    if databases := environment.embedded_databases(os.environ):
        started = postgres.start(site, supervisor, databases=databases)
        await _timed("PostgreSQL 18", started)
    with step("Migrations"):
        await together(*(_migrate(site, name) for name in SERVICES))


async def _timed(what: str, work: Started) -> None:
    with step(what):
        await work


async def _create_topics(site: Site) -> None:
    topics = _python(site, "topics", "backbone", "topics", "deploy/topics.yaml")
    await succeed(topics)


async def _migrate(site: Site, name: str) -> None:
    await succeed(_python(site, f"{name}-migrate", name, "migrate", service=name))


async def _start_service(site: Site, supervisor: Supervisor, name: str, role: str) -> None:
    program = _python(site, f"{name}-{role}", name, role, service=name)
    ready = answers_http(site.ports[program.name], "/health/ready")
    await supervisor.start(program, ready, Rank.SERVICE)


def _python(site: Site, name: str, *words: str, service: str | None = None) -> Program:
    if service is None:
        env = environment.of_stack(site, os.environ)
    else:
        env = environment.of_service(service, site, os.environ)
    log = site.logs / f"{name}.log"
    if log.exists():
        log.write_bytes(b"")
    command = (sys.executable, "-m", *words)
    return Program(name=name, command=command, folder=site.clone.root, log=log, env=env)


async def demonstrate(site: Site, *words: str) -> int:
    """Run `python -m demo` on the stack, showing its progress; gives its exit code."""
    demo = Program(
        name="demo",
        command=(sys.executable, "-m", "demo", *words),
        folder=site.clone.root,
        log=None,
        env=environment.of_demo(site),
    )
    return await complete(demo)


async def reconcile(site: Site) -> bool:
    """Compare the databases of the four services; return whether they agree."""
    databases = environment.databases(site, os.environ)
    return await complete(verification(site.clone, "reconcile", env=databases)) == 0


def verification(clone: Clone, *words: str, env: Mapping[str, str]) -> Program:
    """Return the program that reads the four databases, whose URLs `env` holds."""
    command = (sys.executable, "-m", "verification", *words)
    return Program(name="verification", command=command, folder=clone.root, log=None, env=env)


async def compare_figures(site: Site) -> int:
    """Hold reporting's figures against their second implementation; gives its exit code."""
    comparison = Program(
        name="figures",
        command=(sys.executable, "-m", "tests.figures"),
        folder=site.clone.root,
        log=None,
        env=environment.of_stack(site, os.environ) | environment.of_demo(site),
    )
    return await complete(comparison)


def rebuild_program(site: Site, service: str) -> Program:
    """Return the program that rebuilds the read model of a service."""
    return _python(site, f"{service}-rebuild", service, "rebuild", service=service)


def addresses(site: Site) -> dict[str, str]:
    """Name what a person can open or connect to."""
    env = environment.of_stack(site, os.environ)
    apis = {f"{name.capitalize()} API": f"{site.url(f'{name}-api')}/docs" for name in SERVICES}
    return apis | {
        "Mails": site.url("mails-page"),
        "Identity provider": site.issuer,
        "Kafka": env["KAFKA_BOOTSTRAP_SERVERS"],
        "PostgreSQL": site.address("postgres") if _embeds_postgres() else "your own",
        "Logs": str(site.logs.relative_to(site.clone.root)),
    }


def first_request(site: Site) -> str:
    """Say how to sign in, and how to send a first request."""
    return f"""
Sign in as {", ".join(identity.CLIENTS)}; for example:
  TOKEN=$(curl -s {site.issuer}/token -d grant_type=client_credentials \\
    -d client_id=coordinator -d client_secret=any \\
    | python3 -c "import json, sys; print(json.load(sys.stdin)['access_token'])")
  curl -H "Authorization: Bearer $TOKEN" "{site.url("matching-api")}/v1/mentees?limit=1"
Messages, SMS too, stand at {site.url("notifications-api")}/v1/messages."""


def _embeds_postgres() -> bool:
    return bool(environment.embedded_databases(os.environ))
