"""What one service publishes arrives at the others as it was meant: four services as they run."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from functools import partial
from itertools import count
from typing import Any
from uuid import uuid4

import pytest
from running import envol_alone, until
from stdnum import luhn

from backbone.testing import Servers
from contracts.moments import today_in
from demo.client import Envol

PATIENCE = 120  # seconds until a read model has followed, on a busy machine
NUMBERS = count(70_000_000)


def siren() -> str:
    number = str(next(NUMBERS))
    return number + luhn.calc_check_digit(number)


def ago(days: int) -> str:
    return str(today_in("93") - timedelta(days=days))


@pytest.fixture(scope="module")
async def envol(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Envol]:
    """All four services with their workers; nothing is in them."""
    folder = tmp_path_factory.mktemp("arrivals")
    async with envol_alone(servers, folder, name="arrivals") as stage:
        stage.running.start()
        await asyncio.to_thread(stage.running.await_apis)
        yield stage.envol


async def becomes(value: Callable[[], Any], wanted: Any) -> None:
    """Wait until a value that a service answers with is the wanted one."""
    await asyncio.to_thread(
        until, lambda: value() == wanted, f"It never became {wanted}: {value()}", PATIENCE
    )


def do(envol: Envol, service: str, path: str, **body: Any) -> Any:
    role = "partner_manager" if service == "partners" else "coordinator"
    return envol.post(service, path, body, role=role, once=str(uuid4()), any_version=True)


def organisation(envol: Envol, name: str) -> Any:
    known = {"kind": "company", "siren": siren(), "department": "75"}
    return do(envol, "partners", "/organisations", name=name, **known)["id"]


def sign_from_draft(envol: Envol, *organisations: str, on: str) -> str:
    signatories = [{"organisation_id": each} for each in organisations]
    draft = do(
        envol,
        "partners",
        "/convention-drafts",
        title="Convention",
        proposal={"signatories": signatories},
    )
    path = f"/convention-drafts/{draft['id']}/signature"
    return str(do(envol, "partners", path, signed_on=on)["id"])


def covered(envol: Envol, organisation_id: str, on: str) -> bool | None:
    found = envol.pages("matching", "/covered-organisations", on=on)
    return next((o["covered"] for o in found if o["organisation_id"] == organisation_id), None)


async def test_what_becomes_of_a_convention_signed_from_a_draft_reaches_matching_and_reporting(
    envol: Envol,
) -> None:
    one, other, third = (organisation(envol, name) for name in ("Un", "Deux", "Trois"))
    convention_id = sign_from_draft(envol, one, other, on="2015-09-14")
    do(
        envol,
        "partners",
        f"/conventions/{convention_id}/accessions",
        organisation_id=third,
        accedes_on="2015-10-01",
    )
    for each in (one, other, third):
        await becomes(partial(covered, envol, each, "2015-11-01"), True)

    def in_reporting(as_of: str) -> int:
        figure = envol.get("reporting", "/figures/organisations_covered", as_of=as_of)
        return int(figure["value"])

    await becomes(partial(in_reporting, "2015-11-01"), 3)

    do(envol, "partners", f"/conventions/{convention_id}/end", ended_on="2015-12-31")

    for each in (one, other, third):
        await becomes(partial(covered, envol, each, "2016-01-01"), False)
    await becomes(partial(in_reporting, "2016-01-01"), 0)
    assert in_reporting("2015-12-31") == 3


def apply(envol: Envol, name: str) -> str:
    mentee = do(
        envol,
        "matching",
        "/mentees",
        given_name=name,
        family_name="Diarra",
        email=f"{name.lower()}@example.org",
        birth_date=ago(24 * 365),
        degree_level=5,
        department="93",
        applied_on=ago(40),
    )
    do(envol, "matching", f"/mentees/{mentee['id']}/decision", admit=True, decided_on=ago(30))
    return str(mentee["id"])


def enrol(envol: Envol, organisation_id: str, *, capacity: int) -> str:
    mentor = do(
        envol,
        "matching",
        "/mentors",
        given_name="Claire",
        family_name="Martin",
        email="claire@example.org",
        organisation_id=organisation_id,
        department="75",
        capacity=capacity,
        enrolled_on=ago(30),
        remote=True,
        charter_accepted_on=ago(30),
    )
    return str(mentor["id"])


def propose(envol: Envol, mentee_id: str, mentor_id: str, *, on: str | None = None) -> str:
    body = {"mentee_id": mentee_id, "mentor_id": mentor_id, "proposed_on": on or ago(5)}
    return str(do(envol, "matching", "/pairings", **body)["id"])


def begin(envol: Envol, pairing_id: str) -> None:
    for side in ("mentee", "mentor"):
        path = f"/pairings/{pairing_id}/acceptances"
        do(envol, "matching", path, by=side, accepted_on=ago(4))


async def test_matching_and_reporting_count_the_same_mentees_as_waiting(envol: Envol) -> None:
    employer = organisation(envol, "Employeur")
    sign_from_draft(envol, employer, on=ago(60))
    await becomes(partial(covered, envol, employer, ago(0)), True)
    mentor_id = enrol(envol, employer, capacity=5)
    names = ("Awa", "Binta", "Coumba", "Dado", "Eva", "Fatou")
    waits, asked, paired, placed, lapsed, done = (apply(envol, name) for name in names)
    propose(envol, asked, mentor_id)
    begin(envol, propose(envol, paired, mentor_id))
    for mentee_id, reason in ((lapsed, "lapsed"), (done, "completed")):
        pairing_id = propose(envol, mentee_id, mentor_id)
        begin(envol, pairing_id)
        path = f"/pairings/{pairing_id}/end"
        do(envol, "matching", path, reason=reason, ended_on=ago(0))
    found = {"contract": "cdi", "fits_qualification": True, "evidence": "declared"}
    do(envol, "matching", "/outcomes", mentee_id=placed, found_on=ago(1), **found)

    matching = {m["id"] for m in envol.pages("matching", "/mentees", status="waiting")}
    assert matching == {waits, lapsed}

    def reporting() -> set[str]:
        rows = envol.pages("reporting", "/figures/mentees_waiting/list", as_of=ago(0))
        return {row["mentee_id"] for row in rows}

    await becomes(reporting, matching)


async def test_both_are_asked_about_a_proposal_that_is_dated_weeks_back(envol: Envol) -> None:
    employer = organisation(envol, "Autre employeur")
    sign_from_draft(envol, employer, on=ago(60))
    await becomes(partial(covered, envol, employer, ago(20)), True)
    mentee_id, mentor_id = apply(envol, "Hawa"), enrol(envol, employer, capacity=1)

    pairing_id = propose(envol, mentee_id, mentor_id, on=ago(20))

    def written_to() -> list[str]:
        found = envol.pages("notifications", "/messages", pairing_id=pairing_id, rule="proposed")
        return sorted(message["person_id"] for message in found if message["state"] == "sent")

    await becomes(written_to, sorted((mentee_id, mentor_id)))
