"""The four databases agree after a life, and one row changed by hand in any of them is found."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from subprocess import CompletedProcess
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from running import SERVICES, Stage, envol_alone
from stdnum import luhn

from backbone.testing.fixtures import Servers
from contracts.local_time import today_in
from demo.client import ApiError, EnvolClient
from matching import __main__ as matching
from notifications import __main__ as notifications
from partners import __main__ as partners
from reporting import __main__ as reporting
from verification.correspondences import CORRESPONDENCES, NOT_COMPARED
from verification.positions import CONSUMED, LIVE

RUNNING = {
    "matching": matching.SERVICE,
    "partners": partners.SERVICE,
    "notifications": notifications.SERVICE,
    "reporting": reporting.SERVICE,
}
NUMBERS = count(80_000_000)


def ago(days: int) -> str:
    return str(today_in("93") - timedelta(days=days))


class Life:
    """Requests that leave a row in most tables of the four services."""

    def __init__(self, envol: EnvolClient) -> None:
        self.envol = envol

    def do(self, service: str, path: str, /, **body: Any) -> Any:
        role = "partner_manager" if service == "partners" else "coordinator"
        return self.envol.post(
            service, path, body, role=role, idempotency_key=str(uuid4()), any_version=True
        )

    def put(self, service: str, path: str, /, **body: Any) -> Any:
        role = "partner_manager" if service == "partners" else "coordinator"
        return self.envol.put(service, path, body, role=role, any_version=True)

    def once_known(self, service: str, path: str, /, **body: Any) -> Any:
        """Repeat a request until the service knows what it is about."""
        patience = time.monotonic() + 120
        while True:
            try:
                return self.do(service, path, **body)
            except ApiError:
                if time.monotonic() > patience:
                    raise
                time.sleep(0.2)

    def organisation(self, name: str, kind: str = "company") -> str:
        number = str(next(NUMBERS))
        siren = number + luhn.calc_check_digit(number)
        known = {"kind": kind, "siren": siren, "department": "93"}
        return str(self.do("partners", "/organisations", name=name, **known)["id"])

    def convention(self, *signatories: str) -> str:
        body = {
            "kind": "framework" if len(signatories) > 1 else "own",
            "signed_on": ago(100),
            "ends_on": ago(-300),
            "signatories": [{"organisation_id": each} for each in signatories],
        }
        return str(self.do("partners", "/conventions", **body)["id"])

    def apply(self, name: str, **more: Any) -> str:
        person = {
            "given_name": name,
            "family_name": "Diarra",
            "email": f"{name.lower()}@example.org",
            "birth_date": ago(24 * 365),
            "degree_level": 5,
            "department": "93",
            "applied_on": ago(40),
        }
        return str(self.once_known("matching", "/mentees", **person | more)["id"])

    def admit(self, mentee_id: str) -> str:
        self.do("matching", f"/mentees/{mentee_id}/decision", admit=True, decided_on=ago(30))
        return mentee_id

    def enrol(self, organisation_id: str, name: str) -> str:
        person = {
            "given_name": name,
            "family_name": "Martin",
            "email": f"{name.lower()}@example.org",
            "organisation_id": organisation_id,
            "department": "93",
            "capacity": 5,
            "enrolled_on": ago(30),
            "charter_accepted_on": ago(30),
        }
        return str(self.once_known("matching", "/mentors", **person)["id"])

    def pair(self, mentee_id: str, mentor_id: str) -> str:
        body = {"mentee_id": mentee_id, "mentor_id": mentor_id, "proposed_on": ago(25)}
        pairing_id = str(self.do("matching", "/pairings", **body)["id"])
        for side in ("mentee", "mentor"):
            path = f"/pairings/{pairing_id}/acceptances"
            self.do("matching", path, by=side, accepted_on=ago(24))
        return pairing_id

    def live(self) -> None:
        """Live through most that can happen, with corrections, merges and erasures."""
        one, other, twin = (self.organisation(name) for name in ("Un", "Autre", "Autre bis"))
        umbrella, landlord = self.organisation("Union"), self.organisation("Hlm", "social_landlord")
        shared, above = self.convention(twin, landlord), self.organisation("Fédération")
        path = f"/organisations/{twin}/umbrellas"
        self.do("partners", path, umbrella_id=above, joined_on=ago(90))
        self.promise(one, other, twin, umbrella)
        mentors = [self.enrol(each, name) for each, name in ((one, "Jo"), (twin, "Ana"))]
        youth = self.refer(one)
        waits, stays, again, gone, leaves = (
            self.admit(self.apply(name, **more))
            for name, more in (
                ("Awa", {"youth_id": youth}),
                ("Binta", {}),
                ("Coumba", {}),
                ("Dado", {}),
                ("Eva", {}),
            )
        )
        self.work(stays, mentors[0])
        self.work(again, mentors[1])
        self.take_part(one, mentors[0], waits, stays, again)
        self.ask_for_home(landlord, waits)
        self.once_known("notifications", "/opt-outs", person_id=again, channel="sms")
        self.pair(leaves, mentors[0])
        self.envol.patch("matching", f"/mentors/{mentors[0]}", {"capacity": 4}, role="coordinator")
        self.do("partners", f"/organisations/{other}/merge", duplicate_id=twin)
        path = f"/organisations/{other}/umbrellas/{above}/end"
        self.do("partners", path, left_on=ago(2))
        path = f"/conventions/{shared}/signatories/{other}/withdrawal"
        self.do("partners", path, withdrawn_on=ago(2))
        self.do("matching", f"/mentees/{stays}/merge", duplicate_id=again)
        for side, person in (("mentees", gone), ("mentees", leaves), ("mentors", mentors[1])):
            self.envol.delete("matching", f"/{side}/{person}/personal-data", role="admin")

    def promise(self, one: str, other: str, twin: str, umbrella: str) -> None:
        for member in (one, other):
            path = f"/organisations/{member}/umbrellas"
            self.do("partners", path, umbrella_id=umbrella, joined_on=ago(90))
        self.do("partners", f"/organisations/{one}/umbrellas/{umbrella}/end", left_on=ago(60))
        framework, own = self.convention(one, other), self.convention(twin)
        made = self.do(
            "partners",
            f"/conventions/{framework}/commitments",
            organisation_id=one,
            party="partner",
            kind="amount",
            quantity=5_000,
            made_on=ago(90),
        )
        path = f"/commitments/{made['id']}/fulfilments"
        self.do("partners", path, quantity=100, given_on=ago(80))
        path = f"/conventions/{framework}/suspension"
        self.do("partners", path, from_on=ago(70), until_on=ago(65))
        path = f"/conventions/{own}/amendments"
        self.do("partners", path, amended_on=ago(50), summary="Un an de plus", ends_on=ago(-600))
        contact = {"given_name": "Inès", "family_name": "Petit", "roles": ["convention"]}
        self.do("partners", f"/organisations/{twin}/contacts", email="ines@example.org", **contact)
        gift = {"kind": "money", "amount": 7_000, "payment": "transfer", "given_on": ago(20)}
        self.do("partners", f"/organisations/{one}/gifts", **gift)
        lead = {"name": "Peut-être", "kind": "company", "department": "93", "heard_on": ago(90)}
        lead_id = self.do("partners", "/leads", introduced_by=twin, **lead)["id"]
        self.do("partners", f"/leads/{lead_id}/stage-changes", stage="contacted", moved_on=ago(80))
        self.do("partners", "/board/seats", organisation_id=twin, starts_on=ago(90))

    def refer(self, organisation_id: str) -> str:
        said = {"given_name": "Awa", "family_name": "Diarra", "email": "awa@example.org"}
        days = {"consented_on": ago(50), "referred_on": ago(50)}
        path = f"/organisations/{organisation_id}/referrals"
        return str(self.do("partners", path, department="93", **said, **days)["youth_id"])

    def work(self, mentee_id: str, mentor_id: str) -> None:
        """Work as a pair until the end, with a contact and an outcome that are corrected."""
        pairing = f"/pairings/{self.pair(mentee_id, mentor_id)}"
        self.do("matching", f"{pairing}/first-interview", held_on=ago(20), minutes=60)
        contacts = [
            self.do("matching", f"{pairing}/contacts", contact_on=ago(day), **more)["id"]
            for day, more in (
                (15, {"medium": "phone", "minutes": 20}),
                (14, {"medium": "email"}),
                (13, {"medium": "phone", "made": False}),
            )
        ]
        news = {"contact_on": ago(16), "medium": "video"}
        self.envol.patch("matching", f"/contacts/{contacts[0]}", news, role="coordinator")
        self.envol.delete("matching", f"/contacts/{contacts[1]}", role="coordinator")
        self.do("matching", f"{pairing}/pauses", from_on=ago(12), until_on=ago(8))
        said = {"role": "DRH", "organisation": "Ici", "agreed_on": ago(11)}
        self.do("matching", f"{pairing}/introductions", introduced_on=ago(11), **said)
        self.do("matching", f"{pairing}/check-ins", by="mentee", held_on=ago(9), rating=4)
        path = f"{pairing}/end"
        self.do("matching", path, reason="early_success", ended_on=ago(3))
        found = {"contract": "cdd", "months": 6, "evidence": "declared", "found_on": ago(3)}
        outcome = self.do("matching", "/outcomes", mentee_id=mentee_id, **found)["id"]
        news = {"contract": "cdi", "months": None, "fits_qualification": True}
        self.envol.patch("matching", f"/outcomes/{outcome}", news, role="coordinator")

    def take_part(self, organisation_id: str, mentor_id: str, *mentees: str) -> None:
        """Come to an event, or register for it, and hold a stand there."""
        known = {"kind": "afterwork", "department": "93", "starts_on": ago(1), "ends_on": ago(-1)}
        event = f"/events/{self.do('partners', '/events', name='Rencontre', **known)['id']}"
        attendees = [("mentee", each) for each in mentees]
        attendees += [("mentor", mentor_id), ("organisation", organisation_id)]
        for day in (1, -1):
            times = {"starts_at": f"{ago(day)}T09:00:00Z", "ends_at": f"{ago(day)}T11:00:00Z"}
            path = f"{event}/sessions"
            session = self.do("partners", path, name="Atelier", capacity=9, **times)["id"]
            for kind, each in attendees:
                place = self.once_known(
                    "partners",
                    f"{path}/{session}/registrations",
                    attendee_kind=kind,
                    attendee_id=each,
                )
                if day > 0:
                    where = f"{path}/{session}/registrations/{place['id']}/attendance"
                    self.put("partners", where, attended=kind == "mentee")
        stand = self.do("partners", f"{event}/stands", name="A1")["id"]
        path = f"{event}/stands/{stand}/bookings"
        self.do("partners", path, organisation_id=organisation_id, **times)

    def ask_for_home(self, landlord: str, mentee_id: str) -> None:
        asked = {"mentee_id": mentee_id, "department": "93"}
        days = {"consented_on": ago(5), "asked_on": ago(5)}
        path = "/housing-needs"
        need = f"{path}/{self.once_known('partners', path, **asked, **days)['id']}"
        home = {"organisation_id": landlord, "description": "Studio", "offered_on": ago(4)}
        offer = self.do("partners", f"{need}/offers", **home)["id"]
        path = f"{need}/offers/{offer}/answer"
        self.do("partners", path, accepted=True, answered_on=ago(3))
        self.do("partners", f"{need}/end", end="housed", closed_on=ago(2))


@pytest.fixture(scope="module")
async def stage(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """All four services with their workers, after a life."""
    folder = tmp_path_factory.mktemp("reconciliation")
    async with envol_alone(servers, folder, name="reconciliation") as alone:
        alone.running.start()
        await asyncio.to_thread(alone.running.await_apis)
        await asyncio.to_thread(Life(alone.envol).live)
        yield alone


async def reconciled(stage: Stage, *words: str) -> CompletedProcess[str]:
    return await asyncio.to_thread(stage.running.verify, "reconcile", *words)


async def execute(stage: Stage, service: str, statement: str, *values: Any) -> Any:
    """Run a statement on a service's database, and return the first value of its first row."""
    url = stage.running.databases[f"{service.upper()}_DATABASE_URL"]
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        return await connection.fetchval(statement, *values)
    finally:
        await connection.close()


async def test_after_a_life_the_four_databases_agree(stage: Stage) -> None:
    found = await reconciled(stage)

    assert found.returncode == 0, found.stdout + found.stderr
    assert "no difference" in found.stdout


@dataclass(frozen=True)
class Change:
    """A row that is changed by hand, and what is said of it."""

    by: str
    undo: str
    said: Sequence[str]


CHANGES = {
    "matching": Change(
        by="""
        UPDATE contact SET contact_on = contact_on - 1 WHERE id =
            (SELECT id FROM contact WHERE state = 'logged' AND made ORDER BY id LIMIT 1)
        RETURNING id
        """,
        undo="UPDATE contact SET contact_on = contact_on + 1 WHERE id = '{}'",
        said=["contacts in reporting", "contacts of mentors in partners", "contact_on is"],
    ),
    "partners": Change(
        by="""
        UPDATE signature SET accedes_on = accedes_on - 1 WHERE organisation_id =
            (SELECT min(organisation_id::text) FROM signature)::uuid RETURNING organisation_id
        """,
        undo="UPDATE signature SET accedes_on = accedes_on + 1 WHERE organisation_id = '{}'",
        said=["signatories in matching", "signatories in reporting", "accedes_on is"],
    ),
    "notifications": Change(
        by="""
        UPDATE read_model.person SET email = 'x' || email WHERE person_id =
            (SELECT min(person_id::text) FROM read_model.person WHERE email IS NOT NULL)::uuid
        RETURNING person_id
        """,
        undo="UPDATE read_model.person SET email = substr(email, 2) WHERE person_id = '{}'",
        said=["cards of", "email differs (a personal value, not shown)"],
    ),
    "reporting": Change(
        by="""
        UPDATE read_model.outcome SET known_until = now() WHERE known_until IS NULL
            AND outcome_id = (SELECT min(outcome_id::text) FROM read_model.outcome)::uuid
        RETURNING outcome_id
        """,
        undo="""
        UPDATE read_model.outcome AS o SET known_until = NULL WHERE outcome_id = '{}'
            AND recorded_at = (SELECT max(recorded_at) FROM read_model.outcome AS l
                               WHERE l.outcome_id = o.outcome_id)
        """,
        said=["outcomes in reporting", "known_now is 1 in matching, 0 in reporting"],
    ),
}


@pytest.mark.parametrize("service", CHANGES)
async def test_a_row_that_was_changed_by_hand_is_named(stage: Stage, service: str) -> None:
    change = CHANGES[service]
    row = await execute(stage, service, change.by)
    try:
        found = await reconciled(stage)
    finally:
        await execute(stage, service, change.undo.format(row))

    assert found.returncode == 1
    assert str(row) in found.stdout
    for words in change.said:
        assert words in found.stdout
    assert "@example.org" not in found.stdout


async def test_messages_in_flight_are_waited_for(stage: Stage) -> None:
    worker, life = stage.running.workers["reporting"], Life(stage.envol)
    worker.pause()
    organisation_id = life.organisation("Retardataire")
    waiting = asyncio.create_task(reconciled(stage))
    late = await reconciled(stage, "--patience", "3")
    worker.resume()
    found = await waiting

    assert late.returncode == 1
    assert f"topic partners.organisations, key {organisation_id}: only in" in late.stdout
    assert found.returncode == 0, found.stdout
    assert "Waiting for" in found.stderr


async def test_a_dead_letter_is_the_first_thing_that_is_said(stage: Stage) -> None:
    organisation_id = await execute(stage, "partners", "SELECT min(id::text) FROM organisation")
    letter = (
        'INSERT INTO read_model.set_aside (topic, partition, "offset", key, sequence, type,'
        " cause, waits, headers) VALUES ('partners.organisations', 0, -1, '{}', 2, 'a-kind.v1',"
        " 'it cannot be read', false, '[]')"
    )
    await execute(stage, "matching", letter.format(organisation_id))
    try:
        found = await reconciled(stage)
    finally:
        await execute(stage, "matching", 'DELETE FROM read_model.set_aside WHERE "offset" = -1')

    first, second, *_ = found.stdout.splitlines()
    assert first.startswith("Dead letters")
    assert organisation_id in second
    assert "it cannot be read" in second


async def traced(stage: Stage, traced_id: str) -> list[str]:
    found = await asyncio.to_thread(stage.running.verify, "trace", traced_id)
    assert found.returncode == 0, found.stderr
    assert "@example.org" not in found.stdout
    return found.stdout.splitlines()


async def test_a_contact_that_a_consumer_lost_is_traced_to_it(stage: Stage) -> None:
    contact = "SELECT id::text FROM contact WHERE version = 3 AND state = 'logged' AND made LIMIT 1"
    contact_id = await execute(stage, "matching", contact)
    pairing = "SELECT pairing_id::text FROM contact WHERE id = $1"
    pairing_id = await execute(stage, "matching", pairing, contact_id)
    lost = "DELETE FROM read_model.contact WHERE contact_id = $1 RETURNING mentor_id"
    mentor_id = await execute(stage, "partners", lost, contact_id)
    try:
        lines = await traced(stage, contact_id)
    finally:
        back = "INSERT INTO read_model.contact (contact_id, mentor_id, contact_on)"
        values = contact_id, mentor_id, today_in("93") - timedelta(days=16)
        await execute(stage, "partners", f"{back} VALUES ($1, $2, $3)", *values)

    rows = [line for line in lines if line.startswith("  contact by id: ")]
    assert [f"pairing_id {pairing_id}" in row and "version 3" in row for row in rows] == [True]
    sent = [line for line in lines if line.startswith("    partition")]
    assert [line.split(", ")[2] for line in sent] == ["contact-logged.v1", "contact-corrected.v1"]
    applied = [line for line in lines if line.startswith("  partners: matching.pairings")]
    assert [f"key {pairing_id}: " in line and "NOT ALL" not in line for line in applied] == [True]
    assert f"contact_id {contact_id}: only in matching, not in partners" in lines[-1]


async def test_a_merged_mentee_is_traced_through_all_services(stage: Stage) -> None:
    mentee = "SELECT id::text FROM mentee WHERE merged_into IS NOT NULL LIMIT 1"
    mentee_id = await execute(stage, "matching", mentee)

    lines = await traced(stage, mentee_id)

    assert [line for line in lines if line.startswith("  mentee by id: ") and "merged_into" in line]
    assert [line for line in lines if line.startswith("  read_model.merge by duplicate_id: ")]
    assert [line for line in lines if "person-card.v1" in line and line.endswith("(tombstone)")]
    assert lines[-2:] == ["dead letters: none", "differences: none"]


async def test_an_administrator_traces_an_id_in_each_service(stage: Stage) -> None:
    mentor_id = await execute(stage, "matching", "SELECT id::text FROM mentor ORDER BY id LIMIT 1")

    for service in SERVICES:
        found = await asyncio.to_thread(stage.envol.get, service, f"/trace/{mentor_id}")
        assert found["rows"] if service != "notifications" else found["applied"]
        assert found["dead_letters"] == []


def tables_of(service: str) -> set[str]:
    return {
        table.name for metadata in RUNNING[service].read_model for table in metadata.tables.values()
    }


@pytest.mark.parametrize("service", SERVICES)
def test_every_read_model_table_is_in_a_correspondence_or_has_a_reason(service: str) -> None:
    compared = {
        table
        for each in CORRESPONDENCES
        if each.consumer.service == service
        for table in each.consumer.tables
    }

    assert tables_of(service) <= compared | NOT_COMPARED.keys()
    assert compared <= tables_of(service)


@pytest.mark.parametrize("service", SERVICES)
def test_every_topic_that_a_service_consumes_has_positions(service: str) -> None:
    assert sorted(CONSUMED[service]) == RUNNING[service].handlers.topics


def test_every_compacted_topic_says_which_keys_have_a_card() -> None:
    compacted = {topic for each in RUNNING.values() for topic in each.handlers.compacted}

    assert LIVE.keys() == compacted


def test_each_correspondence_has_a_name_of_its_own() -> None:
    names = [each.name for each in CORRESPONDENCES]

    assert len(set(names)) == len(names)
